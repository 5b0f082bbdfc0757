"""Losses that ask for a margin: between a score and its sign, between scores of classes, between distances.

`reduction`, `size_average` and `reduce` are as in `nn.functional.loss`. Targets of two classes are 1 and -1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.creation import arange
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.activation import softplus
from autograd.ops.norm import vector_norm
from autograd.ops.selection import clamp, minimum, where
from nn.functional.loss_arguments import (
    chosen_reduction,
    reduced,
    require_class_indices,
    require_class_weights,
    same_shape,
)


def perceptron_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """max(0, −t·x) for scores x = `input` and targets t of ±1, of one shape: the margin's shortfall below 0.

    Source: Rosenblatt, "The perceptron" (1958).
    """
    return _shortfall("perceptron_loss", input, target, 0.0, reduction)


def hinge_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """max(0, margin − t·x) for scores x = `input` and targets t of ±1, of one shape.

    Raises ShapeError for differing shapes. Source: Cortes and Vapnik, "Support-vector networks" (1995).
    """
    return _shortfall("hinge_loss", input, target, margin, reduction)


def _shortfall(name: str, input: Any, target: Any, margin: float, reduction: str) -> Any:
    chosen = chosen_reduction(name, reduction)
    input, target = same_shape(name, input, target)
    return reduced(clamp(margin - target * input, min=0), chosen)


def soft_margin_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Any:
    """log(1 + exp(−t·x)) for scores x = `input` and targets t of ±1, of one shape.

    Raises ShapeError for differing shapes.
    """
    chosen = chosen_reduction("soft_margin_loss", reduction, size_average, reduce)
    input, target = same_shape("soft_margin_loss", input, target)
    return reduced(softplus(-target * input, threshold=math.inf), chosen)


def hinge_embedding_loss(
    input: Any,
    target: Any,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """x where the target is 1, max(0, margin − x) where it is −1; x = `input` is usually a distance, of one shape.

    Raises ShapeError for differing shapes.
    """
    chosen = chosen_reduction("hinge_embedding_loss", reduction, size_average, reduce)
    input, target = same_shape("hinge_embedding_loss", input, target)
    apart = where(target != 1, clamp(margin - input, min=0), 0.0)
    return reduced(apart + where(target != -1, input, 0.0), chosen)


def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """max(0, margin − t·(x1 − x2)): t = 1 asks for x1 above x2, t = −1 for the reverse. All of one number of dims.

    Raises ShapeError for differing numbers of dimensions.
    """
    chosen = chosen_reduction("margin_ranking_loss", reduction, size_average, reduce)
    if not input1.ndim == input2.ndim == target.ndim:
        shapes = ", ".join(str(tuple(x.shape)) for x in (input1, input2, target))
        raise ShapeError(complaint("margin_ranking_loss", "inputs and target of one number of dimensions", shapes))
    return reduced(clamp(margin - target * (input1 - input2), min=0), chosen)


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """Σ max(0, margin − x[y] + x[i])^p over the classes i other than y, divided by their number C.

    `input` (N, C) or (C,), `target` the classes (N,) or (), `weight` (C,) scales the terms of each class y inside the
    power's result. p is 1 or 2. Raises ArgumentError, ShapeError, DTypeError.
    """
    chosen = chosen_reduction("multi_margin_loss", reduction, size_average, reduce)
    if p not in (1, 2):
        raise ArgumentError(complaint("multi_margin_loss", "p of 1 or 2", str(p)))
    if input.ndim not in (1, 2) or target.shape != input.shape[:-1]:
        given = f"input {tuple(input.shape)} and target {tuple(target.shape)}"
        raise ShapeError(complaint("multi_margin_loss", "input (N, C) with target (N,), or (C,) with ()", given))
    require_class_indices("multi_margin_loss", target)
    classes = input.shape[-1]
    require_class_weights("multi_margin_loss", weight, classes)
    own = target.unsqueeze(-1)
    terms = clamp(input - input.gather(-1, own) + margin, min=0)
    terms = where(arange(classes) != own, terms if p == 1 else terms * terms, 0.0)
    if weight is not None:
        terms = terms * weight[target].unsqueeze(-1)
    return reduced(terms.sum(-1) / classes, chosen)


def multilabel_margin_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Any:
    """Σ max(0, 1 − x[j] + x[i]) over labels j and other classes i, divided by the number of classes C.

    `input` and `target` are (N, C) or (C,): a row of the target lists its labels and ends at the first −1.
    Raises ShapeError, DTypeError.
    """
    chosen = chosen_reduction("multilabel_margin_loss", reduction, size_average, reduce)
    if input.ndim not in (1, 2) or input.shape != target.shape:
        given = f"input {tuple(input.shape)} and target {tuple(target.shape)}"
        raise ShapeError(complaint("multilabel_margin_loss", "input and target of one shape, (N, C) or (C,)", given))
    require_class_indices("multilabel_margin_loss", target)
    classes = input.shape[-1]
    listed = (target >= 0).cumprod(-1).bool()
    labels = where(listed, target, 0)
    is_label = ((labels.unsqueeze(-1) == arange(classes)) & listed.unsqueeze(-1)).any(-2)
    shortfall = clamp(1 - input.gather(-1, labels).unsqueeze(-1) + input.unsqueeze(-2), min=0)
    counted = listed.unsqueeze(-1) & ~is_label.unsqueeze(-2)
    return reduced(where(counted, shortfall, 0.0).sum((-2, -1)) / classes, chosen)


def multilabel_soft_margin_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """The mean over classes, the last dimension, of binary cross entropies with logits; `weight` (C,) rescales them.

    `input` and `target` (N, C), targets from 0 to 1. Raises ShapeError for differing shapes.
    """
    chosen = chosen_reduction("multilabel_soft_margin_loss", reduction, size_average, reduce)
    input, target = same_shape("multilabel_soft_margin_loss", input, target)
    losses = target * softplus(-input, threshold=math.inf) + (1 - target) * softplus(input, threshold=math.inf)
    if weight is not None:
        losses = losses * weight
    return reduced(losses.mean(-1), chosen)


def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """1 − cos(x1, x2) where the target is 1, max(0, cos(x1, x2) − margin) where it is −1.

    `input1`, `input2` (N, D) with `target` (N,), or (D,) with (). Raises ShapeError.
    """
    chosen = chosen_reduction("cosine_embedding_loss", reduction, size_average, reduce)
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        shapes = ", ".join(str(tuple(x.shape)) for x in (input1, input2, target))
        raise ShapeError(complaint("cosine_embedding_loss", "(N, D), (N, D), (N,) or (D,), (D,), ()", shapes))
    tiny = 1e-12
    squares1, squares2 = ((x * x).sum(-1) + tiny for x in (input1, input2))
    cosine = (input1 * input2).sum(-1) / (squares1 * squares2).sqrt()
    alike = where(target == 1, 1 - cosine, 0.0)
    return reduced(alike + where(target == -1, clamp(cosine - margin, min=0), 0.0), chosen)


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """The p-norm of x1 − x2 + eps along the last dimension: (N, D) or (D,), broadcast, give (N,) or ()."""
    return vector_norm(x1 - x2 + eps, p, -1, keepdim)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """max(0, margin + d(anchor, positive) − d(anchor, negative)), d the `pairwise_distance`; all (N, D) or (D,).

    `swap`: take d(positive, negative) for the second distance where it is the smaller one.
    Raises ShapeError, and ArgumentError unless margin > 0.
    Source: Balntas et al., "Learning shallow convolutional feature descriptors with triplet losses" (2016).
    """
    chosen = chosen_reduction("triplet_margin_loss", reduction, size_average, reduce)

    def distance(x: Any, y: Any) -> Any:
        return pairwise_distance(x, y, p, eps)

    return _triplet("triplet_margin_loss", anchor, positive, negative, distance, margin, swap, chosen)


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """`triplet_margin_loss` with a distance of one's own: a function of two tensors (N, ...) that gives (N,)."""
    name = "triplet_margin_with_distance_loss"
    distance = distance_function or pairwise_distance
    return _triplet(name, anchor, positive, negative, distance, margin, swap, chosen_reduction(name, reduction))


def _triplet(name: str, anchor: Any, positive: Any, negative: Any, distance: Callable[[Any, Any], Any],
             margin: float, swap: bool, reduction: str) -> Any:  # fmt: skip
    if margin <= 0:
        raise ArgumentError(complaint(name, "margin > 0", str(margin)))
    if not anchor.ndim == positive.ndim == negative.ndim:
        shapes = ", ".join(str(tuple(x.shape)) for x in (anchor, positive, negative))
        raise ShapeError(complaint(name, "anchor, positive and negative of one number of dimensions", shapes))
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduced(clamp(margin + near - far, min=0), reduction)
