"""Arithmetic on elements: sums, products, quotients, remainders."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import default_float
from autograd.elementwise_call import elementwise
from autograd.errors import ArgumentError, DTypeError, complaint
from autograd.ops.large_arrays import LARGE, combined
from autograd.typing import A, Array, Scalar

_ndarray = np.ndarray


@elementwise()
def zeros_of(input: A) -> A:
    """Zeros of the same shape and dtype: the derivative of what is constant by steps."""
    return np.zeros_like(input)


@elementwise(lambda g: g, lambda g, alpha: g if alpha == 1 else g * alpha)
def add(input: A, other: A | Scalar, *, alpha: Scalar = 1) -> A:
    """Sum of elements, `input + alpha * other`, with broadcasting."""
    if alpha != 1:
        other = _scaled("add", input, other, alpha)
    if input.__class__ is _ndarray and input.size >= LARGE:
        return combined(np.add, input, other)
    return np.add(input, other)


@elementwise(lambda g: g, lambda g, alpha: -g if alpha == 1 else g * -alpha)
def sub(input: A, other: A | Scalar, *, alpha: Scalar = 1) -> A:
    """Difference of elements, `input - alpha * other`, with broadcasting. Raises DTypeError for booleans."""
    if alpha != 1:
        other = _scaled("sub", input, other, alpha)
    if input.__class__ is _ndarray and input.size >= LARGE:
        return combined(np.subtract, input, other)
    return np.subtract(input, other)


@elementwise(lambda g, alpha: -g if alpha == 1 else g * -alpha, lambda g: g)
def rsub(input: A, other: A | Scalar, *, alpha: Scalar = 1) -> A:
    """Difference of elements the other way round, `other - alpha * input`."""
    if alpha != 1:
        input = _scaled("rsub", other, input, alpha)
    if input.__class__ is _ndarray and input.size >= LARGE:
        return combined(np.subtract, other, input)
    return np.subtract(other, input)


def _scaled(where: str, input: Any, other: Any, alpha: Scalar) -> Any:
    """`alpha * other`. Raises DTypeError for a fraction of integers."""
    dtype = (input if isinstance(input, np.ndarray) else other).dtype
    if dtype.kind != "f" and isinstance(alpha, float):
        raise DTypeError(complaint(where, f"an integer alpha for tensors of {dtype}", f"alpha={alpha}"))
    return other * alpha  # by NumPy, a product of two numbers would be a float64 that widens the other operand


def _by_other(g: Any, other: Any) -> Any:
    return combined(np.multiply, g, other) if g.__class__ is _ndarray and g.size >= LARGE else g * other


def _by_input(g: Any, input: Any) -> Any:
    return combined(np.multiply, g, input) if g.__class__ is _ndarray and g.size >= LARGE else g * input


@elementwise(_by_other, _by_input)
def mul(input: A, other: A | Scalar) -> A:
    """Product of elements, with broadcasting."""
    if input.__class__ is _ndarray and input.size >= LARGE:
        return combined(np.multiply, input, other)
    return np.multiply(input, other)


@elementwise(
    lambda g, other, rounding_mode: g / other if rounding_mode is None else zeros_of(g),
    lambda g, input, other, rounding_mode: -g * (input / other / other) if rounding_mode is None else zeros_of(g),
)
def div(input: A, other: A | Scalar, *, rounding_mode: str | None = None) -> A:
    """Quotient of elements, with broadcasting; of integers, in the default dtype.

    `rounding_mode` "floor" rounds down as Python's `//` does, "trunc" towards zero as C does; the dtype stays.
    Raises ArgumentError for another mode, and where integers are divided by zero and rounded.
    """
    if rounding_mode is None:
        sample: Any = input if isinstance(input, np.ndarray) else other
        if sample.dtype.kind == "f":
            if sample.size >= LARGE:
                return combined(np.true_divide, input, other)
            return np.true_divide(input, other)
        return np.true_divide(input, other, dtype=default_float(), casting="unsafe")
    if rounding_mode == "floor":
        return floor_quotient("div", input, other)
    if rounding_mode == "trunc":
        return _truncated_quotient(input, other)
    raise ArgumentError(complaint("div", 'a rounding_mode of None, "floor" or "trunc"', repr(rounding_mode)))


@elementwise(lambda g: zeros_of(g), lambda g: zeros_of(g))
def floor_divide(input: A, other: A | Scalar) -> A:
    """Quotient of elements rounded down, as Python's `//`. Raises ArgumentError for integers divided by zero."""
    return floor_quotient("floor_divide", input, other)


def floor_quotient(where: str, input: Any, other: Any) -> Array:
    """The rounded quotient of arrays or numbers."""
    refuse_zero(where, input, other)
    return np.asarray(np.floor_divide(input, other))


def _truncated_quotient(input: Any, other: Any) -> Array:
    refuse_zero("div", input, other)
    if not _whole(input, other):
        return np.asarray(np.trunc(np.true_divide(input, other)))
    floor = np.asarray(np.floor_divide(input, other))
    raised = np.not_equal(np.remainder(input, other), 0) & np.not_equal(np.less(input, 0), np.less(other, 0))
    return np.asarray(np.add(floor, raised, dtype=floor.dtype))


def _whole(input: Any, other: Any) -> bool:
    return (input if isinstance(input, np.ndarray) else other).dtype.kind != "f"


def refuse_zero(where: str, input: Any, other: Any) -> None:
    """Raise ArgumentError where an integer would be divided by zero."""
    if _whole(input, other) and not np.all(other):
        raise ArgumentError(complaint(where, "integers to be divided by other numbers than 0", "a 0 among them"))


@elementwise(lambda g: g, lambda g, input, other: -g * floor_divide(input, other))
def remainder(input: A, other: A | Scalar) -> A:
    """Remainder of `input / other` with the sign of `other`, as Python's `%`.

    Raises ArgumentError for integers divided by zero.
    """
    refuse_zero("remainder", input, other)
    return np.remainder(input, other)


@elementwise(lambda g: g, lambda g, input, other: -g * div(input, other, rounding_mode="trunc"))
def fmod(input: A, other: A | Scalar) -> A:
    """Remainder of `input / other` with the sign of `input`, as C's `fmod`.

    Raises ArgumentError for integers divided by zero.
    """
    refuse_zero("fmod", input, other)
    return np.fmod(input, other)


@elementwise(lambda g: -g)
def neg(input: A) -> A:
    """The elements with the other sign. Raises DTypeError for booleans."""
    return np.negative(input)


@elementwise(lambda g, out: -g * out * out, result="float")
def reciprocal(input: A) -> A:
    """`1 / input`; of integers, in the default dtype."""
    return np.true_divide(1, input)


def times(g: Any, factor: Scalar) -> Any:
    """`g * factor`, without a product for 1."""
    return g if factor == 1 else g * factor


@elementwise(
    lambda g: g,
    lambda g, tensor2, value: g * times(tensor2, value),
    lambda g, tensor1, value: g * times(tensor1, value),
)
def addcmul(input: A, tensor1: A, tensor2: A, *, value: Scalar = 1) -> A:
    """`input + value * tensor1 * tensor2`, with broadcasting."""
    product = np.multiply(tensor1, tensor2)
    return np.add(input, product if value == 1 else _scaled("addcmul", input, product, value))


@elementwise(
    lambda g: g,
    lambda g, tensor2, value: times(g, value) / tensor2,
    lambda g, tensor1, tensor2, value: times(g, -value) * (tensor1 / (tensor2 * tensor2)),
)
def addcdiv(input: A, tensor1: A, tensor2: A, *, value: Scalar = 1) -> A:
    """`input + value * tensor1 / tensor2`, with broadcasting. Raises DTypeError for integers."""
    if _whole(input, tensor1):
        raise DTypeError(complaint("addcdiv", "floating-point tensors", "integers", "Cast them with float()"))
    return np.add(input, np.multiply(np.true_divide(tensor1, tensor2), value))


@elementwise(
    lambda g, weight: g * (1 - weight),
    lambda g, weight: g * weight,
    lambda g, input, end: g * (end - input),
    result="float",
)
def lerp(input: A, end: A, weight: A | Scalar) -> A:
    """`input + weight * (end - input)`: `input` exactly for a weight of 0, `end` for 1."""
    span: Any = np.subtract(end, input)
    if isinstance(weight, int | float):
        return input + weight * span if -0.5 < weight < 0.5 else end - (1 - weight) * span
    low, high = np.add(input, np.multiply(weight, span)), np.subtract(end, np.multiply(span, np.subtract(1, weight)))
    return np.where(np.less(np.abs(weight), 0.5), low, high)


subtract = sub
multiply = mul
divide = true_divide = div
negative = neg
