"""Products with a sparse matrix. Its entries are grouped by row: those of row i are from starts[i] to starts[i + 1]."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.extending import intrinsic

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import I64, Held, Lanes, Vector, integer
from autograd.typing import Array

WORTH_A_THREAD = 32_768
"""Products of two numbers that repay waking one more thread."""


@kernel()
def _address(x, place):
    return np.intp(x.ctypes.data) + place * x.strides[0]


@kernel()
def _group(places, order, starts):
    """Counting sort: a count for each place, their running sum, then each entry behind those before it."""
    for i in range(places.shape[0]):
        starts[places[i] + 1] += 1
    for place in range(1, starts.shape[0]):
        starts[place] += starts[place - 1]
    for i in range(places.shape[0]):
        place = places[i]
        order[starts[place]] = i
        starts[place] += 1
    for place in range(starts.shape[0] - 1, 0, -1):
        starts[place] = starts[place - 1]
    starts[0] = 0


def group(places: Array, size: int) -> tuple[Array, Array]:
    """The entries in the order of their places (E,) from 0 to size − 1, and where each place starts (size + 1,)."""
    order, starts = np.empty(len(places), np.intp), np.zeros(size + 1, np.intp)
    _group(readable(places, np.intp), order, starts)
    return order, starts


@intrinsic
def _weighted_sum_of_rows(typing_context, like, target, weights, numbers, entries, table, row_bytes, count):
    """target = the sum of weight times row of the table over some entries, `count` elements; all given by address.

    A vector of the sum stays in its register while the entries pass by.
    """

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, weights, numbers, entries, table, row_bytes, count = arguments

        def sum_columns(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            column = builder.add(table, offset)

            def add(entry: ir.Value, held: list[Held]) -> list[Held]:
                weight = lanes.load_scalar(builder.add(weights, builder.mul(entry, integer(lanes.size))))
                place = builder.add(numbers, builder.mul(entry, integer(8)))
                number = builder.load(builder.inttoptr(place, I64.as_pointer()))
                row = lanes.load(builder.add(column, builder.mul(number, row_bytes)), mask)
                return [lanes.fma(lanes.broadcast(weight), row, held[0])]

            (total,) = lanes.loop(entries, 1, [lanes.constant(0.0)], add)
            lanes.store(total, builder.add(target, offset), mask)
            return []

        lanes.each(count, [], sum_columns)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 7), generate


@kernel()
def _multiply_part(out, values, columns, starts, dense, worker, workers):
    """Rows with about as many entries as any other worker's: each row is summed by one thread, in one order."""
    rows, entries = out.shape[0], values.shape[0] + out.shape[0]
    first = _row_after(starts, worker * entries // workers)
    last = rows if worker == workers - 1 else _row_after(starts, (worker + 1) * entries // workers)
    for i in range(first, last):
        begin, count = starts[i], starts[i + 1] - starts[i]
        _weighted_sum_of_rows(out, _address(out, i), _address(values, begin), _address(columns, begin), count,
                              _address(dense, 0), dense.strides[0], out.shape[1])  # fmt: skip


@kernel()
def _row_after(starts, work):
    """The first row i before which there is that much work: entries, and one for the row itself."""
    low, high = 0, starts.shape[0] - 1
    while low < high:
        middle = (low + high) // 2
        if starts[middle] + middle < work:
            low = middle + 1
        else:
            high = middle
    return low


@kernel(parallel=True)
def _multiply_shared(out, values, columns, starts, dense, workers):
    for worker in prange(workers):
        _multiply_part(out, values, columns, starts, dense, np.intp(worker), workers)


def multiply(values: Array, columns: Array, starts: Array, dense: Array) -> Array:
    """The sparse matrix (M, K) with these values and columns (E,), grouped by row, times a dense one (K, N)."""
    out = np.empty((len(starts) - 1, dense.shape[1]), dense.dtype)
    workers = (len(values) * dense.shape[1] + out.size) // WORTH_A_THREAD
    threads.run(_multiply_part, _multiply_shared, workers, out, readable(values), readable(columns, np.intp),
                readable(starts), readable(dense))  # fmt: skip
    return out


@intrinsic
def _product_of_rows(typing_context, like, left, right, count):
    """The inner product of two rows of `count` elements, given by address."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, left, right, count = arguments

        def add(offset: ir.Value, mask: ir.Value | None, held: list[Held]) -> list[Held]:
            a, b = (lanes.load(builder.add(address, offset), mask) for address in (left, right))
            return [lanes.fma(a, b, held[0])]

        (total,) = lanes.each(count, [lanes.constant(0.0)], add)
        return lanes.fold(total, Vector.__add__)

    return like.dtype(like, *[types.intp] * 3), generate


@kernel()
def _sample_part(out, left, rows, right, columns, worker, workers):
    count = out.shape[0]
    for e in range(worker * count // workers, (worker + 1) * count // workers):
        out[e] = _product_of_rows(out, _address(left, rows[e]), _address(right, columns[e]), left.shape[1])


@kernel(parallel=True)
def _sample_shared(out, left, rows, right, columns, workers):
    for worker in prange(workers):
        _sample_part(out, left, rows, right, columns, np.intp(worker), workers)


def sample(left: Array, rows: Array, right: Array, columns: Array) -> Array:
    """The inner products (E,) of rows of left (M, D) with rows of right (K, D), given by their numbers (E,)."""
    out = np.empty(len(rows), left.dtype)
    workers = len(rows) * left.shape[1] // WORTH_A_THREAD
    threads.run(_sample_part, _sample_shared, workers, out, readable(left), readable(rows, np.intp), readable(right),
                readable(columns, np.intp))  # fmt: skip
    return out
