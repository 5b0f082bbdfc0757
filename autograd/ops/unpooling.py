"""What undoes max pooling: elements back at the places from which they were taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import DimensionError, DTypeError, ShapeError, complaint
from autograd.ops.dimensions import Sizes, per_dimension
from autograd.ops.pooling_arguments import require_input
from autograd.ops.pooling_maps import set_at
from autograd.typing import A, Shape


def max_unpool1d(
    input: A, indices: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> A:  # fmt: skip
    """`max_unpool2d` over one dimension: `input` (N, C, L) or (C, L)."""
    return _unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: A, indices: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> A:  # fmt: skip
    """Zeros but for the elements of `input` (N, C, H, W) or (C, H, W), each at its index in its plane of the result.

    `indices`, of the input's shape, are what `max_pool2d` returned beside it. The result has H' = (H − 1)·stride −
    2·padding + KH, or the `output_size` that is given, less than a stride away: with or without N and C. Where windows
    overlap an element may appear several times among the input: the last one stays.
    Raises ShapeError where sizes do not fit, DimensionError, an IndexError, for indices outside the planes.
    """
    return _unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: A, indices: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> A:  # fmt: skip
    """`max_unpool2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W)."""
    return _unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _unpool(
    where: str, dims: int, input: Any, indices: Any, kernel_size: Sizes, stride: Sizes | None, padding: Sizes,
    output_size: Sequence[int] | None,
) -> Any:  # fmt: skip
    require_input(where, dims, input)
    kernel = per_dimension(where, "kernel_size", kernel_size, dims, 1)
    steps = kernel if stride is None else per_dimension(where, "stride", stride, dims, 1)
    pads = per_dimension(where, "padding", padding, dims, 0)
    if tuple(indices.shape) != tuple(input.shape):
        expected = f"indices of the input's shape {tuple(input.shape)}"
        raise ShapeError(complaint(where, expected, f"shape {tuple(indices.shape)}"))
    if to_numpy(indices.dtype) != np.int64:
        raise DTypeError(complaint(where, "indices of int64", str(indices.dtype), "Convert with .long()"))
    size = _size(where, tuple(input.shape), kernel, steps, pads, output_size)
    last = math.prod(size)
    if 0 not in indices.shape:
        low, high = int(indices.min()), int(indices.max())
        if low < 0 or high >= last:
            raise DimensionError(complaint(where, f"indices from 0 to {last - 1} for planes of {size}",
                                           f"indices from {low} to {high}"))  # fmt: skip
    return set_at(input, indices, size)


def _size(
    where: str, shape: Shape, kernel: Shape, stride: Shape, padding: Shape, output_size: Sequence[int] | None
) -> Shape:
    dims = len(kernel)
    settings = zip(shape[-dims:], kernel, stride, padding, strict=True)
    usual = tuple([(length - 1) * step + taps - 2 * pad for length, taps, step, pad in settings])
    if output_size is None:
        if min(usual) < 1:
            raise ShapeError(complaint(where, "a result of size 1 at least", f"{usual}", "Pad less"))
        return usual
    given = tuple(output_size)[-dims:]
    fits = all(abs(length - expected) < step for length, expected, step in zip(given, usual, stride, strict=False))
    if len(output_size) not in (dims, dims + 1, dims + 2) or not fits:
        expected = f"an output_size less than stride {stride} away from {usual}"
        raise ShapeError(complaint(where, expected, f"{tuple(output_size)}"))
    return given
