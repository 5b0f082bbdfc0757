"""Normalization layers. What they compute stands in `nn.functional.normalization`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import nn.functional as F
from autograd.creation import empty, ones, tensor, zeros
from autograd.dtypes import int64
from autograd.errors import ArgumentError, ShapeError, complaint
from nn import init
from nn.module import Module
from nn.module_hooks import Hook
from nn.parameter import Parameter


class _Affine(Module):
    """A weight of ones and a bias of zeros at first, of one shape, or None."""

    def _make(self, shape: tuple[int, ...], weight: bool, bias: bool, device: Any, dtype: Any) -> None:
        for name, wanted in (("weight", weight), ("bias", bias)):
            made = Parameter(empty(*shape, device=device, dtype=dtype)) if wanted else None
            self.register_parameter(name, made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to 1 and the bias to 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if getattr(self, "bias", None) is not None:
            init.zeros_(self.bias)


def _count_batches(module: Any, state_dict: Any, prefix: str, metadata: Any, *rest: Any) -> None:
    """Leave the count as it is where a state was saved before there was one."""
    key = f"{prefix}num_batches_tracked"
    if module.num_batches_tracked is not None and key not in state_dict and metadata.get("version", 1) < 2:
        state_dict[key] = module.num_batches_tracked


class _Running(_Affine):
    """A layer of `num_features` channels that keeps running statistics.

    Buffers `running_mean`, `running_var` (C,), `num_batches_tracked` (), or None unless `track_running_stats`.
    `momentum=None` takes the mean over all batches.
    """

    _version = 2  # the first had no num_batches_tracked
    dims: ClassVar[tuple[int, ...]]

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
        track_running_stats: bool = True, device: Any = None, dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        tracked = track_running_stats
        options = {"device": device, "dtype": dtype}
        self.register_buffer("running_mean", zeros(num_features, **options) if tracked else None)
        self.register_buffer("running_var", ones(num_features, **options) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0, dtype=int64) if tracked else None)
        self._make((num_features,), affine, affine and bias, device, dtype)

    def reset_parameters(self) -> None:
        """Forget the statistics, and set the weight to 1 and the bias to 0."""
        self.reset_running_stats()
        super().reset_parameters()

    def hooks_of(self, kind: str) -> list[Hook]:
        """A copy of the hooks of one kind, with one of the class's own for loading."""
        own = [Hook(_count_batches)] if kind == "load_pre" else []
        return own + super().hooks_of(kind)

    def reset_running_stats(self) -> None:
        """Forget the statistics."""
        if self.track_running_stats:
            self.running_mean.fill_(0)
            self.running_var.fill_(1)
            self.num_batches_tracked.fill_(0)

    def _share(self) -> float:
        """By how much the statistics move; counts the batch."""
        if not (self.training and self.track_running_stats):
            return 0.0 if self.momentum is None else self.momentum
        self.num_batches_tracked.add_(1)
        return 1 / float(self.num_batches_tracked.item()) if self.momentum is None else self.momentum

    def _check(self, input: Any) -> None:
        if input.ndim not in self.dims:
            allowed = " or ".join(str(n) for n in self.dims)
            expected = f"an input of {allowed} dimensions"
            raise ShapeError(complaint(self._get_name(), expected, f"shape {tuple(input.shape)}"))

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm(_Running):
    """`nn.functional.batch_norm`: of the batch in training, of the running statistics in evaluation mode."""

    def forward(self, input: Any) -> Any:
        self._check(input)
        share = self._share()
        batch = self.training or self.running_mean is None
        moved = self.training and self.track_running_stats
        centre, variance = (self.running_mean, self.running_var) if moved or not batch else (None, None)
        return F.batch_norm(input, centre, variance, self.weight, self.bias, batch, share, self.eps)


class BatchNorm1d(BatchNorm):
    """`nn.functional.batch_norm` of (N, C) or (N, C, L)."""

    dims = (2, 3)


class BatchNorm2d(BatchNorm):
    """`nn.functional.batch_norm` of (N, C, H, W)."""

    dims = (4,)


class BatchNorm3d(BatchNorm):
    """`nn.functional.batch_norm` of (N, C, D, H, W)."""

    dims = (5,)


class _InstanceNorm(_Running):
    """`nn.functional.instance_norm`: running statistics, if tracked, are used in evaluation mode."""

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = False,
        track_running_stats: bool = False, device: Any = None, dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input: Any) -> Any:
        self._check(input)
        single = input.ndim == self.dims[0]
        if input.shape[0 if single else 1] != self.num_features:
            told = complaint(self._get_name(), f"{self.num_features} channels", f"shape {tuple(input.shape)}")
            if self.affine or self.track_running_stats:
                raise ShapeError(told)
            warnings.warn(f"{told}. Without weights and statistics any number will do", stacklevel=2)
        batch = self.training or not self.track_running_stats
        found = F.instance_norm(
            input.unsqueeze(0) if single else input, self.running_mean, self.running_var, self.weight, self.bias,
            batch, self.momentum or 0.0, self.eps,
        )  # fmt: skip
        return found.squeeze(0) if single else found


class InstanceNorm1d(_InstanceNorm):
    """`nn.functional.instance_norm` of (N, C, L) or (C, L)."""

    dims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """`nn.functional.instance_norm` of (N, C, H, W) or (C, H, W)."""

    dims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """`nn.functional.instance_norm` of (N, C, D, H, W) or (C, D, H, W)."""

    dims = (4, 5)


class GroupNorm(_Affine):
    """`nn.functional.group_norm` of (N, C, *). Raises ArgumentError unless num_groups divides num_channels."""

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, device: Any = None,
        dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        if num_channels % num_groups:
            raise ArgumentError(
                complaint("GroupNorm", f"channels that {num_groups} groups can share", f"{num_channels}")
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self._make((num_channels,), affine, affine and bias, device, dtype)

    def forward(self, input: Any) -> Any:
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        shown = f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
        return f"{shown}, bias={self.bias is not None}"


class LayerNorm(_Affine):
    """`nn.functional.layer_norm` over the last dimensions, of sizes `normalized_shape`."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True,
        bias: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self._make(self.normalized_shape, elementwise_affine, elementwise_affine and bias, device, dtype)

    def forward(self, input: Any) -> Any:
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        affine = self.elementwise_affine
        shown = f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={affine}"
        return f"{shown}, bias={self.bias is not None}"


class RMSNorm(_Affine):
    """`nn.functional.rms_norm` over the last dimensions, of sizes `normalized_shape`."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float | None = None, elementwise_affine: bool = True,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        made = Parameter(empty(*self.normalized_shape, device=device, dtype=dtype)) if elementwise_affine else None
        self.register_parameter("weight", made)
        self.reset_parameters()

    def forward(self, input: Any) -> Any:
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class LocalResponseNorm(Module):
    """`nn.functional.local_response_norm`."""

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Any) -> Any:
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class CrossMapLRN2d(LocalResponseNorm):
    """`nn.functional.cross_map_lrn2d`."""

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> None:
        super().__init__(size, alpha, beta, k)

    def forward(self, input: Any) -> Any:
        return F.cross_map_lrn2d(input, self.size, self.alpha, self.beta, self.k)


class CosineSimilarity(Module):
    """`nn.functional.cosine_similarity`."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Any, x2: Any) -> Any:
        return F.cosine_similarity(x1, x2, self.dim, self.eps)
