"""Places in ordered sequences, distinct elements, counts."""

import bisect

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

TIES = np.random.default_rng(2).integers(0, 4, (3, 8)).astype(float)
ROWS = np.sort(TIES, 1)
SEQUENCE = np.array([0.0, 1.0, 1.0, 3.0])
INTEGERS = np.array([3, 1, 1, 0, 3, 3])


def places(sequence, values, right=False, **_):
    find = bisect.bisect_right if right else bisect.bisect_left
    sequence = np.broadcast_to(sequence, (*np.shape(values)[:-1], sequence.shape[-1]))
    found = np.empty(np.shape(values), int)
    for key in np.ndindex(*found.shape):
        found[key] = find(sequence[key[:-1]].tolist(), values[key])
    return found


def place_after(sequence, values, side):
    return places(sequence, values, side == "right")


def slices(x, dim):
    """The elements, or the slices along a dimension, as tuples."""
    return [tuple(np.ravel(s)) for s in (np.ravel(x) if dim is None else np.moveaxis(x, dim, 0))]


def outputs(x, dim, places, inverse, return_inverse, return_counts):
    """The slices at `places`, with what else is asked for."""
    values = np.take(np.ravel(x), places) if dim is None else np.take(x, places, dim)
    counts = [inverse.count(i) for i in range(len(places))]
    shaped = np.array(inverse).reshape(x.shape) if dim is None else np.array(inverse)
    found = [values, *([shaped] if return_inverse else []), *([np.array(counts)] if return_counts else [])]
    return tuple(found) if len(found) > 1 else values


def distinct(x, return_inverse=False, return_counts=False, dim=None):
    items = slices(x, dim)
    values = sorted(set(items))
    inverse = [values.index(item) for item in items]
    return outputs(x, dim, [items.index(value) for value in values], inverse, return_inverse, return_counts)


def runs(x, return_inverse=False, return_counts=False, dim=None):
    items = slices(x, dim)
    starts = [i for i, item in enumerate(items) if i == 0 or item != items[i - 1]]
    inverse = [bisect.bisect_right(starts, i) - 1 for i in range(len(items))]
    return outputs(x, dim, starts, inverse, return_inverse, return_counts)


def tally(x, weights=None, minlength=0):
    found = [0.0] * max(minlength, max(x.tolist(), default=-1) + 1)
    for i, value in enumerate(x.tolist()):
        found[value] += 1 if weights is None else weights[i]
    return np.array(found)


def histogram(x, bins=100, min=0, max=0):
    return np.histogram(x, bins, (min, max) if min != max else None)[0]


def case(op, oracle, inputs, kwargs=None):
    return OpCase(op, oracle, inputs, kwargs or {}, differentiable=False)


CASES = [
    case(ag.searchsorted, places, [SEQUENCE, TIES]),
    case(ag.searchsorted, places, [SEQUENCE, TIES], {"right": True, "out_int32": True}),
    case(ag.searchsorted, place_after, [SEQUENCE, TIES], {"side": "right"}),
    case(ag.searchsorted, places, [ROWS, TIES[:, :5]]),
    case(ag.searchsorted, places, [ROWS, TIES], {"right": True}),
    case(ag.searchsorted, places, [ROWS[:, :0], TIES]),
    case(ag.bucketize, lambda x, edges, **kwargs: places(edges, x, **kwargs), [TIES, SEQUENCE]),
    case(ag.bucketize, lambda x, edges, **kwargs: places(edges, x, **kwargs), [TIES, SEQUENCE], {"right": True}),
    case(ag.unique, distinct, [TIES]),
    case(ag.unique, distinct, [TIES], {"return_inverse": True, "return_counts": True}),
    case(ag.unique, distinct, [TIES[:, :2]], {"return_counts": True, "dim": 0}),
    case(ag.unique, distinct, [INTEGERS], {"return_inverse": True}),
    case(ag.unique_consecutive, runs, [TIES]),
    case(ag.unique_consecutive, runs, [INTEGERS], {"return_inverse": True, "return_counts": True}),
    case(ag.unique_consecutive, runs, [TIES[:2]], {"return_inverse": True, "return_counts": True, "dim": 1}),
    case(ag.bincount, tally, [INTEGERS]),
    case(ag.bincount, tally, [INTEGERS], {"minlength": 9}),
    case(ag.bincount, tally, [INTEGERS, (6,)]),
    case(ag.bincount, tally, [INTEGERS[:0]], {"minlength": 2}),
    case(ag.histc, histogram, [(40,)], {"bins": 7, "min": -1, "max": 1.5}),
    case(ag.histc, histogram, [(5, 6)], {"bins": 4}),
    case(ag.histc, histogram, [np.full(3, 2.0)], {"bins": 4, "min": 0, "max": 3}),
    case(ag.isin, lambda x, test: np.array([v in test for v in x.tolist()]), [INTEGERS, np.array([1, 5])]),
    case(
        ag.isin,
        lambda x, test, invert: np.array([v not in test for v in x.tolist()]),
        [INTEGERS, np.array([1, 5])],
        {"invert": True},
    ),
]
ERRORS = [
    ErrorCase(ag.searchsorted, [ag.zeros(2, 3), ag.zeros(3, 3)], ShapeError, r"leading dimensions.*\(2, 3\)"),
    ErrorCase(ag.searchsorted, [ag.zeros(3), ag.zeros(3)], ArgumentError, "side", {"side": "middle"}),
    ErrorCase(ag.searchsorted, [ag.zeros(3), ag.zeros(3)], ShapeError, "sorter", {"sorter": ag.tensor([1, 0])}),
    ErrorCase(ag.bucketize, [ag.zeros(3), ag.zeros(2, 2)], ShapeError, "boundaries in one dimension"),
    ErrorCase(ag.bincount, [ag.zeros(3)], DTypeError, "bincount: expected integers"),
    ErrorCase(ag.bincount, [ag.tensor([1, -1])], ArgumentError, "no negative numbers"),
    ErrorCase(ag.bincount, [ag.tensor([[1]])], ShapeError, "a vector"),
    ErrorCase(ag.histc, [ag.zeros(3), 0], ArgumentError, "bins of at least 1"),
    ErrorCase(ag.histc, [ag.zeros(3), 5, 2, 1], ArgumentError, "min below max"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_nan_is_never_the_same():
    x = ag.tensor([np.nan, 1.0, np.nan])
    assert x.unique().shape == (3,)
    assert x.unique_consecutive().shape == (3,)


@pytest.mark.parametrize("right", [False, True])
def test_numbers_and_sorters(right):
    sequence = ag.tensor([3.0, 1.0, 2.0])
    assert ag.searchsorted(sequence, 2.0, right=right, sorter=sequence.argsort()).item() == 1 + right
    assert ag.searchsorted(ag.tensor([1, 2, 3]), ag.tensor([1.5]), right=right).tolist() == [1]


def test_histograms_leave_out_nan():
    assert ag.tensor([np.nan, 1.0, 2.0]).histc(2, 0, 4).tolist() == [1, 1]
