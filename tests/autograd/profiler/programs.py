"""What the tests of profiles record, and a clock that stands still."""

import numpy as np
import pytest

import autograd as ag
from autograd.observation import observed
from autograd.profiler import record_function


class Clock:
    """Stands still unless it is told to go on."""

    def __init__(self):
        self.now = 7_000

    def __call__(self):
        return self.now

    def pass_microseconds(self, count):
        self.now += 1000 * count


def leaf(*shape):
    return ag.tensor(np.linspace(0.5, 1.5, int(np.prod(shape))).reshape(shape), requires_grad=True)


def program():
    """A first and a second derivative, nested parts, and an operation of one's own."""
    x = leaf(3, 4)
    with record_function("outer"):
        y = Doubled.apply(x.exp() * x).sum()
        with record_function("derivatives"):
            (first,) = ag.grad(y, x, create_graph=True)
            (first * first).sum().backward()


class Doubled(ag.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


def counts(prof, backward):
    return {row.key: row.count for row in prof.key_averages() if row.is_backward is backward}


def check_tree(events):
    """Parents contain their children; siblings do not overlap; what each takes itself adds up."""
    for event in events:
        start, end = event.time_range
        inside = [child.time_range for child in event.cpu_children]
        assert all(child.cpu_parent is event for child in event.cpu_children)
        moments = [start, *(moment for times in inside for moment in times), end]
        assert moments == sorted(moments)
        spent = sum(times.elapsed_us() for times in inside)
        assert event.self_cpu_time_total == pytest.approx(event.cpu_time_total - spent, abs=1e-6)
        assert event.self_cpu_time_total >= 0
        within = sum(child.cpu_memory_usage for child in event.cpu_children)
        assert event.cpu_memory_usage == event.self_cpu_memory_usage + within


def assert_nothing_is_watched(prof):
    before = len(prof.events())
    assert observed.observer is None
    program()
    assert len(prof.events()) == before
    assert ag.exp.operation.compute is ag.exp.operation.forward
