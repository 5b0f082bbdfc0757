"""Locally connected maps: convolutions whose weights are not shared, each place has its own."""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ShapeError, complaint
from autograd.kernels.geometry import Window
from autograd.ops.dimensions import AXES, Sizes, per_dimension
from autograd.ops.matmul import matmul
from autograd.ops.shape import permute, reshape, squeeze, unsqueeze
from autograd.ops.windows import unfold
from autograd.typing import A
from nn.functional.padding import pad

__all__ = ["locally_connected1d", "locally_connected2d"]


def locally_connected1d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes = 0, dilation: Sizes = 1
) -> A:
    """`locally_connected2d` over one dimension: `input` (N, C, L) or (C, L), `weight` (L', O, C, K), `bias` (L', O)."""
    return _connect("locally_connected1d", 1, input, weight, bias, stride, padding, dilation)


def locally_connected2d(
    input: A, weight: A, bias: A | None = None, stride: Sizes = 1, padding: Sizes = 0, dilation: Sizes = 1
) -> A:
    """As `conv2d`, but at each place (y, x) of the result with a kernel `weight[y, x]` (O, C, KH, KW) of its own.

    `input` (N, C, H, W) or (C, H, W), `weight` (H', W', O, C, KH, KW), `bias` (H', W', O); result (N, O, H', W'), or
    (O, H', W') without N. stride, padding (zeros on both sides), dilation: numbers, or one for each dimension.
    Where all `weight[y, x]` are the same it is the convolution; where the kernel is the whole input, a linear map.
    Raises ShapeError where sizes do not fit, ArgumentError for arguments out of range.
    Source: LeCun, "Generalization and network design strategies" (1989).
    """
    return _connect("locally_connected2d", 2, input, weight, bias, stride, padding, dilation)


def _connect(
    where: str, dims: int, input: Any, weight: Any, bias: Any, stride: Sizes, padding: Sizes, dilation: Sizes
) -> Any:
    _require_dimensions(where, dims, input, weight)
    window = Window(
        tuple(weight.shape[-dims:]),
        per_dimension(where, "stride", stride, dims, 1),
        tuple((zeros, zeros) for zeros in per_dimension(where, "padding", padding, dims, 0)),
        per_dimension(where, "dilation", dilation, dims, 1),
    )
    _require_shapes(where, dims, input, weight, bias, window)
    if input.ndim == dims + 1:
        return squeeze(_connect(where, dims, unsqueeze(input, 0), weight, bias, stride, padding, dilation), 0)
    places, outputs = tuple(weight.shape[:dims]), weight.shape[dims]
    patches = _patches(input, window, dims)
    images, taps = input.shape[0], math.prod(weight.shape[dims + 1 :])
    kernels = reshape(weight, (*places, outputs, taps))
    result = matmul(reshape(patches, (*places, images, taps)), kernels.mT)
    if bias is not None:
        result = result + unsqueeze(bias, -2)
    return permute(result, (dims, dims + 1, *range(dims)))


def _patches(input: Any, window: Window, dims: int) -> Any:
    """What lies below the window at each place: (*places, N, C, *taps)."""
    borders = [zeros for pair in reversed(window.padding) for zeros in pair]
    patches = pad(input, borders) if any(borders) else input
    for dim, (reach, stride) in enumerate(zip(window.reach(), window.stride, strict=True)):
        patches = unfold(patches, dim + 2, reach, stride)
    patches = patches[(..., *(slice(None, None, gap) for gap in window.dilation))]
    first = range(2, 2 + dims)
    return permute(patches, (*first, 0, 1, *range(2 + dims, 2 + 2 * dims)))


def _require_dimensions(where: str, dims: int, input: Any, weight: Any) -> None:
    if input.ndim not in (dims + 1, dims + 2) or weight.ndim != 2 * dims + 2 or 0 in weight.shape[-dims:]:
        expected = f"input (N, C, {AXES[dims]}) or (C, {AXES[dims]}) and a weight of {2 * dims + 2} dimensions"
        raise ShapeError(complaint(where, expected, f"shapes {tuple(input.shape)} and {tuple(weight.shape)}"))


def _require_shapes(where: str, dims: int, input: Any, weight: Any, bias: Any, window: Window) -> None:
    places, channels = window.output(tuple(input.shape[-dims:])), input.shape[-dims - 1]
    outputs = weight.shape[dims]
    expected = (*places, outputs, channels, *window.size)
    if min(places) < 1 or tuple(weight.shape) != expected:
        raise ShapeError(
            complaint(where, f"a weight of shape {expected} for input of shape {tuple(input.shape)}",
                      f"shape {tuple(weight.shape)}", "It is made for inputs of one size, stride and padding")
        )  # fmt: skip
    if bias is not None and tuple(bias.shape) != (*places, outputs):
        raise ShapeError(complaint(where, f"a bias of shape {(*places, outputs)}", f"shape {tuple(bias.shape)}"))
