"""Convolutions and their transposes as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import nn.functional as F
from autograd.creation import empty
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.kernels.geometry import Window
from autograd.ops.dimensions import Sizes, per_dimension
from autograd.typing import Shape
from nn.layers.linear import draw_affine
from nn.module import Module
from nn.parameter import Parameter

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What the layers of this file share: settings, parameters and their first values, text."""

    transposed: ClassVar[bool] = False
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Any]]
    padding: Any

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        name, dims = self._get_name(), self._dims
        require_channels(name, in_channels, out_channels, groups)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_dimension(name, "kernel_size", kernel_size, dims, 1)
        self.stride = per_dimension(name, "stride", stride, dims, 1)
        self.padding = padding if isinstance(padding, str) else per_dimension(name, "padding", padding, dims, 0)
        self.dilation = per_dimension(name, "dilation", dilation, dims, 1)
        self.output_padding: Shape = (0,) * dims
        self.groups = groups
        self.padding_mode = padding_mode
        _require_padding(name, self.padding, self.stride, padding_mode)
        outer, inner = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        self.weight = Parameter(empty(outer, inner // groups, *self.kernel_size, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_channels, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        draw_affine(self.weight, self.bias)

    def extra_repr(self) -> str:
        unset = {"padding": 0, "dilation": 1, "output_padding": 0}
        parts = [f"{self.in_channels}, {self.out_channels}", f"kernel_size={self.kernel_size}", f"stride={self.stride}"]
        for name, value in unset.items():
            if getattr(self, name) != (value,) * self._dims:
                parts.append(f"{name}={getattr(self, name)}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class _Direct(_Convolution):
    """A convolution of as many dimensions as the subclass says."""

    def forward(self, input: Any) -> Any:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._borders(), mode=self.padding_mode), 0
        return self._function(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _borders(self) -> list[int]:
        """What `F.pad` is to add: before and after, the last dimension first; of an odd number more after."""
        if self.padding == "same":
            totals = [gap * (taps - 1) for gap, taps in zip(self.dilation, self.kernel_size, strict=True)]
        elif self.padding == "valid":
            totals = [0] * self._dims
        else:
            totals = [2 * pad for pad in self.padding]
        return [side for total in reversed(totals) for side in (total // 2, total - total // 2)]


class Conv1d(_Direct):
    """`nn.functional.conv1d`, otherwise as `Conv2d`: `weight` (out_channels, in_channels / groups, K)."""

    _dims = 1
    _function = staticmethod(F.conv1d)


class Conv2d(_Direct):
    """`nn.functional.conv2d`: `weight` (out_channels, in_channels / groups, KH, KW), `bias` (out_channels,) if wanted.

    kernel_size, stride, padding, dilation: a number, or one for each dimension; padding also "same" or "valid".
    padding_mode: what stands around the input: "zeros", or "reflect", "replicate", "circular" as in `F.pad`.
    Both start uniform on ±1/√fan_in, fan_in = in_channels / groups · KH · KW. Raises ArgumentError for settings that
    do not fit together.
    """

    _dims = 2
    _function = staticmethod(F.conv2d)


class Conv3d(_Direct):
    """`nn.functional.conv3d`, otherwise as `Conv2d`: `weight` (out_channels, in_channels / groups, KD, KH, KW)."""

    _dims = 3
    _function = staticmethod(F.conv3d)


class _Transposed(_Convolution):
    """A transposed convolution of as many dimensions as the subclass says."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        name = self._get_name()
        if padding_mode != "zeros" or isinstance(padding, str):
            raise ArgumentError(
                complaint(name, 'padding as numbers, in padding_mode "zeros"', f"{padding!r} in {padding_mode!r}")
            )
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, device=device, dtype=dtype
        )
        self.output_padding = per_dimension(name, "output_padding", output_padding, self._dims, 0)

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Any:
        """output_size: the size wanted, all of it or that of the last dimensions, in the place of output_padding."""
        extra = self.output_padding if output_size is None else self._padding_for(input, tuple(output_size))
        return self._function(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )

    def _padding_for(self, input: Any, output_size: Shape) -> Shape:
        name, dims = self._get_name(), self._dims
        if len(output_size) not in (dims, input.ndim) or input.ndim <= dims:
            expected = f"output_size with {dims} or {input.ndim} numbers"
            raise ShapeError(complaint(name, expected, f"{output_size} for input of shape {input.shape}"))
        wanted = output_size[-dims:]
        window = Window(self.kernel_size, self.stride, tuple((pad, pad) for pad in self.padding), self.dilation)
        least = window.least_input(tuple(input.shape[-dims:]))
        most = tuple(size + stride - 1 for size, stride in zip(least, self.stride, strict=True))
        if any(not low <= size <= high for low, size, high in zip(least, wanted, most, strict=True)):
            given = f"{wanted} for input of shape {input.shape}"
            raise ShapeError(complaint(name, f"output_size from {least} to {most}", given))
        return tuple(size - low for size, low in zip(wanted, least, strict=True))


class ConvTranspose1d(_Transposed):
    """`nn.functional.conv_transpose1d`, else as `ConvTranspose2d`: `weight` (in_channels, out_channels / groups, K)."""

    _dims = 1
    _function = staticmethod(F.conv_transpose1d)


class ConvTranspose2d(_Transposed):
    """`nn.functional.conv_transpose2d`: `weight` (in_channels, out_channels / groups, KH, KW), `bias` (out_channels,).

    kernel_size, stride, padding, output_padding, dilation: a number, or one for each dimension.
    Both parameters start uniform on ±1/√(out_channels / groups · KH · KW). `forward(input, output_size)` picks one of
    the sizes that stride > 1 allows. Raises ArgumentError for settings that do not fit together.
    """

    _dims = 2
    _function = staticmethod(F.conv_transpose2d)


class ConvTranspose3d(_Transposed):
    """`nn.functional.conv_transpose3d`, otherwise as `ConvTranspose2d`: `weight` (in_channels, out_channels / groups,
    KD, KH, KW).
    """

    _dims = 3
    _function = staticmethod(F.conv_transpose3d)


def require_channels(name: str, in_channels: int, out_channels: int, groups: int) -> None:
    """Raise ArgumentError unless the groups divide both."""
    if groups < 1 or in_channels % groups or out_channels % groups:
        given = f"in_channels={in_channels}, out_channels={out_channels}, groups={groups}"
        raise ArgumentError(complaint(name, "groups that divide in_channels and out_channels", given))


def _require_padding(name: str, padding: Shape | str, stride: Shape, padding_mode: str) -> None:
    if padding_mode not in PADDING_MODES:
        raise ArgumentError(complaint(name, f"padding_mode of {', '.join(PADDING_MODES)}", repr(padding_mode)))
    if isinstance(padding, str) and padding not in ("same", "valid"):
        raise ArgumentError(complaint(name, 'padding as numbers, "same" or "valid"', repr(padding)))
    if padding == "same" and max(stride) > 1:
        raise ArgumentError(complaint(name, 'stride 1 with padding="same"', f"stride={stride}"))
