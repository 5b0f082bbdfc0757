"""Copying rows with zeros at both ends, by whole vectors and without a call for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, Vector, integer


def _between(lanes: Lanes, low: ir.Value, high: ir.Value) -> ir.Value:
    """The mask of lanes from low on and before high."""
    return lanes.builder.and_(lanes.first(high), lanes.builder.not_(lanes.first(low)))


def _emit_rows(lanes: Lanes, step: int, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    target, pitch, target_step, source, source_row, source_step, many, low, high, count, rows, top, bottom = arguments
    before = builder.mul(low, integer(step))
    after = builder.add(builder.mul(high, integer(step)), integer(1 - step))
    nothing = ir.Constant(lanes.first(count).type, [0] * lanes.count)

    def one_column(place: ir.Value, held: list[Held]) -> list[Held]:
        fits = lanes.first(builder.sub(count, place))
        parts = []
        for part in range(step):
            at = builder.add(builder.mul(place, integer(step)), integer(part * lanes.count))
            mask = _between(lanes, builder.sub(before, at), builder.sub(after, at))
            parts.append((builder.mul(at, integer(lanes.size)), mask))

        def one_block(_: ir.Value, held: list[Held]) -> list[Held]:
            block, block_source = held

            def one_row(row: ir.Value, held: list[Held]) -> list[Held]:
                to, origin = held
                inside = builder.and_(builder.icmp_signed(">=", row, top), builder.icmp_signed("<", row, bottom))
                loaded: list[Vector] = [
                    lanes.load(builder.add(origin, offset), builder.select(inside, mask, nothing))
                    for offset, mask in parts
                ]
                even = lanes.permute(loaded[0], loaded[-1], [step * lane for lane in range(lanes.count)])
                lanes.store(even, to, fits)
                return [builder.add(to, pitch), builder.add(origin, source_row)]

            lanes.loop(rows, 1, [builder.add(block, builder.mul(place, integer(lanes.size))), block_source], one_row)
            return [builder.add(block, target_step), builder.add(block_source, source_step)]

        lanes.loop(many, 1, [target, source], one_block)
        return held

    lanes.loop(count, lanes.count, [], one_column)


def _rows(step: int) -> Any:
    @intrinsic
    def rows(
        typing_context, like, target, pitch, target_step, source, source_row, source_step, many, low, high, count, rows,
        top, bottom,
    ):  # fmt: skip
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_rows(Lanes(builder, like.dtype.bitwidth), step, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 13), generate

    return rows


_rows_1, _rows_2 = _rows(1), _rows(2)


@kernel()
def copy_padded(target, place, pitch, source, start, row_step, step, columns, rows, blocks):
    """target[place + pitch·r + i] = source[start + row_step·r + step·i] where r and i are inside, else 0.

    `columns` and `rows` are (first inside, first outside again, count); counts past the pitch overlap the next row.
    `blocks` are (count, target step, source step): so many such blocks of rows, by steps in elements.
    """
    size = target.itemsize
    count, target_step, source_step = blocks
    if step <= 2:
        to, origin = np.intp(target.ctypes.data) + place * size, np.intp(source.ctypes.data) + start * size
        inside = columns[0], columns[1], columns[2], rows[2], rows[0], rows[1]
        copy = to, pitch * size, target_step * size, origin, row_step * size, source_step * size, count
        if step == 1:
            _rows_1(target, *copy, *inside)
        else:
            _rows_2(target, *copy, *inside)
    else:
        for block in range(count):
            for row in range(rows[2]):
                to = place + block * target_step + pitch * row
                origin = start + block * source_step + row_step * row
                inside_row = rows[0] <= row < rows[1]
                for i in range(columns[2]):
                    inside_column = columns[0] <= i < columns[1]
                    target[to + i] = source[origin + step * i] if inside_row and inside_column else 0
