"""Comparisons of elements: boolean results, which carry no gradient."""

from __future__ import annotations

import numpy as np

from autograd.array_like import array_of
from autograd.elementwise_call import elementwise
from autograd.errors import ArgumentError, complaint
from autograd.general_call import operation
from autograd.typing import A, Scalar


@elementwise()
def eq(input: A, other: A | Scalar) -> A:
    """Whether elements are equal; NaN equals nothing."""
    return np.equal(input, other)


@elementwise()
def ne(input: A, other: A | Scalar) -> A:
    """Whether elements differ; NaN differs from everything."""
    return np.not_equal(input, other)


@elementwise()
def lt(input: A, other: A | Scalar) -> A:
    """Whether `input < other`."""
    return np.less(input, other)


@elementwise()
def le(input: A, other: A | Scalar) -> A:
    """Whether `input <= other`."""
    return np.less_equal(input, other)


@elementwise()
def gt(input: A, other: A | Scalar) -> A:
    """Whether `input > other`."""
    return np.greater(input, other)


@elementwise()
def ge(input: A, other: A | Scalar) -> A:
    """Whether `input >= other`."""
    return np.greater_equal(input, other)


not_equal = ne
less = lt
less_equal = le
greater = gt
greater_equal = ge


@elementwise(result="any")
def isnan(input: A) -> A:
    """Whether elements are NaN."""
    return np.isnan(input)


@elementwise(result="any")
def isinf(input: A) -> A:
    """Whether elements are infinite."""
    return np.isinf(input)


@elementwise(result="any")
def isfinite(input: A) -> A:
    """Whether elements are neither infinite nor NaN."""
    return np.isfinite(input)


@elementwise(result="any")
def isposinf(input: A) -> A:
    """Whether elements are positive infinity."""
    return np.equal(input, np.inf)


@elementwise(result="any")
def isneginf(input: A) -> A:
    """Whether elements are negative infinity."""
    return np.equal(input, -np.inf)


@operation(operands=("input", "other"))
def isclose(input: A, other: A, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> A:
    """Whether `abs(input - other) <= atol + rtol * abs(other)`; infinities are close to themselves only.

    With `equal_nan`, NaN is close to NaN. Raises ArgumentError for a negative tolerance.
    """
    if rtol < 0 or atol < 0:
        raise ArgumentError(complaint("isclose", "tolerances of at least 0", f"rtol={rtol}, atol={atol}"))
    return np.asarray(np.isclose(input, other, rtol, atol, equal_nan))


def allclose(input: A, other: A, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether all elements are close, as `isclose` has it."""
    return bool(np.all(array_of(isclose(input, other, rtol, atol, equal_nan))))


def equal(input: A, other: A) -> bool:
    """Whether both have the same shape and the same elements."""
    return np.array_equal(array_of(input), array_of(other))
