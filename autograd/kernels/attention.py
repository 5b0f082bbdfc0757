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
from autograd.kernels.gemm import BLOCK_ROWS, DEPTH_BYTES, multiply_block
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
_filled = row_pass(lambda lanes, x, _, number: number, None)
_slopes = row_pass(lambda lanes, slope, weight, mean: weight * (slope - mean), None)


@kernel()
def _place(matrices, head, row):
    """The address of a row of one of the matrices, as `_matrices` describes them."""
    first, inner, outer_step, inner_step, row_step = matrices
    return first + head // inner * outer_step + head % inner * inner_step + row * row_step


@kernel()
def _workspace(like, longest):
    """Room for the packed operands of a product none of whose sizes is above `longest`."""
    depth = min(longest, DEPTH_BYTES // like.itemsize) + 128
    return np.empty(depth * PANEL_BYTES + (BLOCK_ROWS // ROWS + 1) * band_size(depth, like.itemsize) + 64, np.uint8)


@kernel()
def _row_of_scores(scores, row, keys, mask, mask_number, query, scale):
    """Scale and mask a row of products in place; give its address."""
    place = np.intp(scores.ctypes.data) + row * scores.strides[0]
    if mask.size:
        mask_row = np.intp(mask.ctypes.data) + mask_number * mask.strides[0] + query * mask.strides[1]
        _masked(scores, place, place, mask_row, keys, scale)
    else:
        _scaled(scores, place, place, place, keys, scale)
    return place


@kernel()
def _forward_part(
    nothing, out, sums, query, key, value, sizes, mask, mask_heads, causal, scale, worker, workers
):  # fmt: skip
    heads, kv_heads, queries, keys, depth, columns = sizes
    size, number = nothing.itemsize, nothing.dtype.type
    group = heads // kv_heads
    work = _workspace(nothing, max(keys, depth, QUERIES))
    scores = np.empty((QUERIES, keys), nothing.dtype)
    zeros, s, wide = np.intp(nothing.ctypes.data), np.intp(scores.ctypes.data), (keys * size, size)
    first, last = worker * kv_heads // workers * group, (worker + 1) * kv_heads // workers * group
    for head in range(first, last):
        k, v = _place(key, head // group, 0), _place(value, head // group, 0)
        for top in range(0, queries, QUERIES):
            rows = min(QUERIES, queries - top)
            seen = min(keys, top + rows) if causal else keys
            q = _place(query, head, top)
            multiply_block(
                work, nothing, s, wide[0], q, (query[4], size), k, (size, key[4]), zeros, (0, 0), depth, rows, seen
            )
            for row in range(rows):
                count = min(seen, top + row + 1) if causal else keys
                place = _row_of_scores(scores, row, count, mask, mask_heads[head] if mask.size else 0, top + row, scale)
                largest = maximum_of_row(scores, place, count)
                if largest == -np.inf and not math.isnan(_total(scores, place, place, place, count, scale)):
                    scores[row, :seen] = number(0)
                    sums[head, top + row] = np.inf
                    continue
                total = _exponentials(scores, place, place, place, count, largest)
                _scaled(scores, place, place, place, count, number(1) / total)
                scores[row, count:seen] = number(0)
                sums[head, top + row] = largest + math.log(total)
            o = _place(out, head, top)
            multiply_block(work, nothing, o, out[4], s, wide, v, (value[4], size), zeros, (0, 0), seen, rows, columns)


@kernel(parallel=True)
def _forward_shared(nothing, out, sums, query, key, value, sizes, mask, mask_heads, causal, scale, workers):
    for worker in prange(workers):
        _forward_part(
            nothing, out, sums, query, key, value, sizes, mask, mask_heads, causal, scale, np.intp(worker), workers
        )


@kernel()
def _slopes_of_block(weights, slopes, sums, grad, out, mask, mask_heads, causal, scale, head, top, rows, seen, columns):
    """Products of queries and keys become weights, products of gradients and values slopes of the scaled products."""
    number = weights.dtype.type
    for row in range(rows):
        count = min(seen, top + row + 1) if causal else seen
        place = _row_of_scores(weights, row, count, mask, mask_heads[head] if mask.size else 0, top + row, scale)
        _exponentials(weights, place, place, place, count, sums[head, top + row])
        g, y = _place(grad, head, top + row), _place(out, head, top + row)
        mean = _product(weights, g, g, y, columns, scale)
        slope = np.intp(slopes.ctypes.data) + row * slopes.strides[0]
        _slopes(slopes, slope, slope, place, count, mean)
        _scaled(slopes, slope, slope, slope, count, scale)
        weights[row, count:seen] = number(0)
        slopes[row, count:seen] = number(0)


@kernel()
def _clear(like, matrices, head, rows, columns):
    for row in range(rows):
        place = _place(matrices, head, row)
        _filled(like, place, place, place, columns, like.dtype.type(0))


@kernel()
def _backward_part(
    nothing, dquery, dkey, dvalue, grad, out, sums, query, key, value, sizes, mask, mask_heads, causal, scale,
    worker, workers,
):  # fmt: skip
    heads, kv_heads, queries, keys, depth, columns = sizes
    size = nothing.itemsize
    group = heads // kv_heads
    work = _workspace(nothing, max(keys, depth, columns, QUERIES))
    weights, slopes = np.empty((QUERIES, keys), nothing.dtype), np.empty((QUERIES, keys), nothing.dtype)
    zeros, wide, tall = np.intp(nothing.ctypes.data), (keys * size, size), (size, keys * size)
    w, s = np.intp(weights.ctypes.data), np.intp(slopes.ctypes.data)
    by_q, by_k, by_v, by_g = (query[4], size), (key[4], size), (value[4], size), (grad[4], size)
    first, last = worker * kv_heads // workers, (worker + 1) * kv_heads // workers
    for head in range(first * group, last * group):
        kv = head // group
        if head % group == 0:
            _clear(nothing, dkey, kv, keys, depth)
            _clear(nothing, dvalue, kv, keys, columns)
        k, v, dk, dv = _place(key, kv, 0), _place(value, kv, 0), _place(dkey, kv, 0), _place(dvalue, kv, 0)
        for top in range(0, queries, QUERIES):
            rows = min(QUERIES, queries - top)
            seen = min(keys, top + rows) if causal else keys
            q, g, dq = _place(query, head, top), _place(grad, head, top), _place(dquery, head, top)
            multiply_block(work, nothing, w, wide[0], q, by_q, k, by_k[::-1], zeros, (0, 0), depth, rows, seen)
            multiply_block(work, nothing, s, wide[0], g, by_g, v, by_v[::-1], zeros, (0, 0), columns, rows, seen)
            _slopes_of_block(
                weights, slopes, sums, grad, out, mask, mask_heads, causal, scale, head, top, rows, seen, columns
            )
            multiply_block(work, nothing, dv, dvalue[4], w, tall, g, by_g, dv, (dvalue[4], size), rows, seen, columns)
            multiply_block(work, nothing, dk, dkey[4], s, tall, q, by_q, dk, (dkey[4], size), rows, seen, depth)
            multiply_block(work, nothing, dq, dquery[4], s, wide, k, by_k, zeros, (0, 0), seen, rows, depth)


@kernel(parallel=True)
def _backward_shared(
    nothing, dquery, dkey, dvalue, grad, out, sums, query, key, value, sizes, mask, mask_heads, causal, scale, workers,
):  # fmt: skip
    for worker in prange(workers):
        _backward_part(
            nothing, dquery, dkey, dvalue, grad, out, sums, query, key, value, sizes, mask, mask_heads, causal, scale,
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


def _in_rows(x: Array) -> Array:
    """x as (outer, inner, rows, columns), a copy only where rows are not in one piece or there are more dimensions."""
    if x.ndim > 4:
        x = x.reshape((-1,) + x.shape[-3:])
    x = x[(None,) * (4 - x.ndim)]
    return x if x.strides[3] == x.itemsize or x.shape[3] == 1 else np.ascontiguousarray(x)


def _matrices(x: Array) -> tuple[int, ...]:
    """Where the matrices of x, of `_in_rows`, stand: address, how many are inner ones, and three strides in bytes."""
    return x.ctypes.data, x.shape[1], *x.strides[:3]


def _result(like: Array, columns: int) -> Array:
    """Room for rows of so many columns, that lie in memory in the order in which those of `like` do."""
    found = np.empty_like(like, shape=(*like.shape[:-1], columns))
    return found if found.strides[3] == found.itemsize else np.empty(found.shape, found.dtype)


def _sizes(query: Array, value: Array) -> tuple[int, ...]:
    heads, kv_heads = math.prod(query.shape[:-2]), math.prod(value.shape[:-2])
    return heads, kv_heads, query.shape[-2], value.shape[-2], query.shape[-1], value.shape[-1]


def _workers(query: Array, key: Array) -> int:
    return min(query.size * key.shape[-2] // WORTH_A_THREAD, math.prod(key.shape[:-2]))


_NOTHING = {np.dtype(dtype): readable(np.zeros(PANEL_BYTES, dtype)) for dtype in (np.float32, np.float64)}


def forward(
    query: Array, key: Array, value: Array, mask: Array | None, causal: bool, scale: float
) -> tuple[Array, Array]:
    """softmax(scale * query @ key.T + mask) @ value, and for `backward` each query's logarithm of the sum.

    query (*, L, E), key (*, S, E), value (*, S, V), none empty, all float32 or all float64, of equal leading sizes but
    the last of them, of which the query may have a multiple. mask is broadcast to (*, L, S): booleans that are true
    where a key is seen, or numbers to add. causal: query i sees keys 0 to i. Who sees nothing gets 0. The result lies
    in memory in the order in which the query does.
    """
    q, k, v = _in_rows(query), _in_rows(key), _in_rows(value)
    out = _result(q, value.shape[-1])
    sums = np.empty((math.prod(query.shape[:-2]), query.shape[-2]), query.dtype)
    threads.run(
        _forward_part, _forward_shared, _workers(query, key),
        _NOTHING[query.dtype], _matrices(out), sums, _matrices(q), _matrices(k), _matrices(v), _sizes(query, value),
        *_masks(mask, query, key.shape[-2]), causal, query.dtype.type(scale),
    )  # fmt: skip
    return out.reshape(query.shape[:-1] + value.shape[-1:]), sums


def backward(
    grad: Array, out: Array, sums: Array, query: Array, key: Array, value: Array,
    mask: Array | None, causal: bool, scale: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """The gradients for query, key and value, where `out` and `sums` are forward's results, `grad` that of `out`."""
    q, k, v, g, y = (_in_rows(x) for x in (query, key, value, grad, out))
    found = tuple(_result(x, x.shape[-1]) for x in (q, k, v))
    threads.run(
        _backward_part, _backward_shared, _workers(query, key),
        _NOTHING[query.dtype], *map(_matrices, found), _matrices(g), _matrices(y), sums,
        _matrices(q), _matrices(k), _matrices(v), _sizes(query, value), *_masks(mask, query, key.shape[-2]),
        causal, query.dtype.type(scale),
    )  # fmt: skip
    dquery, dkey, dvalue = (x.reshape(like.shape) for x, like in zip(found, (query, key, value), strict=True))
    return dquery, dkey, dvalue
