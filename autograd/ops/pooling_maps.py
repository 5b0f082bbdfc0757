"""The linear maps of pooling, in pairs that are each other's gradients, and the choice of the largest."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.kernels.pooling_axes import PoolAxis
from autograd.typing import A, Array, Shape

Axes = tuple[PoolAxis, ...]


@operation(lambda g, out_1, input_shape, axes: put_at(g[0], out_1, input_shape[-len(axes) :]))
def largest_in_windows(input: A, axes: Axes) -> tuple[A, Array]:
    """The largest element of each window of `input` (*, *size), and its place in the plane; of equal ones the first."""
    return kernels.pooling.largest(input, axes)


def with_indices(found: tuple[A, Array]) -> tuple[A, Any]:
    """What `largest_in_windows` found, the places as int64."""
    values, places = found
    return values, places.astype(np.int64) if isinstance(places, np.ndarray) else places.long()


@operation(lambda g, places, size: take_at(g, places, len(size)), operands=("input", "places"))
def put_at(input: A, places: Array, size: Shape) -> A:
    """Zeros (*, *size) plus the elements of `input` (*, *windows), each at its place in its plane."""
    return kernels.pooling.put(input, places, size)


@operation(lambda g, places, input_shape, dims: put_at(g, places, input_shape[-dims:]), operands=("input", "places"))
def take_at(input: A, places: Array, dims: int) -> A:
    """The elements of `input` (*, *size) at the places (*, *windows) in its planes of `dims` dimensions."""
    return kernels.pooling.take(input, places, dims)


@operation(lambda g, places, size: take_at(g, places, len(size)), operands=("input", "places"))
def set_at(input: A, places: Array, size: Shape) -> A:
    """As `put_at`, but of several elements with one place the last stays; all of them get the gradient of that place,
    as in PyTorch."""
    return kernels.pooling.put(input, places, size, replace=True)


@operation(lambda g, axes: spread_means(g, axes))
def means_of_windows(input: A, axes: Axes) -> A:
    """The sum of each window of `input` (*, *size) over its divisor."""
    return kernels.pooling.sums(input, axes)


@operation(lambda g, axes: means_of_windows(g, axes))
def spread_means(input: A, axes: Axes) -> A:
    """The transpose of `means_of_windows`: each element over its divisor, added to all that its window holds."""
    for dim, axis in enumerate(reversed(axes), 1):
        if not axis.evenly_divided:
            input = input / axis.divided_by(input.dtype.type).reshape(-1, *[1] * (dim - 1))
    return kernels.pooling.sums(input, [axis.transposed for axis in axes])
