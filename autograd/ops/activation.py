"""Activations of neural networks; relu, sigmoid and tanh stand with the functions of their kind in other families."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.elementwise_call import elementwise
from autograd.ops.exponential import exp, sigmoid
from autograd.ops.large_arrays import worth_a_kernel
from autograd.ops.selection import clamp, where
from autograd.ops.sign import absolute
from autograd.ops.special import erf
from autograd.ops.trigonometry import tanh


@elementwise()
def slope_of(input: Any, *, negative_slope: float) -> Any:
    """1 where the input is positive, `negative_slope` elsewhere."""
    slopes = (input > 0).astype(input.dtype)
    rest = 1 - slopes
    rest *= negative_slope
    return slopes + rest


@elementwise(lambda g, input, negative_slope: g * slope_of(input, negative_slope=negative_slope))
def leaky_relu(input: Any, *, negative_slope: float = 0.01) -> Any:
    """The positive elements as they are, the others times `negative_slope`."""
    return input * slope_of(input, negative_slope=negative_slope)


@elementwise(
    lambda g, input, alpha, scale, input_scale: (
        g * where(input <= 0, exp(clamp(input, max=0) * input_scale) * (alpha * scale * input_scale), scale)
    ),
    result="float",
)
def elu(input: Any, *, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    """`scale` times: positive elements as they are, alpha·(exp(input_scale·x) − 1) elsewhere."""
    positive = np.maximum(input, 0) * scale
    return positive + np.expm1(np.minimum(input, 0) * input_scale) * (alpha * scale)


@elementwise(lambda g, input: gelu_backward(g, input), result="float")
def gelu(input: Any) -> Any:
    """Each element times the probability that a standard normal number is smaller."""
    if worth_a_kernel(input):
        return kernels.activations.gelu(input)
    return input * ((erf(input * math.sqrt(0.5)) + 1) * 0.5)


def _density(input: Any) -> Any:
    return exp(input * input * -0.5) * (1 / math.sqrt(2 * math.pi))


@elementwise(
    lambda g, input: gelu_backward(g, input),
    lambda g, grad, input: g * grad * _density(input) * (2 - input * input),
)
def gelu_backward(grad: Any, input: Any) -> Any:
    """`grad` times the derivative of gelu at `input`."""
    if worth_a_kernel(input):
        return kernels.activations.gelu_backward(grad, input)
    return grad * ((erf(input * math.sqrt(0.5)) + 1) * 0.5 + input * _density(input))


_TANH_GELU = math.sqrt(2 / math.pi)


def _inner(input: Any) -> Any:
    return (input + input * input * input * 0.044715) * _TANH_GELU


def _inner_slope(input: Any) -> Any:
    return (input * input * (3 * 0.044715) + 1) * _TANH_GELU


@elementwise(lambda g, input: gelu_tanh_backward(g, input), result="float")
def gelu_tanh(input: Any) -> Any:
    """GELU with the probability approximated by a hyperbolic tangent."""
    if worth_a_kernel(input):
        return kernels.activations.gelu_tanh(input)
    return input * ((tanh(_inner(input)) + 1) * 0.5)


def _gelu_tanh_bend(g: Any, grad: Any, input: Any) -> Any:
    bent, slope = tanh(_inner(input)), _inner_slope(input)
    curve = input * input * (3 * 0.044715 * _TANH_GELU)
    return g * grad * (1 - bent * bent) * (slope + curve - input * bent * slope * slope)


@elementwise(lambda g, input: gelu_tanh_backward(g, input), _gelu_tanh_bend)
def gelu_tanh_backward(grad: Any, input: Any) -> Any:
    """`grad` times the derivative of gelu_tanh at `input`."""
    if worth_a_kernel(input):
        return kernels.activations.gelu_tanh_backward(grad, input)
    bent = tanh(_inner(input))
    return grad * ((bent + 1) * 0.5 + input * (1 - bent * bent) * _inner_slope(input) * 0.5)


@elementwise(lambda g, input: silu_backward(g, input), result="float")
def silu(input: Any) -> Any:
    """Each element times its sigmoid."""
    if worth_a_kernel(input):
        return kernels.activations.silu(input)
    return input * sigmoid(input)


def _silu_bend(g: Any, grad: Any, input: Any) -> Any:
    gate = sigmoid(input)
    return g * grad * (gate * (1 - gate)) * (input * (1 - gate * 2) + 2)


@elementwise(lambda g, input: silu_backward(g, input), _silu_bend)
def silu_backward(grad: Any, input: Any) -> Any:
    """`grad` times the derivative of silu at `input`."""
    if worth_a_kernel(input):
        return kernels.activations.silu_backward(grad, input)
    gate = sigmoid(input)
    return grad * (gate * (input * (1 - gate) + 1))


@elementwise(
    lambda g, input, beta, threshold: where(input * beta > threshold, g, g * sigmoid(input * beta)),
    result="float",
)
def softplus(input: Any, *, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + exp(beta·x)) / beta; x itself where beta·x is above the threshold."""
    scaled = input * beta
    soft = np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))
    return np.where(scaled > threshold, input, soft / beta)


def _mish_back(g: Any, input: Any) -> Any:
    bent = tanh(softplus(input))
    return g * (bent + input * sigmoid(input) * (1 - bent * bent))


@elementwise(_mish_back, result="float")
def mish(input: Any) -> Any:
    """Each element times tanh(softplus) of it."""
    return input * np.tanh(np.logaddexp(input, np.zeros((), input.dtype)))


@elementwise(lambda g, input: g * tanh(input) ** 2, result="float")
def tanhshrink(input: Any) -> Any:
    """Each element minus its hyperbolic tangent."""
    return input - np.tanh(input)


def _softsign_back(g: Any, input: Any) -> Any:
    bound = absolute(input) + 1
    return g / (bound * bound)


@elementwise(_softsign_back, result="float")
def softsign(input: Any) -> Any:
    """x / (1 + |x|) of each element."""
    return input / (np.abs(input) + 1)
