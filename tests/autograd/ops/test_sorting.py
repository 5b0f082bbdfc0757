"""Sorting, and elements by their rank."""

import collections

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError
from autograd.ops import sorting
from autograd.ops.ordering import PACKED_FROM, stable_order
from tests.conformance import ErrorCase, OpCase, conforms, refuses

SPACED = np.random.default_rng(1).permutation(24).reshape(2, 3, 4) / 3.0
TIES = np.random.default_rng(2).integers(0, 3, (4, 7)).astype(float)
WITH_NAN = np.array([[1.0, np.nan, 3.0, -1.0], [np.nan, np.nan, np.nan, np.nan], [4.0, 5.0, -6.0, 4.5]])
INTEGERS = np.array([[3, -1, 0], [7, 7, 2]])


def rank(values, descending=False):
    """The places of a list in order; NaN above all, equal elements in their own order."""
    return sorted(
        range(len(values)), key=lambda i: (values[i] != values[i], values[i] if values[i] == values[i] else 0)
    ) if not descending else sorted(
        range(len(values)), key=lambda i: (values[i] == values[i], -values[i] if values[i] == values[i] else 0)
    )  # fmt: skip


def picked(choose):
    """An oracle of elements chosen along a dimension: `choose` gives their places in a list."""

    def oracle(x, dim=-1, keepdim=True, **kwargs):
        if x.ndim == 0:
            return x, np.array(0)
        rows = np.moveaxis(x, dim, -1)
        places = np.empty(rows.shape[:-1], object)
        for key in np.ndindex(*rows.shape[:-1]):
            places[key] = choose([float(v) for v in rows[key]], **kwargs)
        width = len(places.flat[0]) if places.size else 0
        found = np.array([p for row in places.flat for p in row], int).reshape(*rows.shape[:-1], width)
        values = np.moveaxis(np.take_along_axis(rows, found, -1), -1, dim)
        indices = np.moveaxis(found, -1, dim)
        return (values, indices) if keepdim else (values.squeeze(dim), indices.squeeze(dim))

    return oracle


def reduced(choose):
    inner = picked(choose)
    return lambda x, *args, keepdim=False, **kwargs: inner(x, *args, keepdim=keepdim, **kwargs)


def middle(values):
    missing = [i for i, v in enumerate(values) if v != v]
    return missing[:1] or [rank(values)[(len(values) - 1) // 2]]


def middle_number(values):
    there = sum(v == v for v in values)
    return [rank(values)[max(there - 1, 0) // 2]]


def most_frequent(values):
    counts = collections.Counter(values)
    wanted = min(v for v, n in counts.items() if n == max(counts.values()))
    return [max(i for i, v in enumerate(values) if v == wanted)]


in_order = picked(lambda values, descending=False, stable=False: rank(values, descending))
highest = picked(lambda values, k, largest=True: rank(values, largest)[:k])
kth = reduced(lambda values, k: [rank(values)[k - 1]])
median, nanmedian, mode = reduced(middle), reduced(middle_number), reduced(most_frequent)


def of_all(oracle):
    return lambda x, **kwargs: oracle(x.reshape(-1), 0)[0]


CASES = [
    *[
        OpCase(ag.sort, in_order, [spec], kwargs)
        for spec, kwargs in (
            (SPACED, {}),
            (SPACED, {"dim": 0, "descending": True}),
            ((4, 3), {"dim": -2, "stable": True}),
            (INTEGERS, {"dim": 1}),
            ((), {}),
            ((2, 0), {}),
        )
    ],
    OpCase(ag.sort, in_order, [TIES], {"dim": 1}, differentiable=False),
    OpCase(ag.sort, in_order, [TIES], {"dim": 0, "descending": True}, differentiable=False),
    OpCase(ag.sort, in_order, [WITH_NAN], differentiable=False),
    OpCase(ag.sort, in_order, [WITH_NAN], {"descending": True}, differentiable=False),
    OpCase(ag.argsort, lambda x, **kwargs: in_order(x, **kwargs)[1], [SPACED], {"dim": 1}, differentiable=False),
    OpCase(
        ag.argsort, lambda x, **kwargs: in_order(x, **kwargs)[1], [TIES], {"descending": True}, differentiable=False
    ),
    OpCase(ag.msort, lambda x: in_order(x, 0)[0], [(4, 3)]),
    *[
        OpCase(ag.topk, highest, [spec], kwargs)
        for spec, kwargs in (
            (SPACED, {"k": 2}),
            (SPACED, {"k": 1, "dim": 0, "largest": False}),
            ((5, 3), {"k": 5, "dim": 0}),
            ((3, 4), {"k": 0}),
            ((), {"k": 1}),
        )
    ],
    OpCase(ag.topk, highest, [WITH_NAN[[0, 2]]], {"k": 2}, differentiable=False),
    OpCase(ag.topk, highest, [WITH_NAN[[0, 2]]], {"k": 2, "largest": False}, differentiable=False),
    OpCase(ag.kthvalue, kth, [SPACED], {"k": 2}),
    OpCase(ag.kthvalue, kth, [(4, 3)], {"k": 4, "dim": 0, "keepdim": True}),
    OpCase(ag.kthvalue, kth, [()], {"k": 1}),
    OpCase(ag.median, of_all(median), [(3, 4)]),
    OpCase(ag.median, of_all(median), [WITH_NAN], differentiable=False),
    OpCase(ag.median, median, [SPACED], {"dim": 1}),
    OpCase(ag.median, median, [(4, 3)], {"dim": 0, "keepdim": True}),
    OpCase(ag.median, median, [WITH_NAN], {"dim": 1}, differentiable=False),
    OpCase(ag.nanmedian, of_all(nanmedian), [WITH_NAN], differentiable=False),
    OpCase(ag.nanmedian, nanmedian, [WITH_NAN], {"dim": 1}, differentiable=False),
    OpCase(ag.nanmedian, nanmedian, [(3, 4)], {"dim": 1}),
    OpCase(sorting.median_of_all, of_all(median), [(3, 3)], {"ignore_nan": False}),
    OpCase(
        sorting.median_along,
        lambda x, dim, keepdim, ignore_nan: median(x, dim, keepdim=keepdim),
        [(3, 4)],
        {"dim": 0, "keepdim": True, "ignore_nan": False},
    ),
    OpCase(ag.mode, mode, [TIES], {"dim": 1}, differentiable=False),
    OpCase(ag.mode, mode, [TIES], {"dim": 0, "keepdim": True}, differentiable=False),
    OpCase(ag.mode, mode, [(3, 4)]),
    OpCase(ag.mode, mode, [()]),
]
ERRORS = [
    ErrorCase(ag.sort, [ag.zeros(2), 1], DimensionError, r"sort: expected a dimension in \[-1, 0\], got 1"),
    ErrorCase(ag.topk, [ag.zeros(2, 3), 4], ArgumentError, r"topk: expected k in \[0, 3\] for shape \(2, 3\)"),
    ErrorCase(ag.kthvalue, [ag.zeros(2), 0], ArgumentError, r"kthvalue: expected k in \[1, 2\]"),
    ErrorCase(ag.median, [ag.zeros(2, 0), 1], DimensionError, "median: expected elements"),
    ErrorCase(ag.mode, [ag.zeros(2, 0)], DimensionError, "mode: expected elements"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"])
@pytest.mark.parametrize("descending", [False, True])
def test_large_arrays_are_ordered_stably(dtype, descending):
    source = np.random.default_rng(6)
    array = (source.normal(size=(3, PACKED_FROM)) * 30).astype(dtype)
    if array.dtype.kind == "f":
        array[:, ::100] = np.nan
        array[0, 5:8], array[0, 8:11], array[1, 3], array[1, 9] = -0.0, 0.0, np.inf, -np.inf
    wanted = np.array([rank([float(v) for v in row], descending) for row in array])
    np.testing.assert_array_equal(stable_order(array, 1, descending), wanted)
    np.testing.assert_array_equal(stable_order(array.T, 0, descending), wanted.T)


@pytest.mark.parametrize("bits", [31, 62])
def test_large_integers_far_apart(bits):
    array = np.random.default_rng(8).integers(-(1 << bits), 1 << bits, 3 * PACKED_FROM)
    np.testing.assert_array_equal(stable_order(array, 0), sorted(range(len(array)), key=array.tolist().__getitem__))


def test_distinct_doubles_and_nan_in_a_large_array():
    array = np.random.default_rng(9).normal(size=PACKED_FROM)
    np.testing.assert_array_equal(stable_order(array, 0), rank(array.tolist()))
    array[[5, 17]] = np.nan
    np.testing.assert_array_equal(stable_order(array, 0), rank(array.tolist()))


def test_the_median_of_nothing_is_nan():
    assert np.isnan(ag.zeros(0).median().item())


def test_ties_share_the_gradient_of_the_median_of_all():
    x = ag.tensor([1.0, 2.0, 2.0, 5.0], requires_grad=True)
    x.median().backward()
    assert x.grad.tolist() == [0, 0.5, 0.5, 0]
