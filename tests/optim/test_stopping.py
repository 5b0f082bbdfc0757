"""Rules that end a training loop."""

import math

import numpy as np
import pytest

import autograd as ag
import optim
from autograd.errors import ArgumentError
from optim.stopping import AveragedLoss, GradientNorm, NoImprovement, StepLength


def descend(x, stop, limit=1000):
    """Gradient descent on |x|² until a rule ends it; gives the number of steps."""
    optimizer = optim.SGD([x], lr=0.1)
    for step in range(limit):
        optimizer.zero_grad()
        (x * x).sum().backward()
        if isinstance(stop, GradientNorm) and stop():
            return step
        optimizer.step()
        if isinstance(stop, StepLength) and stop():
            return step
    return limit


def test_small_gradients():
    x = ag.tensor([3.0, 4.0], dtype=ag.float64, requires_grad=True)
    stop = GradientNorm([x, ag.zeros(1, requires_grad=True)], 1e-3)
    steps = descend(x, stop)
    assert steps == math.ceil(math.log(1e-3 / 10) / math.log(0.8))
    assert stop.value < 1e-3 and stop.value == pytest.approx(10 * 0.8**steps)


def test_short_steps():
    x = ag.tensor([3.0, 4.0], dtype=ag.float64, requires_grad=True)
    stop = StepLength([x], 1e-3)
    steps = descend(x, stop)
    assert steps == math.ceil(math.log(1e-3) / math.log(0.8)) and stop.value == pytest.approx(0.8**steps)


def test_no_improvement_restores_the_best():
    x = ag.zeros(2, requires_grad=True)
    stop = NoImprovement(patience=3, min_delta=0.05, parameters=[x])
    losses = [1.0, 0.8, 0.78, 0.5, 0.6, 0.49, math.nan, 0.1]
    for time, loss in enumerate(losses):
        x.data.fill_(float(time))
        if stop(ag.tensor(loss)):
            break
    assert time == 6 and stop.best == 0.5 and stop.best_time == 3 and stop.waited == 3
    stop.restore()
    assert x.tolist() == [3, 3]


def test_growing_measures():
    stop = NoImprovement(2, mode="max")
    assert [stop(value) for value in (0.1, 0.5, 0.4, 0.6, 0.6, 0.2)] == [False] * 5 + [True]


def test_waiting_goes_on_from_its_state():
    x = ag.ones(2, requires_grad=True)
    first = NoImprovement(3, parameters=[x])
    for loss in (1.0, 2.0):
        first(loss)
    second = NoImprovement(3, parameters=[x])
    second.load_state_dict(first.state_dict())
    assert [second(loss) for loss in (1.5, 1.2)] == [False, True]
    x.data.fill_(7)
    second.restore()
    assert x.tolist() == [1, 1]


def test_averaged_loss_is_the_recursion():
    losses = np.random.default_rng(0).uniform(size=50)
    watch, q = AveragedLoss(0.1, start=2.0), 2.0
    for loss in losses:
        watch(loss)
        q = 0.9 * q + 0.1 * loss
    assert abs(watch.value - q) < 1e-12
    settling = AveragedLoss(0.5, 0.01)
    assert [settling(loss) for loss in (1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)] == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: NoImprovement(0), "patience >= 1"),
        (lambda: NoImprovement(1, -1.0), "min_delta >= 0"),
        (lambda: NoImprovement(1, mode="least"), '"min" or "max"'),
        (lambda: AveragedLoss(0.0), r"eta in \(0, 1\]"),
        (lambda: NoImprovement(1).restore(), "none were given"),
        (lambda: NoImprovement(1, parameters=[ag.zeros(1)]).restore(), "no loss was an improvement"),
    ],
)
def test_refused(call, match):
    with pytest.raises(ArgumentError, match=match):
        call()
