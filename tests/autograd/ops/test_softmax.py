"""Softmax, its logarithm and log-sum-exp."""

import math

import numpy as np

import autograd as ag
from autograd.errors import DimensionError, DTypeError
from tests.autograd.ops.test_reduction import over, several
from tests.autograd.ops.test_scan import along, sizes
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def shares(values):
    powers = [math.exp(v) for v in values]
    return [p / math.fsum(powers) for p in powers]


softmax = along(shares)
log_softmax = along(lambda values: [math.log(p) for p in shares(values)])
log_sum = over(lambda values: math.log(math.fsum(math.exp(v) for v in values)) if values else -math.inf)

CASES = [
    *sizes(ag.softmax, softmax),
    OpCase(ag.softmax, softmax, [(3, 4)], {"dim": 0, "dtype": ag.float64}),
    *sizes(ag.log_softmax, log_softmax),
    OpCase(ag.log_softmax, log_softmax, [(3, 4)], {"dim": -1}, domain=(-20, 20)),
    *[case for case in several(ag.logsumexp, log_sum) if "dim" in case.kwargs],
    OpCase(ag.logsumexp, log_sum, [(0, 3)], {"dim": 0}),
]
ERRORS = [
    ErrorCase(ag.softmax, [ag.zeros(2, 3), 2], DimensionError, r"softmax: expected a dimension in \[-2, 1\], got 2"),
    ErrorCase(ag.log_softmax, [ag.tensor([1, 2]), 0], DTypeError, "log_softmax: expected a floating-point dtype"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_huge_and_infinite_numbers():
    x = ag.tensor([[1000.0, 1000.0, -math.inf], [-2000.0, -2000.0, -3000.0]], requires_grad=True)
    np.testing.assert_allclose(x.softmax(1).tolist(), [[0.5, 0.5, 0], [0.5, 0.5, 0]])
    np.testing.assert_allclose(x.logsumexp(1).tolist(), [1000 + math.log(2), -2000 + math.log(2)])
    np.testing.assert_allclose(x.log_softmax(1)[0].tolist(), [-math.log(2), -math.log(2), -math.inf], rtol=1e-6)
    assert ag.tensor([-math.inf, -math.inf]).logsumexp(0).item() == -math.inf
    assert ag.tensor([math.inf, 1.0]).logsumexp(0).item() == math.inf


def test_logsumexp_of_integers_is_of_the_default_dtype():
    np.testing.assert_allclose(ag.tensor([1, 1]).logsumexp(0).tolist(), 1 + math.log(2), rtol=1e-6)
    assert ag.tensor([True, False]).logsumexp(0).dtype is ag.float32


def test_float16_goes_by_way_of_float32():
    x = ag.tensor(np.linspace(-3, 3, 3000), dtype=ag.float16)
    assert x.softmax(0).dtype is ag.float16
    assert abs(x.softmax(0).float().sum().item() - 1) < 2e-3
