"""Layers that learn from their first input how many features or channels it has, and then become the plain layer.

Until then their parameters have no shape: nothing can be asked of them, but they are the objects that an optimizer will
move. `load_state_dict` gives them shapes too.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, ClassVar

from autograd.creation import tensor
from autograd.dtypes import int64
from autograd.errors import ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.dimensions import Sizes
from nn.layers.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    require_channels,
)
from nn.layers.linear import Linear
from nn.layers.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from nn.module import Module
from nn.parameter import UninitializedBuffer, UninitializedParameter, is_lazy


class _Lazy(Module):
    """What a layer does before it becomes `cls_to_become`; `size_name` is the number that the input settles."""

    cls_to_become: ClassVar[type]
    size_name: ClassVar[str]

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer has no shape yet."""
        return any(is_lazy(x) for x in chain(self._parameters.values(), self._buffers.values()))

    def initialize_parameters(self, input: Any) -> None:
        """Give everything its shape and its first values; what was loaded keeps its values."""
        missing = {name: x for name, x in chain(self._parameters.items(), self._buffers.items()) if is_lazy(x)}
        shapes = self._infer(input)
        for name, shape in shapes.items():
            if name not in missing and tuple(getattr(self, name).shape) != shape:
                given = f"an input of shape {tuple(input.shape)}, for which it would be {shape}"
                shown = f"what fits {name} of shape {tuple(getattr(self, name).shape)}, which was loaded"
                raise ShapeError(complaint(self._get_name(), shown, given))
        with no_grad():
            loaded = {name: getattr(self, name).clone() for name in shapes if name not in missing}
            for name, x in missing.items():
                x.materialize(shapes[name])
            if missing:
                self.reset_parameters()
            for name, value in loaded.items():
                getattr(self, name).copy_(value)

    def _infer(self, input: Any) -> dict[str, tuple[int, ...]]:
        """Set the size; the shapes of all parameters and buffers that depend on it."""
        raise NotImplementedError

    def _make_lazy(self, device: Any, dtype: Any, *, weight: bool = True, bias: bool) -> None:
        for name, wanted in (("weight", weight), ("bias", bias)):
            if wanted:
                setattr(self, name, UninitializedParameter(device=device, dtype=dtype))

    def _own(self, **shapes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        """The shapes of those that the layer has."""
        return {name: shape for name, shape in shapes.items() if getattr(self, name) is not None}

    def _size(self, input: Any, dim: int) -> int:
        """How many features the input has; set as an attribute of the layer."""
        if not -input.ndim <= dim < input.ndim:
            expected = f"an input with features in dimension {dim}"
            raise ShapeError(complaint(self._get_name(), expected, f"shape {tuple(input.shape)}"))
        found = input.shape[dim]
        setattr(self, self.size_name, found)
        return found

    def reset_parameters(self) -> None:
        """Draw new initial values, once there are shapes."""
        if getattr(self, self.size_name) and not self.has_uninitialized_params():
            super().reset_parameters()  # type: ignore[misc]

    def forward(self, input: Any, *args: Any, **kwargs: Any) -> Any:
        """Become the plain layer and do what it does."""
        self.initialize_parameters(input)
        self.__class__ = self.cls_to_become
        return self.forward(input, *args, **kwargs)


class LazyLinear(_Lazy, Linear):
    """`Linear` that takes `in_features` from the last size of its first input."""

    cls_to_become = Linear
    size_name = "in_features"

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(0, out_features, False, device, dtype)
        self._make_lazy(device, dtype, bias=bias)

    def _infer(self, input: Any) -> dict[str, tuple[int, ...]]:
        size = self._size(input, -1)
        return self._own(weight=(self.out_features, size), bias=(self.out_features,))


class _LazyConvolution(_Lazy):
    """What lazy convolutions and their transposes share."""

    size_name = "in_channels"

    def _infer(self, input: Any) -> dict[str, tuple[int, ...]]:
        layer: Any = self
        name, dims = self._get_name(), len(layer.kernel_size)
        if input.ndim not in (dims + 1, dims + 2):
            raise ShapeError(
                complaint(name, f"an input of {dims + 1} or {dims + 2} dimensions", f"shape {input.shape}")
            )
        require_channels(name, input.shape[-dims - 1], layer.out_channels, layer.groups)
        inputs, outputs = self._size(input, -dims - 1), layer.out_channels
        outer, inner = (inputs, outputs) if layer.transposed else (outputs, inputs)
        return self._own(weight=(outer, inner // layer.groups, *layer.kernel_size), bias=(outputs,))


class _LazyDirect(_LazyConvolution):
    def __init__(
        self, out_channels: int, kernel_size: Sizes, stride: Sizes = 1, padding: Sizes | str = 0, dilation: Sizes = 1,
        groups: int = 1, bias: bool = True, padding_mode: str = "zeros", device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(  # type: ignore[call-arg]
            0, out_channels, kernel_size, stride, padding, dilation, groups, False, padding_mode, device, dtype
        )
        self._make_lazy(device, dtype, bias=bias)


class _LazyTransposed(_LazyConvolution):
    def __init__(
        self, out_channels: int, kernel_size: Sizes, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0,
        groups: int = 1, bias: bool = True, dilation: Sizes = 1, padding_mode: str = "zeros", device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(  # type: ignore[call-arg]
            0, out_channels, kernel_size, stride, padding, output_padding, groups, False, dilation, padding_mode,
            device, dtype,
        )  # fmt: skip
        self._make_lazy(device, dtype, bias=bias)


class LazyConv1d(_LazyDirect, Conv1d):
    """`Conv1d` that takes `in_channels` from its first input."""

    cls_to_become = Conv1d


class LazyConv2d(_LazyDirect, Conv2d):
    """`Conv2d` that takes `in_channels` from its first input."""

    cls_to_become = Conv2d


class LazyConv3d(_LazyDirect, Conv3d):
    """`Conv3d` that takes `in_channels` from its first input."""

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyTransposed, ConvTranspose1d):
    """`ConvTranspose1d` that takes `in_channels` from its first input."""

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyTransposed, ConvTranspose2d):
    """`ConvTranspose2d` that takes `in_channels` from its first input."""

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyTransposed, ConvTranspose3d):
    """`ConvTranspose3d` that takes `in_channels` from its first input."""

    cls_to_become = ConvTranspose3d


class _LazyNorm(_Lazy):
    """What the lazy normalizations share."""

    size_name = "num_features"

    def __init__(
        self, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True, track_running_stats: bool = True,
        device: Any = None, dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(0, eps, momentum, False, False, device, dtype)  # type: ignore[call-arg]
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._make_lazy(device, dtype, weight=affine, bias=affine and bias)
        if track_running_stats:
            self.running_mean = UninitializedBuffer(device=device, dtype=dtype)
            self.running_var = UninitializedBuffer(device=device, dtype=dtype)
            self.num_batches_tracked = tensor(0, dtype=int64)

    def _infer(self, input: Any) -> dict[str, tuple[int, ...]]:
        layer: Any = self
        layer._check(input)
        shape = (self._size(input, self._channel_dim(input)),)
        return self._own(weight=shape, bias=shape, running_mean=shape, running_var=shape)

    def _channel_dim(self, input: Any) -> int:
        return 1


class _LazyInstanceNorm(_LazyNorm):
    def _channel_dim(self, input: Any) -> int:
        layer: Any = self
        return 0 if input.ndim == layer.dims[0] else 1


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """`BatchNorm1d` that takes `num_features` from its first input."""

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """`BatchNorm2d` that takes `num_features` from its first input."""

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """`BatchNorm3d` that takes `num_features` from its first input."""

    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyInstanceNorm, InstanceNorm1d):
    """`InstanceNorm1d` that takes `num_features` from its first input."""

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyInstanceNorm, InstanceNorm2d):
    """`InstanceNorm2d` that takes `num_features` from its first input."""

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyInstanceNorm, InstanceNorm3d):
    """`InstanceNorm3d` that takes `num_features` from its first input."""

    cls_to_become = InstanceNorm3d
