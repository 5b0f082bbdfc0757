"""Rows of pooled results, a register of neighbouring windows at a time: their sums, or their largest elements.

Each tap of the windows is one register of elements: loaded as it lies, every second one of two registers, each
twice, or collected one by one, by the pattern in which the windows begin (see pooling_axes.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from autograd.kernels.pooling_axes import HALF_STEP, HALF_STEP_LATER, IRREGULAR, STEP_1, STEP_2
from autograd.kernels.vectors import I32, I64, Held, Lanes, Vector, integer

_ORDERS: dict[int, Callable[[int], int]] = {
    STEP_1: lambda lane: lane,
    STEP_2: lambda lane: 2 * lane,
    HALF_STEP: lambda lane: lane // 2,
    HALF_STEP_LATER: lambda lane: (lane + 1) // 2,
}
"""How far each lane's window begins from that of the first lane."""


class _Reach(NamedTuple):
    """What the windows of one row of results hold; 64-bit integers, distances in elements.

    row: address of the first row of the source, which has `place` in its plane and `width` elements. depths, heights:
    how many rows, `depth_step` and `height_step` apart. taps: positions of the longest window, `gap` apart.
    """

    row: ir.Value
    place: ir.Value
    width: ir.Value
    depths: ir.Value
    depth_step: ir.Value
    heights: ir.Value
    height_step: ir.Value
    taps: ir.Value
    gap: ir.Value


class _Windows:
    """Neighbouring windows, one a lane; `starts` and `stops` are addresses of integers as wide as the elements."""

    def __init__(
        self, lanes: Lanes, pattern: int, reach: _Reach, starts: ir.Value, stops: ir.Value, mask: ir.Value | None
    ) -> None:
        self.lanes, self.builder, self.pattern, self.reach = lanes, lanes.builder, pattern, reach
        whole = lanes.whole.element
        first = self.builder.load(self.builder.inttoptr(starts, whole.as_pointer()), align=lanes.size)
        self.first = first if lanes.size == 8 else self.builder.sext(first, I64)
        self.stops = lanes.load(stops, mask).bits()
        irregular = pattern == IRREGULAR
        self.starts = lanes.load(starts, mask).bits() if irregular else self._ramp(self.first, _ORDERS[pattern])

    def each_tap(self, start: list[Held], combine: Callable[..., list[Held]], other: float) -> list[Held]:
        """Run combine(element, valid, place in the plane, held) for one tap after the other, as they lie in memory.

        Where `valid` is off, the window holds no such element, and it is `other`.
        """
        builder, lanes, reach = self.builder, self.lanes, self.reach

        def in_row(offset: ir.Value, held: list[Held]) -> list[Held]:
            row = self._at(reach.row, offset)
            place = self._splat(builder.add(reach.place, offset))

            def in_width(tap: ir.Value, held: list[Held]) -> list[Held]:
                shift = builder.mul(tap, reach.gap)
                positions = builder.add(self.starts, self._splat(shift))
                valid = builder.icmp_unsigned("<", positions, self.stops)
                element = self._element(row, builder.add(self.first, shift), positions, valid, other)
                return combine(element, valid, builder.add(place, positions), held)

            return lanes.loop(reach.taps, 1, held, in_width)

        def in_depth(depth: ir.Value, held: list[Held]) -> list[Held]:
            offset = builder.mul(depth, reach.depth_step)

            def in_height(height: ir.Value, held: list[Held]) -> list[Held]:
                return in_row(builder.add(offset, builder.mul(height, reach.height_step)), held)

            return lanes.loop(reach.heights, 1, held, in_height)

        return lanes.loop(reach.depths, 1, start, in_depth)

    def _element(self, row: ir.Value, first: ir.Value, positions: ir.Value, valid: ir.Value, other: float) -> Vector:
        """One tap of each window; `first` is its position in the first lane."""
        lanes = self.lanes
        if self.pattern == IRREGULAR:
            return self._gathered(row, positions, valid, other)
        if self.pattern == STEP_1:
            return lanes.load(self._at(row, first), valid, other)
        low = high = lanes.load(self._at(row, first), self._inside(first))
        if self.pattern == STEP_2:
            later = self.builder.add(first, integer(lanes.count))
            high = lanes.load(self._at(row, later), self._inside(later))
        order = [_ORDERS[self.pattern](lane) for lane in range(lanes.count)]
        return lanes.permute(low, high, order).where(valid, other)

    def _gathered(self, row: ir.Value, positions: ir.Value, valid: ir.Value, other: float) -> Vector:
        lanes, builder, n = self.lanes, self.builder, self.lanes.count
        wide = ir.VectorType(I64, n)
        offsets = builder.mul(builder.sext(positions, wide) if lanes.size == 4 else positions,
                              ir.Constant(wide, [integer(lanes.size)] * n))  # fmt: skip
        addresses = builder.add(self._spread(row), offsets)
        pointers = builder.inttoptr(addresses, ir.VectorType(lanes.scalar.as_pointer(), n))
        arguments = [pointers, ir.Constant(I32, lanes.size), valid, lanes.constant(other).value]
        kind = ir.FunctionType(lanes.vector, [argument.type for argument in arguments])
        name = f"llvm.masked.gather.v{n}f{8 * lanes.size}.v{n}p0"
        return Vector(lanes, builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments))

    def _at(self, row: ir.Value, position: ir.Value) -> ir.Value:
        return self.builder.add(row, self.builder.mul(position, integer(self.lanes.size)))

    def _inside(self, first: ir.Value) -> ir.Value:
        """The mask of the positions first, first + 1, ... that lie in the row."""
        return self.builder.icmp_unsigned("<", self._ramp(first, _ORDERS[STEP_1]), self._splat(self.reach.width))

    def _ramp(self, first: ir.Value, order: Callable[[int], int]) -> ir.Value:
        whole = self.lanes.whole
        steps = ir.Constant(whole, [ir.Constant(whole.element, order(lane)) for lane in range(self.lanes.count)])
        return self.builder.add(self._splat(first), steps)

    def _splat(self, number: ir.Value) -> ir.Value:
        """A 64-bit integer in every lane, as wide as the elements."""
        whole = self.lanes.whole.element
        return self._spread(number if self.lanes.size == 8 else self.builder.trunc(number, whole))

    def _spread(self, scalar: ir.Value) -> ir.Value:
        nothing = ir.Constant(ir.VectorType(scalar.type, self.lanes.count), ir.Undefined)
        single = self.builder.insert_element(nothing, scalar, ir.Constant(I32, 0))
        zeros = ir.Constant(ir.VectorType(I32, self.lanes.count), [ir.Constant(I32, 0)] * self.lanes.count)
        return self.builder.shuffle_vector(single, nothing, zeros)


def _largest(pattern: int) -> Any:
    """An intrinsic: the largest element of each window of a row, and its place in the plane.

    addresses: out, places, starts, stops of the row. Of equal elements the first one, of several NaN the last one
    counts, as in PyTorch.
    """

    @intrinsic
    def largest(typing_context, like, addresses, count, reach):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth)
            out, places, starts, stops = cgutils.unpack_tuple(builder, arguments[1])
            held_by = _Reach(*cgutils.unpack_tuple(builder, arguments[3]))

            def compare(element: Vector, valid: ir.Value, place: ir.Value, held: list[Held]) -> list[Held]:
                best, where = held
                new = builder.icmp_signed("<", where, lanes.whole_numbers(0))
                nan = builder.fcmp_unordered("uno", element.value, element.value)
                larger = builder.or_(builder.or_(element.is_(">", best), nan), new)
                taken = builder.and_(valid, larger)
                return [element.where(taken, best), builder.select(taken, place, where)]

            def write(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                first, stop = builder.add(starts, offset), builder.add(stops, offset)
                windows = _Windows(lanes, pattern, held_by, first, stop, mask)
                nothing = [lanes.constant(-math.inf), lanes.whole_numbers(-1)]
                best, where = windows.each_tap(nothing, compare, -math.inf)
                lanes.store(best, builder.add(out, offset), mask)
                lanes.store(lanes.from_bits(where), builder.add(places, offset), mask)
                return []

            lanes.each(arguments[2], [], write)
            return context.get_dummy_value()

        return types.void(like, addresses, types.intp, reach), generate

    return largest


def _sums(pattern: int) -> Any:
    """An intrinsic: the sum of each window of a row, divided by `divisor` times its own one.

    addresses: out, divisors, starts, stops of the row. copies: how many rows of results, one after the other, it is.
    """

    @intrinsic
    def sums(typing_context, like, addresses, count, reach, divisor, copies):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth)
            out, divisors, starts, stops = cgutils.unpack_tuple(builder, arguments[1])
            held_by = _Reach(*cgutils.unpack_tuple(builder, arguments[3]))
            common = lanes.broadcast(arguments[4])
            row_bytes = builder.mul(arguments[2], integer(lanes.size))

            def add(element: Vector, valid: ir.Value, place: ir.Value, held: list[Held]) -> list[Held]:
                return [held[0] + element]

            def write(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                first, stop = builder.add(starts, offset), builder.add(stops, offset)
                windows = _Windows(lanes, pattern, held_by, first, stop, mask)
                (total,) = windows.each_tap([lanes.constant(0.0)], add, 0.0)
                own = lanes.load(builder.add(divisors, offset), mask)
                mean, address = total / (common * own), builder.add(out, offset)

                def store(copy: ir.Value, _: list[Held]) -> list[Held]:
                    lanes.store(mean, builder.add(address, builder.mul(copy, row_bytes)), mask)
                    return []

                lanes.loop(arguments[5], 1, [], store)
                return []

            lanes.each(arguments[2], [], write)
            return context.get_dummy_value()

        return types.void(like, addresses, types.intp, reach, like.dtype, types.intp), generate

    return sums


largest_anyhow, largest_step_1, largest_step_2 = (_largest(pattern) for pattern in (IRREGULAR, STEP_1, STEP_2))
sums_anyhow, sums_step_1, sums_step_2, sums_half_step, sums_half_step_later = (
    _sums(pattern) for pattern in (IRREGULAR, STEP_1, STEP_2, HALF_STEP, HALF_STEP_LATER)
)
