"""Powers and roots."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import float64
from autograd.elementwise_call import elementwise
from autograd.errors import ArgumentError, complaint
from autograd.ops.arithmetic import zeros_of
from autograd.ops.broadcasting import cast
from autograd.ops.exponential import log
from autograd.ops.selection import where
from autograd.typing import A, Scalar


@elementwise(lambda g, out: g / (out * 2), result="float")
def sqrt(input: A) -> A:
    """Square root of each element, NaN for negative ones."""
    return np.sqrt(input)


@elementwise(lambda g, out: g * (out * out * out * -0.5), result="float")
def rsqrt(input: A) -> A:
    """`1 / sqrt(input)`."""
    return np.true_divide(1, np.sqrt(input))


@elementwise(lambda g, input: g * (input * 2))
def square(input: A) -> A:
    """The elements times themselves; booleans as integers."""
    return np.square(input, dtype=np.int64 if input.dtype.kind == "b" else None)


def _pow_base(g: Any, input: Any, exponent: Any) -> Any:
    if isinstance(exponent, int | float):
        return zeros_of(g) if exponent == 0 else g * (exponent * input ** (exponent - 1))
    return where(exponent == 0, 0.0, g * (exponent * input ** (exponent - 1)))


def _pow_exponent(g: Any, input: Any, exponent: Any, out: Any) -> Any:
    slope = log(input) if hasattr(input, "shape") else float(np.log(input))
    return where((input == 0) & (exponent >= 0), 0.0, g * (out * slope))


@elementwise(_pow_base, _pow_exponent)
def pow(input: A | Scalar, exponent: A | Scalar) -> A:
    """`input` to the power `exponent`; the gradient of the base is 0 where the exponent is 0.

    Integers to integers stay integers: an exponent that is a negative number is refused with ArgumentError, a negative
    element of an exponent tensor gives 0 for any base but 1 and −1.
    """
    if isinstance(exponent, int | float):
        if exponent < 0 and isinstance(exponent, int) and np.result_type(input).kind in "iu":
            raise ArgumentError(
                complaint(
                    "pow", "an exponent of at least 0 for integers", str(exponent), "Cast the tensor with float()"
                )
            )
        return input * input * input if exponent == 3 else input**exponent
    if exponent.dtype.kind == "i":
        return _integer_power(input, exponent)
    return input**exponent


def _integer_power(base: Any, exponent: Any) -> Any:
    negative = exponent < 0
    power = np.asarray(base ** np.abs(exponent))
    return np.where(negative, np.where((base == 1) | (base == -1), power, 0), power).astype(exponent.dtype)


def float_power(input: A | Scalar, exponent: A | Scalar) -> A:
    """`input` to the power `exponent`, computed in float64."""
    wide = [cast(x, float64) if hasattr(x, "shape") else float(x) for x in (input, exponent)]
    return pow(*wide)
