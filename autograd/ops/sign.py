"""Magnitude and sign of elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.errors import DTypeError, complaint
from autograd.ops.arithmetic import zeros_of
from autograd.typing import A, Scalar


@elementwise(lambda g: zeros_of(g))
def sign(input: A) -> A:
    """−1, 0 or 1 as the elements are negative, zero (or NaN) or positive; booleans as they are."""
    return np.subtract(np.greater(input, 0), np.less(input, 0), dtype=_numeric(input)).astype(input.dtype, copy=False)


def _numeric(input: Any) -> Any:
    return np.dtype(np.int8) if input.dtype.kind == "b" else input.dtype


@elementwise(lambda g, input: g * sign(input))
def abs(input: A) -> A:
    """The magnitudes of the elements; the derivative at 0 is 0. Raises DTypeError for booleans."""
    if input.dtype.kind == "b":
        raise DTypeError(complaint("abs", "numbers", "booleans"))
    return np.abs(input)


@elementwise(result="any")
def signbit(input: A) -> A:
    """Whether elements are negative, −0.0 included."""
    return np.signbit(input) if input.dtype.kind == "f" else np.less(input, 0)


@elementwise(lambda g, input, out: g * (sign(input) * sign(out)), lambda g: zeros_of(g), result="float")
def copysign(input: A, other: A | Scalar) -> A:
    """The magnitudes of `input` with the signs of `other`; the derivative at 0 is 0."""
    return np.copysign(input, other)


@elementwise()
def nextafter(input: A, other: A) -> A:
    """The next representable numbers from `input` towards `other`; carries no gradient."""
    return np.nextafter(input, other)


def positive(input: A) -> A:
    """The tensor itself. Raises DTypeError for booleans."""
    array = getattr(input, "_array", input)
    if array.dtype.kind == "b":
        raise DTypeError(complaint("positive", "numbers", "booleans"))
    return input


sgn = sign
absolute = abs
