"""Transcendental functions of whole vectors: the compiler's library has only scalar ones.

exp: at most 1 unit in the last place from the true value over the whole range, subnormal results included; inf and
NaN as IEEE 754 has them.
"""

from __future__ import annotations

import math
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
_MANTISSA = {32: 23, 64: 52}
_BIAS = {32: 127, 64: 1023}


def emit_exp(lanes: Lanes, x: Vector) -> Vector:
    """e to the power of each lane: 2**n * e**r with |r| <= ln(2) / 2, e**r by its Taylor polynomial."""
    bits = lanes.size * 8
    lowest, highest, ln2, ln2_rest, degree = _EXP[bits]
    x = lanes.constant(lowest).where(x.is_("<", lowest), x)
    x = lanes.constant(highest).where(x.is_(">", highest), x)
    rounder = lanes.constant(1.5 * 2 ** _MANTISSA[bits])  # adding it leaves the integer part in the lowest bits
    shifted = lanes.fma(x, lanes.constant(_LOG2_E), rounder)
    n = shifted - rounder
    r = lanes.fma(n, lanes.constant(-ln2), x)
    r = lanes.fma(n, lanes.constant(-ln2_rest), r)
    power = lanes.constant(1 / math.factorial(degree))
    for k in range(degree - 1, -1, -1):
        power = lanes.fma(power, r, lanes.constant(1 / math.factorial(k)))
    whole = lanes.builder.sub(shifted.bits(), rounder.bits())
    half = lanes.builder.ashr(whole, lanes.whole_numbers(1))  # 2**n in two factors reaches subnormal results
    return power * _two_to_the(lanes, half) * _two_to_the(lanes, lanes.builder.sub(whole, half))


def _two_to_the(lanes: Lanes, whole: ir.Value) -> Vector:
    bits = lanes.size * 8
    exponent = lanes.builder.add(whole, lanes.whole_numbers(_BIAS[bits]))
    return lanes.from_bits(lanes.builder.shl(exponent, lanes.whole_numbers(_MANTISSA[bits])))


@intrinsic
def _exp_span(typing_context, like, target, source, count):
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, source, count = arguments

        def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            value = emit_exp(lanes, lanes.load(builder.add(source, offset), mask))
            lanes.store(value, builder.add(target, offset), mask)
            return []

        lanes.each(count, [], apply)
        return context.get_dummy_value()

    return types.void(like, types.intp, types.intp, types.intp), generate


@kernel()
def _exp_part(result, x, worker, workers):
    start, stop = worker * x.size // workers, (worker + 1) * x.size // workers
    skipped = start * x.itemsize
    _exp_span(result, np.intp(result.ctypes.data) + skipped, np.intp(x.ctypes.data) + skipped, stop - start)


@kernel(parallel=True)
def _exp_shared(result, x, workers):
    for worker in prange(workers):
        _exp_part(result, x, np.intp(worker), workers)


def exp(x: Array) -> Array:
    """e to the power of each element, float32 or float64, of any shape."""
    result = np.empty(x.size, x.dtype)
    threads.run(_exp_part, _exp_shared, x.size // WORTH_A_THREAD, result, flat_readable(x))
    return result.reshape(x.shape)
