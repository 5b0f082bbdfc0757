"""Losses: shapes, reductions, class weights, and what is refused. Their gradients: tests/autograd/ops/test_loss.py."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from tests.conformance import OpCase, conforms

GENERATOR = np.random.default_rng(0)
SCORES = GENERATOR.normal(size=(4, 3, 2))
CLASSES = np.array([[0, 2], [1, 1], [2, -1], [0, 0]])
WEIGHT = np.array([0.5, 2.0, 1.0])
PROBABILITIES = np.full((5, 3), 1 / 3) + np.array([0.1, 0.0, -0.1])


def log_softmax(x, axis):
    return x - np.log(np.exp(x).sum(axis, keepdims=True))


def cross_entropy(x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Row by row, from the definition."""
    x = np.moveaxis(x, 1, -1) if x.ndim > 1 else x
    log_p, weight = log_softmax(x, -1), np.ones(x.shape[-1]) if weight is None else weight
    losses, counted = np.zeros(target.shape), 0.0
    for place in np.ndindex(target.shape):
        y = target[place]
        if y != ignore_index:
            smooth = -(weight * log_p[place]).mean()
            losses[place] = -(1 - label_smoothing) * weight[y] * log_p[place][y] + label_smoothing * smooth
            counted += weight[y]
    return {"none": losses, "sum": losses.sum(), "mean": losses.sum() / counted}[reduction]


def soft_cross_entropy(x, target, weight=None, reduction="mean", label_smoothing=0.0):
    axis = 0 if x.ndim == 1 else 1
    classes = x.shape[axis]
    target = target * (1 - label_smoothing) + label_smoothing / classes
    weight = np.ones(classes) if weight is None else weight
    losses = -(log_softmax(x, axis) * target * weight.reshape((-1,) + (1,) * (x.ndim - axis - 1))).sum(axis)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


def nll(x, target, reduction="mean"):
    losses = -np.take_along_axis(x, target[:, None], 1)[:, 0]
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


def weighted_bce(x, t, weight, pos_weight, reduction="mean"):
    p = 1 / (1 + np.exp(-x))
    losses = weight * (-pos_weight * t * np.log(p) - (1 - t) * np.log(1 - p))
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


def bce_logits(x, t, weight, pos_weight, reduction="mean"):
    return F.binary_cross_entropy_with_logits(x, t, weight, pos_weight=pos_weight, reduction=reduction)


CASES = [
    *(OpCase(F.cross_entropy, cross_entropy, [SCORES, CLASSES, *weight],
             {"ignore_index": -1, "reduction": reduction, "label_smoothing": smoothing}, grad_inputs=[0])
      for weight in ([], [WEIGHT]) for reduction in ("mean", "sum", "none") for smoothing in (0.0, 0.2)),
    OpCase(F.cross_entropy, cross_entropy, [(3,), np.array(1)]),
    OpCase(F.cross_entropy, cross_entropy, [(3,), np.array(1)], {"reduction": "none"}),
    OpCase(F.cross_entropy, soft_cross_entropy, [(5, 3), PROBABILITIES], {"label_smoothing": 0.1}),
    OpCase(F.cross_entropy, soft_cross_entropy, [(5, 3), PROBABILITIES, WEIGHT], {"reduction": "none"},
           grad_inputs=[0, 1]),
    OpCase(F.cross_entropy, soft_cross_entropy, [(5, 3, 2), (5, 3, 2), WEIGHT], {"reduction": "mean"}),
    OpCase(F.cross_entropy, soft_cross_entropy, [(3,), (3,)], {"reduction": "sum"}),
    OpCase(F.nll_loss, nll, [SCORES, np.abs(CLASSES)]),
    OpCase(F.nll_loss, nll, [SCORES, np.abs(CLASSES)], {"reduction": "none"}),
    OpCase(F.mse_loss, lambda x, t, reduction: ((x - t) ** 2).sum() / 2, [(2, 3), (2, 3)], {"reduction": "half_sum"}),
    OpCase(F.l1_loss, lambda x, t: np.abs(x - t).mean(), [(2, 3), (2, 3)]),
    *(OpCase(lambda x, t, w, loss=loss: loss(x, t, weight=w), lambda x, t, w, power=power:
             (w * np.abs(x - t) ** power).sum() / w.sum(), [(2, 3), (2, 3), (2, 3)], domain=(0.5, 2))
      for loss, power in ((F.mse_loss, 2), (F.l1_loss, 1))),
    OpCase(lambda x, w: F.mse_loss(x, x * 0, reduction="half_sum", weight=w), lambda x, w: (w * x * x).sum() / 2,
           [(4,), (4,)]),
    OpCase(lambda x, w: F.huber_loss(x, x * 0, delta=9.0, weight=w), lambda x, w: (w * x * x / 2).mean(), [(4,), (4,)]),
    OpCase(F.smooth_l1_loss, lambda x, t, beta: np.abs(x - t).mean(), [(2, 3), (2, 3)], {"beta": 0}),
    OpCase(F.huber_loss, lambda x, t, reduction, delta: 0.3 * (np.abs(x - t) - 0.15),
           [np.array([2.0, -1.0]), np.zeros(2)], {"reduction": "none", "delta": 0.3}),
    *(OpCase(bce_logits, weighted_bce, [(2, 3), np.array([[0.0, 1, 0.5]] * 2), (3,), (3,)], {"reduction": reduction},
             domain=(0.5, 2), grad_inputs=[0, 1]) for reduction in ("mean", "sum", "none")),
    OpCase(F.binary_cross_entropy, lambda p, t, w: -(w * (t * np.log(p) + (1 - t) * np.log(1 - p))).mean(),
           [(2, 3), (2, 3), (3,)], domain=(0.1, 0.9), grad_inputs=[0, 1]),
]  # fmt: skip

test_cases = conforms(CASES)

zeros = ag.zeros


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: F.mse_loss(zeros(2), zeros(2), reduction="avg"), ArgumentError, '"none" or "half_sum", got \'avg\''),
        (lambda: F.l1_loss(zeros(2), zeros(2), reduction="avg"), ArgumentError, '"sum" or "none", got \'avg\''),
        (lambda: nn.MSELoss(reduction="avg"), ArgumentError, "MSELoss"),
        (lambda: F.mse_loss(zeros(2), zeros(2), weight=zeros(1)), ShapeError, "mse_loss: expected a weight of the"),
        (lambda: F.smooth_l1_loss(zeros(2), zeros(2), beta=-1), ArgumentError, "beta >= 0"),
        (lambda: F.huber_loss(zeros(2), zeros(2), delta=0), ArgumentError, "delta > 0"),
        (lambda: F.nll_loss(zeros(2, 3), ag.tensor([0])), ShapeError, r"input \(2, 3\) and target \(1,\)"),
        (lambda: F.nll_loss(zeros(()), ag.tensor(0)), ShapeError, "nll_loss"),
        (lambda: F.nll_loss(zeros(2, 3), zeros(2)), DTypeError, "long"),
        (lambda: F.cross_entropy(zeros(2, 3), zeros(2)), ShapeError, "convert the target with long"),
        (lambda: F.cross_entropy(zeros(2, 3), ag.tensor([0, 1]), zeros(2)), ShapeError, "each of 3 classes"),
        (lambda: F.cross_entropy(zeros(2, 3), zeros(2, 3), zeros(2)), ShapeError, "each of 3 classes"),
        (lambda: F.cross_entropy(zeros(2, 3), ag.tensor([0, 3])), DimensionError, "class 3"),
        (lambda: F.cross_entropy(zeros(2, 3), ag.tensor([0, 1]), label_smoothing=2), ArgumentError, "from 0 to 1"),
        (lambda: F.binary_cross_entropy(zeros(2) + 2, zeros(2)), ArgumentError, "sigmoid"),
        (lambda: F.binary_cross_entropy(zeros(2), zeros(2, 1)), ShapeError, "of one shape"),
        (lambda: F.binary_cross_entropy_with_logits(zeros(2), zeros(2, 1)), ShapeError, "of one shape"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_differing_shapes_broadcast_with_a_warning():
    with pytest.warns(UserWarning, match=r"target's shape \(3,\) differs from the input's \(3, 1\)") as caught:
        loss = F.mse_loss(ag.ones(3, 1), ag.zeros(3), reduction="none")
    assert loss.shape == (3, 3) and caught[0].filename == __file__
    with pytest.warns(UserWarning), pytest.raises(ShapeError, match="of one shape"):
        F.l1_loss(zeros(2), zeros(3))


def test_gradient_of_half_the_sum_of_squares_is_the_difference():
    x, t = ag.randn(3, 4, requires_grad=True), ag.randn(3, 4)
    nn.MSELoss(reduction="half_sum")(x, t).backward()
    assert x.grad.equal((x - t).detach())


def test_older_arguments():
    x, t = ag.tensor([1.0, 2.0]), ag.tensor([0.0, 0.0])
    with pytest.warns(UserWarning, match='mse_loss: .* use reduction="sum"'):
        assert F.mse_loss(x, t, size_average=False).item() == 5
    with pytest.warns(UserWarning, match='use reduction="none"'):
        assert F.mse_loss(x, t, True, False).shape == (2,)
    with pytest.warns(UserWarning, match="MSELoss"):
        assert nn.MSELoss(size_average=True).reduction == "mean"


def test_integers_promote():
    assert F.mse_loss(ag.tensor([1.0, 2.0]), ag.tensor([0, 0])).item() == 2.5


def test_extreme_scores_stay_finite():
    x = ag.tensor([[1000.0, -1000.0]], requires_grad=True)
    loss = F.cross_entropy(x, ag.tensor([1]))
    loss.backward()
    assert loss.item() == 2000 and x.grad.tolist() == [[1.0, -1.0]]
    x = ag.tensor([800.0, -800.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(x, ag.tensor([0.0, 1.0]))
    loss.backward()
    assert loss.item() == 800 and x.grad.tolist() == [0.5, -0.5]
    assert F.binary_cross_entropy(ag.tensor([0.0]), ag.tensor([1.0])).item() == 100


def test_nothing_counted_gives_nan():
    assert np.isnan(F.cross_entropy(zeros(2, 3), ag.tensor([-100, -100])).item())
    assert np.isnan(F.nll_loss(zeros(2, 3), ag.tensor([-100, -100])).item())
    assert np.isnan(F.mse_loss(zeros(0), zeros(0)).item())


def test_weights_of_losses_are_state():
    loss = nn.CrossEntropyLoss(ag.tensor([1.0, 2.0]))
    assert list(loss.state_dict()) == ["weight"] and not list(loss.parameters())
    assert loss.double().weight.dtype == ag.float64
    assert list(nn.BCEWithLogitsLoss(pos_weight=ag.ones(1)).state_dict()) == ["pos_weight"]
