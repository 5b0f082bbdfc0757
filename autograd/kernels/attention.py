"""Scaled dot-product attention on the one pool, a block of queries at a time: the weights are never all in memory.

Forward keeps of each query the logarithm of its sum of exponentials; backward computes the weights anew from it (Dao et
al., "FlashAttention", 2022). Each worker does whole heads of keys, so no sum is split among threads.
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.gemm import BLOCK_ROWS, DEPTH_BYTES, _multiply_block
from autograd.kernels.gemm_packing import band_size
from autograd.kernels.gemm_tile import PANEL_BYTES, ROWS
from autograd.kernels.jit import kernel
from autograd.kernels.softmax import row_pass
from autograd.kernels.softmax_rows import maximum_of_row
from autograd.kernels.vector_math import emit_exp
from autograd.typing import Array

QUERIES = 64
"""Queries of a block: its scores against 1,000 keys stay in the second-level cache."""

WORTH_A_THREAD = 200_000
"""Multiplications that repay waking one more thread."""

_scaled = row_pass(lambda lanes, x, _, factor: x * factor, None)
_masked = row_pass(lambda lanes, x, mask, factor: lanes.fma(x, factor, mask), None)
_exponentials = row_pass(lambda lanes, x, _, shift: emit_exp(lanes, x - shift), lambda lanes, written, *_: written)
_total = row_pass(None, lambda lanes, x, *_: x)
_product = row_pass(None, lambda lanes, x, other, _: x * other)
_slopes = row_pass(lambda lanes, slope, weight, mean: weight * (slope - mean), None)


@kernel()
def _place(x, head, row):
    return np.intp(x.ctypes.data) + (head * x.shape[1] + row) * x.shape[2] * x.itemsize


@kernel()
def _workspace(like, longest):
    """Room for the packed operands of a product none of whose sizes is above `longest`."""
    depth = min(longest, DEPTH_BYTES // like.itemsize) + 128
    return np.empty(depth * PANEL_BYTES + (BLOCK_ROWS // ROWS + 1) * band_size(depth, like.itemsize) + 64, np.uint8)


@kernel()
def _row_of_scores(scores, row, keys, mask, mask_place, scale):
    """Scale and mask a row of products in place; give its address."""
    place = np.intp(scores.ctypes.data) + row * scores.strides[0]
    if mask.size:
        _masked(scores, place, place, mask_place, keys, scale)
    else:
        _scaled(scores, place, place, place, keys, scale)
    return place


@kernel()
def _forward_part(out, sums, query, key, value, mask, mask_heads, nothing, causal, scale, worker, workers):
    heads, queries, depth = query.shape
    kv_heads, keys, columns = value.shape
    size, number = query.itemsize, query.dtype.type
    group = heads // kv_heads
    work = _workspace(query, max(keys, depth, QUERIES))
    scores = np.empty((QUERIES, keys), query.dtype)
    zeros = np.intp(nothing.ctypes.data)
    first, last = worker * kv_heads // workers * group, (worker + 1) * kv_heads // workers * group
    for head in range(first, last):
        for top in range(0, queries, QUERIES):
            rows = min(QUERIES, queries - top)
            seen = min(keys, top + rows) if causal else keys
            _multiply_block(
                work, scores, np.intp(scores.ctypes.data), _place(query, head, top), (depth * size, size),
                _place(key, head // group, 0), (size, depth * size), zeros, (0, 0), depth, rows, seen,
            )  # fmt: skip
            for row in range(rows):
                count = min(seen, top + row + 1) if causal else keys
                mask_place = _place(mask, mask_heads[head], top + row) if mask.size else zeros
                place = _row_of_scores(scores, row, count, mask, mask_place, scale)
                largest = maximum_of_row(scores, place, count)
                if largest == -np.inf and not math.isnan(_total(scores, place, place, place, count, scale)):
                    scores[row, :seen] = number(0)
                    sums[head, top + row] = np.inf
                    continue
                total = _exponentials(scores, place, place, place, count, largest)
                _scaled(scores, place, place, place, count, number(1) / total)
                scores[row, count:seen] = number(0)
                sums[head, top + row] = largest + math.log(total)
            _multiply_block(
                work, out[head], _place(out, head, top), np.intp(scores.ctypes.data), (keys * size, size),
                _place(value, head // group, 0), (columns * size, size), zeros, (0, 0), seen, rows, columns,
            )  # fmt: skip


@kernel(parallel=True)
def _forward_shared(out, sums, query, key, value, mask, mask_heads, nothing, causal, scale, workers):
    for worker in prange(workers):
        _forward_part(
            out, sums, query, key, value, mask, mask_heads, nothing, causal, scale, np.intp(worker), workers
        )  # fmt: skip


@kernel()
def _slopes_of_block(
    weights, slopes, sums, grad, out, mask, mask_heads, nothing, causal, scale, head, top, rows, seen
):  # fmt: skip
    """Products of queries and keys become weights, products of gradients and values slopes of the scaled products."""
    columns, size, number = out.shape[2], out.itemsize, out.dtype.type
    for row in range(rows):
        count = min(seen, top + row + 1) if causal else seen
        mask_place = _place(mask, mask_heads[head], top + row) if mask.size else np.intp(nothing.ctypes.data)
        place = _row_of_scores(weights, row, count, mask, mask_place, scale)
        _exponentials(weights, place, place, place, count, sums[head, top + row])
        g, y = _place(grad, head, top + row), _place(out, head, top + row)
        mean = _product(out, g, g, y, columns, scale)
        slope = np.intp(slopes.ctypes.data) + row * slopes.shape[1] * size
        _slopes(slopes, slope, slope, place, count, mean)
        _scaled(slopes, slope, slope, slope, count, scale)
        weights[row, count:seen] = number(0)
        slopes[row, count:seen] = number(0)


@kernel()
def _backward_part(
    dquery, dkey, dvalue, grad, out, sums, query, key, value, mask, mask_heads, nothing, causal, scale, worker, workers
):
    heads, queries, depth = query.shape
    kv_heads, keys, columns = value.shape
    size = query.itemsize
    group = heads // kv_heads
    work = _workspace(query, max(keys, depth, columns, QUERIES))
    weights, slopes = np.empty((QUERIES, keys), query.dtype), np.empty((QUERIES, keys), query.dtype)
    zeros, wide, tall = np.intp(nothing.ctypes.data), (keys * size, size), (size, keys * size)
    narrow, along = (depth * size, size), (columns * size, size)
    w, s = np.intp(weights.ctypes.data), np.intp(slopes.ctypes.data)
    first, last = worker * kv_heads // workers, (worker + 1) * kv_heads // workers
    dkey[first:last] = 0
    dvalue[first:last] = 0
    for head in range(first * group, last * group):
        kv = head // group
        k, v, dk, dv = _place(key, kv, 0), _place(value, kv, 0), _place(dkey, kv, 0), _place(dvalue, kv, 0)
        for top in range(0, queries, QUERIES):
            rows = min(QUERIES, queries - top)
            seen = min(keys, top + rows) if causal else keys
            q, g = _place(query, head, top), _place(grad, head, top)
            _multiply_block(work, weights, w, q, narrow, k, narrow[::-1], zeros, (0, 0), depth, rows, seen)
            _multiply_block(work, slopes, s, g, along, v, along[::-1], zeros, (0, 0), columns, rows, seen)
            _slopes_of_block(
                weights, slopes, sums, grad, out, mask, mask_heads, nothing, causal, scale, head, top, rows, seen
            )
            _multiply_block(work, dvalue[kv], dv, w, tall, g, along, dv, along, rows, seen, columns)
            _multiply_block(work, dkey[kv], dk, s, tall, q, narrow, dk, narrow, rows, seen, depth)
            dq = _place(dquery, head, top)
            _multiply_block(work, dquery[head], dq, s, wide, k, narrow, zeros, (0, 0), seen, rows, depth)


@kernel(parallel=True)
def _backward_shared(
    dquery, dkey, dvalue, grad, out, sums, query, key, value, mask, mask_heads, nothing, causal, scale, workers
):
    for worker in prange(workers):
        _backward_part(
            dquery, dkey, dvalue, grad, out, sums, query, key, value, mask, mask_heads, nothing, causal, scale,
            np.intp(worker), workers,
        )  # fmt: skip


def _masks(mask: Array | None, query: Array, keys: int) -> tuple[Array, Array]:
    """The masks that differ, (masks, L, S), as numbers to add, and the number of each head's mask."""
    batch = query.shape[:-2]
    if mask is None:
        return readable(np.empty((0, 0, 0), query.dtype)), readable(np.empty(0, np.intp))
    if mask.dtype.kind == "b":
        mask = np.where(mask, query.dtype.type(0), query.dtype.type(-np.inf))
    own = mask.shape[:-2]
    numbers = np.broadcast_to(np.arange(math.prod(own)).reshape(own), batch)
    full = np.broadcast_to(mask, own + (query.shape[-2], keys)).reshape(-1, query.shape[-2], keys)
    return readable(full, query.dtype), readable(numbers, np.intp).reshape(-1)


def _matrices(x: Array) -> Array:
    return readable(x).reshape((-1,) + x.shape[-2:])


def _workers(query: Array, key: Array) -> int:
    return min(query.size * key.shape[-2] // WORTH_A_THREAD, math.prod(key.shape[:-2]))


_NOTHING = {np.dtype(dtype): readable(np.zeros(PANEL_BYTES, dtype)) for dtype in (np.float32, np.float64)}


def forward(
    query: Array, key: Array, value: Array, mask: Array | None, causal: bool, scale: float
) -> tuple[Array, Array]:
    """softmax(scale * query @ key.T + mask) @ value, and for `backward` each query's logarithm of the sum.

    query (*, L, E), key (*, S, E), value (*, S, V), none empty, all float32 or all float64, of equal leading sizes but
    the last of them, of which the query may have a multiple. mask is broadcast to (*, L, S): booleans that are true
    where a key is seen, or numbers to add. causal: query i sees keys 0 to i. Who sees nothing gets 0.
    """
    out = np.empty(query.shape[:-1] + value.shape[-1:], query.dtype)
    heads = math.prod(query.shape[:-2])
    sums = np.empty((heads, query.shape[-2]), query.dtype)
    threads.run(
        _forward_part, _forward_shared, _workers(query, key),
        out.reshape((heads,) + out.shape[-2:]), sums, _matrices(query), _matrices(key), _matrices(value),
        *_masks(mask, query, key.shape[-2]), _NOTHING[query.dtype], causal, query.dtype.type(scale),
    )  # fmt: skip
    return out, sums


def backward(
    grad: Array, out: Array, sums: Array, query: Array, key: Array, value: Array,
    mask: Array | None, causal: bool, scale: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """The gradients for query, key and value, where `out` and `sums` are forward's results, `grad` that of `out`."""
    found = np.empty(query.shape, query.dtype), np.empty(key.shape, key.dtype), np.empty(value.shape, value.dtype)
    threads.run(
        _backward_part, _backward_shared, _workers(query, key),
        *(x.reshape((-1,) + x.shape[-2:]) for x in found), _matrices(grad), _matrices(out), sums,
        _matrices(query), _matrices(key), _matrices(value), *_masks(mask, query, key.shape[-2]),
        _NOTHING[query.dtype], causal, query.dtype.type(scale),
    )  # fmt: skip
    return found
