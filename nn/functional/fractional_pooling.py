"""Pooling by a fraction: windows start at random places, so many that the output has the size that is asked for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import from_numpy
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.dimensions import Sizes, per_dimension, require_planes
from autograd.ops.scatter import gather
from autograd.ops.shape import reshape
from autograd.sampling import rand
from autograd.typing import Array, Shape


def fractional_max_pool2d_with_indices(
    input: Any, kernel_size: Sizes, output_size: Sizes | None = None, output_ratio: Any = None,
    return_indices: bool = False, _random_samples: Any = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The largest element of each window of `input` (N, C, H, W) or (C, H, W), and its index in the plane, int64.

    Windows of `kernel_size` overlap; where they start is drawn for each plane. The output has `output_size`, or
    `output_ratio` times the input's size, rounded down. `_random_samples` (N, C, 2), from 0 to 1, are used instead of
    random numbers: for columns, for rows. Raises ShapeError, ArgumentError.
    Source: Graham, "Fractional max-pooling" (2014).
    """
    samples = None if _random_samples is None else array_of(_random_samples)[..., ::-1]
    return _pooled("fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, samples)


def fractional_max_pool3d_with_indices(
    input: Any, kernel_size: Sizes, output_size: Sizes | None = None, output_ratio: Any = None,
    return_indices: bool = False, _random_samples: Any = None,
) -> tuple[Any, Any]:  # fmt: skip
    """`fractional_max_pool2d_with_indices` of (N, C, D, H, W) or (C, D, H, W); samples (N, C, 3) are in this order."""
    samples = None if _random_samples is None else array_of(_random_samples)
    return _pooled("fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, samples)


def fractional_max_pool2d(
    input: Any, kernel_size: Sizes, output_size: Sizes | None = None, output_ratio: Any = None,
    return_indices: bool = False, _random_samples: Any = None,
) -> Any:  # fmt: skip
    """The first of what `fractional_max_pool2d_with_indices` gives, or both with `return_indices`."""
    found = fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio, True, _random_samples)
    return found if return_indices else found[0]


def fractional_max_pool3d(
    input: Any, kernel_size: Sizes, output_size: Sizes | None = None, output_ratio: Any = None,
    return_indices: bool = False, _random_samples: Any = None,
) -> Any:  # fmt: skip
    """The first of what `fractional_max_pool3d_with_indices` gives, or both with `return_indices`."""
    found = fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio, True, _random_samples)
    return found if return_indices else found[0]


def _pooled(where: str, dims: int, input: Any, kernel: Sizes, size: Any, ratio: Any, samples: Array | None) -> Any:
    require_planes(where, tuple(input.shape), dims)
    if input.ndim == dims + 1:
        found, places = _pooled(where, dims, input.unsqueeze(0), kernel, size, ratio, samples)
        return found.squeeze(0), places.squeeze(0)
    batch, channels, *lengths = input.shape
    kernels, sizes = _sizes(where, dims, lengths, kernel, size, ratio)
    if samples is None:
        drawn = rand(batch, channels, dims, dtype=input.dtype).numpy()
        samples = drawn[..., ::-1] if dims == 2 else drawn
    windows = np.zeros((batch, channels, 1, 1), np.int64)  # indices of elements: windows one after the other
    for i, (length, k, count) in enumerate(zip(lengths, kernels, sizes, strict=True)):
        steps = _starts(samples[..., i], length, k, count)[..., None] + np.arange(k)
        windows = windows[:, :, :, None, :, None] * length + steps[:, :, None, :, None, :]
        windows = windows.reshape(batch, channels, windows.shape[2] * count, windows.shape[4] * k)
    planes = reshape(input, (batch, channels, math.prod(lengths)))
    elements = np.take_along_axis(array_of(planes), windows.reshape(batch, channels, -1), 2).reshape(windows.shape)
    largest = np.take_along_axis(windows, elements.argmax(-1)[..., None], -1)[..., 0]
    places = from_numpy(largest.reshape(batch, channels, *sizes))
    return reshape(gather(planes, 2, from_numpy(largest)), tuple(places.shape)), places


def _sizes(where: str, dims: int, lengths: list[int], kernel: Sizes, size: Any, ratio: Any) -> tuple[Shape, Shape]:
    """The sizes of windows and of the output, which are checked."""
    if (size is None) == (ratio is None):
        given = "neither" if size is None else "both"
        raise ArgumentError(complaint(where, "either output_size or output_ratio", given))
    if size is None:
        ratios = ratio if isinstance(ratio, tuple | list) else (ratio,) * dims
        size = tuple(int(length * r) for length, r in zip(lengths, ratios, strict=True))
    kernels, sizes = (per_dimension(where, name, x, dims, 1) for name, x in (("kernel_size", kernel), ("size", size)))
    if any(count + k - 1 > length for length, k, count in zip(lengths, kernels, sizes, strict=True)):
        expected = f"an input that {sizes} windows of {kernels} fit into"
        raise ShapeError(complaint(where, expected, f"{tuple(lengths)}"))
    return kernels, sizes


def _starts(samples: Array, length: int, kernel: int, count: int) -> Array:
    """Where `count` windows start along a dimension of that length, (..., count): spread evenly after a sample."""
    last = np.full((*samples.shape, 1), length - kernel)
    if count == 1:
        return last
    pace = samples.dtype.type(length - kernel) / samples.dtype.type(count - 1)
    shares = samples[..., None]
    rising = ((np.arange(count - 1, dtype=samples.dtype) + shares) * pace).astype(np.int64)
    return np.concatenate([rising - (shares * pace).astype(np.int64), last], -1)
