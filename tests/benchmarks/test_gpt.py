"""The GPT that is timed is one: its size, its causality, its learning."""

import numpy as np
import pytest

import autograd as ag
from benchmarks.gpt import CHARACTERS, LENGTH, gpt, gpt_step
from benchmarks.libraries import OURS


def test_its_parameters():
    width = 128
    block = (
        4 * width + (width + 1) * 3 * width + (width + 1) * width + (width + 1) * 4 * width + (4 * width + 1) * width
    )
    wanted = (2 * CHARACTERS + LENGTH) * width + 4 * block + 2 * width
    assert sum(p.numel() for p in gpt(OURS).parameters()) == wanted


def test_a_character_does_not_change_what_comes_before_it():
    ag.manual_seed(0)
    net = gpt(OURS, width=16)
    text = np.random.default_rng(0).integers(0, CHARACTERS, (2, 10))
    other = text.copy()
    other[:, 6] += 1
    other %= CHARACTERS
    with ag.no_grad():
        first, second = net(ag.from_numpy(text)).numpy(), net(ag.from_numpy(other)).numpy()
    np.testing.assert_allclose(first[:, :6], second[:, :6], rtol=1e-5, atol=1e-6)
    assert (np.abs(first - second)[:, 6:].max(-1) > 1e-4).all()


def test_it_learns():
    step = gpt_step(OURS, batch=2, width=16)
    losses = [step().item() for _ in range(30)]
    assert losses[0] == pytest.approx(np.log(CHARACTERS), abs=0.5) and losses[-1] < losses[0] - 0.2
