"""Likelihoods and divergences, against their formulas in NumPy."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

CHANCES = np.array([[0.2, 0.5, 0.3], [0.0, 0.9, 0.1]])
COUNTS = np.array([[0.0, 1, 4], [2, 0, 7]])


def reduced(losses, reduction):
    if reduction == "batchmean":
        return losses.sum() / len(losses)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


def kl(x, t, reduction, log_target=False):
    if log_target:
        return reduced(np.exp(t) * (t - x), reduction)
    return reduced(np.where(t > 0, t * np.log(np.where(t > 0, t, 1)), 0) - t * x, reduction)


def poisson(x, t, log_input=True, full=False, eps=1e-8, reduction="mean"):
    losses = np.exp(x) - t * x if log_input else x - t * np.log(x + eps)
    for place in np.ndindex(t.shape):
        if full and t[place] > 1:
            n = t[place]
            losses[place] += n * math.log(n) - n + 0.5 * math.log(2 * math.pi * n)
    return reduced(losses, reduction)


def gaussian(x, t, v, full=False, eps=1e-6, reduction="mean"):
    v = np.maximum(v[..., None] if v.ndim == x.ndim - 1 else v, eps)
    losses = (np.log(v) + (x - t) ** 2 / v + (math.log(2 * math.pi) if full else 0)) / 2
    return reduced(losses, reduction)


CASES = [
    *(OpCase(F.kl_div, kl, [(2, 3), CHANCES], {"reduction": r}, grad_inputs=[0]) for r in ("batchmean", "sum", "none")),
    OpCase(F.kl_div, kl, [(2, 3), (2, 3)], {"reduction": "batchmean", "log_target": True}),
    OpCase(F.kl_div, kl, [(2, 3), (2, 3)], {"reduction": "sum"}, domain=(0.1, 1.0)),
    *(OpCase(F.poisson_nll_loss, poisson, [(2, 3), COUNTS], {"full": full, "reduction": r}, grad_inputs=[0])
      for r in ("mean", "sum", "none") for full in (False, True)),
    OpCase(F.poisson_nll_loss, poisson, [(2, 3), COUNTS], {"log_input": False, "eps": 0.1}, (0.2, 2), grad_inputs=[0]),
    *(OpCase(F.gaussian_nll_loss, gaussian, [(2, 3), (2, 3), shape], {"full": full, "reduction": r}, (0.2, 2.0))
      for r in ("mean", "none") for full in (False, True) for shape in ((2, 3), (2, 1), (2,))),
]  # fmt: skip

ERRORS = [
    ErrorCase(F.gaussian_nll_loss, [ag.zeros(2, 3), ag.zeros(2, 3), ag.zeros(3)], ShapeError, r"shape \(2, 3\)"),
    ErrorCase(F.gaussian_nll_loss, [ag.zeros(2), ag.zeros(2), -ag.ones(2)], ArgumentError, "at least 0.*-1"),
    ErrorCase(F.kl_div, [ag.zeros(2), ag.zeros(2)], ArgumentError, '"none" or "batchmean"', {"reduction": "avg"}),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_mean_over_elements_is_no_divergence():
    with pytest.warns(UserWarning, match="batchmean"):
        assert F.kl_div(ag.zeros(2, 3), ag.ones(2, 3)).item() == 0


def test_small_variances_are_lifted_and_keep_their_gradient():
    var = ag.tensor([1e-9, 2.0], requires_grad=True)
    F.gaussian_nll_loss(ag.zeros(2), ag.zeros(2), var, eps=0.5, reduction="sum").backward()
    np.testing.assert_allclose(var.grad.numpy(), [1.0, 0.25])
    assert F.gaussian_nll_loss(ag.zeros(2), ag.ones(2), 1.0).item() == 0.5


def test_layers_make_the_call_that_they_name():
    x, t = ag.randn(2, 3), ag.rand(2, 3)
    assert nn.KLDivLoss(reduction="batchmean")(x, t).equal(F.kl_div(x, t, reduction="batchmean"))
    assert nn.KLDivLoss(reduction="sum", log_target=True)(x, t).equal(F.kl_div(x, t, reduction="sum", log_target=True))
    assert nn.PoissonNLLLoss(False, True)(t, t).equal(F.poisson_nll_loss(t, t, False, True))
    assert nn.GaussianNLLLoss(full=True)(x, t, t).equal(F.gaussian_nll_loss(x, t, t, True))
    frames, lengths = F.log_softmax(ag.randn(5, 2, 4), 2), [5, 4]
    spelled = ag.tensor([[1, 2], [3, 0]])
    loss = nn.CTCLoss(reduction="sum", zero_infinity=True)(frames, spelled, lengths, [2, 1])
    assert loss.equal(F.ctc_loss(frames, spelled, lengths, [2, 1], 0, "sum", True))
