"""Exponentials and logarithms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.elementwise_call import elementwise
from autograd.ops.large_arrays import worth_a_kernel
from autograd.ops.selection import clamp, where
from autograd.typing import A, Scalar

LN2 = math.log(2)
LN10 = math.log(10)


@elementwise(lambda g, out: exp_backward(g, out), result="float")
def exp(input: A) -> A:
    """e to the power of each element."""
    return kernels.vector_math.exp(input) if worth_a_kernel(input) else np.exp(input)


@elementwise(lambda g, out: g * out, lambda g, grad: g * grad)
def exp_backward(grad: A, out: A) -> A:
    """`grad` times the derivative of exp where its value is `out`."""
    return kernels.activations.exp_backward(grad, out) if worth_a_kernel(out) else grad * out


@elementwise(lambda g, out: g * (out * LN2), result="float")
def exp2(input: A) -> A:
    """2 to the power of each element."""
    return np.exp2(input)


@elementwise(lambda g, out: g * (out + 1), result="float")
def expm1(input: A) -> A:
    """`exp(input) - 1`, accurate near 0."""
    return np.expm1(input)


@elementwise(lambda g, input: g / input, result="float")
def log(input: A) -> A:
    """Natural logarithm of each element: NaN for negative ones, −inf for 0."""
    return np.log(input)


@elementwise(lambda g, input: g / (input * LN2), result="float")
def log2(input: A) -> A:
    """Logarithm of each element to base 2."""
    return np.log2(input)


@elementwise(lambda g, input: g / (input * LN10), result="float")
def log10(input: A) -> A:
    """Logarithm of each element to base 10."""
    return np.log10(input)


@elementwise(lambda g, input: g / (input + 1), result="float")
def log1p(input: A) -> A:
    """`log(1 + input)`, accurate near 0."""
    return np.log1p(input)


@elementwise(lambda g, out: sigmoid_backward(g, out), result="float")
def sigmoid(input: A) -> A:
    """`1 / (1 + exp(-input))`."""
    if worth_a_kernel(input):
        return kernels.vector_math.sigmoid(input)
    out = np.asarray(np.exp(np.negative(input)))
    out += 1
    return np.reciprocal(out, out=out)


@elementwise(lambda g, out: sigmoid_backward(g, out), lambda g, grad, out: g * grad * (1 - out * 2))
def sigmoid_backward(grad: A, out: A) -> A:
    """`grad` times the derivative of sigmoid where its value is `out`."""
    if worth_a_kernel(out):
        return kernels.activations.sigmoid_backward(grad, out)
    return grad * (out * (1 - out))


def _logit_slope(g: Any, input: Any, eps: Any) -> Any:
    low, high = (0.0, 1.0) if eps is None else (eps, 1 - eps)
    outside = math.nan if eps is None else 0.0
    return where((input < low) | (input > high), outside, g / (input * (1 - input)))


@elementwise(_logit_slope, None, result="float")
def logit(input: A, eps: float | None = None) -> A:
    """`log(input / (1 - input))`; with `eps`, of the input clamped to `eps` to `1 - eps` (the gradient outside is 0).

    NaN for elements outside 0 to 1 where no `eps` is given.
    """
    inside: Any = clamp(input, eps, 1 - eps) if isinstance(eps, int | float) else input
    return np.log(inside / (1 - inside))


@elementwise(
    lambda g, input, other: g * sigmoid(input - other),
    lambda g, input, other: g * sigmoid(other - input),
    result="float",
)
def logaddexp(input: A, other: A | Scalar) -> A:
    """`log(exp(input) + exp(other))` without overflow."""
    return np.logaddexp(input, other)


@elementwise(
    lambda g, input, other: g * sigmoid((input - other) * LN2),
    lambda g, input, other: g * sigmoid((other - input) * LN2),
    result="float",
)
def logaddexp2(input: A, other: A | Scalar) -> A:
    """`log2(2**input + 2**other)` without overflow."""
    return np.logaddexp2(input, other)


def _xlogy_input(g: Any, input: Any, other: Any) -> Any:
    slope = log(other) if hasattr(other, "shape") else float(np.log(other))
    return where((input == 0) & (other <= 0), 0.0, g * slope)


@elementwise(_xlogy_input, lambda g, input, other: g * (input / other), result="float")
def xlogy(input: A | Scalar, other: A | Scalar) -> A:
    """`input * log(other)`; 0 where `input` is 0, unless `other` is NaN."""
    product = np.multiply(input, np.log(other), dtype=_dtype(input, other))
    return np.where(np.equal(input, 0) & ~np.isnan(other), product.dtype.type(0), product)


def _dtype(*operands: Any) -> Any:
    return next(x.dtype for x in operands if isinstance(x, np.ndarray | np.generic))
