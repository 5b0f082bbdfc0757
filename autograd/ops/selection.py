"""Choosing among elements by a condition, and bounding them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels
from autograd.dtypes import result_dtype
from autograd.elementwise_call import elementwise
from autograd.errors import ArgumentError, DTypeError, OperandError, complaint
from autograd.ops.arithmetic import zeros_of
from autograd.ops.indexing import nonzero
from autograd.ops.inplace import keep_where
from autograd.ops.large_arrays import worth_a_kernel
from autograd.typing import A, Scalar


@elementwise(
    None,
    lambda g, condition: keep_where(g, condition),
    lambda g, condition: keep_where(g, condition == 0),
    result="any",
)
def where(condition: A, input: A | Scalar, other: A | Scalar) -> A:
    """`input` where the condition is true, `other` elsewhere. Raises DTypeError for a condition that is no boolean."""
    if np.asarray(condition).dtype.kind not in "bu":
        raise DTypeError(complaint("where", "a boolean condition", str(condition.dtype)))
    dtype = result_dtype(input, other)
    chosen: Any = np.where(condition, input, other)
    return chosen if chosen.dtype == dtype else chosen.astype(dtype)


@elementwise(lambda g, out: relu_backward(g, out))
def relu(input: A) -> A:
    """The elements that are positive, 0 in place of the others; the derivative at 0 is 0."""
    if worth_a_kernel(input):
        return kernels.elementwise.relu(input)
    return np.maximum(input, 0)


@elementwise(lambda g, sign: relu_backward(g, sign), None)
def relu_backward(input: A, sign: A) -> A:
    """`input` where `sign` is above 0 or NaN, 0 elsewhere."""
    if worth_a_kernel(input):
        return kernels.elementwise.relu_backward(input, sign)
    return keep_where(input, ~np.less_equal(sign, 0))


def _half_of_ties(g: Any, wins: Any, ties: Any) -> Any:
    return where(ties, g * 0.5, keep_where(g, wins))


@elementwise(
    lambda g, input, other: _half_of_ties(g, (input < other) == 0, input == other),
    lambda g, input, other: _half_of_ties(g, (input > other) == 0, input == other),
)
def maximum(input: A, other: A | Scalar) -> A:
    """The larger of two elements, NaN if either is; where both are equal, each has half the gradient."""
    return np.maximum(input, other)


@elementwise(
    lambda g, input, other: _half_of_ties(g, (input > other) == 0, input == other),
    lambda g, input, other: _half_of_ties(g, (input < other) == 0, input == other),
)
def minimum(input: A, other: A | Scalar) -> A:
    """The smaller of two elements, NaN if either is; where both are equal, each has half the gradient."""
    return np.minimum(input, other)


@elementwise(
    lambda g, input, other: keep_where(g, (input >= other) | (other != other)),
    lambda g, input, other: keep_where(g, ((input >= other) | (other != other)) == 0),
)
def fmax(input: A, other: A | Scalar) -> A:
    """The larger of two elements, the number if one is NaN; where both are equal, `input` has the gradient."""
    return np.fmax(input, other)


@elementwise(
    lambda g, input, other: keep_where(g, (input <= other) | (other != other)),
    lambda g, input, other: keep_where(g, ((input <= other) | (other != other)) == 0),
)
def fmin(input: A, other: A | Scalar) -> A:
    """The smaller of two elements, the number if one is NaN; where both are equal, `input` has the gradient."""
    return np.fmin(input, other)


def _clamp_input(g: Any, input: Any, min: Any, max: Any) -> Any:
    if min is None:
        return keep_where(g, input <= max)
    inside = input >= min
    return keep_where(g, inside if max is None else inside & (input <= max))


def _clamp_min(g: Any, input: Any, min: Any, max: Any) -> Any:
    below = input < min
    return keep_where(g, below if max is None else below & (min < max))


def _clamp_max(g: Any, input: Any, min: Any, max: Any) -> Any:
    above = input > max
    return keep_where(g, above if min is None else above | (max < min))


@elementwise(_clamp_input, _clamp_min, _clamp_max)
def clamp(input: A, min: A | Scalar | None = None, max: A | Scalar | None = None) -> A:
    """The elements, those below `min` raised to it, those above `max` lowered to it; at the bounds gradients pass.

    Where `min` is larger than `max` the result is `max`. Raises ArgumentError if neither is given.
    """
    if min is None and max is None:
        raise ArgumentError(complaint("clamp", "min, max or both", "neither"))
    bounded: Any = input if min is None else np.maximum(input, min)
    return bounded if max is None else np.minimum(bounded, max)


def clamp_min(input: A, min: A | Scalar) -> A:
    """The elements, those below `min` raised to it."""
    return clamp(input, min)


def clamp_max(input: A, max: A | Scalar) -> A:
    """The elements, those above `max` lowered to it."""
    return clamp(input, None, max)


@elementwise(lambda g, input: keep_where(g, (input - input) == 0), result="any")
def nan_to_num(input: A, nan: float | None = 0.0, posinf: float | None = None, neginf: float | None = None) -> A:
    """`nan` in place of NaN, `posinf` and `neginf` of the infinities: by default the dtype's extreme numbers."""
    if input.dtype.kind != "f":
        return np.array(input)
    return np.nan_to_num(input, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)


@elementwise(lambda g: zeros_of(g), lambda g, input: keep_where(g, input == 0))
def heaviside(input: A, values: A) -> A:
    """0 for negative elements, 1 for positive ones, `values` for zeros."""
    return np.where(np.equal(input, 0), values, np.greater(input, 0).astype(input.dtype))


clip = clamp


def where_or_nonzero(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`where(condition, input, other)`; of the condition alone, the indices of its elements that are not zero.

    The indices are a tuple of tensors, one a dimension. Raises OperandError if one of `input` and `other` is missing.
    """
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if input is None or other is None:
        raise OperandError(complaint("where", "both input and other, or neither", "one of them"))
    return where(condition, input, other)
