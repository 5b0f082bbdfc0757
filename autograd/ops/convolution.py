"""Convolutions as PyTorch has them: arguments checked, then one of the maps of correlation.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.kernels.geometry import Window
from autograd.ops.correlation import correlate, correlate_input
from autograd.ops.dimensions import Sizes, per_dimension
from autograd.ops.shape import squeeze, unsqueeze
from autograd.typing import A, Shape

AXES = {1: "L", 2: "H, W", 3: "D, H, W"}


def conv1d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes | str = 0, dilation: Sizes = 1,
    groups: int = 1,
) -> A:  # fmt: skip
    """`conv2d` over one dimension: `input` (N, C, L) or (C, L), `weight` (O, C / groups, K)."""
    return _convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes | str = 0, dilation: Sizes = 1,
    groups: int = 1,
) -> A:  # fmt: skip
    """Slide `weight` (O, C / groups, KH, KW) over `input` (N, C, H, W) or (C, H, W) and add `bias` (O,).

    Result (N, O, H', W'), or (O, H', W') without N: out[n, o, y, x] is the sum over channels c of o's group and taps
    (i, j) of weight[o, c, i, j] * input[n, c, y*stride + i*dilation - padding, ...], zero outside the input.

    stride: distance between windows. padding: zeros on both sides; "valid" for none, "same" for as many as keep the
    size (stride 1 only). dilation: distance between taps. Numbers, or one for each dimension. groups: channels are
    cut into so many groups, each of which sees only its own.
    Raises ShapeError where sizes do not fit, ArgumentError for arguments out of range, DTypeError for mixed dtypes.
    """
    return _convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes | str = 0, dilation: Sizes = 1,
    groups: int = 1,
) -> A:  # fmt: skip
    """`conv2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W), `weight` (O, C / groups, KD, KH, KW)."""
    return _convolve("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0,
    groups: int = 1, dilation: Sizes = 1,
) -> A:  # fmt: skip
    """`conv_transpose2d` over one dimension: `input` (N, C, L) or (C, L), `weight` (C, O / groups, K)."""
    return _transpose("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0,
    groups: int = 1, dilation: Sizes = 1,
) -> A:  # fmt: skip
    """The transpose of `conv2d`: each element of `input` (N, C, H, W) or (C, H, W) spreads `weight` (C, O / groups,
    KH, KW) times itself over a window of the result, where overlapping windows add up; plus `bias` (O,).

    Result (N, O, H', W'), H' = (H − 1)·stride − 2·padding + dilation·(KH − 1) + output_padding + 1: the input size that
    `conv2d` with these arguments would take to H; output_padding, less than stride or dilation, picks one of several.
    Raises as `conv2d`.
    """
    return _transpose("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0,
    groups: int = 1, dilation: Sizes = 1,
) -> A:  # fmt: skip
    """`conv_transpose2d` over three dimensions: `input` (N, C, D, H, W) or (C, D, H, W)."""
    return _transpose("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _convolve(
    where: str, dims: int, input: Any, weight: Any, bias: Any, stride: Sizes, padding: Sizes | str, dilation: Sizes,
    groups: int,
) -> Any:  # fmt: skip
    _require_operands(where, dims, input, weight, bias, groups, 0)
    channels = input.shape[-dims - 1]
    if channels != weight.shape[1] * groups:
        raise _wrong_channels(where, input, weight, weight.shape[1] * groups, groups, f"{channels // groups}")
    if weight.shape[0] % groups:
        raise ShapeError(
            complaint(where, f"output channels that {groups} groups can share", f"weight of shape {weight.shape}")
        )
    steps, spread = per_dimension(where, "stride", stride, dims, 1), per_dimension(where, "dilation", dilation, dims, 1)
    size = tuple(weight.shape[2:])
    window = Window(size, steps, _zeros(where, padding, size, steps, spread), spread)
    if min(window.output(tuple(input.shape[-dims:]))) < 1:
        raise _window_too_large(where, window, input.shape[-dims:])
    if input.ndim == dims + 1:
        return squeeze(correlate(unsqueeze(input, 0), weight, bias, window, groups), 0)
    return correlate(input, weight, bias, window, groups)


def _transpose(
    where: str, dims: int, input: Any, weight: Any, bias: Any, stride: Sizes, padding: Sizes, output_padding: Sizes,
    groups: int, dilation: Sizes,
) -> Any:  # fmt: skip
    _require_operands(where, dims, input, weight, bias, groups, 1)
    channels = input.shape[-dims - 1]
    if channels != weight.shape[0]:
        raise _wrong_channels(where, input, weight, weight.shape[0], groups, f"{channels}")
    if channels % groups:
        raise ShapeError(complaint(where, f"channels that {groups} groups can share", f"input of shape {input.shape}"))
    steps, spread = per_dimension(where, "stride", stride, dims, 1), per_dimension(where, "dilation", dilation, dims, 1)
    pads = per_dimension(where, "padding", padding, dims, 0)
    extra = per_dimension(where, "output_padding", output_padding, dims, 0)
    for more, step, gap in zip(extra, steps, spread, strict=True):
        if more >= max(step, gap):
            raise ArgumentError(
                complaint(where, "output_padding less than stride or dilation",
                          f"output_padding={extra}, stride={steps}, dilation={spread}")
            )  # fmt: skip
    ends = tuple((before, before - more) for before, more in zip(pads, extra, strict=True))
    window = Window(tuple(weight.shape[2:]), steps, ends, spread)
    size = window.least_input(tuple(input.shape[-dims:]))
    if min(size) < 1:
        raise ShapeError(complaint(where, "a result of size 1 at least", f"{size}", "Pad less: padding cuts it off"))
    if input.ndim == dims + 1:
        return squeeze(correlate_input(unsqueeze(input, 0), weight, bias, window, groups, size), 0)
    return correlate_input(input, weight, bias, window, groups, size)


def _require_operands(where: str, dims: int, input: Any, weight: Any, bias: Any, groups: int, out_dim: int) -> None:
    axes = AXES[dims]
    if input.ndim not in (dims + 1, dims + 2):
        raise ShapeError(complaint(where, f"input (N, C, {axes}) or (C, {axes})", f"shape {tuple(input.shape)}",
                                   "Add or remove dimensions, or use the function for as many"))  # fmt: skip
    if weight.ndim != dims + 2 or 0 in weight.shape[2:]:
        expected = f"a weight of {dims + 2} dimensions, the last {dims} not empty"
        raise ShapeError(complaint(where, expected, f"shape {tuple(weight.shape)}"))
    if groups < 1:
        raise ArgumentError(complaint(where, "groups of 1 or more", str(groups)))
    if out_dim == 0 and input.shape[-dims - 1] % groups:
        raise ShapeError(
            complaint(where, f"input channels that {groups} groups can share", f"input of shape {tuple(input.shape)}")
        )
    results = weight.shape[out_dim] * (groups if out_dim else 1)
    if bias is not None and tuple(bias.shape) != (results,):
        expected = f"a bias of shape ({results},) for a weight of shape {tuple(weight.shape)}"
        raise ShapeError(complaint(where, expected, f"shape {tuple(bias.shape)}"))
    dtypes = [np.dtype(str(x.dtype).removeprefix("autograd.")) for x in (input, weight, bias) if x is not None]
    if len(set(dtypes)) > 1 or dtypes[0].kind != "f":
        given = " and ".join(map(str, dtypes))
        raise DTypeError(complaint(where, "floating-point operands of one dtype", given, "Convert with .to(dtype)"))


def _zeros(
    where: str, padding: Sizes | str, size: Shape, stride: Shape, dilation: Shape
) -> tuple[tuple[int, int], ...]:
    """Zeros before and after the input; an odd one of "same" stands after."""
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ArgumentError(complaint(where, 'padding as numbers, "same" or "valid"', repr(padding)))
        if padding == "valid":
            return ((0, 0),) * len(size)
        if max(stride) > 1:
            raise ArgumentError(complaint(where, 'stride 1 with padding="same"', f"stride={stride}",
                                          "Give the padding as numbers"))  # fmt: skip
        totals = [gap * (taps - 1) for taps, gap in zip(size, dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    return tuple((zeros, zeros) for zeros in per_dimension(where, "padding", padding, len(size), 0))


def _wrong_channels(where: str, input: Any, weight: Any, expected: int, groups: int, cure: str) -> ShapeError:
    grouped = f" in {groups} groups" if groups > 1 else ""
    return ShapeError(
        complaint(where, f"{expected} input channels{grouped} for a weight of shape {tuple(weight.shape)}",
                  f"input of shape {tuple(input.shape)}", f"A weight for this input has {cure} of them")
    )  # fmt: skip


def _window_too_large(where: str, window: Window, size: Shape) -> ShapeError:
    return ShapeError(
        complaint(where, f"an input that holds the window of {window.reach()} positions", f"{tuple(size)} with padding "
                  f"{window.padding}", "Pad more, or use a smaller kernel, less dilation or a larger input")
    )  # fmt: skip
