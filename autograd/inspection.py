"""Questions about a value, as functions."""

from __future__ import annotations

from typing import Any, TypeGuard

from autograd.tensor import Tensor

__all__ = ["is_floating_point", "is_tensor", "numel"]


def is_tensor(obj: Any) -> TypeGuard[Tensor]:
    """Whether `obj` is a Tensor."""
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is a floating-point one."""
    return bool(input.is_floating_point())


def numel(input: Tensor) -> int:
    """The number of elements."""
    return input.numel()
