"""Sums, means, products, and truth over dimensions."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from autograd.ops.summation import total
from tests.conformance import ErrorCase, OpCase, conforms, refuses

ZEROS = np.array([[2.0, 0.0, -3.0, 1.5], [0.0, 4.0, 0.0, 1.0], [1.0, 2.0, 3.0, -0.5]])
WITH_NAN = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, -6.0]])
INTEGERS = np.array([[3, -1, 0], [7, 7, 2]])


def over(function):
    """An oracle that applies `function` to the list of the elements that are reduced together."""

    def oracle(x, dim=None, keepdim=False, **_):
        axes = tuple(range(x.ndim)) if dim is None else dim if isinstance(dim, tuple) else (dim,)
        axes = {axis % x.ndim for axis in axes} if x.ndim else set()
        rest = [axis for axis in range(x.ndim) if axis not in axes]
        found = np.empty([x.shape[axis] for axis in rest])
        for place in np.ndindex(*found.shape):
            key = [slice(None)] * x.ndim
            for axis, i in zip(rest, place, strict=True):
                key[axis] = i
            found[place] = function([float(v) for v in np.ravel(x[tuple(key)])])
        return found.reshape([1 if a in axes else n for a, n in enumerate(x.shape)]) if keepdim else found

    return oracle


add_up = over(math.fsum)
average = over(lambda values: math.fsum(values) / len(values) if values else math.nan)
multiply = over(math.prod)
present = over(lambda values: math.fsum(v for v in values if v == v))
present_mean = over(lambda values: math.fsum(v for v in values if v == v) / sum(v == v for v in values))
true_in_all = over(lambda values: float(all(values)))
true_in_any = over(lambda values: float(any(values)))
occupied = over(lambda values: float(sum(v != 0 for v in values)))


def sizes(op, oracle, **kwargs):
    """The cases that every reduction has."""
    return [
        OpCase(op, oracle, [(3, 4)], **kwargs),
        OpCase(op, oracle, [()], **kwargs),
        OpCase(op, oracle, [()], {"dim": -1, "keepdim": True}, **kwargs),
        OpCase(op, oracle, [(3, 4)], {"dim": 0}, **kwargs),
        OpCase(op, oracle, [(2, 3, 4)], {"dim": -2, "keepdim": True}, **kwargs),
        OpCase(op, oracle, [(0, 3)], {"dim": 1}, **kwargs),
        OpCase(op, oracle, [(1, 3)], {"dim": 0}, **kwargs),
    ]


def several(op, oracle, **kwargs):
    """The cases of a reduction that takes several dimensions."""
    return [
        *sizes(op, oracle, **kwargs),
        OpCase(op, oracle, [(2, 3, 4)], {"dim": (0, -1)}, **kwargs),
        OpCase(op, oracle, [(2, 3, 4)], {"dim": (2, 1), "keepdim": True}, **kwargs),
    ]


CASES = [
    *several(ag.sum, add_up),
    OpCase(ag.sum, add_up, [(0, 3)], {"dim": 0}),
    OpCase(ag.sum, add_up, [(2, 3)], {"dtype": ag.float64}),
    OpCase(ag.sum, add_up, [INTEGERS], {"dim": 1}),
    *several(ag.mean, average),
    OpCase(ag.mean, average, [(0, 3)], {"dim": 0}, differentiable=False),
    OpCase(ag.mean, average, [(2, 3)], {"dim": 1, "dtype": ag.float64}),
    *sizes(ag.prod, multiply),
    OpCase(ag.prod, multiply, [(0, 3)], {"dim": 0}),
    OpCase(ag.prod, multiply, [ZEROS], {"dim": 0}),
    OpCase(ag.prod, multiply, [ZEROS], {"dim": 1, "keepdim": True}),
    OpCase(ag.prod, multiply, [ZEROS[0]]),
    OpCase(ag.prod, multiply, [ZEROS[1]]),
    OpCase(ag.prod, multiply, [np.array(0.0)]),
    OpCase(ag.prod, multiply, [np.zeros((2, 2))], {"dtype": ag.float64}),
    *several(ag.nansum, present),
    OpCase(ag.nansum, present, [WITH_NAN], {"dim": 0}, differentiable=False),
    OpCase(ag.nanmean, average, [(3, 4)]),
    OpCase(ag.nanmean, present_mean, [WITH_NAN], {"dim": 1, "keepdim": True}, differentiable=False),
    *several(ag.all, true_in_all, differentiable=False),
    *several(ag.any, true_in_any, differentiable=False),
    OpCase(ag.all, true_in_all, [INTEGERS], {"dim": 1}),
    OpCase(ag.any, true_in_any, [np.zeros((2, 3), bool)], {"dim": 1}),
    OpCase(ag.count_nonzero, occupied, [ZEROS], differentiable=False),
    OpCase(ag.count_nonzero, occupied, [ZEROS], {"dim": (0, 1)}, differentiable=False),
    OpCase(ag.count_nonzero, occupied, [ZEROS], {"dim": 1}, differentiable=False),
    OpCase(ag.count_nonzero, occupied, [()], differentiable=False),
    OpCase(ag.trace, lambda x: sum(x[i, i] for i in range(min(x.shape))), [(3, 4)]),
]
ERRORS = [
    ErrorCase(ag.sum, [ag.zeros(2, 3), 2], DimensionError, r"sum: expected a dimension in \[-2, 1\], got 2"),
    ErrorCase(ag.sum, [ag.zeros(2, 3), (0, -2)], ArgumentError, "sum: expected each dimension once"),
    ErrorCase(ag.prod, [ag.zeros(()), 1], DimensionError, "prod"),
    ErrorCase(ag.mean, [ag.tensor([1, 2])], DTypeError, "mean: expected a floating-point dtype, got int64"),
    ErrorCase(ag.any, [ag.zeros(2), 1], DimensionError, "any"),
    ErrorCase(ag.trace, [ag.zeros(2)], ShapeError, "trace: expected a matrix"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize(
    ("dtype", "wanted"), [(ag.bool, ag.int64), (ag.uint8, ag.int64), (ag.int32, ag.int64), (ag.float16, ag.float16)]
)
def test_dtypes_of_sums(dtype, wanted):
    x = ag.ones(3, dtype=dtype)
    for found in (x.sum(), x.prod(), x.sum(0), x.nansum()):
        assert found.dtype is wanted
    assert x.sum().item() == 3


def test_float16_is_added_up_in_float32():
    assert ag.ones(5000, dtype=ag.float16).sum().item() == 5000
    assert ag.ones(80_000, dtype=ag.float16).mean().item() == 1
    assert ag.ones(80_000, 1, dtype=ag.float16).mean(0).tolist() == [1]


def test_names_of_numpy_are_taken():
    x = ag.tensor(ZEROS)
    np.testing.assert_array_equal(x.sum(axis=1, keepdims=True).numpy(), ZEROS.sum(1, keepdims=True))
    np.testing.assert_array_equal(x.max(axis=1, keepdims=True).values.numpy(), ZEROS.max(1, keepdims=True))
    np.testing.assert_allclose(x.std(axis=0, keepdims=True).numpy(), ZEROS.std(0, ddof=1, keepdims=True))
    np.testing.assert_allclose(x.nanmean(axis=0, keepdims=True).numpy(), ZEROS.mean(0, keepdims=True))
    for median in (ag.median, ag.nanmedian):
        assert median(x, axis=1, keepdims=True).values.shape == ZEROS.max(1, keepdims=True).shape


def test_gradient_of_a_product_that_underflows():
    x = ag.tensor([1e-30, 1e-30, 1.0], requires_grad=True)
    x.prod().backward()
    np.testing.assert_allclose(x.grad.numpy(), [1e-30, 1e-30, 0], rtol=1e-6)


@pytest.mark.parametrize("order", ["C", "F", "strided"])
@pytest.mark.parametrize(
    ("shape", "dims"),
    [
        ((9000, 3), (0,)),
        ((3000, 5), (1,)),
        ((700, 100), (0,)),
        ((70, 100), (1,)),
        ((4, 1500, 6), (1,)),
        ((4, 1500, 6), (0, 2)),
        ((5, 300, 20), (0, 1)),
        ((5, 300, 20), (1, 2)),
        ((3, 5, 20, 30), (0, 2)),
        ((5000, 1), (1,)),
        ((5000, 1), (0,)),
        ((0, 5000), (0,)),
        ((8000, 0), (0,)),
    ],
)
def test_sums_of_large_arrays(shape, dims, order):
    array = np.random.default_rng(5).uniform(size=shape).astype(np.float32)
    if order == "F":
        array = np.asfortranarray(array)
    if order == "strided":
        array = np.repeat(array, 2, -1)[..., ::2]
    exact = np.add.reduce(array, dims, np.float64)
    np.testing.assert_allclose(total(array, dims), exact, rtol=6e-7)
    np.testing.assert_allclose(
        total(array, dims, True), np.add.reduce(array, dims, np.float64, keepdims=True), rtol=6e-7
    )


def test_nan_and_infinity_stay_in_their_sums():
    array = np.ones((5000, 3), np.float32)
    array[7, 1], array[4000, 2] = np.nan, np.inf
    np.testing.assert_array_equal(total(array, (0,)), [5000, np.nan, np.inf])
    np.testing.assert_array_equal(np.isfinite(total(array, (1,))), np.isfinite(array).all(1))
