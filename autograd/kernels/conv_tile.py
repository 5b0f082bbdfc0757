"""The innermost pieces of convolutions, as LLVM code: tiles of a product whose right operand is a table of offsets.

Row k of the right operand is the source itself, from `offsets[k]` on: im2col without the matrix. Offsets are in bytes.
A row of `table` stands for one vector of the grid: the bits of its lanes that are results, and how many come before.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from autograd.kernels.gemm_tile import ROWS, VECTORS
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import I64, REGISTERS, Held, Lanes, Vector, integer

TALL = ROWS, VECTORS
FLAT = 4, REGISTERS // 16 * VECTORS
SINGLE = 1, REGISTERS // 16 * 2 * VECTORS
"""Tiles by rows and vectors: for results of many channels, of few, of one."""

TABLE_ROW = 16


def _load_integer(builder: ir.IRBuilder, address: ir.Value) -> ir.Value:
    return builder.load(builder.inttoptr(address, I64.as_pointer()), align=8)


def _mask(lanes: Lanes, table: ir.Value, vector: ir.Value) -> ir.Value:
    builder = lanes.builder
    bits = _load_integer(builder, builder.add(table, builder.mul(vector, integer(TABLE_ROW))))
    return builder.bitcast(builder.trunc(bits, ir.IntType(lanes.count)), ir.VectorType(ir.IntType(1), lanes.count))


def _store_results(lanes: Lanes, value: Vector, out: ir.Value, table: ir.Value, v: int) -> None:
    """The lanes that are results, close together, to their place in the row `out`."""
    builder = lanes.builder
    mask = _mask(lanes, table, integer(v))
    start, after = (_load_integer(builder, builder.add(table, integer(TABLE_ROW * (v + i) + 8))) for i in range(2))
    kind = ir.FunctionType(lanes.vector, [lanes.vector, mask.type, lanes.vector])
    name = f"llvm.experimental.vector.compress.v{lanes.count}f{lanes.size * 8}"
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    packed = Vector(lanes, builder.call(function, [value.value, mask, ir.Constant(lanes.vector, ir.Undefined)]))
    place = builder.add(out, builder.mul(start, integer(lanes.size)))
    lanes.store(packed, place, lanes.first(builder.sub(after, start)))


def _emit_correlation(lanes: Lanes, height: int, vectors: int, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    weights, bias, offsets, source, depth, out, out_row, rows, table = arguments

    def multiply(k: ir.Value, held: list[Held]) -> list[Held]:
        along_weights, *tile = held
        place = builder.add(source, _load_integer(builder, builder.add(offsets, builder.mul(k, integer(8)))))
        right = [lanes.load(builder.add(place, integer(v * lanes.bytes))) for v in range(vectors)]
        for row in range(height):
            left = lanes.broadcast(lanes.load_scalar(builder.add(along_weights, integer(row * lanes.size))))
            for v in range(vectors):
                tile[row * vectors + v] = lanes.fma(left, right[v], tile[row * vectors + v])
        return [builder.add(along_weights, integer(height * lanes.size)), *tile]

    start = []
    for row in range(height):
        start += [lanes.broadcast(lanes.load_scalar(builder.add(bias, integer(row * lanes.size))))] * vectors
    _, *tile = lanes.loop(depth, 1, [weights, *start], multiply)
    end = builder.append_basic_block("end")
    for row in range(height):
        target = builder.add(out, builder.mul(integer(row), out_row))
        for v in range(vectors):
            _store_results(lanes, tile[row * vectors + v], target, table, v)
        if row < height - 1:
            following = builder.append_basic_block(f"row{row + 1}")
            builder.cbranch(builder.icmp_signed(">", rows, integer(row + 1)), following, end)
            builder.position_at_end(following)
    builder.branch(end)
    builder.position_at_end(end)


def _emit_sums(lanes: Lanes, height: int, width: int, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    left, left_row, left_step, offsets, source, source_step, images, count, table, sums, rows, columns = arguments

    def clamped(number: int, limit: ir.Value) -> ir.Value:
        last = builder.sub(limit, integer(1))
        return builder.select(builder.icmp_signed("<", integer(number), last), integer(number), last)

    lefts = [builder.add(left, builder.mul(clamped(row, rows), left_row)) for row in range(height)]
    rights = []
    for column in range(width):
        place = builder.add(offsets, builder.mul(clamped(column, columns), integer(8)))
        rights.append(builder.add(source, _load_integer(builder, place)))

    def multiply(vector: ir.Value, held: list[Held]) -> list[Held]:
        along_left, along_right, *tile = held
        mask = _mask(lanes, table, vector)
        right = [lanes.load(builder.add(place, along_right), mask) for place in rights]
        for row in range(height):
            value = lanes.load(builder.add(lefts[row], along_left))
            for column in range(width):
                index = column * height + row
                tile[index] = lanes.fma(value, right[column], tile[index])
        return [builder.add(along, integer(lanes.bytes)) for along in (along_left, along_right)] + tile

    def one_image(image: ir.Value, tile: list[Held]) -> list[Held]:
        starts = [builder.mul(image, left_step), builder.mul(image, source_step)]
        return lanes.loop(count, 1, [*starts, *tile], multiply)[2:]

    tile = lanes.loop(images, 1, [lanes.constant(0.0)] * (height * width), one_image)
    wanted = builder.mul(columns, integer(height))
    for first in range(0, height * width, lanes.count):
        total = _lane_sums(lanes, tile[first : first + lanes.count])
        place = builder.add(sums, integer(first * lanes.size))
        mask = lanes.first(builder.sub(wanted, integer(first)))
        mask = builder.and_(mask, lanes.first(integer(height * width - first)))
        lanes.store(lanes.load(place, mask) + total, place, mask)


def _lane_sums(lanes: Lanes, vectors: list[Any]) -> Vector:
    """Lane i of the result is the sum of the lanes of vectors[i]."""
    count = lanes.count
    level: list[Vector] = [*vectors, *[vectors[0]] * (count - len(vectors))]
    step = count // 2
    while step:
        low = [lane if not lane & step else count + lane - step for lane in range(count)]
        high = [lane + step if not lane & step else count + lane for lane in range(count)]
        pairs = [(level[i], level[i + step]) for i in range(step)]
        level = [lanes.permute(a, b, low) + lanes.permute(a, b, high) for a, b in pairs]
        step //= 2
    return level[0]


def _correlation(height: int, vectors: int) -> Any:
    @intrinsic
    def tile(typing_context, like, weights, bias, offsets, source, depth, out, out_row, rows, table):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_correlation(Lanes(builder, like.dtype.bitwidth), height, vectors, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 9), generate

    return tile


def _sums(height: int, width: int) -> Any:
    @intrinsic
    def tile(
        typing_context, like, left, left_row, left_step, offsets, source, source_step, images, count, table, sums, rows,
        columns,
    ):  # fmt: skip
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_sums(Lanes(builder, like.dtype.bitwidth), height, width, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 12), generate

    return tile


_tall_1, _tall_2, _tall_3 = (_correlation(TALL[0], TALL[1] * part // 3) for part in (1, 2, 3))
_flat_1, _flat_2, _flat_3 = (_correlation(FLAT[0], FLAT[1] * part // 3) for part in (1, 2, 3))
_single_1, _single_2, _single_3 = (_correlation(SINGLE[0], SINGLE[1] * part // 3) for part in (1, 2, 3))
_tall_sums, _flat_sums, _single_sums = _sums(*TALL), _sums(*FLAT), _sums(*SINGLE)


@kernel()
def correlate_tile(like, height, thirds, left, offsets, source, depth, out, rows, table):
    """out = bias + weights @ right, for a tile of `height` rows and `thirds` thirds of its vectors.

    `left` is (address of weights, of bias), `out` (address, row stride); `rows` of them are stored.
    """
    if height == TALL[0]:
        if thirds == 3:
            _tall_3(like, *left, offsets, source, depth, *out, rows, table)
        elif thirds == 2:
            _tall_2(like, *left, offsets, source, depth, *out, rows, table)
        else:
            _tall_1(like, *left, offsets, source, depth, *out, rows, table)
    elif height == FLAT[0]:
        if thirds == 3:
            _flat_3(like, *left, offsets, source, depth, *out, rows, table)
        elif thirds == 2:
            _flat_2(like, *left, offsets, source, depth, *out, rows, table)
        else:
            _flat_1(like, *left, offsets, source, depth, *out, rows, table)
    elif thirds == 3:
        _single_3(like, *left, offsets, source, depth, *out, rows, table)
    elif thirds == 2:
        _single_2(like, *left, offsets, source, depth, *out, rows, table)
    else:
        _single_1(like, *left, offsets, source, depth, *out, rows, table)


@kernel()
def sum_tile(like, height, left, offsets, source, images, count, table, sums, rows, columns):
    """sums[column, row] += left[row] · right[column], for one tile of rows and columns.

    The products run over `count` vectors of each image. `left` is (address, row stride, image stride), `source`
    (address, image stride).
    """
    if height == TALL[0]:
        _tall_sums(like, *left, offsets, *source, images, count, table, sums, rows, columns)
    elif height == FLAT[0]:
        _flat_sums(like, *left, offsets, *source, images, count, table, sums, rows, columns)
    else:
        _single_sums(like, *left, offsets, *source, images, count, table, sums, rows, columns)
