"""Rounding to whole numbers."""

import math

import numpy as np

import autograd as ag
from autograd.errors import DTypeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def each(function):
    """The function of Python floats as one of arrays."""
    return lambda *arrays: np.vectorize(function, otypes=[arrays[0].dtype])(*arrays)


AWKWARD = np.array([[-1.7, -0.4, 0.3], [0.6, 1.2, 2.9]])
HALVES = np.array([-1.5, -0.5, 0.5, 1.5, 2.5])
INTEGERS = np.array([3, -2, 0])

CASES = [
    OpCase(ag.floor, each(math.floor), [AWKWARD]),
    OpCase(ag.floor, each(math.floor), [np.array(-0.5)]),
    OpCase(ag.floor, lambda a: a, [INTEGERS]),
    OpCase(ag.ceil, each(math.ceil), [AWKWARD]),
    OpCase(ag.ceil, lambda a: a, [INTEGERS]),
    OpCase(ag.trunc, each(math.trunc), [AWKWARD]),
    OpCase(ag.trunc, lambda a: a, [INTEGERS]),
    OpCase(ag.round, each(round), [AWKWARD]),
    OpCase(ag.round, each(round), [HALVES], differentiable=False),
    OpCase(ag.round, lambda a, decimals: each(lambda x: round(x, 2))(a), [AWKWARD * 1.111], {"decimals": 2}),
    OpCase(ag.round, lambda a, decimals: each(lambda x: round(x, -1))(a), [AWKWARD * 111], {"decimals": -1}),
    OpCase(ag.round, lambda a: a, [INTEGERS]),
    OpCase(ag.frac, lambda a: np.fmod(a, 1), [AWKWARD]),
]

ERRORS = [
    *[ErrorCase(op, [ag.ones(2).bool()], DTypeError, "numbers, got booleans")
      for op in (ag.floor, ag.ceil, ag.trunc, ag.round)],
    ErrorCase(ag.frac, [ag.ones(2).long()], DTypeError, "floating-point numbers, got int64"),
]  # fmt: skip

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_the_derivative_of_steps_is_zero():
    x = ag.tensor([0.3, 1.7], requires_grad=True)
    ag.floor(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]
