"""Pooling as PyTorch has it: arguments checked, then one of the maps of pooling_maps.py."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.kernels.pooling_axes import sliding_axis
from autograd.ops.dimensions import Sizes, hashable, per_dimension
from autograd.ops.pooling_arguments import require_input, require_results
from autograd.ops.pooling_maps import Axes, largest_in_windows, means_of_windows, with_indices
from autograd.typing import A, Shape


def max_pool1d(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> A:  # fmt: skip
    """`max_pool2d` over one dimension: `input` (N, C, L) or (C, L)."""
    return _largest("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode)[0]


def max_pool2d(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> A:  # fmt: skip
    """The largest element of each window of `input` (N, C, H, W) or (C, H, W): (N, C, H', W') or (C, H', W').

    H' = (H + 2·padding − dilation·(KH − 1) − 1) / stride + 1, rounded down, or up with `ceil_mode`, though no window
    begins behind the input. stride: distance between windows, by default `kernel_size`. padding: -inf on both sides, at
    most half a window. dilation: distance between taps. Numbers, or one for each dimension. NaN counts as largest.
    The gradient goes to the element chosen, of equal ones the first.
    Raises ShapeError where the input does not fit, ArgumentError for arguments out of range, DTypeError for dtypes
    other than float32 and float64.
    """
    return _largest("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode)[0]


def max_pool3d(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> A:  # fmt: skip
    """`max_pool2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W)."""
    return _largest("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode)[0]


def max_pool1d_with_indices(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> tuple[A, Any]:  # fmt: skip
    """`max_pool2d_with_indices` over one dimension."""
    return with_indices(_largest("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode))


def max_pool2d_with_indices(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> tuple[A, Any]:  # fmt: skip
    """`max_pool2d`, and where in its plane each chosen element lies: int64, counted in row-major order."""
    return with_indices(_largest("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode))


def max_pool3d_with_indices(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> tuple[A, Any]:  # fmt: skip
    """`max_pool2d_with_indices` over three dimensions."""
    return with_indices(_largest("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode))


def avg_pool1d(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> A:  # fmt: skip
    """`avg_pool2d` over one dimension: `input` (N, C, L) or (C, L)."""
    return _mean("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> A:  # fmt: skip
    """The mean of each window of `input` (N, C, H, W) or (C, H, W): (N, C, H', W') or (C, H', W').

    Sizes as those of `max_pool2d` without dilation. Around the input there are zeros, `padding` on both sides, which
    count as elements with `count_include_pad`; what `ceil_mode` makes hang over them never counts. The sum of a window
    is divided by `divisor_override` instead if that is given. Raises as `max_pool2d`.
    """
    return _mean(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )  # fmt: skip


def avg_pool3d(
    input: A, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> A:  # fmt: skip
    """`avg_pool2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W)."""
    return _mean(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )  # fmt: skip


def _largest(where: str, dims: int, input: Any, *settings: Any) -> tuple[Any, Any]:
    require_input(where, dims, input)
    return largest_in_windows(input, _largest_axes(where, tuple(input.shape[-dims:]), *map(hashable, settings)))


def _mean(where: str, dims: int, input: Any, *settings: Any) -> Any:
    require_input(where, dims, input)
    return means_of_windows(input, _mean_axes(where, tuple(input.shape[-dims:]), *map(hashable, settings)))


@lru_cache(maxsize=1024, typed=True)
def _largest_axes(
    where: str, sizes: Shape, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes, ceil_mode: bool
) -> Axes:
    """The windows, once they are found to be in order."""
    kernel, steps, pads, gaps = _window(where, len(sizes), kernel_size, stride, padding, dilation)
    require_results(where, sizes, kernel, steps, pads, gaps, bool(ceil_mode))
    settings = zip(sizes, kernel, steps, pads, gaps, strict=True)
    axes = tuple([sliding_axis(*each, bool(ceil_mode)) for each in settings])
    if any(axis.rows[1].min() < 1 for axis in axes):
        expected = "windows that each hold an element of the input"
        given = f"size {sizes}, kernel_size={kernel}, dilation={gaps}, padding={pads}"
        raise ShapeError(complaint(where, expected, given, "Use less dilation"))
    return axes


@lru_cache(maxsize=1024, typed=True)
def _mean_axes(
    where: str, sizes: Shape, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, ceil_mode: bool,
    count_include_pad: bool, divisor: int | None,
) -> Axes:  # fmt: skip
    """The windows, once they are found to be in order; `divisor` is that of the first axis, where the others have 1."""
    kernel, steps, pads, gaps = _window(where, len(sizes), kernel_size, stride, padding, 1)
    if divisor == 0:
        raise ArgumentError(complaint(where, "a divisor_override other than zero", "0"))
    require_results(where, sizes, kernel, steps, pads, gaps, bool(ceil_mode))
    axes = []
    for i, (size, taps, step, pad) in enumerate(zip(sizes, kernel, steps, pads, strict=True)):
        alone = None if divisor is None else divisor if i == 0 else 1
        axes.append(sliding_axis(size, taps, step, pad, 1, bool(ceil_mode), bool(count_include_pad), alone))
    return tuple(axes)


def _window(
    where: str, dims: int, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes
) -> tuple[Shape, Shape, Shape, Shape]:
    """Size, distance, padding of the windows and distance of their taps, one a dimension."""
    kernel = per_dimension(where, "kernel_size", kernel_size, dims, 1)
    steps = kernel if stride is None or stride == () else per_dimension(where, "stride", stride, dims, 1)
    pads = per_dimension(where, "padding", padding, dims, 0)
    gaps = per_dimension(where, "dilation", dilation, dims, 1)
    reaches = [gap * (taps - 1) + 1 for gap, taps in zip(gaps, kernel, strict=True)]
    if any(pad > reach // 2 for pad, reach in zip(pads, reaches, strict=True)):
        expected = "padding of at most half a window"
        raise ArgumentError(complaint(where, expected, f"padding={pads} for windows of {tuple(reaches)} positions"))
    return kernel, steps, pads, gaps
