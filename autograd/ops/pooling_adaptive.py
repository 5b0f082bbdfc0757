"""Pooling to a size of the result that is given: the windows follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.kernels.pooling_axes import adaptive_axis
from autograd.ops.pooling_arguments import require_input
from autograd.ops.pooling_maps import Axes, largest_in_windows, means_of_windows, with_indices
from autograd.ops.reduction import mean
from autograd.typing import A

OutputSize = int | None | Sequence[int | None]
"""One size for all dimensions or one for each; None keeps that of the input."""


def adaptive_avg_pool1d(input: A, output_size: OutputSize) -> A:
    """`adaptive_avg_pool2d` over one dimension: `input` (N, C, L) or (C, L)."""
    return _mean("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: A, output_size: OutputSize) -> A:
    """The means of H' × W' windows that cover `input` (N, C, H, W) or (C, H, W): (N, C, H', W') or (C, H', W').

    output_size: (H', W'), or one number for both; None keeps the input's size. Window o of H' holds the positions
    from o·H/H' rounded down to (o + 1)·H/H' rounded up. Raises ShapeError where the input does not fit, ArgumentError
    for other sizes, DTypeError for dtypes other than float32 and float64.
    """
    return _mean("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: A, output_size: OutputSize) -> A:
    """`adaptive_avg_pool2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W)."""
    return _mean("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d_with_indices(input: A, output_size: OutputSize) -> tuple[A, Any]:
    """`adaptive_max_pool2d_with_indices` over one dimension."""
    return _largest("adaptive_max_pool1d", 1, input, output_size)


def adaptive_max_pool2d_with_indices(input: A, output_size: OutputSize) -> tuple[A, Any]:
    """The largest element of each window of `adaptive_avg_pool2d`, and where in its plane it lies: int64, in row-major
    order. Of equal elements the first counts; NaN counts as largest."""
    return _largest("adaptive_max_pool2d", 2, input, output_size)


def adaptive_max_pool3d_with_indices(input: A, output_size: OutputSize) -> tuple[A, Any]:
    """`adaptive_max_pool2d_with_indices` over three dimensions."""
    return _largest("adaptive_max_pool3d", 3, input, output_size)


def _mean(where: str, dims: int, input: Any, output_size: OutputSize) -> Any:
    axes = _axes(where, dims, input, output_size)
    if all(axis.count == 1 for axis in axes):
        return mean(input, tuple(range(-dims, 0)), True)
    return means_of_windows(input, axes)


def _largest(where: str, dims: int, input: Any, output_size: OutputSize) -> tuple[Any, Any]:
    return with_indices(largest_in_windows(input, _axes(where, dims, input, output_size)))


def _axes(where: str, dims: int, input: Any, output_size: OutputSize) -> Axes:
    require_input(where, dims, input)
    given = tuple(output_size) if isinstance(output_size, Sequence) else (output_size,)
    wanted = given * dims if len(given) == 1 else given
    counts = [size if count is None else count for size, count in zip(input.shape[-dims:], wanted, strict=False)]
    if len(wanted) != dims or any(not isinstance(count, int | np.integer) or count < 0 for count in counts):
        expected = f"output_size as a whole number from 0, None, or {dims} of them"
        raise ArgumentError(complaint(where, expected, repr(output_size)))
    return tuple([adaptive_axis(size, int(count)) for size, count in zip(input.shape[-dims:], counts, strict=True)])
