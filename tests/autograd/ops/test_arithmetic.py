"""Arithmetic on elements."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError
from autograd.ops.arithmetic import zeros_of
from tests.conformance import ErrorCase, OpCase, conforms, refuses

INTEGERS = np.array([7, -7, 6, -6, 0])
DIVISORS = np.array([2, 2, -4, -4, 3])
AWAY = (0.3, 1.9)


def truncated(a, b, rounding_mode):
    return np.trunc(a / b).astype(a.dtype)


CASES = [
    OpCase(ag.add, np.add, [(2, 3), (2, 3)]),
    OpCase(ag.add, np.add, [(2, 1, 3), (4, 1)]),
    OpCase(ag.add, np.add, [(), (2, 3)]),
    OpCase(ag.add, np.add, [(0, 3), (1, 3)]),
    OpCase(ag.add, lambda a, b, alpha: a + alpha * b, [(2, 3), (3,)], {"alpha": -2.5}),
    OpCase(ag.add, lambda a, b, alpha: a + alpha * b, [INTEGERS, DIVISORS], {"alpha": 3}),
    OpCase(ag.sub, np.subtract, [(2, 3), (2, 3)]),
    OpCase(ag.sub, np.subtract, [(2, 3), ()]),
    OpCase(ag.sub, lambda a, b, alpha: a - alpha * b, [(2, 3), (2, 1)], {"alpha": 0.5}),
    OpCase(ag.rsub, lambda a, b: b - a, [(2, 3), (3,)]),
    OpCase(ag.rsub, lambda a, b, alpha: b - alpha * a, [(2, 3), (3,)], {"alpha": 4}),
    OpCase(ag.mul, np.multiply, [(2, 3), (2, 3)]),
    OpCase(ag.mul, np.multiply, [(2, 3), (4, 1, 3)]),
    OpCase(ag.mul, np.multiply, [(), ()]),
    OpCase(ag.mul, np.multiply, [(2, 3), np.array([[2], [-1]])], name="mul_by_integers"),
    OpCase(ag.div, np.divide, [(2, 3), (2, 3)], domain=AWAY),
    OpCase(ag.div, np.divide, [(2, 3), (4, 1, 3)], domain=AWAY),
    OpCase(ag.div, np.divide, [(), (3,)], domain=AWAY),
    OpCase(ag.div, lambda a, b, rounding_mode: np.floor(a / b), [(4, 3), (3,)], {"rounding_mode": "floor"}, (0.6, 1.9)),
    OpCase(ag.div, truncated, [(4, 3), np.array([0.5, -1.3, 2.0])], {"rounding_mode": "trunc"}),
    OpCase(ag.div, truncated, [INTEGERS, DIVISORS], {"rounding_mode": "trunc"}),
    OpCase(ag.floor_divide, lambda a, b: np.floor(a / b).astype(a.dtype), [INTEGERS, DIVISORS]),
    OpCase(ag.floor_divide, lambda a, b: np.floor(a / b), [(4, 3), (3,)], domain=AWAY),
    OpCase(ag.remainder, lambda a, b: a - b * np.floor(a / b), [(4, 3), np.array([0.55, -1.37, 2.1])]),
    OpCase(ag.remainder, lambda a, b: (a - b * np.floor(a / b)).astype(a.dtype), [INTEGERS, DIVISORS]),
    OpCase(ag.fmod, lambda a, b: a - b * np.trunc(a / b), [(4, 3), np.array([0.55, -1.37, 2.1])]),
    OpCase(ag.fmod, lambda a, b: (a - b * np.trunc(a / b)).astype(a.dtype), [INTEGERS, DIVISORS]),
    OpCase(ag.neg, lambda a: 0 - a, [(2, 3)]),
    OpCase(ag.neg, lambda a: 0 - a, [()]),
    OpCase(ag.reciprocal, lambda a: 1 / a, [(2, 3)], domain=AWAY),
    OpCase(ag.reciprocal, lambda a: (1 / a).astype(np.float32), [np.array([1, 2, -4])]),
    OpCase(zeros_of, lambda a: a * 0, [(2, 3)], differentiable=False),
    OpCase(ag.addcmul, lambda a, b, c: a + b * c, [(2, 3), (2, 1), (3,)]),
    OpCase(ag.addcmul, lambda a, b, c, value: a + value * b * c, [(2, 3), (2, 3), (2, 3)], {"value": -1.5}),
    OpCase(ag.addcdiv, lambda a, b, c: a + b / c, [(2, 3), (2, 1), (3,)], domain=AWAY),
    OpCase(ag.addcdiv, lambda a, b, c, value: a + value * b / c, [(2, 3), (2, 3), (3,)], {"value": 2}, AWAY),
    OpCase(ag.lerp, lambda a, b, w: a + w * (b - a), [(2, 3), (2, 3), (3,)]),
    OpCase(ag.lerp, lambda a, b, weight: a + weight * (b - a), [(2, 3), (3,)], {"weight": 0.25}),
    OpCase(ag.lerp, lambda a, b, weight: a + weight * (b - a), [(2, 3), ()], {"weight": 0.75}),
]

ERRORS = [
    ErrorCase(
        ag.add, [ag.zeros(2), ag.zeros(3)], ShapeError, r"add: expected shapes that broadcast.*\(2,\) and \(3,\)"
    ),
    ErrorCase(ag.add, [ag.zeros(2).long(), ag.ones(2).long()], DTypeError, "add: expected", {"alpha": 0.5}),
    ErrorCase(ag.mul, [ag.zeros(2), "two"], OperandError, "mul: expected a Tensor, got str"),
    ErrorCase(ag.mul, [2, 3], OperandError, "Make one with autograd.tensor"),
    ErrorCase(ag.sub, [ag.zeros(2).bool(), ag.zeros(2).bool()], TypeError, "subtract"),
    ErrorCase(ag.neg, [ag.zeros(2).bool()], TypeError, "negative"),
    ErrorCase(ag.div, [ag.zeros(2), 2], ArgumentError, "rounding_mode of None", {"rounding_mode": "up"}),
    ErrorCase(ag.div, [ag.ones(2).long(), 0], ArgumentError, "a 0 among them", {"rounding_mode": "trunc"}),
    ErrorCase(
        ag.floor_divide, [ag.ones(2).long(), ag.zeros(2).long()], ArgumentError, "floor_divide: expected integers"
    ),
    ErrorCase(ag.remainder, [ag.ones(2).long(), 0], ArgumentError, "remainder: expected integers"),
    ErrorCase(ag.fmod, [ag.ones(2).long(), 0], ArgumentError, "fmod: expected integers"),
    ErrorCase(ag.addcdiv, [ag.ones(2).long()] * 3, DTypeError, "addcdiv: expected"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("op", [ag.add, ag.sub, ag.rsub])
def test_a_scaled_number_does_not_widen(op: Any) -> None:
    for x in (ag.ones(2), ag.ones(2, dtype=ag.float16), ag.arange(2)):
        assert op(x, 3, alpha=2).dtype is x.dtype
    assert op(ag.arange(2), 1.5, alpha=2).dtype is ag.float32
