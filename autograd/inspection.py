"""Questions about a value, as functions."""

from __future__ import annotations

from typing import Any, TypeGuard

from autograd.tensor import Tensor

__all__ = ["is_complex", "is_floating_point", "is_nonzero", "is_tensor", "numel"]


def is_tensor(obj: Any) -> TypeGuard[Tensor]:
    """Whether `obj` is a Tensor."""
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is a floating-point one."""
    return bool(input.is_floating_point())


def is_complex(input: Tensor) -> bool:
    """Always False: complex numbers are not supported."""
    return False


def is_nonzero(input: Tensor) -> bool:
    """Whether the one element is not zero. Raises ArgumentError if there are more, or none."""
    return bool(input)


def numel(input: Tensor) -> int:
    """The number of elements."""
    return input.numel()
