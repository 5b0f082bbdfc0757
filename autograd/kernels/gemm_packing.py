"""Copying operands of a matrix product into the order in which the tile reads them.

Addresses and strides are in bytes; `like` is any array of the element type.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.gemm_tile import CACHE_LINE, PANEL_BYTES, ROWS, VECTOR_BYTES, VECTORS
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Lanes, Vector, integer


def _transposed(lanes: Lanes, rows: list[Vector]) -> list[Vector]:
    """The transpose of a square block, by exchanging halves, quarters, ... between pairs of rows."""
    count = lanes.count
    step = count // 2
    while step:
        low = [lane if not lane & step else count + lane - step for lane in range(count)]
        high = [lane + step if not lane & step else count + lane for lane in range(count)]
        for row in range(count):
            if not row & step:
                upper, lower = rows[row], rows[row + step]
                rows[row], rows[row + step] = lanes.permute(upper, lower, low), lanes.permute(upper, lower, high)
        step //= 2
    return rows


@intrinsic
def _copy_row(typing_context, like, target, source, columns):
    """Copy up to three vectors of neighbours; zeros fill the panel's row."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, source, columns = arguments
        for v in range(VECTORS):
            offset = integer(v * lanes.bytes)
            mask = lanes.first(builder.sub(columns, integer(v * lanes.count)))
            lanes.store(lanes.load(builder.add(source, offset), mask), builder.add(target, offset))
        return context.get_dummy_value()

    return types.void(like, types.intp, types.intp, types.intp), generate


@intrinsic
def _turn_block(typing_context, like, target, source, stride, columns, depth):
    """Transpose one square block of lanes: `columns` rows of memory, `depth` elements of each; the others repeat."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, source, stride, columns, depth = arguments
        mask, last = lanes.first(depth), builder.sub(columns, integer(1))
        rows = []
        for row in range(lanes.count):
            inside = builder.icmp_signed("<", integer(row), last)
            place = builder.mul(builder.select(inside, integer(row), last), stride)
            rows.append(lanes.load(builder.add(source, place), mask))
        for row, value in enumerate(_transposed(lanes, rows)):
            lanes.store(value, builder.add(target, integer(row * PANEL_BYTES)))
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 5), generate


@intrinsic
def _copy_element(typing_context, like, target, source):
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        pointer = builder.inttoptr(arguments[1], lanes.scalar.as_pointer())
        builder.store(lanes.load_scalar(arguments[2]), pointer, align=lanes.size)
        return context.get_dummy_value()

    return types.void(like, types.intp, types.intp), generate


@kernel()
def pack_right(like, panel, b, b_row, b_column, depth, columns):
    """Copy `depth` rows of up to three vectors of columns; the panel has room for `depth` rounded up to whole vectors.

    Columns past the last hold zeros or copies of others: the tile never stores what they give.
    """
    size = like.itemsize
    lanes = VECTOR_BYTES // size
    if b_column == size:
        for k in range(depth):
            _copy_row(like, panel + k * PANEL_BYTES, b + k * b_row, columns)
    elif b_row == size:
        for j in range(0, columns, lanes):
            for k in range(0, depth, lanes):
                target = panel + k * PANEL_BYTES + j * size
                _turn_block(like, target, b + k * size + j * b_column, b_column, columns - j, depth - k)
    else:
        for k in range(depth):
            for j in range(columns):
                _copy_element(like, panel + k * PANEL_BYTES + j * size, b + k * b_row + j * b_column)


@intrinsic
def _copy_band_row(typing_context, like, target, source):
    """Copy ROWS neighbours."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        kind = ir.VectorType(lanes.scalar, ROWS).as_pointer()
        target, source = (builder.inttoptr(address, kind) for address in arguments[1:])
        builder.store(builder.load(source, align=lanes.size), target, align=lanes.size)
        return context.get_dummy_value()

    return types.void(like, types.intp, types.intp), generate


@kernel()
def band_size(depth, size):
    """Bytes from one packed band to the next: a line more than it holds, so that bands do not contend in the cache."""
    return depth * ROWS * size + CACHE_LINE


@kernel()
def pack_left(like, block, a, a_row, a_column, rows, depth):
    """Copy `rows` rows as bands of ROWS rows, each band `depth` by ROWS; a short last band is padded with copies."""
    size = like.itemsize
    step = band_size(depth, size)
    full = rows // ROWS if a_row == size else 0
    for k in range(depth):
        for band in range(full):
            _copy_band_row(like, block + band * step + k * ROWS * size, a + band * ROWS * size + k * a_column)
    for row in range(full * ROWS, -(-rows // ROWS) * ROWS):
        target = block + row // ROWS * step + row % ROWS * size
        source = a + min(row, rows - 1) * a_row
        for k in range(depth):
            _copy_element(like, target + k * ROWS * size, source + k * a_column)
