"""Convolutions with 3x3 windows, stride 1, by Winograd's F(2x2, 3x3): 2.25 times fewer multiplications.

Tiles of 2x2 results are taken in bands of whole rows of tiles, over all images; the 16 matrices of a band's patches
and products stay in the second-level cache. The weight gradient is the transpose, with the same transform of patches.

Where a result is not finite, the transforms have mixed it with its neighbours (and infinities with each other): the
call is then computed again by `convolution`, so NaN and infinity reach what they reach there. The weight gradient is
summed in parts cut by shape alone: one thread and many give the same bits.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import convolution, gemm, threads
from autograd.kernels.arguments import flat_readable
from autograd.kernels.convolution import WORTH_A_THREAD
from autograd.kernels.gemm_packing import band_size, pack_left, pack_right
from autograd.kernels.gemm_tile import PANEL_BYTES, ROWS, VECTOR_BYTES, VECTORS, multiply_tile
from autograd.kernels.geometry import Window
from autograd.kernels.jit import kernel
from autograd.kernels.winograd_transforms import join_results, split_gradients, split_patches
from autograd.typing import Array

PRODUCTS = 16
"""Products of one tile, where the direct form has 36."""

BAND_BYTES = 576
"""Most bytes of a row of a band's matrices: three panels of the matrix product."""

TASKS = 4
"""Bands there should be at least, for some threads to share."""

SUM_BYTES = 8 << 20
"""All partial sums of a weight gradient together, unless two need more."""

_G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
_WEIGHT_MAPS = {np.dtype(kind): np.kron(_G, _G).astype(kind) for kind in (np.float32, np.float64)}


def suits(window: Window, groups: int) -> bool:
    """Whether the functions here compute this convolution."""
    return window.size == (3, 3) and window.stride == window.dilation == (1, 1) and groups == 1


@kernel()
def _memory(count, like):
    """Uninitialised elements of which the first is at the start of a cache line."""
    memory = np.empty(count + VECTOR_BYTES // like.itemsize, like.dtype)
    skipped = -np.intp(memory.ctypes.data) % VECTOR_BYTES // like.itemsize
    return memory[skipped : skipped + count]


@kernel()
def _pitch(tiles, like):
    """Elements of a row of a band's matrices: an odd number of vectors, one more than needed, spreads the sets."""
    lanes = VECTOR_BYTES // like.itemsize
    return ((tiles - 1) // lanes + 2 | 1) * lanes


@kernel()
def _unpacked(plan):
    """What `_plan` holds: tuples cannot pass into a parallel loop."""
    images, channels, outputs = plan[0], plan[1], plan[2]
    sizes, out_sizes, before, grid = (plan[3], plan[4]), (plan[5], plan[6]), (plan[7], plan[8]), (plan[9], plan[10])
    return images, channels, outputs, sizes, out_sizes, before, grid, plan[11]


@kernel()
def _fill(band, gradient, source, channels, sizes, before, first, rows, grid):
    """The 16 matrices of tile rows `first` and on; `grid` is tiles (down, across) of an image."""
    size = band.itemsize
    lanes = VECTOR_BYTES // size
    pitch = _pitch(rows * grid[1], band) * size
    plane = sizes[0] * sizes[1] * size
    for row in range(rows):
        image, y = (first + row) // grid[0], (first + row) % grid[0]
        origin = np.intp(source.ctypes.data) + image * channels * plane
        for x in range(0, grid[1], lanes):
            to = np.intp(band.ctypes.data) + (row * grid[1] + x) * size
            place = to, channels * pitch, pitch, origin, plane, 2 * y - before[0], 2 * x - before[1]
            if gradient:
                split_gradients(band, *place, sizes[0], sizes[1], channels)
            else:
                split_patches(band, *place, sizes[0], sizes[1], channels)


@kernel()
def _multiply(products, panel, left, band, channels, outputs, tiles):
    """products[k] = weight[k] @ band[k] for the 16 matrices."""
    size = band.itemsize
    width = VECTORS * VECTOR_BYTES // size
    pitch = _pitch(tiles, band) * size
    base, matrix, step, row, column = left
    nothing = np.intp(panel.ctypes.data)
    packed = nothing + PANEL_BYTES
    for k in range(PRODUCTS):
        right = np.intp(band.ctypes.data) + k * channels * pitch
        to = np.intp(products.ctypes.data) + k * outputs * pitch
        for tile in range(0, tiles, width):
            count = min(width, tiles - tile)
            pack_right(band, packed, right + tile * size, pitch, size, channels, count)
            for out in range(0, outputs, ROWS):
                multiply_tile(
                    band, (base + k * matrix + out // ROWS * step, row, column), packed, (nothing, 0),
                    (to + out * pitch + tile * size, pitch), channels, min(ROWS, outputs - out), count,
                )  # fmt: skip


@kernel()
def _empty_out(out, products, bias, check, outputs, sizes, first, rows, grid):
    size = products.itemsize
    lanes = VECTOR_BYTES // size
    pitch = _pitch(rows * grid[1], products) * size
    plane = sizes[0] * sizes[1] * size
    for row in range(rows):
        image, y = (first + row) // grid[0], (first + row) % grid[0]
        to = np.intp(out.ctypes.data) + image * outputs * plane
        for x in range(0, grid[1], lanes):
            source = np.intp(products.ctypes.data) + (row * grid[1] + x) * size
            join_results(
                products, source, outputs * pitch, pitch, to, plane, 2 * y, 2 * x, sizes[0], sizes[1], outputs,
                np.intp(bias.ctypes.data), np.intp(check.ctypes.data),
            )  # fmt: skip


@kernel()
def _correlate_part(out, source, weight, bias, checks, plan, worker, workers):
    images, channels, outputs, sizes, out_sizes, before, grid, band_rows = _unpacked(plan)
    size = out.itemsize
    rows = images * grid[0]
    bands = -(-rows // band_rows)
    pitch = _pitch(band_rows * grid[1], out)
    band = _memory(PRODUCTS * channels * pitch, out)
    products = _memory(PRODUCTS * outputs * pitch, out)
    panel = _memory((channels + 1) * PANEL_BYTES // size, out)
    panel[: PANEL_BYTES // size] = 0
    base, matrix, step, row, column = weight[0].ctypes.data, weight.strides[0], 0, 0, 0
    depth_bytes = channels * size
    step, row, column = ROWS * depth_bytes, depth_bytes, size
    if weight.shape[1] != outputs * channels:
        step, row, column = band_size(channels, size), size, ROWS * size
    left = np.intp(base), np.intp(matrix), step, row, column
    for number in range(worker * bands // workers, (worker + 1) * bands // workers):
        first = number * band_rows
        some = min(band_rows, rows - first)
        _fill(band, False, source, channels, sizes, before, first, some, grid)
        _multiply(products, panel, left, band, channels, outputs, some * grid[1])
        _empty_out(out, products, bias, checks[number], outputs, out_sizes, first, some, grid)


@kernel(parallel=True)
def _correlate_shared(out, source, weight, bias, checks, plan, workers):
    for worker in prange(workers):
        _correlate_part(out, source, weight, bias, checks, plan, np.intp(worker), workers)


@kernel()
def _pack_turned(target, weight, rows, depth):
    """Matrices (depth, rows) as the left operand of the tile."""
    size = weight.itemsize
    for k in range(PRODUCTS):
        place, source = np.intp(target[k].ctypes.data), np.intp(weight[k].ctypes.data)
        pack_left(weight, place, source, size, rows * size, rows, depth)


@kernel()
def _sums_part(sums, gradient, source, plan, worker, workers):
    images, channels, outputs, sizes, out_sizes, before, grid, band_rows = _unpacked(plan)
    parts, size = len(sums), sums.itemsize
    rows, width = images * grid[0], VECTORS * VECTOR_BYTES // sums.itemsize
    bands = -(-rows // band_rows)
    pitch = _pitch(band_rows * grid[1], sums)
    patches = _memory(PRODUCTS * channels * pitch, sums)
    spread = _memory(PRODUCTS * outputs * pitch, sums)
    panel = _memory(pitch * PANEL_BYTES // size, sums)
    packed = np.intp(panel.ctypes.data)
    for part in range(worker * parts // workers, (worker + 1) * parts // workers):
        for number in range(part * bands // parts, (part + 1) * bands // parts):
            first = number * band_rows
            some = min(band_rows, rows - first)
            tiles = some * grid[1]
            step = _pitch(tiles, sums) * size
            _fill(patches, False, source, channels, sizes, before, first, some, grid)
            _fill(spread, True, gradient, outputs, out_sizes, (0, 0), first, some, grid)
            for k in range(PRODUCTS):
                right = np.intp(patches.ctypes.data) + k * channels * step
                left = np.intp(spread.ctypes.data) + k * outputs * step
                for channel in range(0, channels, width):
                    count = min(width, channels - channel)
                    pack_right(sums, packed, right + channel * step, size, step, tiles, count)
                    for out in range(0, outputs, ROWS):
                        to = np.intp(sums[part, k, out].ctypes.data) + channel * size, channels * size
                        multiply_tile(
                            sums, (left + out * step, step, size), packed, to, to, tiles,
                            min(ROWS, outputs - out), count,
                        )  # fmt: skip


@kernel(parallel=True)
def _sums_shared(sums, gradient, source, plan, workers):
    for worker in prange(workers):
        _sums_part(sums, gradient, source, plan, np.intp(worker), workers)


def _cut(images: int, sizes: tuple[int, ...], itemsize: int) -> tuple[tuple[int, int], int]:
    """Tiles of an image (down, across), and rows of tiles in a band."""
    down, across = -(-sizes[0] // 2), -(-sizes[1] // 2)
    rows = images * down
    most = max(1, BAND_BYTES // itemsize // across)
    bands = max(-(-rows // most), min(TASKS, rows))
    return (down, across), -(-rows // (-(-bands // 2) * 2))


def _plan(source: tuple[int, ...], out: tuple[int, ...], before: tuple[int, int], grid: tuple[int, int],
          band_rows: int) -> Array:  # fmt: skip
    return np.array([*source[:2], out[1], *source[2:], *out[2:], *before, *grid, band_rows], np.int64)


def _correlate(source: Array, weight: Array, bias: Array | None, before: tuple[int, int], out: Array) -> bool:
    """Write the correlation to `out`; whether all of it is finite."""
    images, channels = source.shape[:2]
    outputs = out.shape[1]
    grid, band_rows = _cut(images, out.shape[2:], out.itemsize)
    checks = np.zeros((images * grid[0], VECTOR_BYTES // out.itemsize), out.dtype)
    start = np.zeros(outputs, out.dtype) if bias is None else np.ascontiguousarray(bias)
    plan = _plan(source.shape, out.shape, before, grid, band_rows)
    work = images * grid[0] * grid[1] * PRODUCTS * channels * outputs
    threads.run(
        _correlate_part, _correlate_shared, work // WORTH_A_THREAD,
        out.reshape(-1), flat_readable(source), weight, start, checks, plan,
    )  # fmt: skip
    return not np.isnan(checks).any()


def forward(x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """As `convolution.forward`, where `suits(window, groups)`."""
    out = np.empty((x.shape[0], weight.shape[0], *window.output(x.shape[2:])), x.dtype)
    if out.size and x.size:
        packed = gemm.matmul(_WEIGHT_MAPS[x.dtype], weight.reshape(-1, 9).T)
        before = window.padding[0][0], window.padding[1][0]
        if _correlate(x, packed, bias, before, out):
            return out
    return convolution.forward(x, weight, bias, window, groups)


def input_gradient(
    gradient: Array, weight: Array, bias: Array | None, window: Window, groups: int, size: tuple[int, ...]
) -> Array:
    """As `convolution.input_gradient`, where `suits(window, groups)`."""
    outputs, channels = weight.shape[:2]
    out = np.empty((gradient.shape[0], channels, *size), gradient.dtype)
    if out.size and gradient.size:
        flipped = np.ascontiguousarray(_WEIGHT_MAPS[out.dtype][:, ::-1])
        turned = gemm.matmul(flipped, weight.reshape(-1, 9).T)
        row = band_size(outputs, out.itemsize) // out.itemsize
        packed = np.empty((PRODUCTS, -(-channels // ROWS) * row), out.dtype)
        _pack_turned(packed, turned, channels, outputs)
        before = 2 - window.padding[0][0], 2 - window.padding[1][0]
        if _correlate(gradient, packed, bias, before, out):
            return out
    return convolution.input_gradient(gradient, weight, bias, window, groups, size)


def weight_gradient(gradient: Array, x: Array, window: Window, groups: int) -> Array:
    """As `convolution.weight_gradient`, where `suits(window, groups)`."""
    if gradient.size and x.size:
        images, channels, outputs = x.shape[0], x.shape[1], gradient.shape[1]
        grid, band_rows = _cut(images, gradient.shape[2:], x.itemsize)
        bands = -(-images * grid[0] // band_rows)
        most = max(2, SUM_BYTES // (PRODUCTS * channels * outputs * x.itemsize))
        sums = np.zeros((min(bands, most, 8), PRODUCTS, outputs, channels), x.dtype)
        work = images * grid[0] * grid[1] * PRODUCTS * channels * outputs
        before = window.padding[0][0], window.padding[1][0]
        plan = _plan(x.shape, gradient.shape, before, grid, band_rows)
        threads.run(
            _sums_part, _sums_shared, work // WORTH_A_THREAD,
            sums, flat_readable(gradient), flat_readable(x), plan,
        )  # fmt: skip
        total = sums.sum(axis=0).reshape(PRODUCTS, -1)
        result = gemm.matmul(total.T, _WEIGHT_MAPS[x.dtype]).reshape(outputs, channels, 3, 3)
        if np.isfinite(result).all():
            return result
    return convolution.weight_gradient(gradient, x, window, groups)
