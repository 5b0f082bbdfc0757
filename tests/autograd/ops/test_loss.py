"""The operations behind the losses; `nn.functional`, which checks their arguments, has tests of its own."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import DimensionError
from autograd.ops import loss
from tests.conformance import ErrorCase, OpCase, conforms, refuses

TARGET = np.array([2, 0, -100, 1, 1])
WEIGHT = np.array([0.5, 2.0, 1.25])
NEAR_AND_FAR = np.array([-3.0, -0.4, 0.1, 0.7, 1.9])


def reduced(values, reduction):
    return {"none": lambda: values, "sum": values.sum, "mean": values.mean}[reduction]()


def squares(x, t, reduction="mean"):
    return reduced((x - t) ** 2, reduction)


def huber(x, t, reduction="mean", delta=1.0):
    d = np.abs(x - t)
    return reduced(np.where(d < delta, d * d / 2, delta * (d - delta / 2)), reduction)


def smooth(x, t, reduction="mean", beta=1.0):
    d = np.abs(x - t)
    return reduced(np.where(d < beta, d * d / (2 * beta), d - beta / 2), reduction)


def bce(p, t, reduction="mean"):
    return reduced(-t * np.log(p) - (1 - t) * np.log(1 - p), reduction)


def bce_logits(x, t, reduction="mean"):
    return bce(1 / (1 + np.exp(-x)), t, reduction)


def nll(x, target, weight=None, reduction="mean", ignore_index=-100):
    weight = np.ones(x.shape[1]) if weight is None else weight
    losses = np.array([0.0 if y == ignore_index else -weight[y] * row[y] for row, y in zip(x, target, strict=True)])
    counted = sum(weight[y] for y in target if y != ignore_index)
    return losses.sum() / counted if reduction == "mean" else reduced(losses, reduction)


def nll_gradient(g, target, weight, classes, reduction="mean", ignore_index=-100):
    weight = np.ones(classes) if weight is None else weight
    counted = sum(weight[y] for y in target if y != ignore_index) if reduction == "mean" else 1
    result = np.zeros((len(target), classes))
    for i, y in enumerate(target):
        if y != ignore_index:
            result[i, y] = -weight[y] * np.broadcast_to(g, len(target))[i] / counted
    return result


CASES = [
    *(OpCase(loss.mse_loss, squares, [(2, 3), (2, 3)], {"reduction": r}) for r in ("mean", "sum", "none")),
    OpCase(loss.mse_loss, squares, [(), ()]),
    *(OpCase(loss.huber_loss, huber, [NEAR_AND_FAR, np.zeros(5)], {"reduction": r}) for r in ("mean", "sum", "none")),
    OpCase(loss.huber_loss, huber, [NEAR_AND_FAR, np.zeros(5)], {"delta": 0.5}),
    OpCase(loss.smooth_l1_loss, smooth, [NEAR_AND_FAR, np.zeros(5)]),
    OpCase(loss.smooth_l1_loss, smooth, [NEAR_AND_FAR, np.zeros(5)], {"beta": 2.5, "reduction": "sum"}),
    OpCase(loss.smooth_l1_loss, smooth, [NEAR_AND_FAR, np.zeros(5)], {"beta": 0.5, "reduction": "none"}),
    *(OpCase(loss.binary_cross_entropy, bce, [(2, 3), (2, 3)], {"reduction": r}, domain=(0.1, 0.9))
      for r in ("mean", "sum", "none")),
    *(OpCase(loss.binary_cross_entropy_with_logits, bce_logits, [(2, 3), (2, 3)], {"reduction": r})
      for r in ("mean", "sum", "none")),
    *(OpCase(loss.nll_loss, nll, [(5, 3), TARGET, *weight], {"reduction": r}, grad_inputs=[0])
      for r in ("mean", "sum", "none") for weight in ([], [WEIGHT])),
    OpCase(loss.nll_loss, nll, [(5, 3), np.array([2, 0, 0, 1, 2])], {"ignore_index": 0}),
    OpCase(loss.nll_gradient, nll_gradient, [(), TARGET, WEIGHT], {"classes": 3}, grad_inputs=[0]),
    OpCase(loss.nll_gradient, nll_gradient, [(5,), TARGET, WEIGHT], {"classes": 3, "reduction": "none"},
           grad_inputs=[0]),
]  # fmt: skip

ERRORS = [
    ErrorCase(loss.nll_loss, [ag.zeros(2, 3), ag.tensor([0, 3])], DimensionError, "from 0 to 2, got class 3"),
    ErrorCase(loss.nll_loss, [ag.zeros(2, 3), ag.tensor([0, -1])], DimensionError, "got class -1"),
    ErrorCase(
        loss.cross_entropy, [ag.zeros(2, 3), ag.tensor([0, 3]), None, "mean", -100, 0.0, []], DimensionError, "class 3"
    ),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_fused_cross_entropy_is_its_parts(reduction, weight, smoothing):
    x = np.random.default_rng(0).normal(size=(5, 3))
    settings = (reduction, -100, smoothing)
    parts = loss.cross_entropy.operation.decompose(
        ag.tensor(x), TARGET, None if weight is None else ag.tensor(weight), *settings, []
    )
    fused = loss.cross_entropy(ag.tensor(x), TARGET, weight, *settings, [])
    np.testing.assert_allclose(fused.numpy(), parts.numpy(), rtol=1e-12)
    np.testing.assert_array_equal(loss.cross_entropy(x, TARGET, weight, *settings, []), fused.numpy())


def test_half_precision_is_computed_in_single():
    x = ag.tensor(np.array([[10.0, -10.0, 3.0]], np.float16), requires_grad=True)
    found = loss.cross_entropy(x, np.array([1]), None, "mean", -100, 0.0, [])
    found.backward()
    assert found.dtype == x.grad.dtype == ag.float16
    assert found.item() == pytest.approx(20, abs=0.02)
    np.testing.assert_allclose(x.grad.numpy(), [[1, -1, 0]], atol=2e-3)


def test_no_rows():
    found = loss.cross_entropy(ag.zeros(0, 3), np.zeros(0, int), None, "sum", -100, 0.0, [])
    assert found.item() == 0
