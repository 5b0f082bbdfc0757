"""Losses with a margin, against loops over their formulas."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DTypeError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

SOURCE = np.random.default_rng(7)
SIGNS = np.array([[1.0, -1, 1], [-1, -1, 1]])
CLASSES = np.array([2, 0, 1, 1])
WEIGHT = np.array([0.5, 2.0, 1.5])
LISTED = np.array([[1, 0, -1, 2], [3, -1, 0, 0], [-1, 1, 1, 1], [0, 1, 2, 3]])
SCORES = SOURCE.normal(size=(4, 4))


def reduced(losses, reduction):
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


def hinge(x, t, margin=1.0, reduction="mean"):
    return reduced(np.maximum(0, margin - t * x), reduction)


def hinge_embedding(x, t, margin, reduction="mean"):
    return reduced(np.where(t == 1, x, np.maximum(0, margin - x)), reduction)


def multi_margin(x, y, p=1, margin=1.0, weight=None, reduction="mean"):
    losses = np.zeros(len(x))
    for n, i in np.ndindex(x.shape):
        if i != y[n]:
            term = max(0.0, margin - x[n, y[n]] + x[n, i]) ** p
            losses[n] += term * (1 if weight is None else weight[y[n]]) / x.shape[1]
    return reduced(losses, reduction)


def multilabel_margin(x, target, reduction="mean"):
    losses = np.zeros(len(x))
    for n, row in enumerate(target):
        labels = list(itertools.takewhile(lambda label: label >= 0, row))
        for j, i in itertools.product(labels, range(x.shape[1])):
            losses[n] += 0 if i in labels else max(0.0, 1 - x[n, j] + x[n, i]) / x.shape[1]
    return reduced(losses, reduction)


def multilabel_soft_margin(x, t, weight, reduction="mean"):
    p = 1 / (1 + np.exp(-x))
    return reduced((-weight * (t * np.log(p) + (1 - t) * np.log(1 - p))).mean(-1), reduction)


def weighted_soft_margin(x, t, weight, reduction="mean"):
    return F.multilabel_soft_margin_loss(x, t, weight, reduction=reduction)


def weighted_multi_margin(x, y, weight, p, margin, reduction="mean"):
    return F.multi_margin_loss(x, y, p, margin, weight, reduction=reduction)


def cosine(x, y, t, margin=0.0, reduction="mean"):
    cos = (x * y).sum(-1) / np.sqrt((x * x).sum(-1) * (y * y).sum(-1))
    return reduced(np.where(t == 1, 1 - cos, np.maximum(0, cos - margin)), reduction)


def distance(x, y, p=2.0, eps=1e-6, keepdim=False):
    return (np.abs(x - y + eps) ** p).sum(-1, keepdims=keepdim) ** (1 / p)


def triplet(anchor, positive, negative, margin=1.0, p=2.0, swap=False, reduction="mean"):
    far = distance(anchor, negative, p)
    far = np.minimum(far, distance(positive, negative, p)) if swap else far
    return reduced(np.maximum(0, margin + distance(anchor, positive, p) - far), reduction)


def city_block_triplet(a, p, n, margin):
    return np.maximum(0, margin + np.abs(a - p).sum(-1) - np.abs(a - n).sum(-1)).mean()


def by_city_block(a, p, n, **settings):
    def city_block(x, y):
        return (x - y).abs().sum(-1)

    return F.triplet_margin_with_distance_loss(a, p, n, distance_function=city_block, **settings)


REDUCTIONS = [{"reduction": reduction} for reduction in ("mean", "sum", "none")]

CASES = [
    *(OpCase(F.hinge_loss, hinge, [(2, 3), SIGNS], {"margin": 0.7} | r, grad_inputs=[0]) for r in REDUCTIONS),
    *(OpCase(F.perceptron_loss, lambda x, t, reduction: hinge(x, t, 0, reduction), [(2, 3), SIGNS], r, grad_inputs=[0])
      for r in REDUCTIONS),
    *(OpCase(F.soft_margin_loss, lambda x, t, reduction: reduced(np.log1p(np.exp(-t * x)), reduction),
             [(2, 3), SIGNS], r, grad_inputs=[0]) for r in REDUCTIONS),
    *(OpCase(F.hinge_embedding_loss, hinge_embedding, [(2, 3), SIGNS], {"margin": 0.8} | r, grad_inputs=[0])
      for r in REDUCTIONS),
    *(OpCase(F.margin_ranking_loss, lambda x, y, t, margin, reduction: hinge(x - y, t, margin, reduction),
             [(2, 3), (2, 3), SIGNS], {"margin": 0.3} | r, grad_inputs=[0, 1]) for r in REDUCTIONS),
    *(OpCase(F.multi_margin_loss, multi_margin, [(4, 3), CLASSES], {"p": p, "margin": 0.9} | r)
      for r in REDUCTIONS for p in (1, 2)),
    OpCase(weighted_multi_margin, lambda x, y, w, p, margin: multi_margin(x, y, p, margin, w),
           [(4, 3), CLASSES, WEIGHT], {"p": 2, "margin": 1.1}, grad_inputs=[0]),
    OpCase(F.multi_margin_loss, lambda x, y: multi_margin(x[None], y[None]), [(3,), np.array(2)]),
    *(OpCase(F.multilabel_margin_loss, multilabel_margin, [SCORES, LISTED], r) for r in REDUCTIONS),
    OpCase(F.multilabel_margin_loss, lambda x, y: multilabel_margin(x[None], y[None]), [(4,), LISTED[0]]),
    *(OpCase(weighted_soft_margin, multilabel_soft_margin, [(2, 3), np.abs(SIGNS - 1) / 2, WEIGHT], r, grad_inputs=[0])
      for r in REDUCTIONS),
    *(OpCase(F.cosine_embedding_loss, cosine, [(4, 3), (4, 3), np.array([1, -1, -1, 1])], {"margin": 0.1} | r)
      for r in REDUCTIONS),
    OpCase(F.cosine_embedding_loss, cosine, [(3,), (3,), np.array(-1)]),
    OpCase(F.pairwise_distance, distance, [(4, 3), (3,)], {"p": 3.0, "eps": 1e-3, "keepdim": True}, tol32=1e-4),
    OpCase(F.pairwise_distance, distance, [(3,), (3,)]),
    *(OpCase(F.triplet_margin_loss, triplet, [(4, 3), (4, 3), (4, 3)], {"margin": 2.0, "p": 3.0, "swap": s} | r)
      for r in REDUCTIONS for s in (False, True)),
    OpCase(by_city_block, city_block_triplet, [(4, 3), (4, 3), (4, 3)], {"margin": 1.5}),
]  # fmt: skip

zeros = ag.zeros

ERRORS = [
    ErrorCase(F.hinge_loss, [zeros(2), zeros(3)], ShapeError, "hinge_loss.*of one shape"),
    ErrorCase(F.soft_margin_loss, [zeros(2), zeros(3)], ShapeError, "soft_margin_loss"),
    ErrorCase(F.margin_ranking_loss, [zeros(2), zeros(2), zeros(2, 1)], ShapeError, "one number of dimensions"),
    ErrorCase(F.multi_margin_loss, [zeros(2, 3), zeros(3)], ShapeError, r"\(2, 3\) and target \(3,\)"),
    ErrorCase(F.multi_margin_loss, [zeros(2, 3), zeros(2)], DTypeError, "long"),
    ErrorCase(F.multi_margin_loss, [zeros(2, 3), ag.tensor([0, 1])], ArgumentError, "p of 1 or 2", {"p": 3}),
    ErrorCase(F.multi_margin_loss, [zeros(2, 3), ag.tensor([0, 1])], ShapeError, "3 classes", {"weight": zeros(2)}),
    ErrorCase(F.multilabel_margin_loss, [zeros(2, 3), zeros(2)], ShapeError, "one shape"),
    ErrorCase(F.multilabel_margin_loss, [zeros(2, 3), zeros(2, 3)], DTypeError, "long"),
    ErrorCase(F.cosine_embedding_loss, [zeros(2, 3), zeros(2, 3), zeros(2, 3)], ShapeError, "cosine_embedding_loss"),
    ErrorCase(F.triplet_margin_loss, [zeros(3)] * 3, ArgumentError, "margin > 0", {"margin": 0}),
    ErrorCase(F.triplet_margin_loss, [zeros(3), zeros(3), zeros(1, 3)], ShapeError, "one number of dimensions"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)

LAYERS = [
    (nn.PerceptronLoss("sum"), F.perceptron_loss, 1, SIGNS, {"reduction": "sum"}),
    (nn.HingeLoss(0.5), F.hinge_loss, 1, SIGNS, {"margin": 0.5}),
    (nn.SoftMarginLoss(), F.soft_margin_loss, 1, SIGNS, {}),
    (nn.HingeEmbeddingLoss(0.5), F.hinge_embedding_loss, 1, SIGNS, {"margin": 0.5}),
    (nn.MarginRankingLoss(0.2, reduction="sum"), F.margin_ranking_loss, 2, SIGNS, {"margin": 0.2, "reduction": "sum"}),
    (nn.CosineEmbeddingLoss(0.1), F.cosine_embedding_loss, 2, np.array([1, -1]), {"margin": 0.1}),
    (nn.MultiMarginLoss(2, 0.4, ag.tensor(WEIGHT)), F.multi_margin_loss, 1, np.array([0, 2]),
     {"p": 2, "margin": 0.4, "weight": ag.tensor(WEIGHT)}),
    (nn.MultiLabelMarginLoss(), F.multilabel_margin_loss, 1, np.array([[0, -1, 1], [2, 1, -1]]), {}),
    (nn.MultiLabelSoftMarginLoss(ag.tensor(WEIGHT)), F.multilabel_soft_margin_loss, 1, np.maximum(SIGNS, 0),
     {"weight": ag.tensor(WEIGHT)}),
    (nn.TripletMarginLoss(2.0, swap=True), F.triplet_margin_loss, 2, -SIGNS, {"margin": 2.0, "swap": True}),
    (nn.TripletMarginWithDistanceLoss(margin=3.0), F.triplet_margin_with_distance_loss, 2, -SIGNS, {"margin": 3.0}),
    (nn.PairwiseDistance(3.0, keepdim=True), F.pairwise_distance, 1, SIGNS, {"p": 3.0, "keepdim": True}),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "function", "count", "last", "settings"), LAYERS, ids=lambda v: type(v).__name__)
def test_layers_make_the_call_that_they_name(layer, function, count, last, settings):
    operands = [ag.tensor(x) for x in SOURCE.normal(size=(count, 2, 3))] + [ag.tensor(last)]
    assert layer(*operands).equal(function(*operands, **settings))
