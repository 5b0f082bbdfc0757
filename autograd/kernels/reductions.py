"""Sums of rows and of columns by all threads, in blocks that depend on the shape alone: so do the results' bits."""

from __future__ import annotations

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

BLOCK = 1024
"""Elements of a row that are added in one go, in eight registers: few additions follow each other."""

ROWS, STRIP = 128, 512
"""Rows and columns that are added in one go."""

_REGISTERS = 8


@intrinsic
def _sum_of_row(typing_context, like, row, count):
    """The sum of `count` numbers from an address on."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, row, count = arguments
        stride = _REGISTERS * lanes.bytes
        full = builder.mul(builder.udiv(count, ir.Constant(count.type, stride // lanes.size)), _word(stride))

        def add_all(place: ir.Value, held: list[Held]) -> list[Held]:
            first = builder.add(row, place)
            places = [builder.add(first, _word(i * lanes.bytes)) for i in range(_REGISTERS)]
            return [total + lanes.load(address) for total, address in zip(held, places)]

        sums: list[Any] = lanes.loop(full, stride, [lanes.constant(0.0)] * _REGISTERS, add_all)
        while len(sums) > 1:
            sums = [a + b for a, b in zip(sums[::2], sums[1::2])]
        rest = builder.add(row, full)

        def add(offset: ir.Value, mask: ir.Value | None, held: list[Held]) -> list[Held]:
            return [held[0] + lanes.load(builder.add(rest, offset), mask)]

        remaining = builder.sub(count, builder.udiv(full, _word(lanes.size)))
        (total,) = lanes.each(remaining, sums, add)
        return lanes.fold(total, Vector.__add__)

    return like.dtype(like, types.intp, types.intp), generate


def _word(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(64), value)


@intrinsic
def _add_four_rows(typing_context, like, target, row, pitch, count):
    """target += the sum of four rows, `pitch` bytes apart, of `count` numbers."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, row, pitch, count = arguments

        def add(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            place, rows = builder.add(row, offset), []
            for _row in range(4):
                rows.append(lanes.load(place, mask))
                place = builder.add(place, pitch)
            here = builder.add(target, offset)
            lanes.store(lanes.load(here, mask) + ((rows[0] + rows[1]) + (rows[2] + rows[3])), here, mask)
            return []

        lanes.each(count, [], add)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 4), generate


@kernel()
def _rows_part(sums, x, worker, workers):
    rows, blocks = sums.shape
    length = x.size // rows
    pieces = rows * blocks
    for piece in range(worker * pieces // workers, (worker + 1) * pieces // workers):
        row, block = piece // blocks, piece % blocks
        start = block * BLOCK
        place = np.intp(x.ctypes.data) + (row * length + start) * x.itemsize
        sums[row, block] = _sum_of_row(x, place, min(BLOCK, length - start))


@kernel(parallel=True)
def _rows_shared(sums, x, workers):
    for worker in prange(workers):
        _rows_part(sums, x, np.intp(worker), workers)


@kernel()
def _columns_part(sums, x, height, worker, workers):
    tables, blocks, width = sums.shape
    strips = (width + STRIP - 1) // STRIP
    pieces = tables * blocks * strips
    pitch = width * x.itemsize
    for piece in range(worker * pieces // workers, (worker + 1) * pieces // workers):
        table, block, strip = piece // strips // blocks, piece // strips % blocks, piece % strips
        left, row, bottom = strip * STRIP, block * ROWS, min(height, block * ROWS + ROWS)
        share = sums[table, block, left : min(width, left + STRIP)]
        share[:] = 0
        while row + 4 <= bottom:
            place = np.intp(x.ctypes.data) + ((table * height + row) * width + left) * x.itemsize
            _add_four_rows(x, np.intp(share.ctypes.data), place, pitch, share.size)
            row += 4
        while row < bottom:
            values = x[(table * height + row) * width + left :]
            for column in range(share.size):
                share[column] += values[column]
            row += 1


@kernel(parallel=True)
def _columns_shared(sums, x, height, workers):
    for worker in prange(workers):
        _columns_part(sums, x, height, np.intp(worker), workers)


def sums_of_rows(x: Array) -> Array:
    """The sum of each row of x (rows, columns), neither 0, float32 or float64: (rows,)."""
    rows, columns = x.shape
    sums = np.empty((rows, (columns + BLOCK - 1) // BLOCK), x.dtype)
    threads.run(_rows_part, _rows_shared, x.size // WORTH_A_THREAD, sums, flat_readable(x))
    return sums[:, 0] if sums.shape[1] == 1 else np.asarray(np.add.reduce(sums, 1))


def sums_of_columns(x: Array) -> Array:
    """The sums over the middle dimension of x (tables, rows, columns), none 0, float32 or float64: (tables, columns).

    Where rows are short, several are taken for one.
    """
    tables, rows, columns = x.shape
    joined = STRIP // columns if tables == 1 and columns <= STRIP // 4 else 1
    height, width = rows // joined, columns * joined
    blocks = (height + ROWS - 1) // ROWS
    sums = np.empty((tables, blocks, width), x.dtype)
    flat = flat_readable(x)
    threads.run(_columns_part, _columns_shared, x.size // WORTH_A_THREAD, sums, flat, height)
    parts = _over_blocks(sums).reshape(tables, joined, columns)
    found = parts[:, 0] if joined == 1 else np.add.reduce(parts, 1)
    return found + np.add.reduce(x[:, height * joined :], 1) if height * joined < rows else found


def _over_blocks(sums: Array) -> Array:
    """The sums over the middle dimension: (L, M, N) to (L, N), in halves where it is long."""
    while sums.shape[1] > 64:
        half = sums.shape[1] // 2
        folded = sums[:, :half] + sums[:, half : 2 * half]
        sums = folded if sums.shape[1] % 2 == 0 else np.concatenate([folded, sums[:, -1:]], 1)
    return np.asarray(np.add.reduce(sums, 1))
