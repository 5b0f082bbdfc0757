"""Running sums, products and extremes, and differences."""

import itertools
import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from autograd.ops.scan import recurrence
from tests.conformance import ErrorCase, OpCase, conforms, refuses

ZEROS = np.array([[2.0, 0.0, -3.0, 1.5], [0.0, 4.0, 0.0, 1.0], [1.0, 2.0, 3.0, -0.5]])
SPACED = np.random.default_rng(1).permutation(24).reshape(2, 3, 4) / 3.0
TIES = np.array([[1.0, 3.0, 3.0, 2.0], [2.0, 2.0, np.nan, 5.0]])
INTEGERS = np.array([[3, -1, 0], [7, 7, 2]])
BOOLS = np.array([[True, False, False], [True, True, False]])


def along(function):
    """An oracle that applies `function` to the list of the elements along the dimension."""

    def oracle(x, dim, **_):
        if x.ndim == 0:
            return np.array(function([float(x)])[0])
        rows = np.moveaxis(x, dim, -1)
        found = [function([float(v) for v in row]) for row in rows.reshape(math.prod(rows.shape[:-1]), rows.shape[-1])]
        return np.moveaxis(np.array(found).reshape(rows.shape), -1, dim)

    return oracle


def running_places(better):
    def function(values):
        best, places = 0, []
        for i, v in enumerate(values):
            if v != v or (values[best] == values[best] and not better(values[best], v)):
                best = i
            places.append(float(best))
        return places

    return function


def log_sums(values):
    return [math.log(math.fsum(math.exp(v) for v in values[: i + 1])) for i in range(len(values))]


def running(places):
    """Values and places of running extremes."""

    def oracle(x, dim):
        found = along(places)(x, dim).astype(int)
        return np.take_along_axis(x, found, dim) if x.ndim else x, found

    return oracle


running_max = running(running_places(lambda held, new: held > new))
running_min = running(running_places(lambda held, new: held < new))
running_sum = along(lambda values: list(itertools.accumulate(values)))
running_product = along(lambda values: list(itertools.accumulate(values, lambda a, b: a * b)))


def differences(x, n=1, dim=-1, prepend=None, append=None):
    return np.diff(x, n, dim, *[np._NoValue if e is None else e for e in (prepend, append)])


def recurred(x, weight, dim):
    out = np.moveaxis(np.array(x), dim, 0).copy()
    steps = np.moveaxis(weight, dim, 0)
    for i in range(1, len(out)):
        out[i] += steps[i - 1] * out[i - 1]
    return np.moveaxis(out, 0, dim)


def sizes(op, oracle, **kwargs):
    return [
        OpCase(op, oracle, [(4,)], {"dim": 0}, **kwargs),
        OpCase(op, oracle, [(3, 4)], {"dim": -1}, **kwargs),
        OpCase(op, oracle, [(2, 3, 2)], {"dim": 1}, **kwargs),
        OpCase(op, oracle, [()], {"dim": 0}, **kwargs),
        OpCase(op, oracle, [(2, 1)], {"dim": 1}, **kwargs),
        OpCase(op, oracle, [(0, 3)], {"dim": 0}, **kwargs),
        OpCase(op, oracle, [(0, 3)], {"dim": 1}, **kwargs),
    ]


CASES = [
    *sizes(ag.cumsum, running_sum),
    OpCase(ag.cumsum, running_sum, [INTEGERS], {"dim": 1}),
    OpCase(ag.cumsum, running_sum, [(3, 2)], {"dim": 0, "dtype": ag.float64}),
    *sizes(ag.cumprod, running_product),
    OpCase(ag.cumprod, running_product, [ZEROS], {"dim": 0}),
    OpCase(ag.cumprod, running_product, [ZEROS], {"dim": 1}),
    OpCase(ag.cumprod, running_product, [ZEROS], {"dim": -1, "dtype": ag.float64}),
    OpCase(ag.cumprod, running_product, [INTEGERS], {"dim": 0}),
    *sizes(ag.logcumsumexp, along(log_sums)),
    OpCase(ag.logcumsumexp, along(log_sums), [(3, 4)], {"dim": 0}, domain=(-30, 30), tol32=2e-5),
    OpCase(ag.cummax, running_max, [SPACED], {"dim": 1}),
    OpCase(ag.cummax, running_max, [(3, 4)], {"dim": -1}),
    OpCase(ag.cummax, running_max, [()], {"dim": 0}),
    OpCase(ag.cummax, running_max, [TIES], {"dim": 1}, differentiable=False),
    OpCase(ag.cummin, running_min, [SPACED], {"dim": 2}),
    OpCase(ag.cummin, running_min, [(3, 4)], {"dim": 0}),
    OpCase(ag.cummin, running_min, [TIES], {"dim": 1}, differentiable=False),
    OpCase(ag.cummin, running_min, [INTEGERS], {"dim": 0}),
    OpCase(recurrence, recurred, [(4,), (3,)], {"dim": 0}),
    OpCase(recurrence, recurred, [(2, 4, 3), (2, 3, 3)], {"dim": 1}),
    OpCase(recurrence, recurred, [(3, 2), (3, 1)], {"dim": -1}),
    OpCase(ag.trapezoid, lambda y: np.trapezoid(y), [(3, 4)]),
    OpCase(ag.trapz, lambda y, x, dim: np.trapezoid(y, x, axis=dim), [(3, 4), (3,)], {"dim": 0}),
    OpCase(ag.trapezoid, lambda y, x: np.trapezoid(y, x), [(3, 4), (3, 4)]),
    OpCase(ag.diff, differences, [(3, 4)]),
    OpCase(ag.diff, differences, [(3, 4)], {"n": 2, "dim": 0}),
    OpCase(ag.diff, differences, [(3, 4)], {"n": 0}),
    OpCase(ag.diff, differences, [(2, 0)]),
    OpCase(ag.diff, differences, [BOOLS], {"dim": 1}),
    OpCase(
        lambda x, before, after, **kwargs: ag.diff(x, 1, 0, before, after),
        lambda x, before, after: differences(x, 1, 0, before, after),
        [(3, 2), (1, 2), (2, 2)],
        name="diff_with_ends",
    ),
]
ERRORS = [
    ErrorCase(ag.cumsum, [ag.zeros(2), 1], DimensionError, r"cumsum: expected a dimension in \[-1, 0\], got 1"),
    ErrorCase(ag.logcumsumexp, [ag.tensor([1, 2]), 0], DTypeError, "logcumsumexp: expected a floating-point dtype"),
    ErrorCase(ag.diff, [ag.tensor(1.0)], ShapeError, "diff: expected at least one dimension"),
    ErrorCase(ag.diff, [ag.zeros(2), -1], ArgumentError, "diff: expected n of at least 0"),
    ErrorCase(recurrence, [ag.zeros(3), ag.zeros(3), 0], ShapeError, "one weight fewer"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_long_float32_sums_stay_accurate():
    x = np.random.default_rng(4).uniform(size=300_000).astype(np.float32)
    np.testing.assert_allclose(ag.tensor(x).cumsum(0).numpy(), np.cumsum(x, dtype=np.float64), rtol=1e-6)


def test_logcumsumexp_of_numbers_that_would_overflow():
    x = ag.tensor([1000.0, -1000.0, 2000.0], dtype=ag.float64, requires_grad=True)
    y = x.logcumsumexp(0)
    np.testing.assert_allclose(y.tolist(), [1000, 1000, 2000])
    (g,) = ag.grad(y.sum(), [x])
    np.testing.assert_allclose(g.tolist(), [2, 0, 1])


@pytest.mark.parametrize("shape", [(6000,), (50, 40, 3), (3, 1500)])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_large_arrays_of_each_dtype(shape, dtype):
    array = (1 + np.random.default_rng(4).normal(size=shape) / 50).astype(dtype)
    tol = {"float16": 2e-3, "float32": 1e-6, "float64": 1e-12}[dtype]
    for dim in range(len(shape)):
        for found, function in ((ag.tensor(array).cumsum(dim), np.cumsum), (ag.tensor(array).cumprod(dim), np.cumprod)):
            assert found.numpy().dtype == dtype
            np.testing.assert_allclose(found.numpy(), function(array.astype(float), dim), rtol=tol)


def test_gradients_in_float16():
    x = ag.tensor([2.0, 0.0, 3.0], dtype=ag.float16, requires_grad=True)
    x.cumprod(0).sum().backward()
    assert x.grad.tolist() == [1, 8, 0]


@pytest.mark.parametrize("name", ["cumsum_", "cumprod_"])
def test_in_place_twins_are_differentiable(name):
    def function(x):
        y = x * 1
        getattr(y, name)(0)
        return y

    assert ag.gradcheck(function, [ag.tensor(ZEROS, requires_grad=True)])
