"""Normal numbers out of uniform ones, 16 at a time, to the bit as PyTorch makes them on a processor with AVX2.

Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29 (1958);
float32 logarithm, sine and cosine: S. L. Moshier's Cephes library, a product and a sum rounded once where PyTorch's
compiled code does so.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, Vector

_BLOCKS = 64  # turned at a time: what is worked on stays in the first cache

_LOG = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_LN2, _LN2_REST = 0.693359375, -2.12194440e-4
_SINE = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COSINE = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_QUARTER = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)  # −π/4 in three parts


def _polynomial(lanes: Lanes, x: Vector, coefficients: tuple[float, ...]) -> Vector:
    value = lanes.constant(_single(coefficients[0]))
    for coefficient in coefficients[1:]:
        value = lanes.fma(value, x, lanes.constant(_single(coefficient)))
    return value


def _single(value: float) -> float:
    return float(np.float32(value))


def _emit_log(lanes: Lanes, x: Vector) -> Vector:
    """The natural logarithm of positive normal float32."""
    builder, whole = lanes.builder, lanes.whole_numbers
    exponent = builder.sub(builder.lshr(x.bits(), whole(23)), whole(126))
    x = lanes.from_bits(builder.or_(builder.and_(x.bits(), whole(0x007FFFFF)), whole(0x3F000000)))
    small = x.is_("<", _single(math.sqrt(0.5)))
    power = Vector(lanes, builder.sitofp(exponent, lanes.vector)) - lanes.constant(1.0).where(small, 0.0)
    x = x - 1.0 + x.where(small, 0.0)
    square = x * x
    y = lanes.fma(_polynomial(lanes, x, _LOG) * x, square, power * _single(_LN2_REST))
    y = lanes.fma(square, lanes.constant(-0.5), y)
    return lanes.fma(power, lanes.constant(_LN2), x + y)


def _emit_sine_cosine(lanes: Lanes, x: Vector) -> tuple[Vector, Vector]:
    """Sine and cosine of float32 from 0 to 2π."""
    builder, whole = lanes.builder, lanes.whole_numbers
    octant = builder.fptosi((x * _single(4 / math.pi)).value, lanes.whole)
    octant = builder.and_(builder.add(octant, whole(1)), whole(-2))
    turns = Vector(lanes, builder.sitofp(octant, lanes.vector))
    for part in _QUARTER:
        x = lanes.fma(turns, lanes.constant(_single(part)), x)
    square = x * x
    cosine = _polynomial(lanes, square, _COSINE) * square
    cosine = lanes.fma(cosine, square, square * -0.5) + 1.0
    sine = _polynomial(lanes, square, _SINE) * square
    sine = lanes.fma(sine, x, x)
    straight = builder.icmp_signed("==", builder.and_(octant, whole(2)), whole(0))
    sine_sign = builder.shl(builder.and_(octant, whole(4)), whole(29))
    cosine_sign = builder.shl(builder.and_(builder.add(octant, whole(2)), whole(4)), whole(29))
    return (
        lanes.from_bits(builder.xor(sine.where(straight, cosine).bits(), sine_sign)),
        lanes.from_bits(builder.xor(cosine.where(straight, sine).bits(), cosine_sign)),
    )


@intrinsic
def _turn_span(typing_context, radii, angles, count, mean, std):
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, 32)
        radii, angles, count, mean, std = arguments
        shift, scale = lanes.broadcast(mean), lanes.broadcast(std)

        def turn(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            first, second = builder.add(radii, offset), builder.add(angles, offset)
            radius = (_emit_log(lanes, lanes.constant(1.0) - lanes.load(first, mask)) * -2.0).sqrt()
            sine, cosine = _emit_sine_cosine(lanes, lanes.load(second, mask) * _single(2 * math.pi))
            lanes.store(lanes.fma(radius * cosine, scale, shift), first, mask)
            lanes.store(lanes.fma(radius * sine, scale, shift), second, mask)
            return []

        lanes.each(count, [], turn)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, types.float32, types.float32), generate


@kernel()
def normal32(values, mean, std):
    """Turn float32 uniform on [0, 1) into normal numbers in place, in blocks of 16; a shorter rest stays."""
    blocks = values[: values.size // 16 * 16].reshape(-1, 2, 8)
    radii, angles = np.empty((_BLOCKS, 8), np.float32), np.empty((_BLOCKS, 8), np.float32)
    for start in range(0, len(blocks), _BLOCKS):
        part = blocks[start : start + _BLOCKS]
        count = len(part)
        for k in range(count):
            for j in range(8):
                radii[k, j], angles[k, j] = part[k, 0, j], part[k, 1, j]
        _turn_span(radii.ctypes.data, angles.ctypes.data, count * 8, mean, std)
        for k in range(count):
            for j in range(8):
                part[k, 0, j], part[k, 1, j] = radii[k, j], angles[k, j]


@kernel()
def normal64(values):
    """Turn float64 uniform on [0, 1) into standard normal numbers in place, in blocks of 16; a shorter rest stays."""
    for start in range(0, values.size // 16 * 16, 16):
        for i in range(start, start + 8):
            radius = math.sqrt(-2 * math.log(1 - values[i]))
            angle = 2 * math.pi * values[i + 8]
            values[i] = radius * math.cos(angle)
            values[i + 8] = radius * math.sin(angle)


@kernel()
def pairs64(values):
    """Turn float64 uniform on [0, 1) into standard normal numbers in place, an angle and a radius at a time."""
    for i in range(0, values.size, 2):
        radius = math.sqrt(-2 * math.log1p(-values[i + 1]))
        angle = 2 * math.pi * values[i]
        values[i] = radius * math.cos(angle)
        values[i + 1] = radius * math.sin(angle)
