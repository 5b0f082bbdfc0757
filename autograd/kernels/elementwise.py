"""Element by element on the one pool, where one pass and all threads pay: the rectifier, its gradient, sums of columns.

NumPy does these on one thread and in more passes: in a training step, where data come from far caches, that costs two
to four times as much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.extending import intrinsic

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable, readable
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, Vector
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

_LINE = 16
"""Shares are cut at multiples of this many elements, so that two threads seldom write to one cache line."""


def vector_map(rule: Callable[[Vector, Vector], Vector]) -> Any:
    """An intrinsic that writes rule(first, second) of two operands for `count` elements."""

    @intrinsic
    def span(typing_context, like, target, first, second, count):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth)
            _, target, first, second, count = arguments

            def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                operands = [lanes.load(builder.add(operand, offset), mask) for operand in (first, second)]
                lanes.store(rule(*operands), builder.add(target, offset), mask)
                return []

            lanes.each(count, [], apply)
            return context.get_dummy_value()

        return types.void(like, *[types.intp] * 4), generate

    return span


def _where_positive(value: Vector, sign: Vector) -> Vector:
    """value where sign is above zero or NaN, else zero."""
    return value.lanes.constant(0.0).where(sign.is_("<=", 0.0), value)


_relu_span = vector_map(_where_positive)


@kernel()
def _relu_part(out, value, sign, worker, workers):
    lines = (out.size + _LINE - 1) // _LINE
    start, stop = worker * lines // workers * _LINE, min(out.size, (worker + 1) * lines // workers * _LINE)
    skipped = start * out.itemsize
    _relu_span(
        out,
        np.intp(out.ctypes.data) + skipped,
        np.intp(value.ctypes.data) + skipped,
        np.intp(sign.ctypes.data) + skipped,
        stop - start,
    )


@kernel(parallel=True)
def _relu_shared(out, value, sign, workers):
    for worker in prange(workers):
        _relu_part(out, value, sign, np.intp(worker), workers)


def _keep_where_positive(value: Array, sign: Array) -> Array:
    out = np.empty(value.size, value.dtype)
    threads.run(
        _relu_part, _relu_shared, out.size // WORTH_A_THREAD, out, flat_readable(value), flat_readable(sign)
    )  # fmt: skip
    return out.reshape(value.shape)


def relu(x: Array) -> Array:
    """max(x, 0) of each element of x, float32 or float64; NaN stays NaN."""
    return _keep_where_positive(x, x)


def relu_backward(grad: Array, out: Array) -> Array:
    """`grad` where `out`, the result of relu, is positive or NaN, else 0. Both have one shape and dtype."""
    return _keep_where_positive(grad, out)


@kernel()
def _column_sums_part(sums, x, worker, workers):
    rows, columns = x.shape
    lines = (columns + _LINE - 1) // _LINE
    start, stop = worker * lines // workers * _LINE, min(columns, (worker + 1) * lines // workers * _LINE)
    share = sums[start:stop]
    share[:] = 0
    for row in range(rows):
        values = x[row, start:stop]
        for column in range(share.size):
            share[column] += values[column]


@kernel(parallel=True)
def _column_sums_shared(sums, x, workers):
    for worker in prange(workers):
        _column_sums_part(sums, x, np.intp(worker), workers)


def column_sums(x: Array) -> Array:
    """The sum of x (rows, columns) over its rows, float32 or float64: (columns,)."""
    sums = np.empty(x.shape[1], x.dtype)
    workers = min(x.size // WORTH_A_THREAD, x.shape[1] // _LINE)
    threads.run(_column_sums_part, _column_sums_shared, workers, sums, readable(x))
    return sums
