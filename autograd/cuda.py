"""What scripts ask of a GPU, answered for a machine without one."""

from __future__ import annotations

from typing import Any

from autograd import amp
from autograd.errors import ArgumentError, complaint

__all__ = [
    "amp", "current_device", "device_count", "empty_cache", "get_device_name", "is_available", "is_bf16_supported",
    "is_initialized", "manual_seed", "manual_seed_all", "max_memory_allocated", "memory_allocated", "set_device",
    "synchronize",
]  # fmt: skip


def is_available() -> bool:
    """Always False: this library computes on the CPU."""
    return False


def is_initialized() -> bool:
    """Always False."""
    return False


def is_bf16_supported() -> bool:
    """Always False."""
    return False


def device_count() -> int:
    """Always 0."""
    return 0


def current_device() -> int:
    """Raises ArgumentError: there is none."""
    raise _no_gpu("current_device")


def get_device_name(device: Any = None) -> str:
    """Raises ArgumentError: there is none."""
    raise _no_gpu("get_device_name")


def set_device(device: Any) -> None:
    """Raises ArgumentError: there is none."""
    raise _no_gpu("set_device")


def manual_seed(seed: int) -> None:
    """Nothing: there are no generators of GPUs, as in PyTorch without one."""


def manual_seed_all(seed: int) -> None:
    """Nothing: there are no generators of GPUs, as in PyTorch without one."""


def synchronize(device: Any = None) -> None:
    """Nothing: results are there when a call returns."""


def empty_cache() -> None:
    """Nothing: there is no cache."""


def memory_allocated(device: Any = None) -> int:
    """Always 0."""
    return 0


def max_memory_allocated(device: Any = None) -> int:
    """Always 0."""
    return 0


def _no_gpu(where: str) -> ArgumentError:
    return ArgumentError(complaint(f"cuda.{where}", "a GPU", "none", "Ask cuda.is_available() first"))
