"""Angles, circular and hyperbolic functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.elementwise_call import elementwise
from autograd.ops.large_arrays import worth_a_kernel
from autograd.ops.power import rsqrt
from autograd.ops.selection import where
from autograd.typing import A, Scalar


@elementwise(lambda g, input: g * cos(input), result="float")
def sin(input: A) -> A:
    """Sine of angles in radians."""
    return np.sin(input)


@elementwise(lambda g, input: -g * sin(input), result="float")
def cos(input: A) -> A:
    """Cosine of angles in radians."""
    return np.cos(input)


@elementwise(lambda g, out: g * (out * out + 1), result="float")
def tan(input: A) -> A:
    """Tangent of angles in radians."""
    return np.tan(input)


@elementwise(lambda g, input: g * rsqrt(1 - input * input), result="float")
def asin(input: A) -> A:
    """The angle from −π/2 to π/2 with that sine; NaN outside −1 to 1."""
    return np.arcsin(input)


@elementwise(lambda g, input: -g * rsqrt(1 - input * input), result="float")
def acos(input: A) -> A:
    """The angle from 0 to π with that cosine; NaN outside −1 to 1."""
    return np.arccos(input)


@elementwise(lambda g, input: g / (input * input + 1), result="float")
def atan(input: A) -> A:
    """The angle from −π/2 to π/2 with that tangent."""
    return np.arctan(input)


def _squared_distance(input: Any, other: Any) -> Any:
    """1 in place of 0, so that the gradients of `atan2` are 0 at the origin."""
    squared = input * input + other * other
    return squared + (squared == 0)


@elementwise(
    lambda g, input, other: g * (other / _squared_distance(input, other)),
    lambda g, input, other: -g * (input / _squared_distance(input, other)),
    result="float",
)
def atan2(input: A, other: A | Scalar) -> A:
    """The angle from −π to π of the point with ordinate `input` and abscissa `other`."""
    return np.arctan2(input, other)


@elementwise(lambda g, input: g * cosh(input), result="float")
def sinh(input: A) -> A:
    """Hyperbolic sine."""
    return np.sinh(input)


@elementwise(lambda g, input: g * sinh(input), result="float")
def cosh(input: A) -> A:
    """Hyperbolic cosine."""
    return np.cosh(input)


@elementwise(lambda g, out: tanh_backward(g, out), result="float")
def tanh(input: A) -> A:
    """Hyperbolic tangent."""
    return kernels.vector_math.tanh(input) if worth_a_kernel(input) else np.tanh(input)


@elementwise(lambda g, out: tanh_backward(g, out), lambda g, grad, out: g * grad * out * -2)
def tanh_backward(grad: A, out: A) -> A:
    """`grad` times the derivative of tanh where its value is `out`."""
    if worth_a_kernel(out):
        return kernels.activations.tanh_backward(grad, out)
    return grad * (1 - out * out)


@elementwise(lambda g, input: g * rsqrt(input * input + 1), result="float")
def asinh(input: A) -> A:
    """The inverse of the hyperbolic sine."""
    return np.arcsinh(input)


@elementwise(lambda g, input: g * rsqrt(input * input - 1), result="float")
def acosh(input: A) -> A:
    """The inverse of the hyperbolic cosine for elements from 1 on; NaN below."""
    return np.arccosh(input)


@elementwise(lambda g, input: g / (1 - input * input), result="float")
def atanh(input: A) -> A:
    """The inverse of the hyperbolic tangent; NaN outside −1 to 1."""
    return np.arctanh(input)


@elementwise(lambda g, input, out: g * (input / out), lambda g, other, out: g * (other / out), result="float")
def hypot(input: A, other: A | Scalar) -> A:
    """`sqrt(input**2 + other**2)` without overflow."""
    return np.hypot(input, other)


def _sinc_slope(g: Any, input: Any) -> Any:
    angle = input * math.pi
    return where(input == 0, 0.0, g * ((angle * cos(angle) - sin(angle)) / (angle * input)))


@elementwise(_sinc_slope, result="float")
def sinc(input: A) -> A:
    """`sin(π input) / (π input)`, 1 at 0."""
    angle = np.multiply(input, math.pi)
    return np.where(angle == 0, angle.dtype.type(1), np.sin(angle) / angle)


@elementwise(lambda g: g * (math.pi / 180), result="float")
def deg2rad(input: A) -> A:
    """Degrees as radians."""
    return np.multiply(input, math.pi / 180)


@elementwise(lambda g: g * (180 / math.pi), result="float")
def rad2deg(input: A) -> A:
    """Radians as degrees."""
    return np.multiply(input, 180 / math.pi)


arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
arcsinh, arccosh, arctanh = asinh, acosh, atanh
