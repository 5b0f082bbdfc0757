"""Normalisation of rows where each column has a weight and a bias: layer norm, and RMS norm, which keeps the mean.

Rows are read from memory once. The gradients of weight and bias are sums over rows: rows are cut into parts by the
shape alone, each with sums of its own, so that one thread and many give the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.extending import intrinsic

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.normalization_passes import combine_span, moments, products_of_span
from autograd.kernels.vectors import Held, Lanes
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

PARTS, PART_SIZE = 16, 16_384
"""Most parts that rows are cut into, and fewest elements of one."""


@intrinsic
def _write_row(typing_context, like, target, x, weight, bias, count, origin, scale, shift):
    """target = ((x - origin) * scale + shift) * weight + bias."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, target, x, weight, bias, count, *numbers = arguments
        origin, scale, shift = (lanes.broadcast(number) for number in numbers)

        def write(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            deviation = lanes.load(builder.add(x, offset), mask) - origin
            factor, start = (lanes.load(builder.add(place, offset), mask) for place in (weight, bias))
            result = lanes.fma(lanes.fma(deviation, scale, shift), factor, start)
            lanes.store(result, builder.add(target, offset), mask)
            return []

        lanes.each(count, [], write)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 5, *[like.dtype] * 3), generate


@intrinsic
def _gather_row(typing_context, like, weighted, of_weight, of_bias, grad, x, weight, count, origin, scale, shift):
    """weighted = grad * weight; of_weight += grad * ((x - origin) * scale + shift); of_bias += grad."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        lanes = Lanes(builder, like.dtype.bitwidth)
        _, weighted, of_weight, of_bias, grad, x, weight, count, *numbers = arguments
        origin, scale, shift = (lanes.broadcast(number) for number in numbers)

        def gather(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
            share = lanes.load(builder.add(grad, offset), mask)
            deviation = lanes.fma(lanes.load(builder.add(x, offset), mask) - origin, scale, shift)
            places = builder.add(weighted, offset), builder.add(of_weight, offset), builder.add(of_bias, offset)
            lanes.store(share * lanes.load(builder.add(weight, offset), mask), places[0], mask)
            lanes.store(lanes.fma(share, deviation, lanes.load(places[1], mask)), places[1], mask)
            lanes.store(lanes.load(places[2], mask) + share, places[2], mask)
            return []

        lanes.each(count, [], gather)
        return context.get_dummy_value()

    return types.void(like, *[types.intp] * 7, *[like.dtype] * 3), generate


@kernel()
def _row(x, row):
    return np.intp(x.ctypes.data) + row * x.strides[0]


@kernel()
def _statistics(x, row, centred):
    """Of a row the mean, or 0, and the mean square of the deviations from it."""
    length = x.shape[1]
    if centred:
        mean, squares = moments(x, _row(x, row), 0, 1, length)
        return mean, squares / length
    _, squares = products_of_span(x, _row(x, row), _row(x, row), length, x.dtype.type(0))
    return 0.0, np.float64(squares) / length


@kernel()
def _forward_part(out, x, weight, bias, mean, rstd, eps, centred, worker, workers):
    rows, length = x.shape
    number = x.dtype.type
    for row in range(worker * rows // workers, (worker + 1) * rows // workers):
        mean[row], square = _statistics(x, row, centred)
        rstd[row] = 1 / np.sqrt(square + eps)
        origin = number(mean[row])
        shift = number((np.float64(origin) - mean[row]) * rstd[row])
        _write_row(
            x, _row(out, row), _row(x, row), _row(weight, 0), _row(bias, 0), length, origin, number(rstd[row]), shift
        )


@kernel(parallel=True)
def _forward_shared(out, x, weight, bias, mean, rstd, eps, centred, workers):
    for worker in prange(workers):
        _forward_part(out, x, weight, bias, mean, rstd, eps, centred, np.intp(worker), workers)


@kernel()
def _backward_part(out, sums, grad, x, weight, mean, rstd, centred, worker, workers):
    rows, length = x.shape
    number = x.dtype.type
    weighted = np.empty((1, length), x.dtype)
    parts = len(sums)
    for part in range(worker * parts // workers, (worker + 1) * parts // workers):
        for row in range(part * rows // parts, (part + 1) * rows // parts):
            origin, factor = number(mean[row]), rstd[row]
            rest = mean[row] - np.float64(origin)
            _gather_row(
                x, _row(weighted, 0), _row(sums[part], 0), _row(sums[part], 1), _row(grad, row), _row(x, row),
                _row(weight, 0), length, origin, number(factor), number(-rest * factor),
            )  # fmt: skip
            total, product = products_of_span(x, _row(weighted, 0), _row(x, row), length, origin)
            along = (product - rest * total) * factor
            slope = -factor * factor * along / length
            shift = -factor * total / length - slope * rest if centred else 0.0
            combine_span(
                x, _row(out, row), _row(weighted, 0), _row(x, row), length, origin, number(factor), number(slope),
                number(shift),
            )  # fmt: skip


@kernel(parallel=True)
def _backward_shared(out, sums, grad, x, weight, mean, rstd, centred, workers):
    for worker in prange(workers):
        _backward_part(out, sums, grad, x, weight, mean, rstd, centred, np.intp(worker), workers)


def forward(
    x: Array, weight: Array | None, bias: Array | None, eps: float, centred: bool
) -> tuple[Array, tuple[Array, Array]]:
    """x (R, L), float32 or float64, each row divided by its deviation, times weight (L,) plus bias (L,) or none.

    The deviation is that from the mean, which is taken off, if `centred`, else from 0. The second result, mean and
    1 / deviation of each row (R,) in float64, is for `backward`.
    """
    out = np.empty(x.shape, x.dtype)
    mean, rstd = np.empty(len(x)), np.empty(len(x))
    threads.run(
        _forward_part, _forward_shared, x.size // WORTH_A_THREAD,
        out, readable(x), _as_row(weight, 1, x), _as_row(bias, 0, x), mean, rstd, float(eps), centred,
    )  # fmt: skip
    return out, (mean, rstd)


def backward(
    grad: Array, x: Array, weight: Array | None, used: tuple[Array, Array], centred: bool
) -> tuple[Array, Array, Array]:
    """The gradients for x, weight and bias; `used` is the second result of forward."""
    rows, length = x.shape
    out = np.empty(x.shape, x.dtype)
    sums = np.zeros((max(1, min(PARTS, rows, x.size // PART_SIZE)), 2, length), x.dtype)
    threads.run(
        _backward_part, _backward_shared, x.size // WORTH_A_THREAD,
        out, sums, readable(grad, x.dtype), readable(x), _as_row(weight, 1, x), *used, centred,
    )  # fmt: skip
    of_weight, of_bias = sums.sum(axis=0)
    return out, of_weight, of_bias


def _as_row(values: Array | None, absent: float, x: Array) -> Array:
    return readable(np.full(x.shape[1], absent) if values is None else values, x.dtype).reshape(1, -1)
