"""Convolutions as PyTorch has them: arguments checked, then one of the maps of correlation.py."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.kernels.geometry import Window
from autograd.ops.correlation import correlate, correlate_input
from autograd.ops.dimensions import Sizes, hashable, per_dimension, require_planes
from autograd.ops.shape import squeeze, unsqueeze
from autograd.typing import A, Shape


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
    _require_dtypes(where, input, weight, bias)
    settings = map(hashable, (stride, padding, dilation, groups))
    window = _window(where, dims, *_shapes(input, weight, bias), *settings)
    if input.ndim == dims + 1:
        return squeeze(correlate(unsqueeze(input, 0), weight, bias, window, groups), 0)
    return correlate(input, weight, bias, window, groups)


@lru_cache(maxsize=1024)
def _window(where: str, dims: int, input: Shape, weight: Shape, bias: Shape | None, stride: Any, padding: Any,
            dilation: Any, groups: int) -> Window:  # fmt: skip
    """The window of a convolution of operands of these shapes, all checked. Kept: a training loop asks again."""
    _require_shapes(where, dims, input, weight, bias, groups, 0)
    channels = input[-dims - 1]
    if channels != weight[1] * groups:
        raise _wrong_channels(where, input, weight, weight[1] * groups, groups, f"{channels // groups}")
    if weight[0] % groups:
        raise ShapeError(
            complaint(where, f"output channels that {groups} groups can share", f"weight of shape {weight}")
        )
    steps, spread = per_dimension(where, "stride", stride, dims, 1), per_dimension(where, "dilation", dilation, dims, 1)
    size = weight[2:]
    window = Window(size, steps, _zeros(where, padding, size, steps, spread), spread)
    if min(window.output(input[-dims:])) < 1:
        raise _window_too_large(where, window, input[-dims:])
    return window


def _transpose(
    where: str, dims: int, input: Any, weight: Any, bias: Any, stride: Sizes, padding: Sizes, output_padding: Sizes,
    groups: int, dilation: Sizes,
) -> Any:  # fmt: skip
    _require_dtypes(where, input, weight, bias)
    settings = map(hashable, (stride, padding, output_padding, groups, dilation))
    window, size = _transposed_window(where, dims, *_shapes(input, weight, bias), *settings)
    if input.ndim == dims + 1:
        return squeeze(correlate_input(unsqueeze(input, 0), weight, bias, window, groups, size), 0)
    return correlate_input(input, weight, bias, window, groups, size)


@lru_cache(maxsize=1024)
def _transposed_window(where: str, dims: int, input: Shape, weight: Shape, bias: Shape | None, stride: Any,
                       padding: Any, output_padding: Any, groups: int, dilation: Any,
                       ) -> tuple[Window, Shape]:  # fmt: skip
    """The window of the convolution that is transposed, and the size of the result, all checked."""
    _require_shapes(where, dims, input, weight, bias, groups, 1)
    channels = input[-dims - 1]
    if channels != weight[0]:
        raise _wrong_channels(where, input, weight, weight[0], groups, f"{channels}")
    if channels % groups:
        raise ShapeError(complaint(where, f"channels that {groups} groups can share", f"input of shape {input}"))
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
    window = Window(weight[2:], steps, ends, spread)
    size = window.least_input(input[-dims:])
    if min(size) < 1:
        raise ShapeError(complaint(where, "a result of size 1 at least", f"{size}", "Pad less: padding cuts it off"))
    return window, size


def _shapes(input: Any, weight: Any, bias: Any) -> tuple[Shape, Shape, Shape | None]:
    return tuple(input.shape), tuple(weight.shape), None if bias is None else tuple(bias.shape)


def _require_dtypes(where: str, *operands: Any) -> None:
    dtypes = [to_numpy(x.dtype) for x in operands if x is not None]
    if len(set(dtypes)) > 1 or dtypes[0].kind != "f":
        given = " and ".join(map(str, dtypes))
        raise DTypeError(complaint(where, "floating-point operands of one dtype", given, "Convert with .to(dtype)"))


def _require_shapes(
    where: str, dims: int, input: Shape, weight: Shape, bias: Shape | None, groups: int, out_dim: int
) -> None:
    require_planes(where, input, dims)
    if len(weight) != dims + 2 or 0 in weight[2:]:
        expected = f"a weight of {dims + 2} dimensions, the last {dims} not empty"
        raise ShapeError(complaint(where, expected, f"shape {weight}"))
    if groups < 1:
        raise ArgumentError(complaint(where, "groups of 1 or more", str(groups)))
    if out_dim == 0 and input[-dims - 1] % groups:
        raise ShapeError(complaint(where, f"input channels that {groups} groups can share", f"input of shape {input}"))
    results = weight[out_dim] * (groups if out_dim else 1)
    if bias is not None and bias != (results,):
        expected = f"a bias of shape ({results},) for a weight of shape {weight}"
        raise ShapeError(complaint(where, expected, f"shape {bias}"))


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


def _wrong_channels(where: str, input: Shape, weight: Shape, expected: int, groups: int, cure: str) -> ShapeError:
    grouped = f" in {groups} groups" if groups > 1 else ""
    return ShapeError(
        complaint(where, f"{expected} input channels{grouped} for a weight of shape {weight}",
                  f"input of shape {input}", f"A weight for this input has {cure} of them")
    )  # fmt: skip


def _window_too_large(where: str, window: Window, size: Shape) -> ShapeError:
    return ShapeError(
        complaint(where, f"an input that holds the window of {window.reach()} positions", f"{tuple(size)} with padding "
                  f"{window.padding}", "Pad more, or use a smaller kernel, less dilation or a larger input")
    )  # fmt: skip
