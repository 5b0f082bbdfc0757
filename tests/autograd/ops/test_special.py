"""The error function, the gamma function's logarithm, and their relatives."""

import math

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError
from autograd.ops.special import polygamma_of
from tests.conformance import ErrorCase, OpCase, conforms, refuses

POSITIVE, NEGATIVE = (0.3, 4.0), np.array([-0.3, -1.6, -2.45])


def each(function):
    """The function of Python floats as one of arrays."""
    return lambda *arrays: np.vectorize(function, otypes=[np.float64])(*arrays).astype(arrays[0].dtype)


def digamma(x):
    """By recurrence from far out, where the asymptotic series needs two terms."""
    far = x + 2000
    return math.log(far) - 0.5 / far - 1 / (12 * far**2) - math.fsum(1 / (x + k) for k in range(2000))


def polygamma(n):
    """By the defining series (DLMF 5.15.1), its tail as an integral."""

    def value(x):
        far = x + 2000
        tail = far**-n / n + 0.5 * far ** (-n - 1) + (n + 1) / 12 * far ** (-n - 2)
        total = math.fsum((x + k) ** (-n - 1) for k in range(2000)) + tail
        return (-1) ** (n + 1) * math.factorial(n) * total

    return value


def erfinv(y):
    low, high = -6.0, 6.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erf(middle) < y else (low, middle)
    return low


CASES = [
    OpCase(ag.erf, each(math.erf), [(2, 3)]),
    OpCase(ag.erf, each(math.erf), [()]),
    OpCase(ag.erf, each(math.erf), [(0, 2)]),
    OpCase(ag.erfc, each(math.erfc), [(2, 3)]),
    OpCase(ag.erfinv, each(erfinv), [(2, 3)], domain=(-0.9, 0.9)),
    OpCase(ag.lgamma, each(math.lgamma), [(2, 3)], domain=POSITIVE),
    OpCase(ag.lgamma, each(math.lgamma), [NEGATIVE]),
    OpCase(ag.digamma, each(digamma), [(2, 3)], domain=POSITIVE),
    OpCase(ag.digamma, each(digamma), [NEGATIVE], tol32=1e-4),
    OpCase(polygamma_of, lambda a, n: each(polygamma(n))(a), [(2, 3)], {"n": 1}, POSITIVE),
    OpCase(polygamma_of, lambda a, n: each(polygamma(n))(a), [NEGATIVE], {"n": 1}, tol32=1e-4),
    OpCase(polygamma_of, lambda a, n: each(polygamma(n))(a), [(2, 3)], {"n": 4}, (1.0, 4.0)),
    OpCase(polygamma_of, lambda a, n: each(polygamma(n))(a), [NEGATIVE], {"n": 2}, tol=1e-8, tol32=1e-3),
    OpCase(lambda x: ag.polygamma(0, x), each(digamma), [(2, 3)], domain=POSITIVE, name="polygamma(0)"),
    OpCase(lambda x: ag.polygamma(3, x), each(polygamma(3)), [(2, 3)], domain=(1.0, 4.0), name="polygamma(3)"),
]

ERRORS = [
    ErrorCase(ag.polygamma, [-1, ag.ones(2)], ArgumentError, "an order of at least 0, got -1"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_half_precision_is_computed_in_single():
    x = ag.tensor([0.5, 1.5], dtype=ag.float16)
    assert ag.erf(x).dtype == ag.float16
    np.testing.assert_allclose(ag.erf(x).numpy(), [math.erf(0.5), math.erf(1.5)], rtol=1e-3)
