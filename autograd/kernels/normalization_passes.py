"""Passes over spans of numbers, of which normalisations are made: moments, sums of products, scaled deviations.

A span is `count` numbers that lie side by side. Spans are given by address, a distance between spans in bytes; `like`
is any array of the element type. Sums run in four registers side by side, in an order that never changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, Vector, integer

_SIDE_BY_SIDE = 4
"""Sums that run at once: one alone would wait for the last addition."""

_BLOCK = 4096
"""Numbers summed in their own precision, before sums go on in float64: they fit the nearest cache."""


def _over(lanes: Lanes, count: ir.Value, start: list[Vector], terms: Callable[..., list[Vector]]) -> list[Vector]:
    """The sums of terms(offset, mask) over `count` numbers, added to `start`; masked terms must be zero there."""
    builder, wide = lanes.builder, _SIDE_BY_SIDE * lanes.bytes
    turns = builder.udiv(count, integer(_SIDE_BY_SIDE * lanes.count))
    stop = builder.mul(turns, integer(wide))
    spread = [*start, *[lanes.constant(0.0)] * (len(start) * (_SIDE_BY_SIDE - 1))]

    def several(offset: ir.Value, held: list[Held]) -> list[Held]:
        found = [terms(builder.add(offset, integer(i * lanes.bytes)), None) for i in range(_SIDE_BY_SIDE)]
        return [old + new for old, new in zip(held, [term for each in found for term in each])]

    held = lanes.loop(stop, wide, spread, several)
    size = len(start)
    sums = [(held[i] + held[i + size]) + (held[i + 2 * size] + held[i + 3 * size]) for i in range(size)]
    rest = builder.sub(count, builder.mul(turns, integer(_SIDE_BY_SIDE * lanes.count)))

    def single(offset: ir.Value, mask: ir.Value | None, held: list[Held]) -> list[Held]:
        return [old + new for old, new in zip(held, terms(builder.add(stop, offset), mask))]

    return lanes.each(rest, sums, single)


def _kept(vector: Vector, mask: ir.Value | None) -> Vector:
    return vector if mask is None else vector.where(mask, 0.0)


@intrinsic
def _sum_of_spans(typing_context, like, first, step, spans, count):
    """The sum of all numbers of the spans."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, first, step, spans, count = arguments

        def add_span(number: ir.Value, held: list[Held]) -> list[Held]:
            start = builder.add(first, builder.mul(number, step))
            return _over(lanes, count, held, lambda offset, mask: [lanes.load(builder.add(start, offset), mask)])

        (total,) = lanes.loop(spans, 1, [lanes.constant(0.0)], add_span)
        return lanes.fold(total, Vector.__add__)

    return like.dtype(like, *[types.intp] * 4), generate


@intrinsic
def _deviations_of_spans(typing_context, like, first, step, spans, count, origin):
    """The sum of x - origin and that of its squares over all numbers of the spans."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, first, step, spans, count, origin = arguments
        middle = lanes.broadcast(origin)

        def add_span(number: ir.Value, held: list[Held]) -> list[Held]:
            start = builder.add(first, builder.mul(number, step))

            def terms(offset: ir.Value, mask: ir.Value | None) -> list[Vector]:
                deviation = _kept(lanes.load(builder.add(start, offset), mask) - middle, mask)
                return [deviation, deviation * deviation]

            return _over(lanes, count, held, terms)

        sums = lanes.loop(spans, 1, [lanes.constant(0.0)] * 2, add_span)
        return context.make_tuple(builder, signature.return_type, [lanes.fold(x, Vector.__add__) for x in sums])

    return types.UniTuple(like.dtype, 2)(like, *[types.intp] * 4, like.dtype), generate


@kernel()
def moments(x, first, step, spans, count):
    """The mean of all numbers of the spans and the sum of their squared deviations from it, in float64."""
    number = x.dtype.type
    mean, squares, seen = 0.0, 0.0, 0
    rows = max(1, _BLOCK // max(1, count))
    for row in range(0, spans, rows):
        some = min(rows, spans - row)
        for place in range(0, count, _BLOCK):
            length = min(_BLOCK, count - place)
            address, new = first + row * step + place * x.itemsize, some * length
            origin = number(_sum_of_spans(x, address, step, some, length) / number(new))
            excess, around = _deviations_of_spans(x, address, step, some, length, origin)
            correction = np.float64(excess) / new
            away = (np.float64(origin) - mean) + correction
            total = seen + new
            mean += away * (new / total)
            squares += np.float64(around) - correction * excess + away * away * (seen * (new / total))
            seen = total
    return mean, squares


@intrinsic
def products_of_span(typing_context, like, grad, x, count, origin):
    """The sum of grad and that of grad * (x - origin)."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, grad, x, count, origin = arguments
        middle = lanes.broadcast(origin)

        def terms(offset: ir.Value, mask: ir.Value | None) -> list[Vector]:
            share = lanes.load(builder.add(grad, offset), mask)
            return [share, share * (lanes.load(builder.add(x, offset), mask) - middle)]

        sums = _over(lanes, count, [lanes.constant(0.0)] * 2, terms)
        return context.make_tuple(builder, signature.return_type, [lanes.fold(x, Vector.__add__) for x in sums])

    return types.UniTuple(like.dtype, 2)(like, *[types.intp] * 3, like.dtype), generate


@intrinsic
def scale_span(typing_context, like, target, x, count, origin, scale, shift):
    """target = (x - origin) * scale + shift."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, x, count, *numbers = arguments
        origin, scale, shift = (lanes.broadcast(number) for number in numbers)

        def write(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            deviation = lanes.load(builder.add(x, offset), mask) - origin
            lanes.store(lanes.fma(deviation, scale, shift), builder.add(target, offset), mask)
            return []

        lanes.each(count, [], write)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 3, *[like.dtype] * 3), generate


@intrinsic
def combine_span(typing_context, like, target, grad, x, count, origin, scale, slope, shift):
    """target = grad * scale + (x - origin) * slope + shift."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, grad, x, count, *numbers = arguments
        origin, scale, slope, shift = (lanes.broadcast(number) for number in numbers)

        def write(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            deviation = lanes.load(builder.add(x, offset), mask) - origin
            share = lanes.load(builder.add(grad, offset), mask)
            result = lanes.fma(share, scale, lanes.fma(deviation, slope, shift))
            lanes.store(result, builder.add(target, offset), mask)
            return []

        lanes.each(count, [], write)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 4, *[like.dtype] * 4), generate
