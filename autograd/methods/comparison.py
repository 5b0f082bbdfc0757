"""Comparison and logic: methods and operators."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops import comparison, logical
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase

_COMPARABLE = (TensorBase, np.ndarray, np.generic, int, float)


class ComparisonMethods(TensorBase):
    """Comparison and logic, operators and in-place twins; see `autograd.ops.comparison` and `autograd.ops.logical`."""

    __slots__ = ()

    def __eq__(self, other: object) -> Any:
        return comparison.eq(self, other) if isinstance(other, _COMPARABLE) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return comparison.ne(self, other) if isinstance(other, _COMPARABLE) else NotImplemented

    __hash__ = object.__hash__
    __lt__ = lt = less = comparison.lt
    __le__ = le = less_equal = comparison.le
    __gt__ = gt = greater = comparison.gt
    __ge__ = ge = greater_equal = comparison.ge
    eq = comparison.eq
    ne = not_equal = comparison.ne
    __invert__ = bitwise_not = logical.bitwise_not
    __and__ = __rand__ = bitwise_and = logical.bitwise_and
    __or__ = __ror__ = bitwise_or = logical.bitwise_or
    __xor__ = __rxor__ = bitwise_xor = logical.bitwise_xor
    __lshift__ = bitwise_left_shift = logical.bitwise_left_shift
    __rshift__ = bitwise_right_shift = logical.bitwise_right_shift
    isclose = comparison.isclose
    allclose = comparison.allclose
    equal = comparison.equal
    logical_not = logical.logical_not
    logical_and = logical.logical_and
    logical_or = logical.logical_or
    logical_xor = logical.logical_xor

    def __rlshift__(self, other: Any) -> Any:
        return logical.bitwise_left_shift(other, self)

    def __rrshift__(self, other: Any) -> Any:
        return logical.bitwise_right_shift(other, self)

    def eq_(self, other: Any) -> Any:
        return overwrite(self, comparison.eq(self, other), "eq_")

    def ne_(self, other: Any) -> Any:
        return overwrite(self, comparison.ne(self, other), "ne_")

    def lt_(self, other: Any) -> Any:
        return overwrite(self, comparison.lt(self, other), "lt_")

    def le_(self, other: Any) -> Any:
        return overwrite(self, comparison.le(self, other), "le_")

    def gt_(self, other: Any) -> Any:
        return overwrite(self, comparison.gt(self, other), "gt_")

    def ge_(self, other: Any) -> Any:
        return overwrite(self, comparison.ge(self, other), "ge_")

    def bitwise_not_(self) -> Any:
        return overwrite(self, logical.bitwise_not(self), "bitwise_not_")

    def bitwise_and_(self, other: Any) -> Any:
        return overwrite(self, logical.bitwise_and(self, other), "bitwise_and_")

    def bitwise_or_(self, other: Any) -> Any:
        return overwrite(self, logical.bitwise_or(self, other), "bitwise_or_")

    def bitwise_xor_(self, other: Any) -> Any:
        return overwrite(self, logical.bitwise_xor(self, other), "bitwise_xor_")

    def bitwise_left_shift_(self, other: Any) -> Any:
        return overwrite(self, logical.bitwise_left_shift(self, other), "bitwise_left_shift_")

    def bitwise_right_shift_(self, other: Any) -> Any:
        return overwrite(self, logical.bitwise_right_shift(self, other), "bitwise_right_shift_")

    def logical_not_(self) -> Any:
        return overwrite(self, logical.logical_not(self), "logical_not_")

    def logical_and_(self, other: Any) -> Any:
        return overwrite(self, logical.logical_and(self, other), "logical_and_")

    def logical_or_(self, other: Any) -> Any:
        return overwrite(self, logical.logical_or(self, other), "logical_or_")

    def logical_xor_(self, other: Any) -> Any:
        return overwrite(self, logical.logical_xor(self, other), "logical_xor_")

    less_, less_equal_, greater_, greater_equal_, not_equal_ = lt_, le_, gt_, ge_, ne_
    __iand__, __ior__, __ixor__ = bitwise_and_, bitwise_or_, bitwise_xor_
    __ilshift__, __irshift__ = bitwise_left_shift_, bitwise_right_shift_
