"""Magnitude and sign of elements."""

import math

import numpy as np

import autograd as ag
from autograd.errors import DTypeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

AWAY = np.array([[-1.7, -0.4, 0.3], [0.6, -1.2, 2.9]])
ZEROS = np.array([0.0, -0.0, np.nan, -np.inf])

CASES = [
    OpCase(ag.sign, lambda a: a / np.sqrt(a * a), [AWAY]),
    OpCase(ag.sign, lambda a: np.array([0, 0, 0, -1], a.dtype), [ZEROS], differentiable=False),
    OpCase(ag.sign, lambda a: np.array([1, 0, -1]), [np.array([5, 0, -3])]),
    OpCase(ag.sign, lambda a: np.array([1, 0], np.uint8), [np.array([5, 0], np.uint8)]),
    OpCase(ag.sign, lambda a: a, [np.array([True, False])]),
    OpCase(ag.abs, lambda a: np.sqrt(a * a), [AWAY]),
    OpCase(ag.abs, lambda a: np.sqrt(a * a), [np.array(-1.5)]),
    OpCase(ag.abs, lambda a: np.array([5, 0, 3]), [np.array([5, 0, -3])]),
    OpCase(ag.signbit, lambda a: a < 0, [AWAY], differentiable=False),
    OpCase(ag.signbit, lambda a: np.array([False, True, False, True]), [ZEROS], differentiable=False),
    OpCase(ag.signbit, lambda a: a < 0, [np.array([5, 0, -3])], differentiable=False),
    OpCase(ag.copysign, lambda a, b: np.where(b < 0, -np.abs(a), np.abs(a)), [AWAY, np.array([-1.0, 1.0, -2.0])]),
    OpCase(ag.copysign, lambda a, b: np.where(b < 0, -np.abs(a), np.abs(a)), [AWAY, np.array([[1.0], [-0.5]])]),
    OpCase(
        ag.nextafter, lambda a, b: np.vectorize(math.nextafter, otypes=[np.float64])(a, b), [AWAY, -AWAY],
        differentiable=False, dtypes=("float64",), tol=0.0,
    ),
    OpCase(ag.positive, lambda a: a, [AWAY]),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.abs, [ag.ones(2).bool()], DTypeError, "abs: expected numbers, got booleans"),
    ErrorCase(ag.positive, [ag.ones(2).bool()], DTypeError, "positive: expected numbers, got booleans"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_the_derivative_of_abs_at_zero_is_zero():
    x = ag.tensor([0.0, -0.0, -2.0], requires_grad=True)
    ag.abs(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, -1.0]
