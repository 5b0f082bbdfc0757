"""Pooling as layers. What the settings mean, and what they refuse, stands at the functions of `nn.functional`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import nn.functional as F
from autograd.ops.dimensions import Sizes, per_dimension
from nn.module import Module


class _Pool(Module):
    """A layer without parameters that names its settings."""

    _shown: ClassVar[tuple[str, ...]]
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Any]]

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={getattr(self, name)}" for name in self._shown)


class _MaxPool(_Pool):
    _shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Any:
        return self._function(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )


class MaxPool1d(_MaxPool):
    """`nn.functional.max_pool1d`: the largest element of each window."""

    _function = staticmethod(F.max_pool1d)


class MaxPool2d(_MaxPool):
    """`nn.functional.max_pool2d`: the largest element of each window."""

    _function = staticmethod(F.max_pool2d)


class MaxPool3d(_MaxPool):
    """`nn.functional.max_pool3d`: the largest element of each window."""

    _function = staticmethod(F.max_pool3d)


class _MaxUnpool(_Pool):
    _shown = ("kernel_size", "stride", "padding")

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> None:
        super().__init__()
        name, dims = self._get_name(), self._dims
        self.kernel_size = per_dimension(name, "kernel_size", kernel_size, dims, 1)
        self.stride = self.kernel_size if stride is None else per_dimension(name, "stride", stride, dims, 1)
        self.padding = per_dimension(name, "padding", padding, dims, 0)

    def forward(self, input: Any, indices: Any, output_size: Sequence[int] | None = None) -> Any:
        return self._function(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool1d(_MaxUnpool):
    """`nn.functional.max_unpool1d`: elements back at their places, zeros elsewhere."""

    _dims = 1
    _function = staticmethod(F.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """`nn.functional.max_unpool2d`: elements back at their places, zeros elsewhere."""

    _dims = 2
    _function = staticmethod(F.max_unpool2d)


class MaxUnpool3d(_MaxUnpool):
    """`nn.functional.max_unpool3d`: elements back at their places, zeros elsewhere."""

    _dims = 3
    _function = staticmethod(F.max_unpool3d)


class AvgPool1d(_Pool):
    """`nn.functional.avg_pool1d`: the mean of each window."""

    _shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        name = self._get_name()
        self.kernel_size = per_dimension(name, "kernel_size", kernel_size, 1, 1)
        self.stride = self.kernel_size if stride is None else per_dimension(name, "stride", stride, 1, 1)
        self.padding = per_dimension(name, "padding", padding, 1, 0)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Any) -> Any:
        return F.avg_pool1d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )  # fmt: skip


class _AvgPool(_Pool):
    _shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Any:
        settings = (self.ceil_mode, self.count_include_pad, self.divisor_override)
        return self._function(input, self.kernel_size, self.stride, self.padding, *settings)


class AvgPool2d(_AvgPool):
    """`nn.functional.avg_pool2d`: the mean of each window."""

    _function = staticmethod(F.avg_pool2d)


class AvgPool3d(_AvgPool):
    """`nn.functional.avg_pool3d`: the mean of each window."""

    _function = staticmethod(F.avg_pool3d)


class _FractionalMaxPool(Module):
    """A layer that draws where its windows start, unless it is given `_random_samples`."""

    _function: ClassVar[Callable[..., Any]]

    def __init__(
        self, kernel_size: Sizes, output_size: Sizes | None = None, output_ratio: Any = None,
        return_indices: bool = False, _random_samples: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.kernel_size = kernel_size
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = output_size
        self.output_ratio = output_ratio

    def forward(self, input: Any) -> Any:
        settings = (self.output_size, self.output_ratio, self.return_indices, self._random_samples)
        return self._function(input, self.kernel_size, *settings)


class FractionalMaxPool2d(_FractionalMaxPool):
    """`nn.functional.fractional_max_pool2d`: the largest element of windows that start at random places."""

    _function = staticmethod(F.fractional_max_pool2d)


class FractionalMaxPool3d(_FractionalMaxPool):
    """`nn.functional.fractional_max_pool3d`: the largest element of windows that start at random places."""

    _function = staticmethod(F.fractional_max_pool3d)


class _LPPool(_Pool):
    _shown = ("norm_type", "kernel_size", "stride", "ceil_mode")

    def __init__(
        self, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Any:
        return self._function(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)


class LPPool1d(_LPPool):
    """`nn.functional.lp_pool1d`: the norm of each window."""

    _function = staticmethod(F.lp_pool1d)


class LPPool2d(_LPPool):
    """`nn.functional.lp_pool2d`: the norm of each window."""

    _function = staticmethod(F.lp_pool2d)


class LPPool3d(_LPPool):
    """`nn.functional.lp_pool3d`: the norm of each window."""

    _function = staticmethod(F.lp_pool3d)
