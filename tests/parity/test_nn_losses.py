"""Losses against PyTorch: values, gradients of input and target, dtypes."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(3)
X, T = (SOURCE.normal(size=(4, 3)).astype(np.float32) for _ in range(2))
P, Q = (SOURCE.uniform(size=(4, 3)).astype(np.float32) for _ in range(2))
IMAGE = SOURCE.normal(size=(2, 3, 4, 2)).astype(np.float32)
CLASSES, PLACES = np.array([2, 0, -100, 1]), SOURCE.integers(0, 3, size=(2, 4, 2))
WEIGHT = np.array([0.5, 2.0, 1.25], np.float32)
SOFT = P / P.sum(1, keepdims=True)
REDUCTIONS = ("mean", "sum", "none")

CALLS = [
    *(("mse_loss", (X, T), {"reduction": r}) for r in REDUCTIONS),
    *(("l1_loss", (X, np.where(T > 0, T, X)), {"reduction": r}) for r in REDUCTIONS),
    *(("smooth_l1_loss", (X, T), {"reduction": r, "beta": beta}) for r in REDUCTIONS for beta in (0.0, 0.3, 1.0)),
    *(("huber_loss", (X, T), {"reduction": r, "delta": delta}) for r in REDUCTIONS for delta in (0.3, 1.0)),
    *(("binary_cross_entropy", (P, Q), {"reduction": r}) for r in REDUCTIONS),
    ("binary_cross_entropy", (P, Q, WEIGHT), {}),
    ("binary_cross_entropy", (np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])), {}),
    *(("binary_cross_entropy_with_logits", (X, Q), {"reduction": r}) for r in REDUCTIONS),
    ("binary_cross_entropy_with_logits", (X, Q, WEIGHT), {"pos_weight": WEIGHT}),
    ("binary_cross_entropy_with_logits", (X, Q), {"pos_weight": WEIGHT, "reduction": "sum"}),
    ("binary_cross_entropy_with_logits", (100 * X, Q), {}),
    *(("nll_loss", (X, CLASSES, *weight), {"reduction": r}) for r in REDUCTIONS for weight in ((), (WEIGHT,))),
    ("nll_loss", (IMAGE, PLACES, WEIGHT), {"ignore_index": 1}),
    ("nll_loss", (IMAGE, PLACES), {"reduction": "none", "ignore_index": 1}),
    ("nll_loss", (X[0], np.array(2)), {}),
    *(
        ("cross_entropy", (X, CLASSES, *weight), {"reduction": r, "label_smoothing": s})
        for r, weight, s in itertools.product(REDUCTIONS, ((), (WEIGHT,)), (0.0, 0.1))
    ),
    ("cross_entropy", (X.astype(np.float64), CLASSES), {}),
    ("cross_entropy", (100 * X, CLASSES.clip(0)), {"ignore_index": 0}),
    ("cross_entropy", (IMAGE, PLACES, WEIGHT), {"ignore_index": 1, "label_smoothing": 0.2}),
    ("cross_entropy", (IMAGE, PLACES), {"reduction": "none"}),
    ("cross_entropy", (X[0], np.array(2)), {}),
    *(("cross_entropy", (X, SOFT, *weight), {"reduction": r, "label_smoothing": 0.1})
      for r in REDUCTIONS for weight in ((), (WEIGHT,))),
    ("cross_entropy", (IMAGE, IMAGE**2, WEIGHT), {}),
    ("cross_entropy", (X[0], SOFT[0]), {}),
]  # fmt: skip


def ours_and_theirs(value, leaf=False):
    if not isinstance(value, np.ndarray):
        return value, value
    leaf = leaf and value.dtype.kind == "f"
    return ag.tensor(value, requires_grad=leaf), torch.tensor(value, requires_grad=leaf)


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS)
def test_loss(name, args, kwargs):
    mine, theirs = zip(*(ours_and_theirs(x, leaf=i < 2) for i, x in enumerate(args)), strict=True)
    pairs = {key: ours_and_theirs(value) for key, value in kwargs.items()}
    loss = getattr(F, name)(*mine, **{key: value[0] for key, value in pairs.items()})
    expected = getattr(torch.nn.functional, name)(*theirs, **{key: value[1] for key, value in pairs.items()})
    assert str(loss.dtype).split(".")[1] == str(expected.dtype).split(".")[1] and loss.shape == tuple(expected.shape)
    np.testing.assert_allclose(loss.detach().numpy(), expected.detach().numpy(), rtol=3e-6, atol=1e-6)
    seeds = np.cos(np.arange(expected.numel())).reshape(expected.shape).astype(args[0].dtype)
    loss.backward(ag.tensor(seeds))
    expected.backward(torch.tensor(seeds))
    for x, tx in zip(mine[:2], theirs[:2], strict=True):
        if tx.requires_grad:
            np.testing.assert_allclose(x.grad.numpy(), tx.grad.numpy(), rtol=5e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [("MSELoss", {}), ("L1Loss", {"reduction": "sum"}), ("SmoothL1Loss", {"beta": 0.5}), ("HuberLoss", {"delta": 0.5}),
     ("NLLLoss", {"ignore_index": 1}), ("CrossEntropyLoss", {"label_smoothing": 0.1}), ("BCELoss", {}),
     ("BCEWithLogitsLoss", {})],
)  # fmt: skip
def test_module(name, kwargs):
    ours, theirs = getattr(nn, name)(**kwargs), getattr(torch.nn, name)(**kwargs)
    assert repr(ours) == repr(theirs)
    args = (X, CLASSES.clip(0)) if name in ("NLLLoss", "CrossEntropyLoss") else (P, Q)
    found, expected = ours(*map(ag.tensor, args)), theirs(*map(torch.tensor, args))
    np.testing.assert_allclose(found.item(), expected.item(), rtol=2e-6)
