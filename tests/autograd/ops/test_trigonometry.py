"""Angles, circular and hyperbolic functions."""

import math

import numpy as np
import pytest

import autograd as ag
from tests.conformance import OpCase, conforms


def each(function):
    """The function of Python floats as one of arrays."""
    return lambda *arrays: np.vectorize(function, otypes=[np.float64])(*arrays).astype(arrays[0].dtype)


INSIDE = (-0.9, 0.9)

CASES = [
    OpCase(ag.sin, each(math.sin), [(2, 3)]),
    OpCase(ag.sin, each(math.sin), [()]),
    OpCase(ag.sin, each(math.sin), [(0,)]),
    OpCase(ag.cos, each(math.cos), [(2, 3)]),
    OpCase(ag.tan, each(math.tan), [(2, 3)], domain=(-1.2, 1.2)),
    OpCase(ag.asin, each(math.asin), [(2, 3)], domain=INSIDE),
    OpCase(ag.acos, each(math.acos), [(2, 3)], domain=INSIDE),
    OpCase(ag.atan, each(math.atan), [(2, 3)]),
    OpCase(ag.atan2, each(math.atan2), [(2, 3), (2, 3)], domain=(0.2, 2.0)),
    OpCase(ag.atan2, each(math.atan2), [(2, 3), np.array([-1.0, 0.5, -0.4])]),
    OpCase(ag.sinh, each(math.sinh), [(2, 3)]),
    OpCase(ag.cosh, each(math.cosh), [(2, 3)]),
    OpCase(ag.tanh, each(math.tanh), [(2, 3)]),
    OpCase(ag.asinh, each(math.asinh), [(2, 3)]),
    OpCase(ag.acosh, each(math.acosh), [(2, 3)], domain=(1.2, 4.0)),
    OpCase(ag.atanh, each(math.atanh), [(2, 3)], domain=INSIDE),
    OpCase(ag.hypot, each(math.hypot), [(2, 3), (3,)], domain=(0.2, 2.0)),
    OpCase(ag.sinc, lambda a: np.sin(np.pi * a) / (np.pi * a), [(2, 3)], domain=(0.2, 2.0)),
    OpCase(ag.sinc, lambda a: np.ones_like(a), [np.zeros(2)], second_order=False),
    OpCase(ag.deg2rad, each(math.radians), [(2, 3)], domain=(-400, 400)),
    OpCase(ag.rad2deg, each(math.degrees), [(2, 3)]),
]

test_cases = conforms(CASES)


def test_gradients_of_atan2_at_the_origin_are_zero():
    x, y = (ag.zeros(1).requires_grad_() for _ in range(2))
    ag.atan2(x, y).backward()
    assert x.grad.item() == y.grad.item() == 0.0


def test_hypot_does_not_overflow():
    assert ag.hypot(
        ag.tensor(3e200, dtype=ag.float64), ag.tensor(4e200, dtype=ag.float64)
    ).item() / 5e200 == pytest.approx(1, rel=1e-15)
