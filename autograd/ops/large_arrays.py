"""Where work on the elements of arrays goes: to NumPy, or for large ones to a kernel on all threads."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels

KERNEL_FROM = 16_384
"""Elements from which a kernel on all threads beats NumPy where each costs more than a sum or a product."""

LARGE = 131_072
"""Elements from which one does where each costs no more."""


def worth_a_kernel(x: Any, least: int = KERNEL_FROM) -> bool:
    """Whether an operand is an array of float32 or float64 of at least so many elements."""
    return bool(x.__class__ is np.ndarray and x.size >= least and x.dtype.char in "fd")


def combined(function: Any, first: Any, second: Any) -> Any:
    """`function` (np.add, subtract, multiply or true_divide) of a large array and another operand, in either order."""
    one, other = (first, second) if isinstance(first, np.ndarray) else (second, first)
    if isinstance(other, np.ndarray) and other.size > one.size:
        one, other = other, one
    if not one.flags.c_contiguous or one.dtype.char not in "fd" or not _fits(one, other):
        return function(first, second)
    return kernels.arithmetic.combine(function, first, second, np.empty(one.shape, one.dtype))


def _fits(array: Any, other: Any) -> bool:
    """Whether the other operand's elements, in order and repeated, meet the array's where they are combined."""
    if not isinstance(other, np.ndarray):
        return other.__class__ in (int, float)
    if other.dtype != array.dtype or not other.flags.c_contiguous or other.ndim > array.ndim:
        return False
    shape = other.shape
    while shape and shape[0] == 1:
        shape = shape[1:]
    return array.shape[array.ndim - len(shape) :] == shape
