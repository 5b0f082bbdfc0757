"""PyTorch's wrappers for several devices, on the one that there is."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor
from nn.module import Module

__all__ = ["DataParallel", "DistributedDataParallel", "data_parallel", "variable"]


class DataParallel(Module):
    """A module behind the attribute `module`, called on whole batches, as in PyTorch where there is no GPU."""

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    """Raises ArgumentError when made: there is one process."""

    def __init__(self, module: Module, *args: Any, **kwargs: Any) -> None:
        raise ArgumentError(
            complaint("DistributedDataParallel", "a process group", "one process", "Use the module itself")
        )


def data_parallel(
    module: Module, inputs: Any, device_ids: Any = None, output_device: Any = None, dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """`module(*inputs)`, on the one device."""
    operands = inputs if isinstance(inputs, tuple) else (inputs,)
    return module(*operands, **(module_kwargs or {}))


def variable(data: Tensor, requires_grad: bool = False) -> Tensor:
    """The tensor without history, as PyTorch's old `Variable` gives it; a leaf that collects gradients if asked."""
    leaf: Tensor = data.detach() if requires_grad else data
    return leaf.requires_grad_() if requires_grad else leaf
