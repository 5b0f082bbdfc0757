"""Losses with a margin, likelihoods and divergences against PyTorch: values and gradients over their options."""

import inspect
import itertools
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(5)
X, Y, Z = (SOURCE.normal(size=(4, 5)).astype(np.float32) for _ in range(3))
SIGNS = np.where(SOURCE.normal(size=(4, 5)) > 0, 1.0, -1.0).astype(np.float32)
ROW_SIGNS = SIGNS[:, 0].astype(np.int64)
CLASSES = np.array([0, 4, 2, 1])
LISTED = np.array([[1, 0, -1, 2, 3], [3, -1, 0, 0, 0], [-1, 1, 1, 1, 1], [0, 1, 2, 3, 4]])
WEIGHT = np.array([0.5, 2.0, 1.25, 1.0, 3.0], np.float32)
CHANCES = SOURCE.uniform(size=(4, 5)).astype(np.float32)
COUNTS = SOURCE.integers(0, 6, size=(4, 5)).astype(np.float32)
CONSTANTS = (SIGNS, COUNTS, WEIGHT)
"""What PyTorch does not differentiate by, or only with NaN."""

REDUCTIONS = ("mean", "sum", "none")

CALLS = [
    *(("soft_margin_loss", (X, SIGNS), {"reduction": r}) for r in REDUCTIONS),
    *(("hinge_embedding_loss", (X, SIGNS), {"margin": m, "reduction": r}) for m in (0.5, 1.0) for r in REDUCTIONS),
    *(("margin_ranking_loss", (X, Y, SIGNS), {"margin": m, "reduction": r}) for m in (0.0, 0.5) for r in REDUCTIONS),
    *(("multi_margin_loss", (X, CLASSES, p, 0.8, *w), {"reduction": r})
      for p, w, r in itertools.product((1, 2), ((), (WEIGHT,)), REDUCTIONS)),
    ("multi_margin_loss", (X[0], np.array(3)), {}),
    *(("multilabel_margin_loss", (X, LISTED), {"reduction": r}) for r in REDUCTIONS),
    ("multilabel_margin_loss", (X[0], LISTED[0]), {}),
    *(("multilabel_soft_margin_loss", (X, CHANCES, *w), {"reduction": r}) for w in ((), (WEIGHT,)) for r in REDUCTIONS),
    *(("cosine_embedding_loss", (X, Y, ROW_SIGNS), {"margin": m, "reduction": r}) for m in (0, 0.2)
      for r in REDUCTIONS),
    ("cosine_embedding_loss", (X[0], Y[0], np.array(1)), {}),
    *(("triplet_margin_loss", (X, Y, Z), {"margin": 2.0, "p": p, "swap": swap, "reduction": r})
      for p, swap, r in itertools.product((1, 2, 3.0), (False, True), REDUCTIONS)),
    ("triplet_margin_with_distance_loss", (X, Y, Z), {"swap": True, "margin": 3.0}),
    ("pairwise_distance", (X, Y, 1.0, 1e-3, True), {}),
    *(("kl_div", (X, CHANCES), {"reduction": r}) for r in (*REDUCTIONS, "batchmean")),
    ("kl_div", (X, Y), {"reduction": "batchmean", "log_target": True}),
    *(("poisson_nll_loss", (CHANCES, COUNTS, log, full), {"reduction": r})
      for log, full, r in itertools.product((False, True), (False, True), REDUCTIONS)),
    *(("gaussian_nll_loss", (X, Y, var, full), {"reduction": r})
      for var, full, r in itertools.product((CHANCES, CHANCES[:, :1], CHANCES[:, 0], 1e-8 * CHANCES), (False, True),
                                            REDUCTIONS)),
]  # fmt: skip


def tensors(values, library):
    return [
        library.tensor(value, requires_grad=value.dtype.kind == "f" and not any(value is x for x in CONSTANTS))
        if isinstance(value, np.ndarray)
        else value
        for value in values
    ]


@pytest.mark.parametrize(("name", "values", "settings"), CALLS, ids=lambda v: v if isinstance(v, str) else None)
def test_value_and_gradients(name, values, settings):
    ours, theirs = tensors(values, ag), tensors(values, torch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = getattr(F, name)(*ours, **settings)
        expected = getattr(torch.nn.functional, name)(*theirs, **settings)
    assert tuple(found.shape) == tuple(expected.shape)
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=2e-5, atol=1e-6)
    found.sum().backward()
    expected.sum().backward()
    for got, want in zip(ours, theirs, strict=True):
        if isinstance(got, ag.Tensor) and got.requires_grad:
            np.testing.assert_allclose(got.grad.numpy(), want.grad.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("zero_infinity", [False, True])
@pytest.mark.parametrize("joined", [False, True])
def test_ctc(reduction, zero_infinity, joined):
    scores = SOURCE.normal(size=(7, 3, 4))
    targets, lengths = np.array([[1, 2, 2], [3, 0, 0], [1, 1, 1]]), [3, 1, 0]
    if joined:
        targets = np.concatenate([row[:length] for row, length in zip(targets, lengths, strict=True)])
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        x = library.tensor(scores, requires_grad=True)
        loss = functional.ctc_loss(
            functional.log_softmax(x, 2), library.tensor(targets), library.tensor([7, 6, 5]), library.tensor(lengths),
            reduction=reduction, zero_infinity=zero_infinity,
        )  # fmt: skip
        loss.sum().backward()
        found.append((loss.detach().numpy(), x.grad.numpy()))
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-11)


LAYERS = (
    nn.CTCLoss,
    nn.CosineEmbeddingLoss,
    nn.GaussianNLLLoss,
    nn.HingeEmbeddingLoss,
    nn.KLDivLoss,
    nn.MarginRankingLoss,
    nn.MultiLabelMarginLoss,
    nn.MultiLabelSoftMarginLoss,
    nn.MultiMarginLoss,
    nn.PairwiseDistance,
    nn.PoissonNLLLoss,
    nn.SoftMarginLoss,
    nn.TripletMarginLoss,
    nn.TripletMarginWithDistanceLoss,
)


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_have_the_same_arguments(layer):
    def arguments(layer):
        return [(p.name, p.default, p.kind) for p in inspect.signature(layer).parameters.values()]

    assert arguments(layer) == arguments(getattr(torch.nn, layer.__name__))
