"""Activation functions and the gradients of exp, sigmoid and tanh, element by element on the one pool.

At most so many units in the last place from the true value, where that is a normal number: gelu 6, silu 4, and
gelu_tanh(x), which is x / (1 + e**-u) with u = (x + 0.044715 x**3) * sqrt(8 / pi), 6 * (1 + |u|). Derivatives: 8, 8 and
10 * (1 + |u|) of the larger of their two summands.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.extending import intrinsic

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable, readable
from autograd.kernels.jit import kernel
from autograd.kernels.vector_erf import emit_normal
from autograd.kernels.vector_math import emit_sigmoid
from autograd.kernels.vectors import Held, Lanes, Vector
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

_LINE = 16
"""Shares are cut at multiples of this many elements, so that two threads seldom write to one cache line."""

_ROOT = math.sqrt(2 / math.pi)
_CUBIC = 0.044715

Rule = Callable[[Lanes, Vector, Vector], Vector]


def _gelu(lanes: Lanes, _: Vector, x: Vector) -> Vector:
    return x * emit_normal(lanes, x)[0]


def _gelu_slope(lanes: Lanes, grad: Vector, x: Vector) -> Vector:
    below, density = emit_normal(lanes, x)
    return grad * lanes.fma(x, density, below)


def _gelu_tanh_gate(lanes: Lanes, x: Vector) -> Vector:
    return emit_sigmoid(lanes, x * lanes.fma(x * x, lanes.constant(2 * _ROOT * _CUBIC), lanes.constant(2 * _ROOT)))


def _gelu_tanh(lanes: Lanes, _: Vector, x: Vector) -> Vector:
    return x * _gelu_tanh_gate(lanes, x)


def _gelu_tanh_slope(lanes: Lanes, grad: Vector, x: Vector) -> Vector:
    gate = _gelu_tanh_gate(lanes, x)
    inner = lanes.fma(x * x, lanes.constant(6 * _ROOT * _CUBIC), lanes.constant(2 * _ROOT))
    return grad * lanes.fma(x * inner, gate * (lanes.constant(1.0) - gate), gate)


def _silu(lanes: Lanes, _: Vector, x: Vector) -> Vector:
    return x * emit_sigmoid(lanes, x)


def _silu_slope(lanes: Lanes, grad: Vector, x: Vector) -> Vector:
    gate = emit_sigmoid(lanes, x)
    return grad * gate * lanes.fma(x, lanes.constant(1.0) - gate, lanes.constant(1.0))


def _sigmoid_slope(lanes: Lanes, grad: Vector, out: Vector) -> Vector:
    return grad * (out * (lanes.constant(1.0) - out))


def _tanh_slope(lanes: Lanes, grad: Vector, out: Vector) -> Vector:
    return grad * (lanes.constant(1.0) - out * out)


def _product(lanes: Lanes, grad: Vector, out: Vector) -> Vector:
    return grad * out


def _map(rule: Rule) -> Any:
    """An intrinsic that writes the rule's value for `count` pairs of elements."""

    @intrinsic
    def span(typing_context, like, target, first, second, count):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
            _, target, first, second, count = arguments

            def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                operands = [lanes.load(builder.add(operand, offset), mask) for operand in (first, second)]
                lanes.store(rule(lanes, *operands), builder.add(target, offset), mask)
                return []

            lanes.each(count, [], apply)
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 4), generate

    return span


_gelu_span, _gelu_slope_span = _map(_gelu), _map(_gelu_slope)
_gelu_tanh_span, _gelu_tanh_slope_span = _map(_gelu_tanh), _map(_gelu_tanh_slope)
_silu_span, _silu_slope_span = _map(_silu), _map(_silu_slope)
_sigmoid_slope_span, _tanh_slope_span, _product_span = _map(_sigmoid_slope), _map(_tanh_slope), _map(_product)
GELU, GELU_SLOPE, GELU_TANH, GELU_TANH_SLOPE, SILU, SILU_SLOPE, SIGMOID_SLOPE, TANH_SLOPE, PRODUCT = range(9)


@kernel()
def _map_part(out, first, second, function, worker, workers):
    lines = (out.size + _LINE - 1) // _LINE
    start, stop = worker * lines // workers * _LINE, min(out.size, (worker + 1) * lines // workers * _LINE)
    skipped = start * out.itemsize
    target, count = np.intp(out.ctypes.data) + skipped, stop - start
    a, b = np.intp(first.ctypes.data) + skipped, np.intp(second.ctypes.data) + skipped
    if function == GELU:
        _gelu_span(out, target, a, b, count)
    elif function == GELU_SLOPE:
        _gelu_slope_span(out, target, a, b, count)
    elif function == GELU_TANH:
        _gelu_tanh_span(out, target, a, b, count)
    elif function == GELU_TANH_SLOPE:
        _gelu_tanh_slope_span(out, target, a, b, count)
    elif function == SILU:
        _silu_span(out, target, a, b, count)
    elif function == SILU_SLOPE:
        _silu_slope_span(out, target, a, b, count)
    elif function == SIGMOID_SLOPE:
        _sigmoid_slope_span(out, target, a, b, count)
    elif function == TANH_SLOPE:
        _tanh_slope_span(out, target, a, b, count)
    else:
        _product_span(out, target, a, b, count)


@kernel(parallel=True)
def _map_shared(out, first, second, function, workers):
    for worker in prange(workers):
        _map_part(out, first, second, function, np.intp(worker), workers)


def _apply(function: int, first: Array, second: Array) -> Array:
    out = np.empty(second.size, second.dtype)
    a, b = readable(first, second.dtype).reshape(-1), flat_readable(second)
    threads.run(_map_part, _map_shared, out.size // WORTH_A_THREAD, out, a, b, function)
    return out.reshape(second.shape)


def gelu(x: Array) -> Array:
    """Each element, float32 or float64, times the probability that a standard normal number is below it."""
    return _apply(GELU, x, x)


def gelu_tanh(x: Array) -> Array:
    """`gelu` with the probability approximated by a hyperbolic tangent."""
    return _apply(GELU_TANH, x, x)


def silu(x: Array) -> Array:
    """Each element, float32 or float64, times its sigmoid."""
    return _apply(SILU, x, x)


def gelu_backward(grad: Array, x: Array) -> Array:
    """`grad` times the derivative of gelu at x, of one shape and dtype, as are all pairs below."""
    return _apply(GELU_SLOPE, grad, x)


def gelu_tanh_backward(grad: Array, x: Array) -> Array:
    """`grad` times the derivative of gelu_tanh at x."""
    return _apply(GELU_TANH_SLOPE, grad, x)


def silu_backward(grad: Array, x: Array) -> Array:
    """`grad` times the derivative of silu at x."""
    return _apply(SILU_SLOPE, grad, x)


def sigmoid_backward(grad: Array, out: Array) -> Array:
    """`grad` times the derivative of sigmoid where its value is `out`."""
    return _apply(SIGMOID_SLOPE, grad, out)


def tanh_backward(grad: Array, out: Array) -> Array:
    """`grad` times the derivative of tanh where its value is `out`."""
    return _apply(TANH_SLOPE, grad, out)


def exp_backward(grad: Array, out: Array) -> Array:
    """`grad` times the derivative of exp where its value is `out`."""
    return _apply(PRODUCT, grad, out)
