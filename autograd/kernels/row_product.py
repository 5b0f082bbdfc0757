"""Products of few rows with a matrix that is packed once and used at every step of a sequence.

A tile is one to eight rows by three vectors of columns; rows are cut into tiles as even as can be. Each row is summed
by itself over the whole depth in one order: its result does not depend on which rows stand beside it. Addresses and
strides are in bytes; `like` is any array of the element type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.gemm_packing import pack_right
from autograd.kernels.gemm_tile import PANEL_BYTES, ROWS, VECTOR_BYTES, VECTORS
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, integer


def _emit_tile(lanes: Lanes, height: int, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    left, left_row, panel, start, start_row, target, target_row, depth = arguments

    def at(base: ir.Value, stride: ir.Value, row: int, v: int = 0) -> ir.Value:
        return builder.add(base, builder.add(builder.mul(stride, integer(row)), integer(v * lanes.bytes)))

    tile = [lanes.load(at(start, start_row, row, v)) for row in range(height) for v in range(VECTORS)]
    rows = [at(left, left_row, row) for row in range(height)]

    def multiply(along: ir.Value, held: list[Held]) -> list[Held]:
        place, *sums = held
        right = [lanes.load(builder.add(place, integer(v * lanes.bytes))) for v in range(VECTORS)]
        for row in range(height):
            factor = lanes.broadcast(lanes.load_scalar(builder.add(rows[row], along)))
            for v in range(VECTORS):
                sums[row * VECTORS + v] = lanes.fma(factor, right[v], sums[row * VECTORS + v])
        return [builder.add(place, integer(PANEL_BYTES)), *sums]

    _, *tile = lanes.loop(builder.mul(depth, integer(lanes.size)), lanes.size, [panel, *tile], multiply)
    for row in range(height):
        for v in range(VECTORS):
            lanes.store(tile[row * VECTORS + v], at(target, target_row, row, v))


def _tile(height: int) -> Any:
    @intrinsic
    def tile(typing_context, like, left, left_row, panel, start, start_row, target, target_row, depth):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_tile(Lanes(builder, like.dtype.bitwidth), height, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 8), generate

    return tile


_tile_1, _tile_2, _tile_3, _tile_4 = (_tile(min(height, ROWS)) for height in (1, 2, 3, 4))
_tile_5, _tile_6, _tile_7, _tile_8 = (_tile(min(height, ROWS)) for height in (5, 6, 7, 8))


@kernel()
def _multiply_tile(like, height, left, panel, start, target, depth):
    if height == 1:
        _tile_1(like, *left, panel, *start, *target, depth)
    elif height == 2:
        _tile_2(like, *left, panel, *start, *target, depth)
    elif height == 3:
        _tile_3(like, *left, panel, *start, *target, depth)
    elif height == 4:
        _tile_4(like, *left, panel, *start, *target, depth)
    elif height == 5:
        _tile_5(like, *left, panel, *start, *target, depth)
    elif height == 6:
        _tile_6(like, *left, panel, *start, *target, depth)
    elif height == 7:
        _tile_7(like, *left, panel, *start, *target, depth)
    else:
        _tile_8(like, *left, panel, *start, *target, depth)


@kernel()
def multiply_rows(like, left, packed, start, target, rows, depth, columns):
    """target = start + left @ matrix for `rows` rows. `left`, `start`, `target` are (address, row stride).

    Rows of `start` and `target` have room for `padded(columns)` elements, all of which are read and written: a vector
    that is masked out, on a page that nothing was ever written to, costs hundreds of cycles.
    """
    width = VECTORS * VECTOR_BYTES // like.itemsize
    bands = -(-rows // ROWS)
    for column in range(0, columns, width):
        panel = packed + column // width * depth * PANEL_BYTES
        skipped = column * like.itemsize
        for band in range(bands):
            row = band * rows // bands
            _multiply_tile(
                like, (band + 1) * rows // bands - row, (left[0] + row * left[1], left[1]), panel,
                (start[0] + row * start[1] + skipped, start[1]), (target[0] + row * target[1] + skipped, target[1]),
                depth,
            )  # fmt: skip


@kernel()
def padded(columns, like):
    """`columns` rounded up to whole panels."""
    width = VECTORS * VECTOR_BYTES // like.itemsize
    return -(-columns // width) * width


@kernel()
def packed_size(depth, columns, like):
    """Elements of a packed matrix (depth, columns), which must start at a cache line."""
    width = VECTORS * VECTOR_BYTES // like.itemsize
    return (-(-columns // width) * depth + VECTOR_BYTES // like.itemsize) * width


@kernel()
def pack_matrix(like, packed, matrix, row, column, depth, columns):
    """Copy the matrix (depth, columns) at an address, of these strides, to the array `packed` as tiles read it.

    What no column fills becomes 0: tiles multiply it too, and numbers left over in memory may be slow ones.
    """
    width = VECTORS * VECTOR_BYTES // like.itemsize
    packed[columns // width * depth * width :] = 0
    for first in range(0, columns, width):
        target = np.intp(packed.ctypes.data) + first // width * depth * PANEL_BYTES
        pack_right(like, target, matrix + first * column, row, column, depth, min(width, columns - first))
