"""Arithmetic methods and operators."""

from __future__ import annotations

from typing import Any

from autograd.ops import arithmetic, power, sign
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase


class ArithmeticMethods(TensorBase):
    """Arithmetic methods, operators and their in-place twins; see `autograd.ops.arithmetic`."""

    __slots__ = ()

    __add__ = __radd__ = add = arithmetic.add
    __sub__ = sub = subtract = arithmetic.sub
    __rsub__ = arithmetic.rsub
    __mul__ = __rmul__ = mul = multiply = arithmetic.mul
    __truediv__ = div = divide = true_divide = arithmetic.div
    __floordiv__ = floor_divide = arithmetic.floor_divide
    __mod__ = remainder = arithmetic.remainder
    __pow__ = pow = power.pow
    __neg__ = neg = negative = arithmetic.neg
    __pos__ = positive = sign.positive
    __abs__ = abs = absolute = sign.abs
    fmod = arithmetic.fmod
    reciprocal = arithmetic.reciprocal
    square = power.square
    addcmul = arithmetic.addcmul
    addcdiv = arithmetic.addcdiv
    lerp = arithmetic.lerp

    def __rtruediv__(self, other: Any) -> Any:
        return arithmetic.div(other, self)

    def __rfloordiv__(self, other: Any) -> Any:
        return arithmetic.floor_divide(other, self)

    def __rmod__(self, other: Any) -> Any:
        return arithmetic.remainder(other, self)

    def __rpow__(self, other: Any) -> Any:
        return power.pow(other, self)

    def add_(self, other: Any, *, alpha: Any = 1) -> Any:
        return overwrite(self, arithmetic.add(self, other, alpha=alpha), "add_")

    def sub_(self, other: Any, *, alpha: Any = 1) -> Any:
        return overwrite(self, arithmetic.sub(self, other, alpha=alpha), "sub_")

    def mul_(self, other: Any) -> Any:
        return overwrite(self, arithmetic.mul(self, other), "mul_")

    def div_(self, other: Any, *, rounding_mode: Any = None) -> Any:
        return overwrite(self, arithmetic.div(self, other, rounding_mode=rounding_mode), "div_")

    def floor_divide_(self, other: Any) -> Any:
        return overwrite(self, arithmetic.floor_divide(self, other), "floor_divide_")

    def remainder_(self, other: Any) -> Any:
        return overwrite(self, arithmetic.remainder(self, other), "remainder_")

    def fmod_(self, other: Any) -> Any:
        return overwrite(self, arithmetic.fmod(self, other), "fmod_")

    def pow_(self, exponent: Any) -> Any:
        return overwrite(self, power.pow(self, exponent), "pow_")

    def neg_(self) -> Any:
        return overwrite(self, arithmetic.neg(self), "neg_")

    def abs_(self) -> Any:
        return overwrite(self, sign.abs(self), "abs_")

    def reciprocal_(self) -> Any:
        return overwrite(self, arithmetic.reciprocal(self), "reciprocal_")

    def square_(self) -> Any:
        return overwrite(self, power.square(self), "square_")

    def addcmul_(self, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
        return overwrite(self, arithmetic.addcmul(self, tensor1, tensor2, value=value), "addcmul_")

    def addcdiv_(self, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
        return overwrite(self, arithmetic.addcdiv(self, tensor1, tensor2, value=value), "addcdiv_")

    def lerp_(self, end: Any, weight: Any) -> Any:
        return overwrite(self, arithmetic.lerp(self, end, weight), "lerp_")

    __iadd__ = add_
    __isub__ = subtract_ = sub_
    __imul__ = multiply_ = mul_
    __itruediv__ = divide_ = true_divide_ = div_
    __ifloordiv__ = floor_divide_
    __imod__ = remainder_
    __ipow__ = pow_
    negative_ = neg_
    absolute_ = abs_
