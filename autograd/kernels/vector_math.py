"""Transcendental functions of whole vectors: the compiler's library has only scalar ones.

At most so many units in the last place from the true value over the whole range, subnormal results included; inf and
NaN as IEEE 754 has them: exp 1, sigmoid 3, tanh 3.
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
from autograd.kernels.arguments import flat_readable
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, Vector
from autograd.typing import Array

WORTH_A_THREAD = 32_768
"""Elements that repay waking one more thread."""

_LOG2_E = 1 / math.log(2)
_EXP = {  # bits: lowest and highest argument of interest, ln 2 in two parts (the first with few bits), Taylor degree
    32: (-104.5, 89.0, 0.693359375, -2.12194440e-4, 7),
    64: (-746.0, 710.0, 6.93147180369123816490e-01, 1.90821492927058770002e-10, 13),
}
_TANH = {32: (10.0, 8), 64: (20.0, 14)}
"""Where tanh has become 1, and the degree of the polynomial for e**r - 1, whose error must be small beside r."""
_MANTISSA = {32: 23, 64: 52}
_BIAS = {32: 127, 64: 1023}


def emit_exp(lanes: Lanes, x: Vector) -> Vector:
    """e to the power of each lane: 2**n * e**r with |r| <= ln(2) / 2, e**r by its Taylor polynomial."""
    bits = lanes.size * 8
    lowest, highest, _, _, degree = _EXP[bits]
    x = lanes.constant(lowest).where(x.is_("<", lowest), x)
    x = lanes.constant(highest).where(x.is_(">", highest), x)
    n, whole, r = _apart(lanes, x)
    power = _taylor(lanes, r, 0, degree)
    scaled = lanes.scaled(power, n)
    if scaled is not None:
        return scaled
    half = lanes.builder.ashr(whole, lanes.whole_numbers(1))  # 2**n in two factors reaches subnormal results
    return power * _two_to_the(lanes, half) * _two_to_the(lanes, lanes.builder.sub(whole, half))


def emit_sigmoid(lanes: Lanes, x: Vector) -> Vector:
    """1 / (1 + e**-x) of each lane."""
    return lanes.constant(1.0) / (emit_exp(lanes, lanes.constant(0.0) - x) + 1.0)


def emit_tanh(lanes: Lanes, x: Vector) -> Vector:
    """The hyperbolic tangent of each lane: d / (d + 2) with d = e**2|x| - 1, which is accurate near 0, and x's sign."""
    largest, degree = _TANH[lanes.size * 8]
    size = lanes.call("fabs", x)
    size = lanes.constant(largest).where(size.is_(">", largest), size)
    _, whole, r = _apart(lanes, size + size)
    small = lanes.fma(r * r, _taylor(lanes, r, 2, degree), r)
    scale = _two_to_the(lanes, whole)
    d = lanes.fma(scale, small, scale - 1.0)
    return lanes.call("copysign", d / (d + 2.0), x)


def _apart(lanes: Lanes, x: Vector) -> tuple[Vector, ir.Value, Vector]:
    """The whole number n, as float and as integer, and the r, |r| <= ln(2) / 2, with x = n * ln(2) + r."""
    _, _, ln2, ln2_rest, _ = _EXP[lanes.size * 8]
    rounder = lanes.constant(1.5 * 2 ** _MANTISSA[lanes.size * 8])  # leaves the integer part in the lowest bits
    shifted = lanes.fma(x, lanes.constant(_LOG2_E), rounder)
    n = shifted - rounder
    r = lanes.fma(n, lanes.constant(-ln2), x)
    return n, lanes.builder.sub(shifted.bits(), rounder.bits()), lanes.fma(n, lanes.constant(-ln2_rest), r)


def _taylor(lanes: Lanes, r: Vector, first: int, last: int) -> Vector:
    """The sum of r**(k - first) / k! over k from first to last."""
    power = lanes.constant(1 / math.factorial(last))
    for k in range(last - 1, first - 1, -1):
        power = lanes.fma(power, r, lanes.constant(1 / math.factorial(k)))
    return power


def _two_to_the(lanes: Lanes, whole: ir.Value) -> Vector:
    bits = lanes.size * 8
    exponent = lanes.builder.add(whole, lanes.whole_numbers(_BIAS[bits]))
    return lanes.from_bits(lanes.builder.shl(exponent, lanes.whole_numbers(_MANTISSA[bits])))


def _map(emit: Callable[[Lanes, Vector], Vector]) -> Any:
    """An intrinsic that writes the function of `count` elements."""

    @intrinsic
    def span(typing_context, like, target, source, count):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
            _, target, source, count = arguments

            def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                value = emit(lanes, lanes.load(builder.add(source, offset), mask))
                lanes.store(value, builder.add(target, offset), mask)
                return []

            lanes.each(count, [], apply)
            return context.get_dummy_value()

        return types.void(like, types.intp, types.intp, types.intp), generate

    return span


_exp_span, _sigmoid_span, _tanh_span = _map(emit_exp), _map(emit_sigmoid), _map(emit_tanh)
EXP, SIGMOID, TANH = 0, 1, 2


@kernel()
def _map_part(result, x, function, worker, workers):
    start, stop = worker * x.size // workers, (worker + 1) * x.size // workers
    target = np.intp(result.ctypes.data) + start * x.itemsize
    source = np.intp(x.ctypes.data) + start * x.itemsize
    if function == EXP:
        _exp_span(result, target, source, stop - start)
    elif function == SIGMOID:
        _sigmoid_span(result, target, source, stop - start)
    else:
        _tanh_span(result, target, source, stop - start)


@kernel(parallel=True)
def _map_shared(result, x, function, workers):
    for worker in prange(workers):
        _map_part(result, x, function, np.intp(worker), workers)


def _of_each(function: int, x: Array) -> Array:
    result = np.empty(x.size, x.dtype)
    threads.run(_map_part, _map_shared, x.size // WORTH_A_THREAD, result, flat_readable(x), function)
    return result.reshape(x.shape)


def exp(x: Array) -> Array:
    """e to the power of each element, float32 or float64, of any shape."""
    return _of_each(EXP, x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e**-x) of each element, float32 or float64, of any shape."""
    return _of_each(SIGMOID, x)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent of each element, float32 or float64, of any shape."""
    return _of_each(TANH, x)
