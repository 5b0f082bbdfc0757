"""What the engine itself costs: chains of tiny operations, a tiny network, a second derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import INSTALLED, OURS, Library
from benchmarks.training import set_parameters, training_step

CHAIN, SHORT_CHAIN = 100, 60

Work = tuple[Callable[[], Any], Callable[[], Any]]  # what is timed, and what is compared beforehand


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    chain = f"chain of {CHAIN} y * x on 4 elements"
    return [
        _compare(f"{chain}, forward", chain_forward, rounds, target=1.4),
        _compare(f"{chain}, forward + backward", chain_backward, rounds, target=1.8),
        _compare("training step of a 2-16-16-1 net, batch 1", tiny_net_step, rounds, target=1.4),
        _compare(f"double backward of a chain of {SHORT_CHAIN}", double_backward, rounds, target=1.2),
    ]


def _compare(title: str, prepare: Callable[[Library], Work], rounds: int, target: float) -> Comparison:
    rivals = [Rival(library.name, *prepare(library), None if library is OURS else target) for library in INSTALLED]
    return compare(title, rivals, rounds=rounds)


def _leaf(library: Library) -> Any:
    values = np.array([0.99, 1.0, 1.01, 1.02], dtype=np.float32)
    return library.tensors.from_numpy(values).requires_grad_()


def _chain(x: Any, length: int) -> Any:
    y = x
    for _ in range(length):
        y = y * x
    return y


def chain_forward(library: Library) -> Work:
    """The chain alone, recorded."""
    x = _leaf(library)

    def run() -> Any:
        return _chain(x, CHAIN)

    return run, run


def chain_backward(library: Library) -> Work:
    """The chain, its sum, and the gradient."""
    x = _leaf(library)

    def run() -> Any:
        x.grad = None
        _chain(x, CHAIN).sum().backward()
        return x.grad

    return run, run


def double_backward(library: Library) -> Work:
    """The second derivative of the chain, the first being recorded."""
    x = _leaf(library)
    grad = library.grad

    def run() -> Any:
        (first,) = grad(_chain(x, SHORT_CHAIN).sum(), [x], create_graph=True)
        (second,) = grad(first.sum(), [x])
        return second

    return run, run


def tiny_net_step(library: Library) -> Work:
    """Zeroed gradients, forward, mean squared error, backward, a step of SGD."""
    net, nn = _tiny_net(library), library.nn
    optimizer = library.optim.SGD(net.parameters(), lr=0.01)
    loss_function = nn.MSELoss()
    inputs = library.tensors.from_numpy(np.array([[0.3, -0.7]], dtype=np.float32))
    targets = library.tensors.from_numpy(np.array([[0.2]], dtype=np.float32))

    step = training_step(optimizer, lambda: loss_function(net(inputs), targets))
    return step, lambda: [step() for _ in range(20)]


def _tiny_net(library: Library) -> Any:
    nn = library.nn
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    generator = np.random.default_rng(0)
    shapes = [tuple(parameter.shape) for parameter in net.parameters()]
    set_parameters(library, net, (generator.normal(0, 0.5, shape).astype(np.float32) for shape in shapes))
    return net
