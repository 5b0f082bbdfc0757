"""Variances, standard deviations, quantiles."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from autograd.ops.statistics import deviation, variance
from tests.autograd.ops.test_reduction import average, over
from tests.conformance import ErrorCase, OpCase, conforms, refuses

SPACED = np.random.default_rng(1).permutation(24).reshape(2, 3, 4) / 3.0
WITH_NAN = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, -6.0]])


def spread(x, dim=None, keepdim=False, correction=1):
    def one(values):
        mean = math.fsum(values) / len(values)
        return math.fsum((v - mean) ** 2 for v in values) / (len(values) - correction)

    return over(one)(x, dim, keepdim)


def var(x, dim=None, unbiased=True, keepdim=False, correction=None):
    return spread(x, dim, keepdim, int(unbiased) if correction is None else correction)


def std(x, *args, **kwargs):
    return np.sqrt(var(x, *args, **kwargs))


def quantile(x, q, dim=None, keepdim=False, interpolation="linear"):
    return np.quantile(x, q, axis=dim, keepdims=keepdim, method=interpolation).astype(x.dtype)


def nanquantile(x, q, dim=None, keepdim=False, interpolation="linear"):
    return np.nanquantile(x, q, axis=dim, keepdims=keepdim, method=interpolation).astype(x.dtype)


CASES = [
    *[
        case
        for op, oracle in ((ag.var, var), (ag.std, std))
        for case in (
            OpCase(op, oracle, [(3, 4)]),
            OpCase(op, oracle, [(3, 4)], {"dim": 0}),
            OpCase(op, oracle, [(2, 3, 4)], {"dim": (0, -1), "keepdim": True}),
            OpCase(op, oracle, [(2, 3, 4)], {"dim": -2, "unbiased": False}),
            OpCase(op, oracle, [(3, 4)], {"dim": 1, "correction": 2}),
            OpCase(op, oracle, [(5,)], {"correction": 0, "keepdim": True}),
            OpCase(op, oracle, [(0, 3)], {"dim": 1}),
        )
    ],
    OpCase(variance, lambda x, **kwargs: spread(x, **kwargs), [(3, 4)], {"dim": 1, "correction": 1, "keepdim": False}),
    OpCase(
        deviation,
        lambda x, **kwargs: np.sqrt(spread(x, **kwargs)),
        [(4,)],
        {"dim": None, "correction": 0, "keepdim": True},
    ),
    OpCase(ag.var_mean, lambda x, dim: (var(x, dim), average(x, dim)), [(3, 4)], {"dim": 1}),
    OpCase(ag.std_mean, lambda x, dim: (std(x, dim), average(x, dim)), [(3, 4)], {"dim": 0}),
    *[
        OpCase(ag.quantile, quantile, [SPACED], {"q": 0.37, "dim": 1, "interpolation": kind})
        for kind in ("linear", "lower", "higher", "midpoint", "nearest")
    ],
    OpCase(ag.quantile, quantile, [(3, 4)], {"q": 0.5}),
    OpCase(ag.quantile, quantile, [(3, 4)], {"q": np.array([0.0, 0.3, 1.0]), "dim": 0, "keepdim": True}),
    OpCase(ag.quantile, quantile, [()], {"q": 0.4}),
    OpCase(ag.quantile, quantile, [WITH_NAN], {"q": 0.4, "dim": 1}, differentiable=False),
    OpCase(ag.cov, np.cov, [(3, 4)]),
    OpCase(ag.cov, lambda x, correction: np.cov(x, ddof=correction), [(5,)], {"correction": 0}),
    OpCase(
        lambda x, weights: ag.cov(x, fweights=ag.tensor([1, 0, 2, 1]), aweights=weights),
        lambda x, weights: np.cov(x, fweights=[1, 0, 2, 1], aweights=weights),
        [(3, 4), (4,)],
        domain=(0.2, 2),
    ),
    OpCase(ag.corrcoef, np.corrcoef, [(3, 5)]),
    OpCase(ag.nanquantile, nanquantile, [(3, 4)], {"q": 0.8, "dim": 0}),
    OpCase(ag.nanquantile, nanquantile, [WITH_NAN], {"q": np.array([0.2, 0.7]), "dim": 1}, differentiable=False),
]
ERRORS = [
    ErrorCase(ag.var, [ag.tensor([1, 2])], DTypeError, "var: expected a floating-point dtype"),
    ErrorCase(ag.std, [ag.zeros(2), 1], DimensionError, "std: expected a dimension"),
    ErrorCase(ag.std, [ag.zeros(2), 0, True], ArgumentError, "unbiased or correction", {"correction": 0}),
    ErrorCase(ag.cov, [ag.zeros(2, 3, 4)], ShapeError, "cov: expected at most two dimensions"),
    ErrorCase(ag.cov, [ag.zeros(2, 3)], ShapeError, "each of the 3 columns", {"aweights": ag.ones(2)}),
    ErrorCase(ag.cov, [ag.zeros(2, 3)], DTypeError, "Use aweights", {"fweights": ag.ones(3)}),
    ErrorCase(ag.quantile, [ag.zeros(2), 1.5], ArgumentError, "quantile: expected q from 0 to 1"),
    ErrorCase(ag.quantile, [ag.zeros(0), 0.5], ShapeError, "at least one element"),
    ErrorCase(ag.quantile, [ag.zeros(2), 0.5], ArgumentError, "interpolation", {"interpolation": "cubic"}),
    ErrorCase(ag.nanquantile, [ag.tensor([1]), 0.5], DTypeError, "nanquantile: expected a floating-point"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_unbiased_may_stand_in_the_place_of_dim():
    x = ag.tensor(SPACED)
    assert x.var(False).item() == pytest.approx(SPACED.var())
    assert x.std(True).item() == pytest.approx(SPACED.std(ddof=1))


def test_the_deviation_of_equal_numbers_has_gradient_zero():
    x = ag.full((4,), 2.5, requires_grad=True)
    x.std().backward()
    assert x.grad.tolist() == [0, 0, 0, 0]


def test_the_variance_of_one_number_is_nan():
    assert math.isnan(ag.tensor([3.0]).var().item())


def test_float16_does_not_overflow_on_the_way():
    x = ag.tensor([-200.0, 300.0, 0.0], dtype=ag.float16)
    assert x.std().item() == pytest.approx(np.std([-200, 300, 0], ddof=1), rel=1e-3)
