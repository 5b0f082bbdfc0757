"""The plain LSTM against a number worked out by hand, and its gradients against differences."""

import math
import random
from itertools import chain

import pytest

from benchmarks.naive.lstm import lstm, lstm_back
from benchmarks.naive.mlp import Layer

SOURCE = random.Random(0)


def numbers(*sizes):
    if len(sizes) == 1:
        return [SOURCE.gauss(0, 0.7) for _ in range(sizes[0])]
    return [numbers(*sizes[1:]) for _ in range(sizes[0])]


X, INPUTS, RECURRENT, SEED = numbers(3, 2, 2), Layer(numbers(8, 2), numbers(8)), numbers(8, 2), numbers(3, 2, 2)


def weighted_sum():
    outputs, _ = lstm(X, INPUTS, RECURRENT)
    return sum(o * s for row, seeds in zip(outputs, SEED, strict=True)
               for one, each in zip(row, seeds, strict=True) for o, s in zip(one, each, strict=True))  # fmt: skip


def test_one_step_by_hand():
    """Weights of zeros and biases 0, 5, 1, log 3: c = tanh(1) / 2, h = 3/4 · tanh(c)."""
    zeros = Layer([[0.0]] * 4, [0.0, 5.0, 1.0, math.log(3)])
    outputs, kept = lstm([[[2.0]]], zeros, [[0.0]] * 4)
    assert kept[0][0].c[0] == pytest.approx(math.tanh(1) / 2)
    assert outputs[0][0][0] == pytest.approx(0.75 * math.tanh(math.tanh(1) / 2))


def test_gradients_are_slopes():
    _, kept = lstm(X, INPUTS, RECURRENT)
    g_x, g_weight, g_recurrent, g_bias = lstm_back(SEED, kept, INPUTS, RECURRENT)
    pairs = [*zip(chain(*X), chain(*g_x), strict=True), *zip(INPUTS.weight, g_weight, strict=True)]
    pairs += [*zip(RECURRENT, g_recurrent, strict=True), (INPUTS.bias, g_bias)]
    for row, gradients in pairs:
        for k, gradient in enumerate(gradients):
            value, found = row[k], []
            for moved in (value + 1e-5, value - 1e-5):
                row[k] = moved
                found.append(weighted_sum())
            row[k] = value
            assert gradient == pytest.approx((found[0] - found[1]) / 2e-5, abs=1e-8)
