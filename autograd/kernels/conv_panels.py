"""Panels of an im2col matrix: the pixels of a band, close together, as a product of matrices wants its right operand.

The buffer of a band (im2col.py) holds each row of the matrix with gaps where rows of pixels end. Here vectors are put
together from the pieces that lie in them, and several whole images may stand in one band, one after the other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.gemm_tile import VECTOR_BYTES
from autograd.kernels.im2col import Layout
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import I64, Held, Lanes, integer
from autograd.typing import Array


class Pixels(NamedTuple):
    """The pixels of a band in vectors.

    together: images in a band. item_size: elements of the buffer from one to the next. counts: pixels of an image's
    band, for a full band and for the last one. tables: for both, for each vector, the number of its pieces and for each
    piece the bits of its lanes and the place in bytes where lane 0 would be.
    """

    together: int
    item_size: int
    counts: Array
    tables: Array


@lru_cache(maxsize=512)
def _pixels(width: int, pitch: int, rows: tuple[int, int], together: int, item_size: int, size: int) -> Pixels:
    tables = [_pieces(width, pitch, count, together, item_size, size) for count in rows]
    entries = max(len(pieces) for table in tables for pieces in table)
    array = np.zeros((2, max(map(len, tables)), entries), np.int64)
    for number, table in enumerate(tables):
        for vector, pieces in enumerate(table):
            array[number, vector, : len(pieces)] = pieces
    return Pixels(together, item_size, np.array([count * width for count in rows]), array)


def pixels(band: Layout, together: int, channels: int, size: int) -> Pixels:
    """The pixels of bands of so many images, `channels` of each in the buffer, with elements of `size` bytes."""
    last = int(band.counts[1]) - (band.bands - 1) * band.band_rows
    item_size = channels * len(band.planes) * band.plane_size
    return _pixels(band.width, band.pitch, (band.band_rows, last), together, item_size, size)


def _pieces(width: int, pitch: int, rows: int, together: int, item_size: int, size: int) -> list[list[int]]:
    lanes = VECTOR_BYTES // size
    run = rows * width if pitch == width else width
    starts = [(item, row) for item in range(together) for row in range(0, rows * width, run)]
    count = -(-together * rows * width // lanes)
    table: list[list[int]] = [[0] for _ in range(count)]
    for item, first in starts:
        at = item * rows * width + first
        place = item * item_size + first // width * pitch
        for vector in range(at // lanes, -(-(at + run) // lanes)):
            low, high = max(at, vector * lanes), min(at + run, (vector + 1) * lanes)
            bits = (1 << (high - vector * lanes)) - (1 << (low - vector * lanes))
            table[vector][0] += 1
            table[vector] += [bits, (place + vector * lanes - at) * size]
    return table


def _emit_column(lanes: Lanes, pieces: int, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    target, target_step, source, offsets, depth, table = arguments

    def integer_at(address: ir.Value) -> ir.Value:
        return builder.load(builder.inttoptr(address, I64.as_pointer()), align=8)

    kind = ir.VectorType(ir.IntType(1), lanes.count)
    masks, places = [], []
    for piece in range(pieces):
        entry = builder.add(table, integer(16 * piece))
        masks.append(builder.bitcast(builder.trunc(integer_at(entry), ir.IntType(lanes.count)), kind))
        places.append(builder.add(source, integer_at(builder.add(entry, integer(8)))))

    def one_row(k: ir.Value, held: list[Held]) -> list[Held]:
        offset = integer_at(builder.add(offsets, builder.mul(k, integer(8))))
        to = builder.add(target, builder.mul(k, target_step))
        parts = [lanes.load(builder.add(place, offset), mask) for place, mask in zip(places, masks)]
        if pieces == 1:
            lanes.store(parts[0], to, masks[0])
        else:
            lanes.store(parts[0].where(masks[0], parts[1]), to, builder.or_(*masks))
        return held

    lanes.loop(depth, 1, [], one_row)


def _column(pieces: int) -> Any:
    @intrinsic
    def column(typing_context, like, target, target_step, source, offsets, depth, table):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_column(Lanes(builder, like.dtype.bitwidth), pieces, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 6), generate

    return column


_one_piece, _two_pieces = _column(1), _column(2)


@kernel()
def pack_columns(like, panel, row_bytes, source, offsets, depth, table, first, count):
    """Rows of im2col as rows of `panel`, `row_bytes` apart: `count` vectors of pixels from vector `first` of the table.

    `panel`, `source`, the start of the buffer, and `offsets`, one for each of `depth` rows, are addresses. Lanes that
    no pixel fills are left as they were.
    """
    for vector in range(count):
        pieces = table[first + vector, 0]
        entries = np.intp(table[first + vector].ctypes.data) + 8
        to = panel + vector * VECTOR_BYTES
        for piece in range(0, pieces - 1, 2):
            _two_pieces(like, to, row_bytes, source, offsets, depth, entries + 16 * piece)
        if pieces % 2:
            _one_piece(like, to, row_bytes, source, offsets, depth, entries + 16 * (pieces - 1))
