"""Sampling images at the points of a grid, and grids from affine maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.grid_positions import joint_taps, taps_along
from autograd.ops.grid_sampling import gather_samples
from autograd.ops.indexing import select
from autograd.ops.matmul import matmul
from autograd.ops.shape import reshape, transpose

MODES = ("bilinear", "nearest", "bicubic")
PADDING_MODES = ("zeros", "border", "reflection")


def grid_sample(
    input: Any, grid: Any, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Any:
    """`input` (N, C, H, W) at the points of `grid` (N, H', W', 2): (N, C, H', W'). In space (N, C, D, H, W) at
    (N, D', H', W', 3).

    The last dimension of the grid holds (x, y) or (x, y, z), from −1 to 1 over the image: between the centres of its
    corner pixels with align_corners, else (default) between their outer edges. Gradients flow to the input and, but for
    mode "nearest", to the grid.
    mode: "bilinear" (in space: trilinear), "nearest", "bicubic" (images only).
    padding_mode: what lies outside: "zeros", the nearest pixel of the "border", or the "reflection" of the image.
    Raises ShapeError where input and grid do not fit, DTypeError for different or integer dtypes, ArgumentError for
    other modes.
    Source: Jaderberg et al., "Spatial transformer networks" (2015).
    """
    _require(input, grid, mode, padding_mode)
    count, channels, *shape = input.shape
    output, dims = tuple(grid.shape[1:-1]), len(shape)
    points = reshape(grid, (count, math.prod(output), dims))
    axes = [
        taps_along(select(points, 2, dims - 1 - d), size, mode, padding_mode, bool(align_corners))
        for d, size in enumerate(shape)
    ]
    places, weights = joint_taps(axes, tuple(shape))
    samples = gather_samples(reshape(input, (count, channels, math.prod(shape))), weights, places)
    return reshape(samples, (count, channels, *output))


def _require(input: Any, grid: Any, mode: str, padding_mode: str) -> None:
    if mode not in MODES:
        raise ArgumentError(complaint("grid_sample", f"a mode among {', '.join(MODES)}", repr(mode)))
    if padding_mode not in PADDING_MODES:
        expected = f"a padding_mode among {', '.join(PADDING_MODES)}"
        raise ArgumentError(complaint("grid_sample", expected, repr(padding_mode)))
    given, dims = f"input of shape {tuple(input.shape)} and grid of shape {tuple(grid.shape)}", input.ndim - 2
    if dims not in (2, 3) or grid.ndim != input.ndim or grid.shape[-1] != dims or grid.shape[0] != input.shape[0]:
        expected = "input (N, C, H, W) and grid (N, H', W', 2), or input (N, C, D, H, W) and grid (N, D', H', W', 3)"
        raise ShapeError(complaint("grid_sample", expected, given))
    if 0 in input.shape[2:]:
        raise ShapeError(complaint("grid_sample", "an input that has pixels", given))
    if mode == "bicubic" and dims == 3:
        raise ShapeError(complaint("grid_sample", "input (N, C, H, W) for mode='bicubic'", given))
    if input.dtype != grid.dtype or not input.is_floating_point():
        expected = "input and grid of one floating-point dtype"
        raise DTypeError(complaint("grid_sample", expected, f"{input.dtype} and {grid.dtype}"))


def affine_grid(theta: Any, size: Sequence[int], align_corners: bool | None = None) -> Any:
    """The grid for `grid_sample` that maps each point of an output of `size` (N, C, H, W) by `theta` (N, 2, 3).

    Result (N, H, W, 2); in space `size` (N, C, D, H, W) and `theta` (N, 3, 4) give (N, D, H, W, 3). Each matrix maps
    (x, y, 1) or (x, y, z, 1); align_corners as in `grid_sample`.
    Raises ShapeError where theta and size do not fit, DTypeError for integers.
    """
    spatial = tuple(size)[2:]
    dims = len(spatial)
    if dims not in (2, 3) or min(size) < 1 or tuple(theta.shape) != (size[0], dims, dims + 1):
        expected = "theta (N, 2, 3) and a positive size (N, C, H, W), or theta (N, 3, 4) and (N, C, D, H, W)"
        raise ShapeError(complaint("affine_grid", expected, f"shape {tuple(theta.shape)} and size {tuple(size)}"))
    if not theta.is_floating_point():
        raise DTypeError(complaint("affine_grid", "theta of a floating-point dtype", str(theta.dtype)))
    dtype = to_numpy(theta.dtype)
    lines = [_centres(n, bool(align_corners)).astype(dtype) for n in spatial]
    points = np.stack([*np.meshgrid(*lines, indexing="ij")[::-1], np.ones(spatial, dtype)], -1)
    return reshape(matmul(points.reshape(-1, dims + 1), transpose(theta, 1, 2)), (size[0], *spatial, dims))


def _centres(n: int, align_corners: bool) -> Any:
    """The coordinates of n pixels; of a single one, 0."""
    if n == 1:
        return np.zeros(1)
    return np.linspace(-1, 1, n) * (1 if align_corners else (n - 1) / n)
