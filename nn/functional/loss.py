"""Losses. `reduction`: "mean" over the elements (or rows), "sum", or "none" for one loss each.

`size_average` and `reduce` are PyTorch's older way to say it: both True (or unset) is "mean", `size_average=False`
"sum", `reduce=False` "none".
"""

from __future__ import annotations

import math
from typing import Any

import autograd.ops.loss as ops
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.activation import softplus
from autograd.ops.shape import movedim, reshape
from autograd.ops.softmax import log_softmax
from nn.functional.loss_arguments import (
    REDUCTIONS,
    alike,
    chosen_reduction,
    reduced,
    require_class_indices,
    require_class_weights,
    same_shape,
)

MSE_REDUCTIONS = (*REDUCTIONS, "half_sum")


def mse_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Any:
    """Squared difference of input and target, of one shape; differing shapes broadcast with a warning.

    `reduction="half_sum"` is half the sum, whose gradient is the plain difference input − target. `weight`, of the
    input's shape, multiplies each element; the mean then divides by the sum of the weights.
    """
    chosen = chosen_reduction("mse_loss", reduction, size_average, reduce, MSE_REDUCTIONS)
    input, target = alike("mse_loss", input, target)
    if weight is not None:
        losses = _times("mse_loss", ops.mse_loss(input, target, "none"), weight)
        return losses.sum() / 2 if chosen == "half_sum" else _weighted(losses, weight, chosen)
    if chosen == "half_sum":
        return ops.mse_loss(input, target, "sum") / 2
    return ops.mse_loss(input, target, chosen)


def l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Any:
    """Absolute difference of input and target, of one shape; differing shapes broadcast with a warning.

    `weight` as for `mse_loss`.
    """
    chosen = chosen_reduction("l1_loss", reduction, size_average, reduce)
    input, target = alike("l1_loss", input, target)
    losses = (input - target).abs()
    if weight is None:
        return reduced(losses, chosen)
    return _weighted(_times("l1_loss", losses, weight), weight, chosen)


def smooth_l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Any:
    """d²/(2·beta) where |d| < beta, |d| − beta/2 elsewhere; d is the difference. Beta 0 is `l1_loss`.

    Raises ArgumentError for a negative beta. Source: Girshick, "Fast R-CNN" (2015).
    """
    if beta < 0:
        raise ArgumentError(complaint("smooth_l1_loss", "beta >= 0", str(beta)))
    if beta == 0:
        return l1_loss(input, target, size_average, reduce, reduction)
    chosen = chosen_reduction("smooth_l1_loss", reduction, size_average, reduce)
    return ops.smooth_l1_loss(*alike("smooth_l1_loss", input, target), chosen, beta)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Any:
    """d²/2 where |d| < delta, delta·(|d| − delta/2) elsewhere; d is the difference.

    `weight`, of the input's shape, multiplies each element; the mean still divides by their number, as in PyTorch.
    Raises ArgumentError unless delta > 0. Source: Huber, "Robust estimation of a location parameter" (1964).
    """
    if delta <= 0:
        raise ArgumentError(complaint("huber_loss", "delta > 0", str(delta)))
    chosen = chosen_reduction("huber_loss", reduction)
    input, target = alike("huber_loss", input, target)
    if weight is None:
        return ops.huber_loss(input, target, chosen, delta)
    return reduced(_times("huber_loss", ops.huber_loss(input, target, "none", delta), weight), chosen)


def _times(where: str, losses: Any, weight: Any) -> Any:
    if weight.shape != losses.shape:
        given = f"shape {tuple(weight.shape)}"
        raise ShapeError(complaint(where, f"a weight of the input's shape {tuple(losses.shape)}", given))
    return losses * weight


def _weighted(losses: Any, weight: Any, reduction: str) -> Any:
    return losses.sum() / weight.sum() if reduction == "mean" else reduced(losses, reduction)


def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """Negative log-likelihood: minus the input at each target class, times that class's weight.

    `input` (N, C) log-probabilities, (C,) for one sample, or (N, C, d1, ...) with a class at each place; `target` the
    class indices: (N,), () or (N, d1, ...); `weight` (C,). "mean" divides by the sum of the weights that counted;
    targets equal to `ignore_index` do not count. Raises ShapeError, DTypeError, or DimensionError for a stray class.
    """
    chosen = chosen_reduction("nll_loss", reduction, size_average, reduce)
    rows, classes = _rows("nll_loss", input, target, weight)
    loss = ops.nll_loss(rows, classes, weight, chosen, ignore_index)
    return reshape(loss, target.shape) if chosen == "none" else loss


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Cross entropy of softmax(input) and the target: `nll_loss(log_softmax(input))` in one stable pass.

    `input` (N, C) scores, (C,) for one sample, or (N, C, d1, ...); `target` either class indices, as for `nll_loss`,
    or probabilities in the input's shape, whose "mean" divides by the number of rows. `label_smoothing`: the share of
    the target that is spread evenly over the classes. Raises as `nll_loss`, ArgumentError for smoothing outside [0, 1].
    """
    if not 0 <= label_smoothing <= 1:
        raise ArgumentError(complaint("cross_entropy", "label_smoothing from 0 to 1", str(label_smoothing)))
    chosen = chosen_reduction("cross_entropy", reduction, size_average, reduce)
    if target.is_floating_point():
        return _soft_cross_entropy(input, target, weight, chosen, label_smoothing)
    rows, classes = _rows("cross_entropy", input, target, weight)
    loss = ops.cross_entropy(rows, classes, weight, chosen, ignore_index, label_smoothing, [])
    return reshape(loss, target.shape) if chosen == "none" else loss


def _soft_cross_entropy(input: Any, target: Any, weight: Any, reduction: str, label_smoothing: float) -> Any:
    if target.shape != input.shape:
        raise ShapeError(
            complaint("cross_entropy", f"probabilities of the input's shape {tuple(input.shape)}",
                      f"shape {tuple(target.shape)} of {target.dtype}",
                      "For class indices, convert the target with long()")
        )  # fmt: skip
    dim = 0 if input.ndim == 1 else 1
    classes = input.shape[dim]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    terms = log_softmax(input, dim) * target
    require_class_weights("cross_entropy", weight, classes)
    if weight is not None:
        terms = terms * reshape(weight, (classes,) + (1,) * (input.ndim - dim - 1))
    losses = -terms.sum(dim)
    if reduction != "mean":
        return reduced(losses, reduction)
    return losses.sum() / (math.prod(losses.shape))


def binary_cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """−t·log(p) − (1 − t)·log(1 − p) for probabilities p = `input` and targets t from 0 to 1, of one shape.

    Logarithms are cut off at −100. `weight` rescales the losses; it broadcasts. Raises ShapeError for differing
    shapes, ArgumentError for an input outside [0, 1].
    """
    chosen = chosen_reduction("binary_cross_entropy", reduction, size_average, reduce)
    input, target = same_shape("binary_cross_entropy", input, target)
    array = input.detach().numpy()
    if array.size and not (array.min() >= 0 and array.max() <= 1):
        raise ArgumentError(
            complaint("binary_cross_entropy", "an input of probabilities, from 0 to 1",
                      f"values from {array.min():.4g} to {array.max():.4g}",
                      "Apply sigmoid first, or use binary_cross_entropy_with_logits")
        )  # fmt: skip
    if weight is None:
        return ops.binary_cross_entropy(input, target, chosen)
    return reduced(ops.binary_cross_entropy(input, target, "none") * weight, chosen)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """`binary_cross_entropy(sigmoid(input), target)` in one stable step.

    `weight` rescales the losses, `pos_weight` the part of positive targets; both broadcast. Raises ShapeError for
    differing shapes.
    """
    chosen = chosen_reduction("binary_cross_entropy_with_logits", reduction, size_average, reduce)
    input, target = same_shape("binary_cross_entropy_with_logits", input, target)
    if weight is None and pos_weight is None:
        return ops.binary_cross_entropy_with_logits(input, target, chosen)
    if pos_weight is None:
        losses = ops.binary_cross_entropy_with_logits(input, target, "none")
    else:
        positive = (pos_weight - 1) * target + 1
        losses = (1 - target) * input + positive * softplus(-input, threshold=math.inf)
    return reduced(losses if weight is None else losses * weight, chosen)


def _rows(where: str, input: Any, target: Any, weight: Any) -> tuple[Any, Any]:
    """The scores as rows (N, C) and the class of each row (N,)."""
    sizes, places = input.shape, target.shape
    dim = 0 if len(sizes) == 1 else 1
    if not sizes or places != sizes[:dim] + sizes[dim + 1 :]:
        given = f"input {tuple(sizes)} and target {tuple(places)}"
        raise ShapeError(
            complaint(where, "input (N, C) with target (N,), (C,) with (), or (N, C, d1, ...) with (N, d1, ...)", given)
        )
    require_class_indices(where, target)
    require_class_weights(where, weight, sizes[dim])
    if len(sizes) == 2:
        return input, target
    return reshape(movedim(input, dim, -1), (-1, sizes[dim])), reshape(target, (-1,))
