"""Pooling over one to three dimensions: largest elements, means, and means of powers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.ops import pooling
from autograd.ops.arithmetic import mul, neg
from autograd.ops.dimensions import Sizes, per_dimension
from autograd.ops.pooling import (
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d_with_indices,
    max_pool2d_with_indices,
    max_pool3d_with_indices,
)
from autograd.ops.pooling_adaptive import (
    OutputSize,
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    adaptive_max_pool1d_with_indices,
    adaptive_max_pool2d_with_indices,
    adaptive_max_pool3d_with_indices,
)
from autograd.ops.power import pow
from autograd.ops.selection import relu
from autograd.ops.sign import abs, sign
from autograd.ops.unpooling import max_unpool1d, max_unpool2d, max_unpool3d

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool3d", "adaptive_max_pool1d_with_indices", "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d_with_indices", "avg_pool1d", "avg_pool2d", "avg_pool3d", "lp_pool1d", "lp_pool2d",
    "lp_pool3d", "max_pool1d", "max_pool1d_with_indices", "max_pool2d", "max_pool2d_with_indices", "max_pool3d",
    "max_pool3d_with_indices", "max_unpool1d", "max_unpool2d", "max_unpool3d",
]  # fmt: skip


def max_pool1d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """`autograd.max_pool1d`; with `return_indices` what `max_pool1d_with_indices` gives."""
    function = max_pool1d_with_indices if return_indices else pooling.max_pool1d
    return function(input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """`autograd.max_pool2d`; with `return_indices` what `max_pool2d_with_indices` gives."""
    function = max_pool2d_with_indices if return_indices else pooling.max_pool2d
    return function(input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """`autograd.max_pool3d`; with `return_indices` what `max_pool3d_with_indices` gives."""
    function = max_pool3d_with_indices if return_indices else pooling.max_pool3d
    return function(input, kernel_size, stride, padding, dilation, ceil_mode)


def adaptive_max_pool1d(input: Any, output_size: OutputSize, return_indices: bool = False) -> Any:
    """The first of what `adaptive_max_pool1d_with_indices` gives, or both with `return_indices`."""
    found = adaptive_max_pool1d_with_indices(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool2d(input: Any, output_size: OutputSize, return_indices: bool = False) -> Any:
    """The first of what `adaptive_max_pool2d_with_indices` gives, or both with `return_indices`."""
    found = adaptive_max_pool2d_with_indices(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool3d(input: Any, output_size: OutputSize, return_indices: bool = False) -> Any:
    """The first of what `adaptive_max_pool3d_with_indices` gives, or both with `return_indices`."""
    found = adaptive_max_pool3d_with_indices(input, output_size)
    return found if return_indices else found[0]


def lp_pool1d(
    input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Any:
    """`lp_pool2d` over one dimension: `input` (N, C, L) or (C, L)."""
    return _power_mean("lp_pool1d", (max_pool1d, avg_pool1d), 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Any:
    """(sum of x^p)^(1/p) over each window of `input` (N, C, H, W) or (C, H, W), p = `norm_type`.

    Windows as in `avg_pool2d`. p = ±inf gives the largest or the least absolute value. A sum that is not positive
    gives zero. Where `ceil_mode` lets a window hang over the end, its sum is scaled up to the full number of elements.
    Raises as `avg_pool2d`.
    """
    return _power_mean("lp_pool2d", (max_pool2d, avg_pool2d), 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Any, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Any:
    """`lp_pool2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W)."""
    return _power_mean("lp_pool3d", (max_pool3d, avg_pool3d), 3, input, norm_type, kernel_size, stride, ceil_mode)


def _power_mean(
    where: str, pools: tuple[Callable[..., Any], Callable[..., Any]], dims: int, input: Any, norm_type: float,
    kernel_size: Sizes, stride: Sizes | None, ceil_mode: bool,
) -> Any:  # fmt: skip
    largest, mean = pools
    taps = math.prod(per_dimension(where, "kernel_size", kernel_size, dims, 1))
    if norm_type == math.inf:
        return largest(abs(input), kernel_size, stride, 0, 1, ceil_mode)
    if norm_type == -math.inf:
        return neg(largest(neg(abs(input)), kernel_size, stride, 0, 1, ceil_mode))
    means = mean(pow(input, norm_type), kernel_size, stride, 0, ceil_mode)
    return pow(mul(mul(sign(means), relu(abs(means))), taps), 1.0 / norm_type)
