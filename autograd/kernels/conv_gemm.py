"""Convolution, its input gradient and its weight gradient as products of packed panels, for many channels.

Columns of im2col are packed close together (conv_panels.py), so that no lane is spent on what is not a pixel and
images smaller than a tile share one; the products are those of gemm_tile.py. This repays packing where many channels of
the result use each column.

Every result is computed by one thread from one sequence of sums, and the weight gradient is cut into parts by its
shape alone: one thread and many give the same bits.
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable
from autograd.kernels.conv_packing import pack, unpack_sum
from autograd.kernels.conv_panels import pack_columns, pixels
from autograd.kernels.convolution import (
    SUM_BYTES,
    TASKS,
    WORTH_A_THREAD,
    aligned,
    forward_axes,
    forward_by,
    input_gradient_by,
)
from autograd.kernels.gemm import DEPTH_BYTES
from autograd.kernels.gemm_packing import pack_right
from autograd.kernels.gemm_tile import PANEL_BYTES, ROWS, VECTOR_BYTES, VECTORS, multiply_tile
from autograd.kernels.geometry import Axis, Window
from autograd.kernels.im2col import BUFFER_BYTES, SLACK, fill_band, layout
from autograd.kernels.jit import kernel
from autograd.typing import Array

LONG_SUM = 256
"""Pixels over which a tile of the weight gradient should sum before it is put away."""

COLUMN_BYTES = 384 * 1024
"""Most bytes of the columns that a weight gradient holds."""

MOST_TOGETHER = 8


@kernel()
def _scatter(out, products, rows, plane, start, first, count, z, row, turn, shape, band):
    """Pixels `first` and on of rows (first, behind the last) of products to their places in `out`, steps apart.

    `shape` is (pixels of an image, elements of `out` from one image to the next).
    """
    depth, height, width = band.out_sizes
    step_z, step_y, step_x = band.out_steps
    first_z, first_y, first_x = band.results[turn]
    out_z, pixel = z * step_z + first_z, first
    while pixel < first + count and out_z < depth:
        item, at = pixel // shape[0], pixel % shape[0]
        y, x = at // band.width, at % band.width
        some = min(band.width - x, first + count - pixel)
        out_y, out_x = (row + y) * step_y + first_y, x * step_x + first_x
        if out_y < height:
            inside = min(some, -(-(width - out_x) // step_x))
            place = start + item * shape[1] + (out_z * height + out_y) * width + out_x
            for channel in range(rows[0], rows[1]):
                target, source = place + channel * plane, channel * (PANEL_BYTES // out.itemsize) + pixel - first
                for i in range(inside):
                    out[target + i * step_x] = products[source + i]
        pixel += some


@kernel()
def _block_depth(depth, size):
    parts = max(1, -(-depth * size // DEPTH_BYTES))
    return max(1, -(-depth // parts))


@kernel()
def _weights(left, packed, group, rows, cut, taps, channels, size):
    """Of one pass, in bytes: where the weights of a group begin, steps to the next block, row and column."""
    depth, blocks = taps * channels, -(-rows // ROWS)
    if packed:
        start = np.intp(left[group].ctypes.data) + cut * blocks * channels * ROWS * size
        return start, depth * ROWS * size, size, ROWS * size
    return np.intp(left.ctypes.data) + group * rows * depth * size, ROWS * depth * size, depth * size, size


@kernel()
def _multiply_panel(like, weights, panel, begin, to, depth, rows, top, bottom, columns):
    """Blocks `top` to `bottom` of the product of weights and panel; `begin` and `to` are (address, row step)."""
    start, block_step, row_step, column_step = weights
    for block in range(top, bottom):
        multiply_tile(
            like, (start + block * block_step, row_step, column_step), panel,
            (begin[0] + block * ROWS * begin[1], begin[1]), (to[0] + block * ROWS * to[1], to[1]),
            depth, min(ROWS, rows - block * ROWS), columns,
        )  # fmt: skip


@kernel()
def _fill(buffer, source, lot, items, group, groups, z, row, band_rows, band, pixels):
    """Lay out a band of `items` images."""
    image = band.channels * band.source_sizes[0] * band.source_sizes[1] * band.source_sizes[2]
    for item in range(items):
        origin = ((lot * pixels.together + item) * groups + group) * image
        fill_band(buffer, item * pixels.item_size, source, origin, band.channels, z, row, band_rows, band)


@kernel()
def _deepest_block(band, size):
    most = 1
    for turn in range(len(band.cut) - 1):
        most = max(most, _block_depth((band.cut[turn + 1] - band.cut[turn]) * band.channels, size))
    return most


@kernel()
def _correlate_part(out, source, left, packed, bias, images, groups, rows, splits, band, pixels, worker, workers):
    size, width, blocks = out.itemsize, PANEL_BYTES // out.itemsize, -(-rows // ROWS)
    together, bands, depths = pixels.together, band.bands, band.counts[0]
    tasks = -(-images // together) * groups * depths * bands * splits
    plane = band.out_sizes[0] * band.out_sizes[1] * band.out_sizes[2]
    direct = together == 1 and band.out_steps[0] * band.out_steps[1] * band.out_steps[2] == 1
    buffer = aligned(together * pixels.item_size + SLACK // size, out)
    panel = aligned(_deepest_block(band, size) * width, out)
    products = np.empty(1 if direct else blocks * ROWS * width, out.dtype)
    filled = -1
    for task in range(worker * tasks // workers, (worker + 1) * tasks // workers):
        place, split = task // splits, task % splits
        lot, group = place // (bands * depths * groups), place // (bands * depths) % groups
        z, number = place // bands % depths, place % bands
        row, short = number * band.band_rows, np.intp(number == bands - 1)
        items = min(together, images - lot * together)
        if place != filled:
            band_rows = min(band.band_rows, band.counts[1] - row)
            _fill(buffer, source, lot, items, group, groups, z, row, band_rows, band, pixels)
            filled = place
        top, bottom = split * blocks // splits, (split + 1) * blocks // splits
        start = (lot * together * groups + group) * rows * plane
        for turn in range(len(band.cut) - 1):
            cut, taps = band.cut[turn], band.cut[turn + 1] - band.cut[turn]
            weights = _weights(left, packed, group, rows, cut, taps, band.channels, size)
            depth = taps * band.channels
            step = _block_depth(depth, size)
            for first in range(0, items * pixels.counts[short], width):
                columns = min(width, items * pixels.counts[short] - first)
                begin = np.intp(bias.ctypes.data) + group * rows * PANEL_BYTES, PANEL_BYTES
                to = np.intp(products.ctypes.data), PANEL_BYTES
                if direct:
                    at = start + (z * band.counts[1] + row) * band.width + first
                    to = np.intp(out.ctypes.data) + at * size, plane * size
                for k in range(0, max(depth, 1), step):
                    block_depth = min(step, depth - k)
                    pack_columns(
                        out, np.intp(panel.ctypes.data), PANEL_BYTES, np.intp(buffer.ctypes.data),
                        np.intp(band.offsets.ctypes.data) + (cut * band.channels + k) * 8, block_depth,
                        pixels.tables[short], first * size // VECTOR_BYTES, -(-columns * size // VECTOR_BYTES),
                    )  # fmt: skip
                    part = weights[0] + k * weights[3], weights[1], weights[2], weights[3]
                    _multiply_panel(
                        out, part, np.intp(panel.ctypes.data), begin, to, block_depth, rows, top, bottom, columns
                    )
                    begin = to
                if not direct:
                    _scatter(
                        out, products, (top * ROWS, min(rows, bottom * ROWS)), plane, start, first, columns, z, row,
                        turn, (pixels.counts[short], groups * rows * plane), band,
                    )  # fmt: skip


@kernel(parallel=True)
def _correlate_shared(out, source, left, packed, bias, images, groups, rows, splits, band, pixels, workers):
    for worker in prange(workers):
        _correlate_part(
            out, source, left, packed, bias, images, groups, rows, splits, band, pixels, np.intp(worker), workers,
        )  # fmt: skip


@kernel()
def _lay_out(buffer, columns, source, first, count, channel, channels, group, groups, pitch, band, pixels):
    """Columns of some channels: a row of pixels, `pitch` elements apart, for each channel and tap."""
    size, depths = source.itemsize, band.counts[0]
    plane = band.source_sizes[0] * band.source_sizes[1] * band.source_sizes[2]
    short = np.intp(first % band.bands == band.bands - 1)
    row = first % band.bands * band.band_rows
    band_rows = min(band.band_rows, band.counts[1] - row)
    for item in range(count):
        image, z = (first + item) // (band.bands * depths), (first + item) // band.bands % depths
        origin = ((image * groups + group) * band.channels + channel) * plane
        fill_band(buffer, item * pixels.item_size, source, origin, channels, z, row, band_rows, band)
    pack_columns(
        columns, np.intp(columns.ctypes.data), pitch * size, np.intp(buffer.ctypes.data),
        np.intp(band.offsets.ctypes.data), channels * (len(band.offsets) // band.channels), pixels.tables[short], 0,
        -(-count * pixels.counts[short] * size // VECTOR_BYTES),
    )  # fmt: skip


@kernel()
def _turn_gradient(panel, gradient, first, count, group, groups, rows, out, outs, band, pixels):
    """Output channels `out` and on as a panel, a row for each pixel."""
    size, depths = panel.itemsize, band.counts[0]
    plane = depths * band.counts[1] * band.counts[2]
    each = pixels.counts[np.intp(first % band.bands == band.bands - 1)]
    row = first % band.bands * band.band_rows
    for item in range(count):
        image, z = (first + item) // (band.bands * depths), (first + item) // band.bands % depths
        at = ((image * groups + group) * rows + out) * plane + (z * band.counts[1] + row) * band.width
        to, place = np.intp(panel.ctypes.data) + item * each * PANEL_BYTES, np.intp(gradient.ctypes.data) + at * size
        pack_right(panel, to, place, size, plane * size, each, outs)
    return count * each


@kernel()
def _sums_part(sums, gradient, source, images, chunk, band, pixels, worker, workers):
    """Products of all columns with the gradient, summed over pixels: sums (parts, groups, depth, rows)."""
    parts, groups, depth, rows = sums.shape
    size, width, together = sums.itemsize, PANEL_BYTES // sums.itemsize, pixels.together
    items, taps = images * band.counts[0] * band.bands, depth // band.channels
    most = together * pixels.counts[0]
    pitch = (-(-most * size // VECTOR_BYTES) | 1) * VECTOR_BYTES // size
    buffer = aligned(together * pixels.item_size + SLACK // size, sums)
    columns = aligned(chunk * taps * pitch, sums)
    panel = aligned((most + VECTOR_BYTES // size) * width, sums)
    chunks = -(-band.channels // chunk)
    tasks = parts * groups * chunks
    for task in range(worker * tasks // workers, (worker + 1) * tasks // workers):
        part, group, channel = task // (groups * chunks), task // chunks % groups, task % chunks * chunk
        channels = min(chunk, band.channels - channel)
        last = (part + 1) * items // parts
        for first in range(part * items // parts, last, together):
            count = min(together, last - first)
            _lay_out(buffer, columns, source, first, count, channel, channels, group, groups, pitch, band, pixels)
            for out in range(0, rows, width):
                outs = min(width, rows - out)
                summed = _turn_gradient(panel, gradient, first, count, group, groups, rows, out, outs, band, pixels)
                for k in range(0, channels * taps, ROWS):
                    to = np.intp(sums[part, group, channel * taps + k].ctypes.data) + out * size, rows * size
                    multiply_tile(
                        sums, (np.intp(columns.ctypes.data) + k * pitch * size, pitch * size, size),
                        np.intp(panel.ctypes.data), to, to, summed, min(ROWS, channels * taps - k), outs,
                    )  # fmt: skip


@kernel(parallel=True)
def _sums_shared(sums, gradient, source, images, chunk, band, pixels, workers):
    for worker in prange(workers):
        _sums_part(sums, gradient, source, images, chunk, band, pixels, np.intp(worker), workers)


def _together(images: int, count: int, item_bytes: int) -> int:
    """Images, each of `count` pixels, whose pixels share panels: as few as leave these nearly full."""
    most = max(1, min(MOST_TOGETHER, BUFFER_BYTES // max(item_bytes, 1), images))
    costs = [_panel_cost(n * count) / n for n in range(1, most + 1)]
    return next(n for n in range(1, most + 1) if costs[n - 1] <= 1.03 * min(costs))


def _panel_cost(count: int) -> float:
    """Cycles for each row of panels that hold `count` pixels: a narrow tile reads as many weights as a full one."""
    vectors = -(-count * 4 // VECTOR_BYTES)
    return vectors // VECTORS * 12.0 + (0.0, 5.5, 8.5)[vectors % VECTORS]


def _correlate(source: Array, weight: Array, strides: tuple[int, int, int], bias: Array | None, rows: int, groups: int,
               axes: tuple[Axis, Axis, Axis], out: Array) -> None:  # fmt: skip
    images, channels = source.shape[0], source.shape[1] // groups
    size = source.itemsize
    band = layout(axes, channels, images, size)
    whole = band.bands == 1 and band.counts[0] == 1
    item_bytes = channels * len(band.planes) * band.plane_size * size
    together = _together(images, int(band.counts[1] * band.width), item_bytes) if whole else 1
    together = min(together, max(1, images * groups // TASKS))
    packed = strides[1:] != (channels * len(band.taps), len(band.taps)) or len(band.cut) > 2
    flat = flat_readable(weight)
    left = pack(flat, strides, groups, rows, ROWS, band) if packed else flat[None]
    start = np.zeros((groups * rows, PANEL_BYTES // size), source.dtype)
    if bias is not None:
        start += bias[:, None]
    blocks = -(-rows // ROWS)
    lots = -(-images // together) * groups * int(band.counts[0]) * band.bands
    splits = min(blocks, -(-TASKS // max(1, lots)))
    work = int(np.prod(band.counts)) * images * groups * rows * channels * len(band.taps)
    threads.run(
        _correlate_part, _correlate_shared, work // WORTH_A_THREAD,
        out.reshape(-1), flat_readable(source), left, packed, start, images, groups, rows, splits, band,
        pixels(band, together, channels, size),
    )  # fmt: skip


def forward(x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """As `convolution.forward`."""
    return forward_by(_correlate, x, weight, bias, window, groups)


def input_gradient(
    gradient: Array, weight: Array, bias: Array | None, window: Window, groups: int, size: tuple[int, ...]
) -> Array:
    """As `convolution.input_gradient`."""
    return input_gradient_by(_correlate, gradient, weight, bias, window, groups, size)


def weight_gradient(gradient: Array, x: Array, window: Window, groups: int) -> Array:
    """As `convolution.weight_gradient`."""
    images, channels, rows = x.shape[0], x.shape[1] // groups, gradient.shape[1] // groups
    taps, size = math.prod(window.size), x.itemsize
    shape = (gradient.shape[1], channels, *window.size)
    if not images or not channels or not rows:
        return np.zeros(shape, x.dtype)
    band = layout(forward_axes(window, x.shape[2:], gradient.shape[2:]), channels, images, size, LONG_SUM * 2)
    count = int(band.band_rows * band.width)
    whole = band.bands == 1 and band.counts[0] == 1
    together = max(1, min(images, LONG_SUM // count)) if whole else 1
    per_channel = together * max(count * taps, len(band.planes) * band.plane_size) * size
    chunk = max(1, min(channels, COLUMN_BYTES // per_channel))
    chunks = -(-channels // chunk)
    chunk = -(-channels // chunks)
    items = images * int(band.counts[0]) * band.bands
    sum_bytes = groups * channels * taps * rows * size
    parts = max(1, min(-(-items // together), -(-TASKS // (groups * chunks)), SUM_BYTES // sum_bytes))
    sums = np.zeros((parts, groups, channels * taps, rows), x.dtype)
    work = int(np.prod(band.counts)) * images * groups * rows * channels * taps
    threads.run(
        _sums_part, _sums_shared, work // WORTH_A_THREAD,
        sums, flat_readable(gradient), flat_readable(x), images, chunk, band, pixels(band, together, chunk, size),
    )  # fmt: skip
    return unpack_sum(sums[:, :, None], rows).reshape(shape)
