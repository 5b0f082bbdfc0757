"""Softmax and its logarithm over the rows of a matrix, and their gradients, on the one pool.

A row is read from memory once; the passes over it after the first one find it in the cache.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.extending import intrinsic

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.softmax_rows import maximum_of_row, sum_of_exponentials
from autograd.kernels.vector_math import emit_exp
from autograd.kernels.vectors import Held, Lanes, Vector
from autograd.typing import Array

WORTH_A_THREAD = 8_192
"""Elements that repay waking one more thread."""

Rule = Callable[[Lanes, Vector, Vector, Vector], Vector]
"""What a pass computes of an element of each of two rows and of a number."""


def row_pass(rule: Rule | None, term: Rule | None) -> Any:
    """An intrinsic that goes once over two rows: writes what `rule` says to target, and returns the sum of `term`.

    Where both are given, the terms are made of what was written instead of the first row.
    """

    @intrinsic
    def over_rows(typing_context, like, target, first, second, count, number):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
            _, target, first, second, count, number = arguments
            constant = lanes.broadcast(number)

            def apply(offset: ir.Value, mask: ir.Value | None, held: list[Held]) -> list[Held]:
                a, b = (lanes.load(builder.add(row, offset), mask) for row in (first, second))
                if rule is not None:
                    a = rule(lanes, a, b, constant)
                    lanes.store(a, builder.add(target, offset), mask)
                if term is None:
                    return held
                value = term(lanes, a, b, constant)
                return [held[0] + (value if mask is None else value.where(mask, 0.0))]

            (total,) = lanes.each(count, [lanes.constant(0.0)], apply)
            return lanes.fold(total, Vector.__add__)

        return like.dtype(like, *[types.intp] * 4, like.dtype), generate

    return over_rows


_exponentials = row_pass(lambda lanes, x, _, shift: emit_exp(lanes, x - shift), lambda lanes, written, *_: written)
_scaled = row_pass(lambda lanes, x, _, factor: x * factor, None)
_less = row_pass(lambda lanes, x, _, shift: x - shift, None)
_product = row_pass(None, lambda lanes, g, out, _: g * out)
_total = row_pass(None, lambda lanes, g, *_: g)
_softmax_slope = row_pass(lambda lanes, g, out, mean: out * (g - mean), None)
_log_softmax_slope = row_pass(lambda lanes, g, out, total: g - emit_exp(lanes, out) * total, None)


@kernel()
def _forward_part(out, x, logarithm, worker, workers):
    rows, columns = x.shape
    number = x.dtype.type
    for i in range(worker * rows // workers, (worker + 1) * rows // workers):
        source = np.intp(x.ctypes.data) + i * x.strides[0]
        target = np.intp(out.ctypes.data) + i * out.strides[0]
        largest = maximum_of_row(x, source, columns)
        if logarithm:
            total = sum_of_exponentials(x, source, columns, largest)
            _less(x, target, source, source, columns, largest)
            _less(x, target, target, target, columns, number(math.log(total)))
        else:
            total = _exponentials(x, target, source, source, columns, largest)
            _scaled(x, target, target, target, columns, number(1) / total)


@kernel(parallel=True)
def _forward_shared(out, x, logarithm, workers):
    for worker in prange(workers):
        _forward_part(out, x, logarithm, np.intp(worker), workers)


@kernel()
def _backward_part(result, grad, out, logarithm, worker, workers):
    rows, columns = out.shape
    zero = out.dtype.type(0)
    for i in range(worker * rows // workers, (worker + 1) * rows // workers):
        g = np.intp(grad.ctypes.data) + i * grad.strides[0]
        y = np.intp(out.ctypes.data) + i * out.strides[0]
        target = np.intp(result.ctypes.data) + i * result.strides[0]
        if logarithm:
            _log_softmax_slope(out, target, g, y, columns, _total(out, target, g, g, columns, zero))
        else:
            _softmax_slope(out, target, g, y, columns, _product(out, target, g, y, columns, zero))


@kernel(parallel=True)
def _backward_shared(result, grad, out, logarithm, workers):
    for worker in prange(workers):
        _backward_part(result, grad, out, logarithm, np.intp(worker), workers)


def _forward(x: Array, logarithm: bool) -> Array:
    out = np.empty(x.shape, x.dtype)
    rows = (-1, x.shape[-1])
    threads.run(
        _forward_part, _forward_shared, x.size // WORTH_A_THREAD,
        out.reshape(rows), readable(x).reshape(rows), logarithm,
    )  # fmt: skip
    return out


def _backward(grad: Array, out: Array, logarithm: bool) -> Array:
    result = np.empty(out.shape, out.dtype)
    rows = (-1, out.shape[-1])
    threads.run(
        _backward_part, _backward_shared, out.size // WORTH_A_THREAD,
        result.reshape(rows), readable(grad, out.dtype).reshape(rows), readable(out).reshape(rows), logarithm,
    )  # fmt: skip
    return result


def softmax(x: Array) -> Array:
    """exp(x) over its sum along the last dimension, float32 or float64, not empty."""
    return _forward(x, False)


def log_softmax(x: Array) -> Array:
    """The logarithm of softmax(x)."""
    return _forward(x, True)


def softmax_backward(grad: Array, out: Array) -> Array:
    """The gradient for x, where `out` is softmax(x) and `grad` its gradient, of the same shape and dtype."""
    return _backward(grad, out, False)


def log_softmax_backward(grad: Array, out: Array) -> Array:
    """The gradient for x, where `out` is log_softmax(x) and `grad` its gradient, of the same shape and dtype."""
    return _backward(grad, out, True)
