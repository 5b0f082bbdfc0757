"""Pooling to a given size as layers. What the settings mean stands at the functions of `nn.functional`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import nn.functional as F
from autograd.ops.pooling_adaptive import OutputSize
from nn.module import Module


class _AdaptiveAvgPool(Module):
    _function: ClassVar[Callable[..., Any]]

    def __init__(self, output_size: OutputSize) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        return self._function(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """`nn.functional.adaptive_avg_pool1d`: means of windows that cover the input."""

    _function = staticmethod(F.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """`nn.functional.adaptive_avg_pool2d`: means of windows that cover the input."""

    _function = staticmethod(F.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """`nn.functional.adaptive_avg_pool3d`: means of windows that cover the input."""

    _function = staticmethod(F.adaptive_avg_pool3d)


class _AdaptiveMaxPool(Module):
    _function: ClassVar[Callable[..., Any]]

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        return self._function(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """`nn.functional.adaptive_max_pool1d`: the largest elements of windows that cover the input."""

    _function = staticmethod(F.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """`nn.functional.adaptive_max_pool2d`: the largest elements of windows that cover the input."""

    _function = staticmethod(F.adaptive_max_pool2d)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """`nn.functional.adaptive_max_pool3d`: the largest elements of windows that cover the input."""

    _function = staticmethod(F.adaptive_max_pool3d)
