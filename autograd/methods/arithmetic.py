"""Arithmetic methods and operators."""

from __future__ import annotations

from typing import Any

from autograd.ops import arithmetic
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase


class ArithmeticMethods(TensorBase):
    """Arithmetic methods, operators and their in-place twins; see `autograd.ops.arithmetic`."""

    __slots__ = ()

    __add__ = __radd__ = add = arithmetic.add
    __mul__ = __rmul__ = mul = multiply = arithmetic.mul

    def add_(self, other: Any, *, alpha: Any = 1) -> Any:
        return overwrite(self, arithmetic.add(self, other, alpha=alpha), "add_")

    def mul_(self, other: Any) -> Any:
        return overwrite(self, arithmetic.mul(self, other), "mul_")
