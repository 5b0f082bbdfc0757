"""Connectionist temporal classification against the sum over every path of labels."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from autograd.ops.ctc import ctc, spell
from tests.conformance import ErrorCase, OpCase, conforms, refuses

TARGETS = np.array([[1, 2], [2, 2], [1, 0]])
INPUT_LENGTHS, TARGET_LENGTHS = np.array([4, 4, 3]), np.array([2, 2, 1])


def enumerated(log_probs, targets, input_lengths, target_lengths, blank):
    """The losses by going through all sequences of classes."""
    losses = []
    for n, (steps, length) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        chance = 0.0
        for path in itertools.product(range(log_probs.shape[2]), repeat=int(steps)):
            merged = [label for label, _ in itertools.groupby(path) if label != blank]
            if merged == list(targets[n][:length]):
                chance += np.exp(sum(log_probs[t, n, label] for t, label in enumerate(path)))
        losses.append(-np.log(chance) if chance else np.inf)
    return np.array(losses)


def loss(log_probs):
    return ctc(log_probs, spell(TARGETS, INPUT_LENGTHS, TARGET_LENGTHS, 0), False, [])


def with_last_class_as_blank(log_probs):
    return F.ctc_loss(log_probs, ag.tensor([0, 0, 1]), [4, 3], [2, 1], 2, "none")


CASES = [
    OpCase(loss, lambda x: enumerated(x, TARGETS, INPUT_LENGTHS, TARGET_LENGTHS, 0), [(4, 3, 3)], name="ctc"),
    OpCase(with_last_class_as_blank, lambda x: enumerated(x, [[0, 0], [1]], [4, 3], [2, 1], 2), [(4, 2, 3)]),
]
test_cases = conforms(CASES)

frames = ag.zeros(4, 2, 3)
ERRORS = [
    ErrorCase(F.ctc_loss, [ag.zeros(4), ag.tensor([1]), 4, 1], ShapeError, r"\(T, N, C\)"),
    ErrorCase(F.ctc_loss, [frames, ag.tensor([[1], [1]]), [5, 4], [1, 1]], ArgumentError, "from 0 to 4"),
    ErrorCase(F.ctc_loss, [frames, ag.tensor([[1], [1]]), [4], [1, 1]], ShapeError, "input_lengths with 2"),
    ErrorCase(F.ctc_loss, [frames, ag.tensor([[1], [1]]), [4, 4], [1, 1], 3], ArgumentError, "blank from 0 to 2"),
    ErrorCase(F.ctc_loss, [frames, ag.tensor([[1], [3]]), [4, 4], [1, 1]], ArgumentError, "labels from 1 to 3"),
    ErrorCase(F.ctc_loss, [frames, ag.tensor([[1], [1]]), [4, 4], [2, 1]], ShapeError, r"at least \(2, 2\)"),
    ErrorCase(F.ctc_loss, [frames, ag.tensor([1]), [4, 4], [1, 1]], ShapeError, "2 targets"),
]
test_errors = refuses(ERRORS)


def test_too_long_targets():
    spelled, lengths = ag.tensor([[1, 1], [1, 2]]), [2, 2]
    x = ag.randn(2, 2, 3, requires_grad=True)
    log_probs = F.log_softmax(x, 2)
    assert F.ctc_loss(log_probs, spelled, lengths, [2, 2], reduction="none").isinf().tolist() == [True, False]
    F.ctc_loss(log_probs, spelled, lengths, [2, 2], reduction="sum", zero_infinity=True).backward()
    assert x.grad[:, 0].abs().sum().item() == 0 and x.grad[:, 1].abs().sum().item() > 0


@pytest.mark.parametrize("zero_infinity", [False, True])
def test_second_order_agrees_with_the_first(zero_infinity):
    """Gradients through the composed form are those of the sums over paths."""
    log_probs = ag.tensor(np.random.default_rng(1).normal(size=(4, 3, 3)), requires_grad=True)
    losses = ctc(log_probs, spell(TARGETS, INPUT_LENGTHS, TARGET_LENGTHS, 0), zero_infinity, []).sum()
    (plain,) = ag.grad(losses, log_probs, retain_graph=True)
    (composed,) = ag.grad(losses, log_probs, create_graph=True)
    np.testing.assert_allclose(plain.numpy(), composed.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_one_sequence_and_the_mean_over_labels():
    log_probs = F.log_softmax(ag.randn(5, 2, 4, dtype=ag.float64), 2)
    each = F.ctc_loss(log_probs, ag.tensor([[1, 2], [3, 1]]), [5, 4], [2, 1], reduction="none")
    alone = F.ctc_loss(log_probs[:, 0], ag.tensor([1, 2]), 5, 2, reduction="none")
    assert alone.shape == () and abs(alone.item() - each[0].item()) < 1e-12
    mean = F.ctc_loss(log_probs, ag.tensor([1, 2, 3]), ag.tensor([5, 4]), ag.tensor([2, 1]))
    assert abs(mean.item() - (each[0].item() / 2 + each[1].item()) / 2) < 1e-12
