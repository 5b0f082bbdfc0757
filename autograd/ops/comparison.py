"""Comparisons of elements: boolean results, which carry no gradient."""

from __future__ import annotations

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.typing import A, Scalar


@elementwise()
def eq(input: A, other: A | Scalar) -> A:
    """Whether elements are equal; NaN equals nothing."""
    return np.equal(input, other)  # type: ignore[arg-type, return-value]


@elementwise()
def ne(input: A, other: A | Scalar) -> A:
    """Whether elements differ; NaN differs from everything."""
    return np.not_equal(input, other)  # type: ignore[arg-type, return-value]


@elementwise()
def lt(input: A, other: A | Scalar) -> A:
    """Whether `input < other`."""
    return np.less(input, other)  # type: ignore[arg-type, return-value]


@elementwise()
def le(input: A, other: A | Scalar) -> A:
    """Whether `input <= other`."""
    return np.less_equal(input, other)  # type: ignore[arg-type, return-value]


@elementwise()
def gt(input: A, other: A | Scalar) -> A:
    """Whether `input > other`."""
    return np.greater(input, other)  # type: ignore[arg-type, return-value]


@elementwise()
def ge(input: A, other: A | Scalar) -> A:
    """Whether `input >= other`."""
    return np.greater_equal(input, other)  # type: ignore[arg-type, return-value]
