"""Locally connected layers: convolutions whose weights are not shared."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import nn.functional as F
from autograd.creation import empty
from autograd.errors import ArgumentError, complaint
from autograd.kernels.geometry import Window
from autograd.ops.dimensions import Sizes, per_dimension
from nn import init
from nn.module import Module
from nn.parameter import Parameter


class _LocallyConnected(Module):
    """A locally connected layer of as many dimensions as the subclass says."""

    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        input_size: Sizes,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        name, dims = self._get_name(), self._dims
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.input_size = per_dimension(name, "input_size", input_size, dims, 1)
        self.kernel_size = per_dimension(name, "kernel_size", kernel_size, dims, 1)
        self.stride = per_dimension(name, "stride", stride, dims, 1)
        self.padding = per_dimension(name, "padding", padding, dims, 0)
        self.dilation = per_dimension(name, "dilation", dilation, dims, 1)
        window = Window(self.kernel_size, self.stride, tuple((pad, pad) for pad in self.padding), self.dilation)
        self.output_size = window.output(self.input_size)
        if min(self.output_size) < 1:
            given = f"input_size={self.input_size} with padding={self.padding}"
            raise ArgumentError(complaint(name, f"an input that holds the window of {window.reach()} positions", given))
        self.weight = Parameter(
            empty(*self.output_size, out_channels, in_channels, *self.kernel_size, device=device, dtype=dtype)
        )
        biases = Parameter(empty(*self.output_size, out_channels, device=device, dtype=dtype)) if bias else None
        self.register_parameter("bias", biases)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        bound = 1 / math.sqrt(self.in_channels * math.prod(self.kernel_size))
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def forward(self, input: Any) -> Any:
        return self._function(input, self.weight, self.bias, self.stride, self.padding, self.dilation)

    def extra_repr(self) -> str:
        parts = [f"{self.in_channels}, {self.out_channels}"]
        parts += [f"{name}={getattr(self, name)}" for name in ("input_size", "kernel_size", "stride")]
        if any(self.padding):
            parts.append(f"padding={self.padding}")
        if max(self.dilation) > 1:
            parts.append(f"dilation={self.dilation}")
        if self.bias is None:
            parts.append("bias=False")
        return ", ".join(parts)


class LocallyConnected1d(_LocallyConnected):
    """`nn.functional.locally_connected1d`, else as `LocallyConnected2d`: `weight` (L', out_channels,
    in_channels, K), `bias` (L', out_channels).
    """

    _dims = 1
    _function = staticmethod(F.locally_connected1d)


class LocallyConnected2d(_LocallyConnected):
    """`nn.functional.locally_connected2d` for inputs of one size, `input_size`.

    `weight` (H', W', out_channels, in_channels, KH, KW), `bias` (H', W', out_channels) unless `bias=False`, with H', W'
    the size of the result, `output_size`. input_size, kernel_size, stride, padding, dilation: a number, or one for each
    dimension. Both parameters start uniform on ±1/√(in_channels · KH · KW), as those of `Conv2d`.
    Raises ArgumentError for settings that do not fit together.
    """

    _dims = 2
    _function = staticmethod(F.locally_connected2d)
