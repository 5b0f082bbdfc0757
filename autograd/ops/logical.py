"""Logic on truth values and on bits: results carry no gradient."""

from __future__ import annotations

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.typing import A, Scalar


@elementwise()
def bitwise_not(input: A) -> A:
    """The bits of integers inverted; of booleans, the opposite. Raises DTypeError for floats."""
    return np.invert(input)


@elementwise()
def bitwise_and(input: A, other: A | Scalar) -> A:
    """Bits set in both; of booleans, whether both are true. Raises DTypeError for floats."""
    return np.bitwise_and(input, other)


@elementwise()
def bitwise_or(input: A, other: A | Scalar) -> A:
    """Bits set in either; of booleans, whether either is true. Raises DTypeError for floats."""
    return np.bitwise_or(input, other)


@elementwise()
def bitwise_xor(input: A, other: A | Scalar) -> A:
    """Bits set in one of both; of booleans, whether they differ. Raises DTypeError for floats."""
    return np.bitwise_xor(input, other)


@elementwise()
def bitwise_left_shift(input: A, other: A | Scalar) -> A:
    """Bits moved up by `other` places. Raises DTypeError for floats."""
    return np.left_shift(input, other)


@elementwise()
def bitwise_right_shift(input: A, other: A | Scalar) -> A:
    """Bits moved down by `other` places; the sign stays. Raises DTypeError for floats."""
    return np.right_shift(input, other)


@elementwise(result="any")
def logical_not(input: A) -> A:
    """Whether elements are zero."""
    return np.logical_not(input)


@elementwise(result="any")
def logical_and(input: A, other: A | Scalar) -> A:
    """Whether both elements are other than zero."""
    return np.logical_and(input, other)


@elementwise(result="any")
def logical_or(input: A, other: A | Scalar) -> A:
    """Whether either element is other than zero."""
    return np.logical_or(input, other)


@elementwise(result="any")
def logical_xor(input: A, other: A | Scalar) -> A:
    """Whether just one element is other than zero."""
    return np.logical_xor(input, other)
