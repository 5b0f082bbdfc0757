"""Cross entropy of rows of scores against class indices: log-softmax and the loss in one go, stable for any scores.

For row i of class y, probabilities p = softmax(x[i]), class weights w (ones if absent), smoothing s over C classes:

    loss[i] = -(1 - s) * w[y] * log p[y] - s / C * sum_c w[c] * log p[c]

as `torch.nn.functional.cross_entropy` has it. A row whose class is `ignore_index` has no loss and no gradient.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import prange

from autograd.errors import DimensionError, complaint
from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.softmax_rows import exponentials_of_row, maximum_of_row, sum_of_exponentials
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""


class RowLosses(NamedTuple):
    """What `forward` gives: `losses` (N,), the `weights` (N,) of the rows, and for `backward` the `scales` (N, 2)."""

    losses: Array
    weights: Array
    scales: Array


@kernel()
def _row_address(x, row):
    return np.intp(x.ctypes.data) + row * x.strides[0]


@kernel(reassociate=True)
def _smoothed_loss(row, largest, log_sum, class_weights):
    """-sum_c w[c] * log p[c]"""
    total = row.dtype.type(0)
    if class_weights.size:
        for c in range(row.size):
            total += class_weights[c] * (log_sum - (row[c] - largest))
    else:
        for c in range(row.size):
            total += log_sum - (row[c] - largest)
    return total


@kernel()
def _forward_part(x, target, class_weights, smoothing, ignore_index, losses, weights, scales, strays, worker, workers):
    rows, classes = x.shape
    number = x.dtype.type
    for i in range(worker * rows // workers, (worker + 1) * rows // workers):
        y = target[i]
        losses[i] = weights[i] = scales[i, 0] = scales[i, 1] = number(0)
        if y == ignore_index:
            continue
        if y < 0 or y >= classes:
            strays[worker] = i + 1
            continue
        address = _row_address(x, i)
        largest = maximum_of_row(x, address, classes)
        total = sum_of_exponentials(x, address, classes, largest)
        log_sum = math.log(total)
        weight = class_weights[y] if class_weights.size else number(1)
        loss = weight * (log_sum - (x[i, y] - largest))
        if smoothing != 0:
            spread = _smoothed_loss(x[i], largest, log_sum, class_weights) / number(classes)
            loss = (number(1) - smoothing) * loss + smoothing * spread
        losses[i], weights[i], scales[i, 0], scales[i, 1] = loss, weight, largest, total


@kernel(parallel=True)
def _forward_shared(x, target, class_weights, smoothing, ignore_index, losses, weights, scales, strays, workers):
    for worker in prange(workers):
        _forward_part(
            x, target, class_weights, smoothing, ignore_index, losses, weights, scales, strays, np.intp(worker), workers
        )


@kernel()
def _backward_part(grad, x, target, class_weights, weight_sum, smoothing, ignore_index, scales, out, worker, workers):
    rows, classes = x.shape
    number = x.dtype.type
    for i in range(worker * rows // workers, (worker + 1) * rows // workers):
        y = target[i]
        if y == ignore_index:
            out[i, :] = number(0)
            continue
        hard = grad[i] * (number(1) - smoothing) * (class_weights[y] if class_weights.size else number(1))
        soft = grad[i] * smoothing / number(classes)
        factor = (hard + soft * weight_sum) / scales[i, 1]
        less = number(0) if class_weights.size else soft
        exponentials_of_row(x, _row_address(out, i), _row_address(x, i), classes, scales[i, 0], factor, less)
        if class_weights.size and smoothing != 0:
            for c in range(classes):
                out[i, c] -= soft * class_weights[c]
        out[i, y] -= hard


@kernel(parallel=True)
def _backward_shared(grad, x, target, class_weights, weight_sum, smoothing, ignore_index, scales, out, workers):
    for worker in prange(workers):
        _backward_part(
            grad, x, target, class_weights, weight_sum, smoothing, ignore_index, scales, out, np.intp(worker), workers
        )


def forward(
    x: Array, target: Array, weight: Array | None = None, label_smoothing: float = 0.0, ignore_index: int = -100
) -> RowLosses:
    """The loss of each row of x (N, C), float32 or float64, for classes `target` (N,) of any integer type.

    `weight` (C,) has the dtype of x. The mean as PyTorch has it is `losses.sum() / weights.sum()`.
    A class outside 0..C-1 raises DimensionError, an IndexError.
    """
    rows = x.shape[0]
    losses, weights, scales = np.empty(rows, x.dtype), np.empty(rows, x.dtype), np.empty((rows, 2), x.dtype)
    strays = np.zeros(threads.get_num_threads(), np.intp)
    classes = readable(target, np.int64)
    threads.run(
        _forward_part, _forward_shared, x.size // WORTH_A_THREAD,
        readable(x), classes, _class_weights(weight, x), x.dtype.type(label_smoothing), ignore_index,
        losses, weights, scales, strays,
    )  # fmt: skip
    if strays.any():
        stray = int(target[strays.max() - 1])
        cure = f"Rows that are to be left out have the class ignore_index, here {ignore_index}"
        raise DimensionError(complaint("cross_entropy", f"classes 0 to {x.shape[1] - 1}", f"class {stray}", cure))
    return RowLosses(losses, weights, scales)


def backward(
    grad: Array,
    x: Array,
    target: Array,
    scales: Array,
    weight: Array | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
) -> Array:
    """The gradient (N, C) for x, where `grad` (N,) is that of the losses; the rest as in forward and its result."""
    out = np.empty(x.shape, x.dtype)
    number = x.dtype.type
    weight_sum = number(x.shape[1] if weight is None else weight.sum())
    threads.run(
        _backward_part, _backward_shared, x.size // WORTH_A_THREAD,
        readable(grad, x.dtype), readable(x), readable(target, np.int64), _class_weights(weight, x), weight_sum,
        number(label_smoothing), ignore_index, scales, out,
    )  # fmt: skip
    return out


def _class_weights(weight: Array | None, x: Array) -> Array:
    return readable(np.empty(0, x.dtype) if weight is None else weight, x.dtype)
