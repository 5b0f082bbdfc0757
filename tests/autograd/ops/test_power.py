"""Powers and roots."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

POSITIVE = (0.3, 2.5)
BASES, EXPONENTS = np.array([2, 1, -1, 0, 3]), np.array([-1, -1, -3, 2, 4])


def power(number):
    """`pow` with that number as exponent, and its oracle."""
    return lambda x: ag.pow(x, number), lambda a: np.prod([a] * number, axis=0)


CASES = [
    OpCase(ag.sqrt, lambda a: a**0.5, [(2, 3)], domain=POSITIVE),
    OpCase(ag.sqrt, lambda a: a**0.5, [()], domain=POSITIVE),
    OpCase(ag.rsqrt, lambda a: a**-0.5, [(2, 3)], domain=POSITIVE),
    OpCase(ag.square, lambda a: a * a, [(2, 3)]),
    OpCase(ag.square, lambda a: a.astype(np.int64), [np.array([True, False])]),
    OpCase(ag.pow, lambda a, b: np.exp(b * np.log(a)), [(2, 3), (2, 3)], domain=POSITIVE),
    OpCase(ag.pow, lambda a, b: np.exp(b * np.log(a)), [(2, 3), (4, 1, 3)], domain=POSITIVE),
    OpCase(ag.pow, lambda a, b: np.exp(b * np.log(a)), [(), (3,)], domain=POSITIVE),
    OpCase(ag.pow, lambda a, exponent: a * a, [(2, 3)], {"exponent": 2}),
    OpCase(ag.pow, lambda a, exponent: a * a * a, [(2, 3)], {"exponent": 3}),
    OpCase(ag.pow, lambda a, exponent: 1 / (a * a), [(2, 3)], {"exponent": -2}, POSITIVE),
    OpCase(ag.pow, lambda a, exponent: np.ones_like(a), [(2, 3)], {"exponent": 0}),
    OpCase(ag.pow, lambda a, exponent: np.sqrt(a), [(2, 3)], {"exponent": 0.5}, POSITIVE),
    OpCase(ag.pow, lambda a, b: np.array([0, 1, -1, 0, 81]), [BASES, EXPONENTS]),
    OpCase(lambda x: ag.pow(1.7, x), lambda a: np.exp(a * np.log(1.7)).astype(a.dtype), [(2, 3)], name="pow_of_number"),
    OpCase(ag.float_power, lambda a, b: np.exp(b * np.log(a.astype(np.float64))), [(2, 3), (3,)], domain=POSITIVE,
           tol32=1e-6, same_dtype=False),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.pow, [ag.arange(3), -1], ArgumentError, "an exponent of at least 0 for integers, got -1"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("exponent", [0, 0.0, 1, 2, 3, 0.5])
def test_gradient_at_a_base_of_zero(exponent):
    x = ag.zeros(1).requires_grad_()
    (x**exponent).backward()
    assert x.grad.item() == {0: 0.0, 1: 1.0, 2: 0.0, 3: 0.0, 0.5: np.inf}[exponent]


def test_gradient_of_exponents_of_zero():
    exponent = ag.tensor([0.0, 2.0, -1.0], requires_grad=True)
    (ag.zeros(3) ** exponent).sum().backward()
    assert exponent.grad.tolist() == [0.0, 0.0, -np.inf]


def test_float_power_is_in_double_precision():
    assert ag.float_power(ag.tensor([2]), 0.5).dtype == ag.float64
