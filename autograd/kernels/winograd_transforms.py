"""The linear maps around Winograd's products for 3x3 windows: F(2x2, 3x3), Lavin and Gray, 2016, arXiv:1509.09308.

A tile is 2x2 results, which need a 4x4 patch of the source. Both become 16 numbers, stored as 16 matrices of a row a
channel and a column a tile. A vector holds neighbouring tiles of one row of tiles; lanes past the row's end are
stored too, where the next row of tiles is written afterwards. Addresses and strides are in bytes.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.vectors import Held, Lanes, Vector, integer

Vectors = list[Vector]


def _patch(values: Vectors) -> Vectors:
    """Four neighbours of a patch to the factors of the products: B^T d."""
    a, b, c, d = values
    return [a - c, b + c, c - b, b - d]


def _spread(values: Vectors) -> Vectors:
    """Two neighbouring results' gradients to the factors of the products: A y."""
    a, b = values
    return [a, a + b, a - b, b * -1.0]


def _results(values: Vectors) -> Vectors:
    """Four products to two neighbouring results: A^T m."""
    a, b, c, d = values
    return [a + b + c, b - c - d]


def _on_both_sides(change: Any, block: list[Vectors]) -> list[Vectors]:
    """The map along the columns of a block and then along its rows."""
    half = list(zip(*[change(list(column)) for column in zip(*block, strict=True)], strict=True))
    return [change(list(row)) for row in half]


def _within(lanes: Lanes, start: ir.Value, stop: ir.Value) -> ir.Value:
    """The lanes whose column, `start` and on, is from 0 on and before stop."""
    builder = lanes.builder
    before = lanes.first(builder.sub(integer(0), start))
    return builder.and_(lanes.first(builder.sub(stop, start)), builder.not_(before))


def _emit_split(lanes: Lanes, change: Any, taps: int, arguments: list[ir.Value]) -> None:
    """Channel after channel, `taps` rows of neighbouring columns, de-interleaved, changed and stored."""
    builder = lanes.builder
    target, matrix, pitch, source, plane, row, column, height, width, channels = arguments
    nothing = ir.Constant(ir.VectorType(ir.IntType(1), lanes.count), [0] * lanes.count)
    wide, loads = integer(lanes.size), []
    for y in range(taps):
        line = builder.add(row, integer(y))
        inside = builder.and_(builder.icmp_signed(">=", line, integer(0)), builder.icmp_signed("<", line, height))
        pairs = []
        for x in (0, lanes.count, 2, lanes.count + 2)[:taps]:
            first = builder.add(column, integer(x))
            mask = builder.select(inside, _within(lanes, first, width), nothing)
            pairs.append((builder.mul(builder.add(builder.mul(line, width), first), wide), mask))
        loads.append(pairs)
    even, odd = ([2 * lane + part for lane in range(lanes.count)] for part in (0, 1))

    def one_channel(_: ir.Value, held: list[Held]) -> list[Held]:
        origin, to = held
        block = []
        for pairs in loads:
            read = [lanes.load(builder.add(origin, offset), mask) for offset, mask in pairs]
            halves = [(read[k], read[k + 1], order) for k in range(0, taps, 2) for order in (even, odd)]
            block.append([lanes.permute(*half) for half in halves])
        for k, value in enumerate([value for row in _on_both_sides(change, block) for value in row]):
            lanes.store(value, builder.add(to, builder.mul(matrix, integer(k))))
        return [builder.add(origin, plane), builder.add(to, pitch)]

    lanes.loop(channels, 1, [source, target], one_channel)


def _split(change: Any, taps: int) -> Any:
    @intrinsic
    def split(typing_context, like, target, matrix, pitch, source, plane, row, column, height, width, channels):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_split(Lanes(builder, like.dtype.bitwidth), change, taps, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 10), generate

    return split


split_patches = _split(_patch, 4)
"""A vector of patches of each channel from (row, column) of its plane (height, width) on, zeros around it."""

split_gradients = _split(_spread, 2)
"""A vector of tiles of the results' gradient, likewise."""


def _emit_join(lanes: Lanes, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    source, matrix, pitch, out, plane, row, column, height, width, channels, bias, check = arguments
    order = [[lane // 2 + lane % 2 * lanes.count + half for lane in range(lanes.count)]
             for half in (0, lanes.count // 2)]  # fmt: skip
    nothing = ir.Constant(ir.VectorType(ir.IntType(1), lanes.count), [0] * lanes.count)
    places = []
    for y in range(2):
        line = builder.add(row, integer(y))
        inside = builder.icmp_signed("<", line, height)
        for x in (0, lanes.count):
            first = builder.add(column, integer(x))
            mask = builder.select(inside, lanes.first(builder.sub(width, first)), nothing)
            places.append((builder.mul(builder.add(builder.mul(line, width), first), integer(lanes.size)), mask))

    def one_channel(_: ir.Value, held: list[Held]) -> list[Held]:
        origin, to, start, seen = held
        products = [lanes.load(builder.add(origin, builder.mul(matrix, integer(k)))) for k in range(16)]
        tiles = _on_both_sides(_results, [products[k : k + 4] for k in range(0, 16, 4)])
        added = lanes.broadcast(lanes.load_scalar(start))
        rows = [[value + added for value in tile] for tile in tiles]
        values = [lanes.permute(left, right, half) for left, right in rows for half in order]
        for value, (offset, mask) in zip(values, places, strict=True):
            lanes.store(value, builder.add(to, offset), mask)
            seen = lanes.fma(value.where(mask, 0.0), lanes.constant(0.0), seen)
        return [builder.add(origin, pitch), builder.add(to, plane), builder.add(start, integer(lanes.size)), seen]

    *_, seen = lanes.loop(channels, 1, [source, out, bias, lanes.load(check)], one_channel)
    lanes.store(seen, check)


@intrinsic
def join_results(
    typing_context, like, source, matrix, pitch, out, plane, row, column, height, width, channels, bias, check
):  # fmt: skip
    """A vector of tiles of results of each channel, plus its bias, to its plane; lanes at `check` become NaN if any
    result is not finite."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        _emit_join(Lanes(builder, like.dtype.bitwidth), arguments[1:])
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 12), generate
