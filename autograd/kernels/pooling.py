"""Windows over planes reduced to their largest elements or to means, and what their gradients are made of.

Arrays are (*, D, H, W) with as many of the last three dimensions as there are axes; every plane is treated alike.
Each result is made by one thread in one order, so the number of threads changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.pooling_axes import HALF_STEP, STEP_1, STEP_2, PoolAxis, sliding_axis
from autograd.kernels.pooling_lanes import (
    largest_anyhow,
    largest_step_1,
    largest_step_2,
    sums_anyhow,
    sums_half_step,
    sums_half_step_later,
    sums_step_1,
    sums_step_2,
)
from autograd.typing import Array, Shape

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

_SINGLE = sliding_axis(1, 1, 1, 0)
"""The axis of a dimension that is not there."""


@kernel()
def _address(x, row):
    """Where a row of the array (rows, length) lies."""
    return np.intp(x.ctypes.data) + row * x.strides[0]


@kernel()
def _place(row, depths, heights):
    """The plane of a row of results, and the depth and the height of its windows."""
    depth, height = row // heights.shape[1], row % heights.shape[1]
    return depth // depths.shape[1], depth % depths.shape[1], height


@kernel()
def _next(plane, depth, height, depths, heights):
    """Those of the next row."""
    height += 1
    if height == heights.shape[1]:
        height = 0
        depth += 1
        if depth == depths.shape[1]:
            depth = 0
            plane += 1
    return plane, depth, height


@kernel()
def _alike(heights, divisors, height, most):
    """How many rows of results from this height on, of at most so many, hold the same and divide by the same."""
    after = height + 1
    while (
        after < min(height + most, heights.shape[1])
        and heights[0, after] == heights[0, height]
        and heights[1, after] == heights[1, height]
        and divisors[after] == divisors[height]
    ):
        after += 1
    return after - height


@kernel()
def _reach(x, plane, depth, height, sizes, depth_size):
    """What `_Reach` in pooling_lanes.py asks for; depth, height: the first row that is held, and how many."""
    rows, width, depth_gap, height_gap, taps, gap = sizes
    first = depth[0] * rows + height[0]
    steps = (depth_gap * rows * width, height_gap * width)
    row = _address(x, plane * depth_size * rows + first)
    return (row, first * width, width, depth[1], steps[0], height[1], steps[1], taps, gap)


@kernel()
def _largest_part(x, out, places, depths, heights, starts, stops, sizes, depth_size, pattern, worker, workers):
    count = starts.size
    first = worker * out.shape[0] // workers
    plane, d, h = _place(first, depths, heights)
    for row in range(first, (worker + 1) * out.shape[0] // workers):
        reach = _reach(x, plane, depths[:, d], heights[:, h], sizes, depth_size)
        plane, d, h = _next(plane, d, h, depths, heights)
        addresses = (
            _address(out, row), _address(places, row), np.intp(starts.ctypes.data), np.intp(stops.ctypes.data)
        )  # fmt: skip
        if pattern == STEP_2:
            largest_step_2(x, addresses, count, reach)
        elif pattern == STEP_1:
            largest_step_1(x, addresses, count, reach)
        else:
            largest_anyhow(x, addresses, count, reach)


@kernel(parallel=True)
def _largest_shared(x, out, places, depths, heights, starts, stops, sizes, depth_size, pattern, workers):
    for worker in prange(workers):
        _largest_part(
            x, out, places, depths, heights, starts, stops, sizes, depth_size, pattern, np.intp(worker), workers
        )


@kernel()
def _sums_part(x, out, divisors, depths, heights, starts, stops, sizes, depth_size, pattern, worker, workers):
    count = starts.size
    first = worker * out.shape[0] // workers
    plane, d, h = _place(first, depths, heights)
    row, stop = first, (worker + 1) * out.shape[0] // workers
    while row < stop:
        alike = _alike(heights, divisors[1], h, stop - row)
        divisor = divisors[0][d] * divisors[1][h]
        reach = _reach(x, plane, depths[:, d], heights[:, h], sizes, depth_size)
        addresses = (
            _address(out, row), np.intp(divisors[2].ctypes.data), np.intp(starts.ctypes.data),
            np.intp(stops.ctypes.data),
        )  # fmt: skip
        if pattern == STEP_2:
            sums_step_2(x, addresses, count, reach, divisor, alike)
        elif pattern == STEP_1:
            sums_step_1(x, addresses, count, reach, divisor, alike)
        elif pattern == HALF_STEP:
            sums_half_step(x, addresses, count, reach, divisor, alike)
        elif pattern == HALF_STEP + 1:
            sums_half_step_later(x, addresses, count, reach, divisor, alike)
        else:
            sums_anyhow(x, addresses, count, reach, divisor, alike)
        row += alike
        plane, d, h = _next(plane, d, h + alike - 1, depths, heights)


@kernel(parallel=True)
def _sums_shared(x, out, divisors, depths, heights, starts, stops, sizes, depth_size, pattern, workers):
    for worker in prange(workers):
        _sums_part(
            x, out, divisors, depths, heights, starts, stops, sizes, depth_size, pattern, np.intp(worker), workers
        )


@kernel()
def _put_part(x, places, out, replace, worker, workers):
    planes = out.shape[0]
    for plane in range(worker * planes // workers, (worker + 1) * planes // workers):
        target, values, where = out[plane], x[plane], places[plane]
        target[:] = 0
        if replace:
            for i in range(values.size):
                target[where[i]] = values[i]
        else:
            for i in range(values.size):
                target[where[i]] += values[i]


@kernel(parallel=True)
def _put_shared(x, places, out, replace, workers):
    for worker in prange(workers):
        _put_part(x, places, out, replace, np.intp(worker), workers)


@kernel()
def _take_part(x, places, out, worker, workers):
    planes = out.shape[0]
    for plane in range(worker * planes // workers, (worker + 1) * planes // workers):
        source, values, where = x[plane], out[plane], places[plane]
        for i in range(values.size):
            values[i] = source[where[i]]


@kernel(parallel=True)
def _take_shared(x, places, out, workers):
    for worker in prange(workers):
        _take_part(x, places, out, np.intp(worker), workers)


def largest(x: Array, axes: Sequence[PoolAxis]) -> tuple[Array, Array]:
    """The largest element of each window and its place in its plane, counted in row-major order.

    x in float32 or float64; places are integers as wide as its elements. Of equal elements the first one counts; NaN
    counts as largest. Every window must hold an element.
    """
    shape = _lead(x, axes) + tuple(axis.count for axis in axes)
    out, places = np.empty(shape, x.dtype), np.empty(shape, _whole(x))
    if out.size:
        width = shape[-1]
        _over_rows(_largest_part, _largest_shared, x, axes, out.reshape(-1, width), places.reshape(-1, width))
    return out, places


def sums(x: Array, axes: Sequence[PoolAxis]) -> Array:
    """The sum of each window, divided by the product of its divisors of all axes."""
    out = np.empty(_lead(x, axes) + tuple(axis.count for axis in axes), x.dtype)
    if out.size:
        divisors = tuple([axis.divided_by(x.dtype.type) for axis in [_SINGLE] * (3 - len(axes)) + list(axes)])
        _over_rows(_sums_part, _sums_shared, x, axes, out.reshape(-1, out.shape[-1]), divisors)
    return out


def put(x: Array, places: Array, size: Shape, replace: bool = False) -> Array:
    """Zeros (*, *size) plus the elements of x (*, *windows), each at its place in its plane, from 0 on.

    With `replace` the last element of a place stands there, not the sum. Places have the shape of x.
    """
    planes = math.prod(x.shape[: -len(size)])
    out = np.empty(x.shape[: -len(size)] + tuple(size), x.dtype)
    if out.size:
        threads.run(
            _put_part, _put_shared, out.size // WORTH_A_THREAD, readable(x).reshape(planes, -1),
            readable(places, _whole(x)).reshape(planes, -1), out.reshape(planes, -1), replace,
        )  # fmt: skip
    return out


def take(x: Array, places: Array, dims: int) -> Array:
    """The elements of x (*, *size) at places (*, *windows) in its planes of `dims` dimensions."""
    planes = math.prod(places.shape[:-dims])
    out = np.empty(places.shape, x.dtype)
    if out.size:
        threads.run(
            _take_part, _take_shared, out.size // WORTH_A_THREAD, readable(x).reshape(planes, -1),
            readable(places, _whole(x)).reshape(planes, -1), out.reshape(planes, -1),
        )  # fmt: skip
    return out


def _over_rows(part: Any, shared: Any, x: Array, axes: Sequence[PoolAxis], out: Array, beside: Any) -> None:
    depth, height, width = [_SINGLE] * (3 - len(axes)) + list(axes)
    sizes = (height.size, width.size, depth.gap, height.gap, width.taps, width.gap)
    starts, stops = width.columns(_whole(x))
    threads.run(
        part, shared, max(x.size, out.size) // WORTH_A_THREAD, readable(x).reshape(-1, width.size), out, beside,
        depth.rows, height.rows, starts, stops, sizes, depth.size, width.pattern,
    )  # fmt: skip


def _lead(x: Array, axes: Sequence[PoolAxis]) -> Shape:
    return x.shape[: x.ndim - len(axes)]


def _whole(x: Array) -> Any:
    return np.int32 if x.itemsize == 4 else np.int64
