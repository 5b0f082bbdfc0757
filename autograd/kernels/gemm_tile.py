"""The innermost piece of a matrix product: one tile of the result held in registers, as LLVM code.

A tile is `ROWS` rows by up to three vectors of columns. Its left operand is read where it lies, by any strides; its
right operand is a packed panel, `depth` rows of three vectors (BLIS: Van Zee, van de Geijn, 2015, doi:10.1145/2764454).
Addresses and strides are in bytes; `like` is any array of the element type.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.jit import kernel
from autograd.kernels.vectors import REGISTERS, WIDTH_BITS, Held, Lanes, integer

VECTORS = 3
ROWS = 8 if REGISTERS == 32 else 4
"""24 of 32 registers, or 12 of 16, hold the tile; the others hold the operands."""

VECTOR_BYTES = WIDTH_BITS // 8
PANEL_BYTES = VECTORS * VECTOR_BYTES
CACHE_LINE = 64


def _emit_tile(lanes: Lanes, vectors: int, arguments: list[ir.Value]) -> None:
    builder = lanes.builder
    a, a_row, a_column, panel, initial, initial_row, c, c_row, depth, rows, columns = arguments
    last_row = builder.sub(rows, integer(1))
    mask = lanes.first(builder.sub(columns, integer((vectors - 1) * lanes.count)))

    def clamped(base: ir.Value, stride: ir.Value, row: int) -> ir.Value:
        """Rows past the end repeat the last one: nothing beyond the operand is read."""
        inside = builder.icmp_signed("<", integer(row), last_row)
        return builder.add(base, builder.mul(builder.select(inside, integer(row), last_row), stride))

    def places(base: ir.Value) -> list[tuple[ir.Value, ir.Value | None]]:
        masks = [None] * (vectors - 1) + [mask]
        return [(builder.add(base, integer(v * lanes.bytes)), masks[v]) for v in range(vectors)]

    a_rows = [clamped(a, a_row, row) for row in range(ROWS)]
    start = [lanes.load(*place) for row in range(ROWS) for place in places(clamped(initial, initial_row, row))]

    def multiply(_: ir.Value, held: list[Held]) -> list[Held]:
        along_a, along_panel, *tile = held
        right = [lanes.load(address) for address, _ in places(along_panel)]
        for row in range(ROWS):
            left = lanes.broadcast(lanes.load_scalar(builder.add(a_rows[row], along_a)))
            for v in range(vectors):
                tile[row * vectors + v] = lanes.fma(left, right[v], tile[row * vectors + v])
        return [builder.add(along_a, a_column), builder.add(along_panel, integer(PANEL_BYTES)), *tile]

    _, _, *tile = lanes.loop(depth, 1, [integer(0), panel, *start], multiply)
    end = builder.append_basic_block("end")
    for row in range(ROWS):
        for v, (address, lane_mask) in enumerate(places(builder.add(c, builder.mul(integer(row), c_row)))):
            lanes.store(tile[row * vectors + v], address, lane_mask)
        if row < ROWS - 1:
            following = builder.append_basic_block(f"row{row + 1}")
            builder.cbranch(builder.icmp_signed(">", rows, integer(row + 1)), following, end)
            builder.position_at_end(following)
    builder.branch(end)
    builder.position_at_end(end)


def _tile(vectors: int) -> Any:
    @intrinsic
    def tile(
        typing_context, like, a, a_row, a_column, panel, initial, initial_row, c, c_row, depth, rows, columns
    ):  # fmt: skip
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            _emit_tile(Lanes(builder, like.dtype.bitwidth), vectors, arguments[1:])
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 11), generate

    return tile


_tile_1, _tile_2, _tile_3 = _tile(1), _tile(2), _tile(3)


@kernel()
def multiply_tile(like, a, panel, initial, c, depth, rows, columns):
    """c = initial + a @ panel for `rows` (to ROWS) by `columns` (to three vectors) elements.

    `a` is (address, row stride, column stride), `initial` and `c` are (address, row stride), `panel` is an address.
    """
    lanes = VECTOR_BYTES // like.itemsize
    if columns > 2 * lanes:
        _tile_3(like, *a, panel, *initial, *c, depth, rows, columns)
    elif columns > lanes:
        _tile_2(like, *a, panel, *initial, *c, depth, rows, columns)
    else:
        _tile_1(like, *a, panel, *initial, *c, depth, rows, columns)
