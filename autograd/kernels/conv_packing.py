"""Weights in the order in which the tiles of a convolution read them, and sums of weight gradients out of it.

Packed weights are, for each group, pass of the layout and block of rows, a matrix (channel and tap) × (rows of the
tile); rows beyond the last hold zeros. A weight is addressed as row, channel and tap by three strides in elements, so
that convolution and its transpose read the same array.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.im2col import Layout
from autograd.kernels.jit import kernel
from autograd.typing import Array

WORTH_A_THREAD = 50_000
"""Elements that repay waking one more thread."""


@kernel()
def _pack_part(packed, weight, strides, rows, height, band, worker, workers):
    group_stride, row_stride, channel_stride = strides
    blocks = -(-rows // height)
    channels = band.channels
    groups = packed.shape[0]
    for task in range(worker * groups * blocks // workers, (worker + 1) * groups * blocks // workers):
        group, block = task // blocks, task % blocks
        out = packed[group]
        for number in range(len(band.cut) - 1):
            first, count = band.cut[number], band.cut[number + 1] - band.cut[number]
            place = (first * blocks + block * count) * channels * height
            for channel in range(channels):
                for tap in range(first, first + count):
                    start = group * group_stride + channel * channel_stride + band.taps[tap]
                    for row in range(height):
                        at = block * height + row
                        out[place + row] = weight[start + at * row_stride] if at < rows else 0
                    place += height


@kernel(parallel=True)
def _pack_shared(packed, weight, strides, rows, height, band, workers):
    for worker in prange(workers):
        _pack_part(packed, weight, strides, rows, height, band, np.intp(worker), workers)


def pack(weight: Array, strides: tuple[int, int, int], groups: int, rows: int, height: int, band: Layout) -> Array:
    """The flat array `weight`, whose group, row and channel are `strides` apart, as (groups, packed)."""
    size = -(-rows // height) * height * band.channels * int(band.cut[-1])
    packed = np.empty((groups, size), weight.dtype)
    threads.run(_pack_part, _pack_shared, packed.size // WORTH_A_THREAD, packed, weight, strides, rows, height, band)
    return packed


@kernel()
def _unpack_part(weight, sums, rows, height, worker, workers):
    parts, groups, _, depth, _ = sums.shape
    for task in range(worker * groups * rows // workers, (worker + 1) * groups * rows // workers):
        group, row = task // rows, task % rows
        block, lane = row // height, row % height
        for k in range(depth):
            total = sums[0, group, block, k, lane]
            for part in range(1, parts):
                total += sums[part, group, block, k, lane]
            weight[task, k] = total


@kernel(parallel=True)
def _unpack_shared(weight, sums, rows, height, workers):
    for worker in prange(workers):
        _unpack_part(weight, sums, rows, height, np.intp(worker), workers)


def unpack_sum(sums: Array, rows: int) -> Array:
    """Sums (parts, groups, blocks, depth, height) as one matrix (groups × rows, depth), added up part after part."""
    _, groups, _, depth, height = sums.shape
    weight = np.empty((groups * rows, depth), sums.dtype)
    threads.run(_unpack_part, _unpack_shared, sums.size // WORTH_A_THREAD, weight, sums, rows, height)
    return weight
