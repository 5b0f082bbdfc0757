"""im2col as a table of offsets: how a band of the source is laid out so that every row of the matrix is a place in it.

A band is some rows of the grid of results, of one image and group. Its source is copied into a buffer that fits the
second-level cache: padded, and split by remainder where the source is read with a stride, so that for each channel
and tap the values wanted by neighbouring results are neighbours. Row (channel, tap) of im2col, flattened over rows of
equal pitch, is then the buffer itself from one offset on. Nothing larger than a band is ever held.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from autograd.kernels.geometry import Axis
from autograd.kernels.jit import kernel
from autograd.kernels.padded_rows import copy_padded
from autograd.kernels.vectors import WIDTH_BITS
from autograd.typing import Array

BUFFER_BYTES = 512 * 1024
"""A band of the source fills at most this much, unless a single row of results needs more."""

LEAST_ROWS = 4
BANDS_OF_FEW = 8
"""One or two images are cut into this many bands, so that all threads have work."""

SLACK = 13 * WIDTH_BITS // 8
"""Bytes behind the buffer that a tile may read, though none of its results counts."""


class Layout(NamedTuple):
    """A band of the source and the grid of results over it, in elements unless said otherwise.

    planes: for each plane of a channel its shift in depth and its remainders of row and column. offsets: in bytes, for
    each pass, channel and tap. tables: for a full band and for the last one, see conv_tile.py. cut: where the passes'
    taps begin. taps: their places in the window. results: for each pass its first position of depth, row and column.
    """

    channels: int
    planes: Array
    plane_size: int
    buffer_size: int
    pitch: int
    width: int
    full_width: int
    band_rows: int
    halo_rows: int
    first_row: int
    first_column: int
    source_sizes: Array
    source_steps: Array
    out_sizes: Array
    out_steps: Array
    counts: Array
    bands: int
    offsets: Array
    tables: Array
    vectors: Array
    cut: Array
    taps: Array
    results: Array


@lru_cache(maxsize=512)
def layout(axes: tuple[Axis, Axis, Axis], channels: int, images: int, size: int, longest: int = 1 << 40) -> Layout:
    """How to lay out bands for correlations over (depth, row, column) with elements of `size` bytes.

    `longest` limits the elements of a band's grid.
    """
    depth, row, column = axes
    depth_shifts = sorted({shift for taps in depth.passes for _, shift in taps})
    (row_parts, first_row, halo), (column_parts, first_column, span) = _parts(row), _parts(column)
    planes = list(product(depth_shifts, row_parts, column_parts))
    full_width = column.count + span
    pitch = full_width - _shared(column, column_parts, first_column, full_width)
    most_rows = max(1, longest // pitch)
    band_rows = _band_rows(row.count, most_rows, halo, pitch * size * len(planes) * channels, images * depth.count)
    bands = -(-row.count // band_rows)
    lines = -(-((band_rows + halo) * pitch + full_width - pitch) * size // 64)
    plane_size = (lines | 1) * 64 // size
    numbers = {plane: number for number, plane in enumerate(planes)}
    offsets, taps, cut, results = [], [], [0], []
    for z, y, x in product(*(range(len(axis.passes)) for axis in axes)):
        chosen = list(product(depth.passes[z], row.passes[y], column.passes[x]))
        places = []
        for (_, dz), (_, dy), (_, dx) in chosen:
            (qy, ry), (qx, rx) = divmod(dy, row.source_step), divmod(dx, column.source_step)
            places.append(numbers[dz, ry, rx] * plane_size + (qy - first_row) * pitch + qx - first_column)
        step = len(planes) * plane_size
        offsets += [(channel * step + place) * size for channel in range(channels) for place in places]
        taps += [(tz * row.window + ty) * column.window + tx for (tz, _), (ty, _), (tx, _) in chosen]
        cut.append(len(taps))
        results.append((z, y, x))
    last = row.count - (bands - 1) * band_rows
    lanes = WIDTH_BITS // 8 // size
    tables = np.stack([_table(rows, band_rows, pitch, column.count, lanes) for rows in (band_rows, last)])
    vectors = [-(-((rows - 1) * pitch + column.count) // lanes) for rows in (band_rows, last)]
    return Layout(
        channels, _integers(planes, 3), plane_size, channels * len(planes) * plane_size + SLACK // size, pitch,
        column.count, full_width, band_rows, halo, first_row, first_column,
        _integers([axis.source for axis in axes]), _integers([axis.source_step for axis in axes]),
        _integers([axis.size for axis in axes]), _integers([axis.out_step for axis in axes]),
        _integers([axis.count for axis in axes]),
        bands, _integers(offsets), tables, _integers(vectors), _integers(cut), _integers(taps), _integers(results, 3),
    )  # fmt: skip


def _integers(values: list, columns: int = 0) -> Array:
    array = np.array(values, np.int64)
    return array.reshape(-1, columns) if columns else array.reshape(-1)


def _parts(axis: Axis) -> tuple[list[int], int, int]:
    """The remainders by which the source is split, the first position that is read, and how many more than results."""
    shifts = [divmod(shift, axis.source_step) for taps in axis.passes for _, shift in taps]
    starts = [start for start, _ in shifts] or [0]
    return sorted({part for _, part in shifts}), min(starts), max(starts) - min(starts)


def _shared(axis: Axis, parts: list[int], first: int, width: int) -> int:
    """Zeros at the end of each row that are the zeros at the start of the next."""
    at = [[axis.source_step * (i + first) + part for i in range(width)] for part in parts]
    leading = min((sum(position < 0 for position in row) for row in at), default=0)
    trailing = min((sum(position >= axis.source for position in row) for row in at), default=0)
    return min(leading, trailing, width - axis.count)


def _band_rows(rows: int, most: int, halo: int, row_bytes: int, images: int) -> int:
    bands = -(-rows // max(1, min(most, BUFFER_BYTES // max(row_bytes, 1) - halo)))
    if images < BANDS_OF_FEW:
        bands = max(bands, min(-(-BANDS_OF_FEW // max(images, 1)), -(-rows // LEAST_ROWS)))
    return -(-rows // max(bands, 1))


def _table(rows: int, band_rows: int, pitch: int, width: int, lanes: int) -> Array:
    """For each vector of the grid the bits of its results and the number of results before it."""
    vectors = -(-band_rows * pitch // lanes) + 13
    place = np.arange(vectors * lanes)
    counts = ((place % pitch < width) & (place < rows * pitch)).reshape(vectors, lanes)
    bits = (counts << np.arange(lanes)).sum(1)
    before = np.cumsum(counts.sum(1)) - counts.sum(1)
    return np.stack([bits, before], axis=1).astype(np.int64)


@kernel()
def _inside(first, step, size, count):
    """Of the positions first, first + step, ..: the first inside 0 to size, the first behind, and their count."""
    low = min(count, max(0, -(first // step)))
    return low, max(low, min(count, -((first - size) // step))), count


@kernel()
def fill_band(buffer, start, source, origin, channels, z, row, rows, band):
    """Lay out, from `start` on, what `rows` rows of results from (z, row) on read of some channels from `origin` on."""
    step_z, step_y, step_x = band.source_steps
    depth, height, width = band.source_sizes
    planes = len(band.planes)
    for number in range(planes):
        plane_z = z * step_z + band.planes[number, 0]
        first_y = step_y * (row + band.first_row) + band.planes[number, 1]
        first_x = step_x * band.first_column + band.planes[number, 2]
        lines = _inside(first_y, step_y, height, rows + band.halo_rows)
        columns = _inside(first_x, step_x, width, band.full_width)
        if not 0 <= plane_z < depth:
            lines, plane_z = (0, 0, lines[2]), 0
        pitch, row_step, step = band.pitch, step_y * width, step_x
        if pitch == 1 and width == 1 and first_x == 0:  # all rows are one
            columns, lines, step = lines, (0, 1, 1), step_y
            first_x, first_y = first_y, 0
        place = start + number * band.plane_size
        base = origin + plane_z * height * width + first_y * width + first_x
        blocks = channels, planes * band.plane_size, depth * height * width
        copy_padded(buffer, place, pitch, source, base, row_step, step, columns, lines, blocks)
