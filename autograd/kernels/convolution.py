"""Convolution, its input gradient and its weight gradient, over one to three dimensions, in float32 and float64.

All three are products with an im2col matrix that is never made (im2col.py). The first two differ in their table of
offsets only: the transpose of a convolution is a correlation with as many passes as the stride has remainders.

Every result is computed by one thread from one sequence of sums, and the weight gradient is cut into parts by its
shape alone: one thread and many give the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable
from autograd.kernels.conv_packing import pack, unpack_sum
from autograd.kernels.conv_tile import FLAT, SINGLE, TABLE_ROW, TALL, correlate_tile, sum_tile
from autograd.kernels.geometry import Axis, Window, backward_axis, forward_axis
from autograd.kernels.im2col import BUFFER_BYTES, SLACK, fill_band, layout
from autograd.kernels.jit import kernel
from autograd.kernels.padded_rows import copy_padded
from autograd.kernels.vectors import WIDTH_BITS
from autograd.typing import Array

WORTH_A_THREAD = 200_000
"""Multiplications that repay waking one more thread."""

TASKS = 8
"""Pieces into which work is cut at least, if it can be: enough for some threads to share evenly."""

SUM_BYTES = 4 << 20
"""All partial sums of a weight gradient together, unless a single one needs more."""


LONG_SUM = 64
"""Vectors that a sum of products should run over, by taking several images together, to repay adding up its lanes."""


@kernel()
def sum_columns(height):
    """Columns of a tile of sums that has `height` rows."""
    if height == TALL[0]:
        return TALL[1]
    return FLAT[1] if height == FLAT[0] else SINGLE[1]


def tile_shape(rows: int) -> tuple[int, int]:
    """The tile, rows by vectors, for results of `rows` channels a group."""
    return SINGLE if rows == 1 else FLAT if rows <= FLAT[0] else TALL


@kernel()
def aligned(count, like):
    """`count` zeros from the start of a cache line on, so that whole vectors cross none."""
    memory = np.zeros(count + 64 // like.itemsize, like.dtype)
    skipped = -np.intp(memory.ctypes.data) % 64 // like.itemsize
    return memory[skipped : skipped + count]


@kernel()
def _grid_tiles(source, out, out_start, row_stride, left, offsets, depth, rows, height, tile_vectors, table, vectors):
    """All tiles of one block of rows, over a whole band."""
    size = source.itemsize
    third = tile_vectors // 3
    units = -(-vectors // third)
    tiles = -(-units // 3)
    target = np.intp(out.ctypes.data) + out_start * size
    for tile in range(tiles):
        unit, after = tile * units // tiles, (tile + 1) * units // tiles
        first = unit * third
        place = np.intp(source.ctypes.data) + first * WIDTH_BITS // 8
        correlate_tile(
            source, height, after - unit, left, offsets, place, depth, (target, row_stride * size), rows,
            table + first * TABLE_ROW,
        )  # fmt: skip


@kernel()
def _spread(out, out_start, row_stride, grid, grid_row, rows, z, row, band_rows, number, band):
    """Results of one pass, `grid`, to their places in `out`, which are steps apart."""
    depth, height, width = band.out_sizes
    step_z, step_y, step_x = band.out_steps
    first_z, first_y, first_x = band.results[number]
    out_z = z * step_z + first_z
    count = min(band.width, -(-(width - first_x) // step_x))
    if out_z >= depth:
        return
    for channel in range(rows):
        for y in range(band_rows):
            out_y = (row + y) * step_y + first_y
            if out_y < height:
                place = out_start + channel * row_stride + (out_z * height + out_y) * width + first_x
                source = channel * grid_row + y * band.width
                for x in range(count):
                    out[place + x * step_x] = grid[source + x]


@kernel()
def _correlate_part(
    out, source, packed, bias, images, groups, rows, height, tile_vectors, splits, band, worker, workers
):
    blocks = -(-rows // height)
    bands, depths = band.bands, band.counts[0]
    tasks = images * groups * depths * bands * splits
    source_image = band.channels * band.source_sizes[0] * band.source_sizes[1] * band.source_sizes[2]
    plane = band.out_sizes[0] * band.out_sizes[1] * band.out_sizes[2]
    buffer = aligned(band.buffer_size, out)
    spread = band.out_steps[0] * band.out_steps[1] * band.out_steps[2] > 1
    grid_row = band.band_rows * band.width
    grid = np.empty(height * grid_row if spread else 0, out.dtype)
    size = out.itemsize
    filled = -1
    for task in range(worker * tasks // workers, (worker + 1) * tasks // workers):
        place, split = task // splits, task % splits
        image_group, z, number = place // (bands * depths), place // bands % depths, place % bands
        group = image_group % groups
        row = number * band.band_rows
        band_rows = min(band.band_rows, band.counts[1] - row)
        short = np.intp(number == bands - 1)
        if place != filled:
            fill_band(buffer, 0, source, image_group * source_image, band.channels, z, row, band_rows, band)
            filled = place
        table = np.intp(band.tables[short].ctypes.data)
        for block in range(split * blocks // splits, (split + 1) * blocks // splits):
            block_rows = min(height, rows - block * height)
            start = (image_group * rows + block * height) * plane
            for turn in range(len(band.cut) - 1):
                first, taps = band.cut[turn], band.cut[turn + 1] - band.cut[turn]
                depth = taps * band.channels
                left = (
                    np.intp(packed[group].ctypes.data)
                    + (first * blocks + block * taps) * band.channels * height * size,
                    np.intp(bias[group].ctypes.data) + block * height * size,
                )
                offsets = np.intp(band.offsets.ctypes.data) + first * band.channels * 8
                if spread:
                    _grid_tiles(
                        buffer, grid, 0, grid_row, left, offsets, depth, block_rows, height, tile_vectors, table,
                        band.vectors[short],
                    )  # fmt: skip
                    _spread(out, start, plane, grid, grid_row, block_rows, z, row, band_rows, turn, band)
                else:
                    at = start + (z * band.counts[1] + row) * band.width
                    _grid_tiles(
                        buffer, out, at, plane, left, offsets, depth, block_rows, height, tile_vectors, table,
                        band.vectors[short],
                    )  # fmt: skip


@kernel(parallel=True)
def _correlate_shared(out, source, packed, bias, images, groups, rows, height, tile_vectors, splits, band, workers):
    for worker in prange(workers):
        _correlate_part(
            out,
            source,
            packed,
            bias,
            images,
            groups,
            rows,
            height,
            tile_vectors,
            splits,
            band,
            np.intp(worker),
            workers,
        )


@kernel()
def _fill_left(left, start, left_row, gradient, gradient_start, plane, rows, band_rows, band):
    """Some channels of a band of the gradient with zeros at the end of each row, as the layout has them."""
    columns, lines = (0, band.width, band.pitch), (0, band_rows, band_rows)
    if band.pitch == band.width:
        columns, lines = (0, band_rows * band.width, band_rows * band.width), (0, 1, 1)
    copy_padded(
        left, start, band.pitch, gradient, gradient_start, band.width, 1, columns, lines, (rows, left_row, plane)
    )
    used = lines[2] * columns[2]
    for lane in range(rows):
        left[start + lane * left_row + used : start + (lane + 1) * left_row] = 0


@kernel()
def _add_sums(sums, left, buffer, gradient, source, first, count, group, groups, rows, blocks, chunk, band):
    """Add to `sums` (blocks, depth, height) the products of `count` items, bands of images, and of a chunk of channels.

    Several items are whole images.
    """
    depth, height = sums.shape[1:]
    size, depths = sums.itemsize, band.counts[0]
    plane = depths * band.counts[1] * band.counts[2]
    source_plane = band.source_sizes[0] * band.source_sizes[1] * band.source_sizes[2]
    channel, channels = chunk
    channel_step = len(band.planes) * band.plane_size
    taps = depth // band.channels
    left_row = len(left) // (height * count)
    row = first % band.bands * band.band_rows
    band_rows = min(band.band_rows, band.counts[1] - row)
    short = np.intp(first % band.bands == band.bands - 1)
    for item in range(count):
        image_group, z = (first + item) // (band.bands * depths) * groups + group, (first + item) // band.bands % depths
        origin = (image_group * band.channels + channel) * source_plane
        fill_band(buffer, item * channels * channel_step, source, origin, channels, z, row, band_rows, band)
    place = np.intp(buffer.ctypes.data) - channel * channel_step * size
    lefts = np.intp(left.ctypes.data), left_row * size, height * left_row * size
    for block in range(blocks[0], blocks[1]):
        block_rows = min(height, rows - block * height)
        for item in range(count):
            image_group, z = (
                (first + item) // (band.bands * depths) * groups + group,
                (first + item) // band.bands % depths,
            )
            start = (image_group * rows + block * height) * plane + (z * band.counts[1] + row) * band.width
            _fill_left(left, item * height * left_row, left_row, gradient, start, plane, block_rows, band_rows, band)
        step = sum_columns(height)
        for k in range(channel * taps, (channel + channels) * taps, step):
            sum_tile(
                sums, height, lefts, np.intp(band.offsets.ctypes.data) + k * 8,
                (place, channels * channel_step * size), count, band.vectors[short],
                np.intp(band.tables[short].ctypes.data), np.intp(sums[block, k].ctypes.data), block_rows,
                min(step, (channel + channels) * taps - k),
            )  # fmt: skip


@kernel()
def _sums_part(sums, gradient, source, images, rows, splits, together, chunk, band, worker, workers):
    parts, groups, blocks, _, height = sums.shape
    items = images * band.counts[0] * band.bands
    left_row = (band.vectors[0] * WIDTH_BITS // 8 // 64 + 1 | 1) * 64 // sums.itemsize
    buffer = aligned(together * chunk * len(band.planes) * band.plane_size + SLACK // sums.itemsize, sums)
    left = aligned(together * height * left_row + SLACK // sums.itemsize, sums)
    tasks = parts * groups * splits
    for task in range(worker * tasks // workers, (worker + 1) * tasks // workers):
        part, group, split = task // (groups * splits), task // splits % groups, task % splits
        share = split * blocks // splits, (split + 1) * blocks // splits
        last = (part + 1) * items // parts
        for channel in range(0, band.channels, chunk):
            some = channel, min(chunk, band.channels - channel)
            for first in range(part * items // parts, last, together):
                count = min(together, last - first)
                _add_sums(
                    sums[part, group], left[: count * height * left_row], buffer, gradient, source, first, count,
                    group, groups, rows, share, some, band,
                )  # fmt: skip


@kernel(parallel=True)
def _sums_shared(sums, gradient, source, images, rows, splits, together, chunk, band, workers):
    for worker in prange(workers):
        _sums_part(sums, gradient, source, images, rows, splits, together, chunk, band, np.intp(worker), workers)


@lru_cache(maxsize=512)
def forward_axes(window: Window, sizes: tuple[int, ...], counts: tuple[int, ...]) -> tuple[Axis, Axis, Axis]:
    """Depth, row and column of the convolution of an input of `sizes` to a result of `counts`."""
    return _three([forward_axis(window, dim, *pair) for dim, pair in enumerate(zip(sizes, counts, strict=True))])


@lru_cache(maxsize=512)
def backward_axes(window: Window, sizes: tuple[int, ...], counts: tuple[int, ...]) -> tuple[Axis, Axis, Axis]:
    """Depth, row and column of its transpose, which takes a gradient of `counts` to one of `sizes`."""
    return _three([backward_axis(window, dim, *pair) for dim, pair in enumerate(zip(sizes, counts, strict=True))])


def _three(axes: list[Axis]) -> tuple[Axis, Axis, Axis]:
    """As depth, row and column. What is flat in memory anyway becomes one long row dimension."""
    single = Axis(1, 1, 1, 1, 1, 1, (((0, 0),),))
    while len(axes) > 1 and all(_is_plain(axis) for axis in axes[-2:]):
        count = axes[-2].count * axes[-1].count
        axes = [*axes[:-2], Axis(count, 1, count, 1, count, 1, (((0, 0),),))]
    if len(axes) == 1:
        axes = [*axes, single]
    depth, row, column = [single] * (3 - len(axes)) + axes
    return depth, row, column


def _is_plain(axis: Axis) -> bool:
    return axis.passes == (((0, 0),),) and axis.source_step == axis.out_step == 1 and axis.count == axis.source


Correlate = Callable[[Array, Array, tuple[int, int, int], Array | None, int, int, tuple[Axis, Axis, Axis], Array], None]
"""Writes a correlation: of a source with a weight whose group, row and channel are three strides apart, plus a bias,
for so many rows and groups, along depth, row and column, to its result."""


def _correlate(source: Array, weight: Array, strides: tuple[int, int, int], bias: Array | None, rows: int, groups: int,
               axes: tuple[Axis, Axis, Axis], out: Array) -> None:  # fmt: skip
    images, channels = source.shape[0], source.shape[1] // groups
    height, vectors = tile_shape(rows)
    band = layout(axes, channels, images, source.itemsize)
    packed = pack(flat_readable(weight), strides, groups, rows, height, band)
    blocks = -(-rows // height)
    start = np.zeros((groups, blocks * height), source.dtype)
    if bias is not None:
        start[:, :rows] = bias.reshape(groups, rows)
    splits = min(blocks, -(-TASKS // max(1, images * groups * axes[0].count * band.bands)))
    work = int(np.prod(band.counts)) * images * groups * rows * channels * len(band.taps)
    threads.run(
        _correlate_part, _correlate_shared, work // WORTH_A_THREAD,
        out.reshape(-1), flat_readable(source), packed, start, images, groups, rows, height, vectors, splits, band,
    )  # fmt: skip


def forward_by(correlate: Correlate, x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """`forward`, by one way to correlate."""
    counts = window.output(x.shape[2:])
    out = np.empty((x.shape[0], weight.shape[0], *counts), x.dtype)
    if out.size:
        taps, channels, rows = math.prod(window.size), weight.shape[1], weight.shape[0] // groups
        strides = rows * channels * taps, channels * taps, taps
        correlate(x, weight, strides, bias, rows, groups, forward_axes(window, x.shape[2:], counts), out)
    return out


def input_gradient_by(
    correlate: Correlate, gradient: Array, weight: Array, bias: Array | None, window: Window, groups: int,
    size: tuple[int, ...],
) -> Array:  # fmt: skip
    """`input_gradient`, by one way to correlate."""
    channels = weight.shape[1]
    out = np.empty((gradient.shape[0], channels * groups, *size), gradient.dtype)
    if out.size:
        taps, rows = math.prod(window.size), weight.shape[0] // groups
        strides = rows * channels * taps, taps, channels * taps
        correlate(gradient, weight, strides, bias, channels, groups,
                  backward_axes(window, size, gradient.shape[2:]), out)  # fmt: skip
    return out


def forward(x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """The convolution of x (N, C, *size) with weight (O, C / groups, *window.size), plus bias (O) or none.

    Gives (N, O, *window.output(size)). One dtype, float32 or float64; memory of any strides; N may be 0.
    """
    return forward_by(_correlate, x, weight, bias, window, groups)


def input_gradient(
    gradient: Array, weight: Array, bias: Array | None, window: Window, groups: int, size: tuple[int, ...]
) -> Array:
    """The transpose of `forward` as a map of x: gradient (N, O, *output) gives (N, C, *size), plus bias (C) or none."""
    return input_gradient_by(_correlate, gradient, weight, bias, window, groups, size)


def weight_gradient(gradient: Array, x: Array, window: Window, groups: int) -> Array:
    """The transpose of `forward` as a map of the weight: gradient (N, O, *output) and x (N, C, *size) give it."""
    images, channels, rows = x.shape[0], x.shape[1] // groups, gradient.shape[1] // groups
    depth = channels * math.prod(window.size)
    shape = (gradient.shape[1], channels, *window.size)
    if not images or not depth or not rows:
        return np.zeros(shape, x.dtype)
    longest = LONG_SUM * WIDTH_BITS // 8 // x.itemsize
    band = layout(forward_axes(window, x.shape[2:], gradient.shape[2:]), channels, images, x.itemsize, longest)
    height, _ = tile_shape(rows)
    blocks = -(-rows // height)
    items, weight_bytes = images * int(band.counts[0]) * band.bands, groups * blocks * height * depth * x.itemsize
    parts = max(1, min(items, -(-TASKS // groups), SUM_BYTES // weight_bytes))
    splits = min(blocks, -(-TASKS // (parts * groups)))
    together = min(-(-items // parts), max(1, LONG_SUM // int(band.vectors[0]))) if band.bands == 1 else 1
    chunk = min(channels, max(1, BUFFER_BYTES // (together * len(band.planes) * band.plane_size * x.itemsize)))
    sums = np.zeros((parts, groups, blocks, depth, height), x.dtype)
    work = int(np.prod(band.counts)) * images * groups * rows * depth
    threads.run(
        _sums_part, _sums_shared, work // WORTH_A_THREAD,
        sums, flat_readable(gradient), flat_readable(x), images, rows, splits, together, chunk, band,
    )  # fmt: skip
    return unpack_sum(sums, rows).reshape(shape)
