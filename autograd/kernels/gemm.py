"""Matrix products on the one pool of threads: float32 and float64, any strides, no copy of a transposed operand.

NumPy's BLAS has threads of its own, and two pools that spin for the same cores cost more than the products themselves.
So products of some size are computed here, and small ones, which OpenBLAS does without its threads, by NumPy.
The sum over the inner dimension is never split among threads: one thread and many give the same bits.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.gemm_packing import band_size, pack_left, pack_right
from autograd.kernels.gemm_tile import PANEL_BYTES, ROWS, VECTOR_BYTES, VECTORS, multiply_tile
from autograd.kernels.jit import kernel
from autograd.typing import Array

DEPTH_BYTES = 3200
"""Most bytes of a row of the left operand in a block. A panel of the right operand (150 KiB) then streams from the
second-level cache, which keeps pace with the arithmetic, and most products pass over their result only once."""

BLOCK_ROWS = 256
"""Rows of the left operand that are used before moving on: such a block (800 KiB) stays in the second-level cache."""

SMALL = 64 * 64 * 64
"""Multiplications up to which NumPy is quicker, and OpenBLAS keeps to one thread."""

SMALL_VECTOR = 9 * 1024
"""Elements of a matrix below which OpenBLAS multiplies it with a vector on one thread."""

WORTH_A_THREAD = 300_000
"""Multiplications that repay waking one more thread."""

_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


@kernel()
def _block_depth(depth, size):
    """The inner dimension of a block: the whole in equal parts, rounded up to whole vectors as packing does."""
    parts = -(-depth * size // DEPTH_BYTES)
    unit = parts * (VECTOR_BYTES // size)
    return -(-depth // unit) * (VECTOR_BYTES // size)


@kernel()
def multiply_block(
    workspace, like, c, c_row, a, a_strides, b, b_strides, initial, initial_strides, depth, rows, columns
):  # fmt: skip
    """c = initial + a @ b by one thread. Matrices are given by address and strides in bytes; c's rows are gapless."""
    size = like.itemsize
    width = VECTORS * VECTOR_BYTES // size
    panel = (np.intp(workspace.ctypes.data) + 63) // 64 * 64
    step = _block_depth(depth, size)
    packed = panel + step * PANEL_BYTES
    pack_a = a_strides[1] != size
    for row in range(0, rows, BLOCK_ROWS):
        block_rows = min(BLOCK_ROWS, rows - row)
        for k in range(0, depth, step):
            block_depth = min(step, depth - k)
            block, block_row, block_column = a + row * a_strides[0] + k * a_strides[1], a_strides[0], a_strides[1]
            if pack_a:
                pack_left(like, packed, block, block_row, block_column, block_rows, block_depth)
                block, block_row, block_column = packed, size, ROWS * size
            band_step = band_size(block_depth, size) if pack_a else ROWS * block_row
            for column in range(0, columns, width):
                tile_columns = min(width, columns - column)
                right = b + k * b_strides[0] + column * b_strides[1]
                pack_right(like, panel, right, b_strides[0], b_strides[1], block_depth, tile_columns)
                for band in range(0, block_rows, ROWS):
                    place = start = c + (row + band) * c_row + column * size
                    start_step = c_row
                    if k == 0:
                        start = initial + (row + band) * initial_strides[0] + column * initial_strides[1]
                        start_step = initial_strides[0]
                    multiply_tile(
                        like, (block + band // ROWS * band_step, block_row, block_column), panel, (start, start_step),
                        (place, c_row), block_depth, min(ROWS, block_rows - band), tile_columns,
                    )  # fmt: skip


@kernel()
def _grid(bands, vectors, workers, pack_band, pack_vector):
    """How many workers share the rows: the cut in both directions that leaves the largest share the least work.

    Packing is work too, and done anew in each share: `pack_band` and `pack_vector` count it in tiles.
    """
    best, best_cost = 1, np.inf
    for along_rows in range(1, workers + 1):
        if workers % along_rows == 0:
            share_bands = (bands + along_rows - 1) // along_rows
            along_columns = workers // along_rows
            share_vectors = (vectors + along_columns - 1) // along_columns
            cost = share_bands * share_vectors + pack_band * share_bands + pack_vector * share_vectors
            if cost < best_cost:
                best, best_cost = along_rows, cost
    return best


@kernel()
def _matmul_part(c, a, a_strides, b, b_strides, initial, initial_strides, depth, worker, workers):
    """One worker's share of c[i, j] = initial + a[i, j] @ b[i, j]: of all matrices, or of each if they are few."""
    outer, inner, rows, columns = c.shape
    size = c.itemsize
    bands, vectors = -(-rows // ROWS), -(-columns * size // VECTOR_BYTES)
    cuts = 1 if outer * inner >= 4 * workers else workers
    along_rows = _grid(bands, vectors, cuts, 0.5 if a_strides[3] == size else 1.5, 1.0 if b_strides[3] == size else 2.0)
    along_columns = cuts // along_rows
    tasks = outer * inner * cuts
    step = _block_depth(depth, size)
    left_size = min(bands, BLOCK_ROWS // ROWS) * band_size(step, size) if a_strides[3] != size else 0
    workspace = np.empty(step * PANEL_BYTES + left_size + 64, np.uint8)  # freed here: its users hold addresses
    for task in range(worker * tasks // workers, (worker + 1) * tasks // workers):
        matrix, cut = task // cuts, task % cuts
        i, j = matrix // inner, matrix % inner
        cut_row, cut_column = cut // along_columns, cut % along_columns
        top, bottom = cut_row * bands // along_rows * ROWS, (cut_row + 1) * bands // along_rows * ROWS
        left = cut_column * vectors // along_columns * VECTOR_BYTES
        right = (cut_column + 1) * vectors // along_columns * VECTOR_BYTES
        bottom, right = min(bottom, rows), min(right, columns * size)
        multiply_block(
            workspace,
            c,
            np.intp(c[i, j].ctypes.data) + top * c.strides[2] + left,
            c.strides[2],
            np.intp(a.ctypes.data) + i * a_strides[0] + j * a_strides[1] + top * a_strides[2],
            (a_strides[2], a_strides[3]),
            np.intp(b.ctypes.data) + i * b_strides[0] + j * b_strides[1] + left // size * b_strides[3],
            (b_strides[2], b_strides[3]),
            np.intp(initial.ctypes.data) + top * initial_strides[0] + left // size * initial_strides[1],
            initial_strides,
            depth,
            bottom - top,
            (right - left) // size,
        )


@kernel(parallel=True)
def _matmul_shared(c, a, a_strides, b, b_strides, initial, initial_strides, depth, workers):
    for worker in prange(workers):
        _matmul_part(c, a, a_strides, b, b_strides, initial, initial_strides, depth, np.intp(worker), workers)


def _origin(x: Array) -> Array:
    """The first element of a matrix: its address, in an array of one type whatever the strides and flags of x are."""
    first = x[:1, :1]
    first.setflags(write=False)
    return first


_NOTHING = {dtype: _origin(np.zeros((1, PANEL_BYTES), dtype)) for dtype in _FLOATS}
"""Where products without an initial value begin, with strides of 0: a row of zeros as long as a tile's."""


def _multiply(a: Array, b: Array, bias: Array | None) -> Array:
    """a @ b + bias for arrays (outer, inner, rows, depth), (outer, inner, depth, columns) and (columns), none empty."""
    outer, inner, rows, depth = a.shape
    columns = b.shape[3]
    c = np.empty((outer, inner, rows, columns), a.dtype)
    if bias is None:
        start, start_strides = _NOTHING[a.dtype], (0, 0)
    else:
        bias = np.ascontiguousarray(bias)
        start, start_strides = _origin(bias[None]), (0, bias.itemsize)
    work = outer * inner * rows * depth * columns
    threads.run(
        _matmul_part, _matmul_shared, work // WORTH_A_THREAD,
        c, _origin(a[0, 0]), a.strides, _origin(b[0, 0]), b.strides, start, start_strides, depth,
    )  # fmt: skip
    return c


def matmul(a: Array, b: Array) -> Array:
    """The product of two arrays as `numpy.matmul` defines it, batches and vectors included."""
    if min(a.ndim, b.ndim) < 2 or 1 in (a.shape[-2], b.shape[-1]):
        if max(a.size, b.size) < SMALL_VECTOR:
            return np.asarray(np.matmul(a, b))
        with threads.blas_on_one_thread:
            return np.asarray(np.matmul(a, b))
    small = a.size * b.shape[-1] <= SMALL or not b.size
    if small or a.dtype != b.dtype or a.dtype not in _FLOATS or a.shape[-1] != b.shape[-2]:
        return np.asarray(np.matmul(a, b))
    if a.ndim == 2 and b.ndim == 2:
        return _multiply(a[None, None], b[None, None], None)[0, 0]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    product = _multiply(_with_batch(a, batch), _with_batch(b, batch), None)
    return product.reshape(batch + (a.shape[-2], b.shape[-1]))


def _with_batch(x: Array, batch: tuple[int, ...]) -> Array:
    """x with two dimensions before its matrices; only a batch of three or more may need a copy."""
    x = np.broadcast_to(x, batch + x.shape[-2:])
    if len(batch) > 2:
        return x.reshape((-1,) + x.shape[-3:])
    return x[(None,) * (2 - len(batch))]


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """x @ weight.T + bias for x (*, in), weight (out, in), bias (out) or none; gives (*, out), all of one dtype."""
    rows = x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
    outputs = weight.shape[0]
    vector = 1 in (rows.shape[0], outputs)
    if vector or not weight.size or rows.size * outputs <= SMALL or x.dtype not in _FLOATS:
        product = matmul(rows, weight.T)
        if bias is not None:
            product += bias
    else:
        product = _multiply(rows[None, None], weight.T[None, None], bias)[0, 0]
    return product if x.ndim == 2 else product.reshape(x.shape[:-1] + (outputs,))
