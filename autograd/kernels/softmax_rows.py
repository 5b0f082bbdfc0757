"""Passes over one row of numbers, of which softmax and its losses are made: maximum, sum of exponentials, exponentials.

Rows are given by address; `like` is any array of the element type.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.vector_math import emit_exp
from autograd.kernels.vectors import Held, Lanes, Vector


@intrinsic
def maximum_of_row(typing_context, like, row, count):
    """The largest of `count` numbers, -inf if there are none; a NaN may or may not be passed over."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
        _, row, count = arguments

        def compare(offset: ir.Value, mask: ir.Value | None, held: list[Held]) -> list[Held]:
            return [lanes.load(builder.add(row, offset), mask, other=-math.inf).larger(held[0])]

        (largest,) = lanes.each(count, [lanes.constant(-math.inf)], compare)
        return lanes.fold(largest, Vector.larger)

    return like.dtype(like, types.intp, types.intp), generate


@intrinsic
def sum_of_exponentials(typing_context, like, row, count, shift):
    """The sum of exp(x - shift) over `count` numbers."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
        _, row, count, shift = arguments
        origin = lanes.broadcast(shift)

        def add(offset: ir.Value, mask: ir.Value | None, held: list[Held]) -> list[Held]:
            value = emit_exp(lanes, lanes.load(builder.add(row, offset), mask) - origin)
            return [held[0] + (value if mask is None else value.where(mask, 0.0))]

        (total,) = lanes.each(count, [lanes.constant(0.0)], add)
        return lanes.fold(total, Vector.__add__)

    return like.dtype(like, types.intp, types.intp, like.dtype), generate


@intrinsic
def exponentials_of_row(typing_context, like, target, row, count, shift, scale, less):
    """target = scale * exp(x - shift) - less for `count` numbers."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
        _, target, row, count, *numbers = arguments
        origin, factor, deduction = (lanes.broadcast(number) for number in numbers)

        def write(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            value = emit_exp(lanes, lanes.load(builder.add(row, offset), mask) - origin)
            lanes.store(factor * value - deduction, builder.add(target, offset), mask)
            return []

        lanes.each(count, [], write)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 3, *[like.dtype] * 3), generate
