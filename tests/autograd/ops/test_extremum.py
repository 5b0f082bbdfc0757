"""Largest and smallest elements, and what ties get of the gradient."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, OperandError
from autograd.ops import extremum
from tests.autograd.ops.test_reduction import over, several, sizes
from tests.conformance import ErrorCase, OpCase, conforms, refuses

SPACED = np.random.default_rng(1).permutation(24).reshape(2, 3, 4) / 3.0
TIES = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
WITH_NAN = np.array([[1.0, np.nan, 3.0], [2.0, 0.0, -2.0]])
INTEGERS = np.array([[3, -1, 0], [7, 7, 2]])


def largest_place(values):
    return float(max(range(len(values)), key=lambda i: (values[i] != values[i], values[i], -i)))


def smallest_place(values):
    return float(min(range(len(values)), key=lambda i: (values[i] == values[i], values[i], i)))


largest, smallest = over(max), over(min)
where_largest, where_smallest = over(largest_place), over(smallest_place)


def both(x, dim=None, keepdim=False):
    return smallest(x, dim, keepdim), largest(x, dim, keepdim)


def largest_along(x, dim, keepdim=False):
    return largest(x, dim, keepdim), where_largest(x, dim, keepdim)


def smallest_along(x, dim, keepdim=False):
    return smallest(x, dim, keepdim), where_smallest(x, dim, keepdim)


CASES = [
    *several(ag.amax, largest),
    *several(ag.amin, smallest),
    *sizes(ag.aminmax, both),
    OpCase(ag.amax, largest, [INTEGERS], {"dim": 1}),
    OpCase(ag.amin, smallest, [INTEGERS]),
    OpCase(ag.max, largest, [(3, 4)]),
    OpCase(ag.min, smallest, [(3, 4)]),
    OpCase(ag.max, largest, [()]),
    OpCase(ag.max, largest_along, [SPACED], {"dim": -2}),
    OpCase(ag.max, largest_along, [(3, 4)], {"dim": 1, "keepdim": True}),
    OpCase(ag.max, largest_along, [()], {"dim": 0}),
    OpCase(ag.max, largest_along, [TIES], {"dim": 1}, differentiable=False),
    OpCase(ag.min, smallest_along, [SPACED], {"dim": 0}),
    OpCase(ag.min, smallest_along, [INTEGERS], {"dim": 1}),
    OpCase(ag.max, np.maximum, [(2, 3), (3,)], name="max_other"),
    OpCase(ag.min, np.minimum, [(2, 1), (3,)], name="min_other"),
    OpCase(extremum.max_of_all, largest, [(2, 3)]),
    OpCase(extremum.min_of_all, smallest, [(2, 3)]),
    OpCase(extremum.max_along, largest_along, [SPACED], {"dim": 2}),
    OpCase(extremum.min_along, smallest_along, [SPACED], {"dim": 1, "keepdim": True}),
    *sizes(ag.argmax, where_largest, differentiable=False),
    *sizes(ag.argmin, where_smallest, differentiable=False),
    OpCase(ag.argmax, where_largest, [TIES], {"dim": 1}, differentiable=False),
    OpCase(ag.argmin, where_smallest, [TIES], differentiable=False),
]
ERRORS = [
    *[ErrorCase(op, [ag.zeros(0, 3)], ArgumentError, "elements") for op in (ag.max, ag.min, ag.argmax, ag.argmin)],
    *[
        ErrorCase(op, [ag.zeros(2, 0), 1], DimensionError, rf"{op.__name__}: expected elements.*\(2, 0\), dim=1")
        for op in (ag.max, ag.min, ag.argmax, ag.argmin, ag.amax, ag.amin)
    ],
    ErrorCase(ag.aminmax, [ag.zeros(0)], ArgumentError, "aminmax"),
    ErrorCase(ag.max, [ag.zeros(2), 1], DimensionError, r"max: expected a dimension in \[-1, 0\]"),
    ErrorCase(ag.amax, [ag.zeros(2, 2), (0, 0)], ArgumentError, "once"),
    ErrorCase(ag.argmax, [ag.zeros(2), "x"], OperandError, "integer"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (lambda x: x.max(), [[0, 0.5, 0.5], [0, 0, 0]]),
        (lambda x: x.amax(1).sum(), [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]),
        (lambda x: x.max(1)[0].sum(), [[0, 1, 0], [1, 0, 0]]),
        (lambda x: x.min(1)[0].sum(), [[1, 0, 0], [1, 0, 0]]),
        (lambda x: x.aminmax().max, [[0, 0.5, 0.5], [0, 0, 0]]),
        (lambda x: x.aminmax(dim=0).min.sum(), [[1, 0, 0], [0, 1, 1]]),
    ],
)
def test_ties_share_or_the_index_takes_all(call, wanted):
    x = ag.tensor(TIES, requires_grad=True)
    call(x).backward()
    np.testing.assert_allclose(x.grad.numpy(), wanted)


def test_nan_wins_everywhere():
    x = ag.tensor(WITH_NAN, requires_grad=True)
    assert np.isnan([x.max().item(), x.min().item(), x.amax(1)[0].item(), x.min(1)[0][0].item()]).all()
    assert x.argmax().item() == x.argmin().item() == 1
    x.max().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [[0, 1, 0], [0, 0, 0]])


def test_results_are_named_and_indices_carry_no_gradient():
    x = ag.tensor(SPACED, requires_grad=True)
    found = x.max(1)
    assert found.values.requires_grad and not found.indices.requires_grad
    assert found.indices.dtype is ag.int64
    assert x.aminmax()._fields == ("min", "max")
