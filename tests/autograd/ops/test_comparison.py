"""Comparisons of elements."""

import math
import operator

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def each(function):
    """The function of Python numbers as one of arrays."""
    return lambda *arrays: np.vectorize(function, otypes=[bool])(*arrays)


A = np.array([[1.0, 2.0, np.nan], [0.0, -np.inf, np.inf]])
B = np.array([[1.0, 1.5, np.nan], [-0.0, np.inf, np.inf]])
INTEGERS = np.array([1, 2, 3]), np.array([3, 2, 1])
CLOSE = np.array([1.0, 1.0, np.inf, np.nan, 100.0]), np.array([1.0 + 1e-6, 1.1, np.inf, np.nan, 100.0005])


def close(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    def one(x, y):
        return (
            x == y or (math.isfinite(x - y) and abs(x - y) <= atol + rtol * abs(y)) or (equal_nan and x != x and y != y)
        )

    return each(one)(a.astype(float), b.astype(float))


COMPARISONS = {ag.eq: operator.eq, ag.ne: operator.ne, ag.lt: operator.lt, ag.le: operator.le, ag.gt: operator.gt,
               ag.ge: operator.ge}  # fmt: skip
CASES = [
    *[OpCase(op, each(oracle), [A, B], differentiable=False) for op, oracle in COMPARISONS.items()],
    *[OpCase(op, each(oracle), [*INTEGERS], differentiable=False) for op, oracle in COMPARISONS.items()],
    OpCase(ag.lt, each(operator.lt), [(2, 3), (4, 1, 3)], differentiable=False),
    OpCase(ag.lt, each(operator.lt), [(0, 3), (3,)], differentiable=False),
    OpCase(ag.ge, each(operator.ge), [(), ()], differentiable=False),
    OpCase(ag.isnan, each(math.isnan), [A], differentiable=False),
    OpCase(ag.isinf, each(math.isinf), [A], differentiable=False),
    OpCase(ag.isfinite, each(math.isfinite), [A], differentiable=False),
    OpCase(ag.isfinite, each(math.isfinite), [INTEGERS[0]], differentiable=False),
    OpCase(ag.isposinf, each(lambda x: x == math.inf), [A], differentiable=False),
    OpCase(ag.isneginf, each(lambda x: x == -math.inf), [A], differentiable=False),
    OpCase(ag.isclose, close, [*CLOSE], differentiable=False, dtypes=("float64",)),
    OpCase(ag.isclose, close, [*CLOSE], {"rtol": 0.0, "atol": 0.2, "equal_nan": True}, differentiable=False),
    OpCase(ag.isclose, close, [*INTEGERS], {"atol": 1.0}, differentiable=False),
    OpCase(ag.allclose, lambda a, b: np.bool_(False), [*CLOSE], differentiable=False),
    OpCase(ag.equal, lambda a, b: np.bool_(True), [INTEGERS[0], INTEGERS[0].astype(float)], differentiable=False),
]

ERRORS = [
    ErrorCase(ag.lt, [ag.zeros(2), ag.zeros(3)], ShapeError, "lt: expected shapes that broadcast"),
    ErrorCase(ag.isclose, [ag.zeros(2), ag.zeros(2), -1.0], ArgumentError, "tolerances of at least 0"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_equal_looks_at_shapes_and_elements():
    assert ag.equal(ag.ones(2), ag.ones(2))
    assert not ag.equal(ag.ones(2), ag.ones(2, 1))
    assert not ag.equal(ag.ones(2), ag.tensor([1.0, 2.0]))
    assert ag.allclose(ag.ones(2), ag.tensor([1.0, 1.0 + 1e-7]))


def test_results_require_no_grad():
    assert not (ag.ones(2).requires_grad_() < 2).requires_grad
