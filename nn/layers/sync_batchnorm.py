"""Batch normalization under the name that it has where several processes share a batch. Here there is one process."""

from __future__ import annotations

from typing import Any

from autograd.errors import ShapeError, complaint
from nn.layers.normalization import BatchNorm
from nn.module import Module


class SyncBatchNorm(BatchNorm):
    """`nn.functional.batch_norm` of (N, C, *), any number of dimensions. `process_group` is kept, and not used."""

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
        track_running_stats: bool = True, process_group: Any = None, device: Any = None, dtype: Any = None, *,
        bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.process_group = process_group

    def _check(self, input: Any) -> None:
        if input.ndim < 2:
            expected = "an input of two dimensions or more"
            raise ShapeError(complaint("SyncBatchNorm", expected, f"shape {tuple(input.shape)}"))

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """The module with a SyncBatchNorm, on the same parameters and statistics, for each BatchNorm in it."""
        found = module
        if isinstance(module, BatchNorm):
            found = cls(
                module.num_features, module.eps, module.momentum, module.affine, module.track_running_stats,
                process_group, bias=module.bias is not None,
            )  # fmt: skip
            found._parameters.update(module._parameters)
            found._buffers.update(module._buffers)
            found.training = module.training
        for name, child in module.named_children():
            setattr(found, name, cls.convert_sync_batchnorm(child, process_group))
        return found
