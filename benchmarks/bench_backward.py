"""What a gradient costs: forward and backward of three networks beside their forward, which should take a quarter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.bench_cnn import lenet
from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, Library

AT_MOST = 4.0
"""Forwards that forward and backward together may cost."""


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    return [_compare(title, make(OURS), shape, rounds) for title, (make, shape) in NETWORKS.items()]


def _compare(title: str, net: Any, shape: tuple[int, ...], rounds: int) -> Comparison:
    inputs = OURS.tensors.from_numpy(np.random.default_rng(0).standard_normal(shape).astype(np.float32))

    def forward() -> Any:
        return net(inputs).square().mean()

    def both() -> Any:
        net.zero_grad()
        loss = forward()
        loss.backward()
        return loss

    rivals = [Rival("forward and backward", both, both), Rival("forward alone", forward, forward, 1 / AT_MOST)]
    return compare(title, rivals, rounds=rounds)


def perceptron(library: Library) -> Any:
    """The network of the MLP benchmark."""
    nn = library.nn
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


class LastOutput:
    """The last output of an LSTM, as a network of one tensor."""

    def __init__(self, library: Library) -> None:
        self.lstm = library.nn.LSTM(64, 128)
        self.zero_grad: Callable[[], None] = self.lstm.zero_grad

    def __call__(self, inputs: Any) -> Any:
        return self.lstm(inputs)[0][-1]


NETWORKS: dict[str, tuple[Callable[[Library], Any], tuple[int, ...]]] = {
    "MLP 784-512-512-10, batch 128": (perceptron, (128, 784)),
    "LeNet-5, (64,1,28,28)": (lambda library: lenet(library.nn), (64, 1, 28, 28)),
    "LSTM (50,32,64,128)": (LastOutput, (50, 32, 64)),
}
