"""Losses of predictions against targets. `reduction` is "mean", "sum" or "none": one loss an element, or a row.

Their arguments are checked, and explained at length, in `nn.functional`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.array_like import array_of
from autograd.errors import DimensionError, complaint
from autograd.general_call import operation
from autograd.ops.exponential import log, log1p, sigmoid
from autograd.ops.inplace import keep_where
from autograd.ops.selection import clamp
from autograd.ops.softmax import log_softmax
from autograd.ops.summation import total
from autograd.typing import Array, Shape


def _reduced(losses: Any, reduction: str) -> Any:
    if reduction == "none":
        return losses
    found = total(losses, tuple(range(losses.ndim)))
    return found if reduction == "sum" else np.true_divide(found, losses.size, dtype=losses.dtype)


def _share(g: Any, shape: Shape, reduction: str) -> Any:
    """The gradient that reaches each of the losses."""
    return g / math.prod(shape) if reduction == "mean" else g


def _squares_back(g: Any, input: Any, target: Any, reduction: str) -> Any:
    return (input - target) * (_share(g, input.shape, reduction) * 2)


@operation(
    lambda g, input, target, reduction: _squares_back(g, input, target, reduction),
    lambda g, input, target, reduction: _squares_back(g, target, input, reduction),
)
def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Squared difference of elements, of equal shapes."""
    difference = np.subtract(input, target)
    return _reduced(difference * difference, reduction)


def _huber_back(g: Any, input: Any, target: Any, reduction: str, delta: float, scale: float = 1.0) -> Any:
    return clamp(input - target, min=-delta, max=delta) * (_share(g, input.shape, reduction) * scale)


@operation(
    lambda g, input, target, reduction, delta: _huber_back(g, input, target, reduction, delta),
    lambda g, input, target, reduction, delta: _huber_back(g, target, input, reduction, delta),
)
def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """Half the squared difference d where |d| < delta, delta·(|d| − delta/2) elsewhere; of equal shapes."""
    return _reduced(_huber(input, target, delta), reduction)


@operation(
    lambda g, input, target, reduction, beta: _huber_back(g, input, target, reduction, beta, 1 / beta),
    lambda g, input, target, reduction, beta: _huber_back(g, target, input, reduction, beta, 1 / beta),
)
def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """The Huber loss with delta = beta > 0, divided by beta; of equal shapes."""
    return _reduced(_huber(input, target, beta) / beta, reduction)


def _huber(input: Any, target: Any, delta: float) -> Any:
    distance = np.abs(input - target)
    near = np.minimum(distance, delta)
    return near * (distance - near / 2)


@operation(
    lambda g, input, target, reduction: (
        (input - target) / clamp(input * (1 - input), min=1e-12) * _share(g, input.shape, reduction)
    ),
    lambda g, input, reduction: (log1p(-input) - log(input)) * _share(g, input.shape, reduction),
)
def binary_cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Any:
    """−t·log(p) − (1 − t)·log(1 − p) for probabilities p and targets t of equal shapes; logarithms from −100 up."""
    log_p, log_rest = np.maximum(np.log(input), -100), np.maximum(np.log1p(-input), -100)
    return _reduced((target - 1) * log_rest - target * log_p, reduction)


@operation(
    lambda g, input, target, reduction: (sigmoid(input) - target) * _share(g, input.shape, reduction),
    lambda g, input, reduction: input * -_share(g, input.shape, reduction),
)
def binary_cross_entropy_with_logits(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Binary cross entropy of sigmoid(input), stable for any input, against targets of equal shape."""
    losses = np.maximum(input, 0) - input * target + np.log1p(np.exp(-np.abs(input)))
    return _reduced(losses, reduction)


@operation(
    lambda g, target, weight, input_shape, reduction, ignore_index: nll_gradient(
        g, target, weight, input_shape[1], reduction, ignore_index
    ),
    operands=("input", "target", "weight"),
)
def nll_loss(input: Any, target: Any, weight: Any = None, reduction: str = "mean", ignore_index: int = -100) -> Any:
    """−weight[y]·input[row, y] for the class y of each row: `input` (N, C), `target` (N,), `weight` (C,).

    "mean" divides the sum by the sum of the weights. Rows of class `ignore_index` count for nothing.
    Raises DimensionError for classes out of range.
    """
    classes, counts, weights = _of_rows(input, target, weight, ignore_index)
    losses = np.where(counts, -weights * input[np.arange(len(classes)), classes], 0)
    if reduction == "mean":
        return np.true_divide(total(losses, (0,)), total(weights, (0,)))
    return _reduced(losses, reduction)


@operation(
    lambda g, target, weight, reduction, ignore_index: nll_loss(g, target, weight, reduction, ignore_index),
    operands=("input", "target", "weight"),
)
def nll_gradient(
    input: Any, target: Any, weight: Any, classes: int, reduction: str = "mean", ignore_index: int = -100
) -> Any:
    """The transpose of `nll_loss`: what a gradient `input` of the loss, () or (N,), is for the scores (N, classes)."""
    spread = np.zeros((len(target), classes), input.dtype)
    chosen, counts, weights = _of_rows(spread, target, weight, ignore_index)
    if reduction == "mean":
        weights = weights / total(weights, (0,))
    spread[np.arange(len(chosen)), chosen] = np.where(counts, -weights * input, 0)
    return spread


def _of_rows(scores: Any, target: Any, weight: Any, ignore_index: int) -> tuple[Array, Array, Array]:
    """For each row its class, whether it counts, and its weight; class and weight are 0 where it does not."""
    counts = target != ignore_index
    classes = np.where(counts, target, 0)
    stray = (classes < 0) | (classes >= scores.shape[1])
    if stray.any():
        raise DimensionError(
            complaint("nll_loss", f"classes from 0 to {scores.shape[1] - 1}", f"class {classes[stray][0]}",
                      f"Rows that are to be left out have the class ignore_index, here {ignore_index}")
        )  # fmt: skip
    weights = counts.astype(scores.dtype) if weight is None else counts * weight[classes].astype(scores.dtype)
    return classes, counts, weights


def _cross_entropy_back(
    g: Any,
    input: Any,
    target: Any,
    weight: Any,
    reduction: str,
    ignore_index: int,
    label_smoothing: float,
    workspace: list[Any],
) -> tuple[Any, None, None]:
    scales, row_weights = workspace
    scores = _in_kernel_dtype(input)
    rows = g if reduction == "none" else np.full(len(scores), g / row_weights if reduction == "mean" else g)
    gradient = kernels.cross_entropy.backward(rows, scores, target, scales, weight, label_smoothing, ignore_index)
    return gradient.astype(input.dtype, copy=False), None, None


def _cross_entropy_parts(
    input: Any,
    target: Any,
    weight: Any,
    reduction: str,
    ignore_index: int,
    label_smoothing: float,
    workspace: list[Any],
) -> Any:
    log_p = log_softmax(input, 1)
    hard = nll_loss(log_p, target, weight, reduction, ignore_index)
    if not label_smoothing:
        return hard
    class_weights = None if weight is None else array_of(weight)
    _, counts, weights = _of_rows(array_of(input), target, class_weights, ignore_index)
    soft = keep_where((log_p if weight is None else log_p * weight).sum(1), counts)
    if reduction != "none":
        soft = soft.sum()
    if reduction == "mean":
        soft = soft / total(weights, (0,))
    return hard * (1 - label_smoothing) - soft * (label_smoothing / input.shape[1])


@operation(
    operands=("input", "target", "weight"),
    joint=_cross_entropy_back,
    decompose=_cross_entropy_parts,
)
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any,
    reduction: str,
    ignore_index: int,
    label_smoothing: float,
    workspace: list[Any],
) -> Any:
    """The negative log-likelihood of softmax(input) in one pass: shapes and parameters as `nll_loss`.

    `label_smoothing` of each row's weight is spread evenly over the classes. `workspace`, an empty list, receives
    what the gradient needs: for each row the maximum and the sum of exponentials, and the sum of the rows' weights.
    """
    found = kernels.cross_entropy.forward(_in_kernel_dtype(input), target, weight, label_smoothing, ignore_index)
    weights = total(found.weights, (0,))
    workspace += (found.scales, weights)
    mean = reduction == "mean"
    loss = np.true_divide(total(found.losses, (0,)), weights) if mean else _reduced(found.losses, reduction)
    return loss.astype(input.dtype, copy=False)


def _in_kernel_dtype(scores: Any) -> Any:
    return scores if scores.dtype.itemsize > 2 else scores.astype(np.float32)
