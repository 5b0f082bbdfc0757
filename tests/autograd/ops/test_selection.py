"""Choosing among elements, and bounding them."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, OperandError
from autograd.ops.selection import where
from tests.conformance import ErrorCase, OpCase, conforms, refuses

MASK = np.array([[True, False, True], [False, False, True]])
APART = np.array([[0.3, -1.2, 0.9], [1.4, -0.2, 0.55]]), np.array([0.1, -0.8, 1.3])
WITH_NAN = np.array([1.0, np.nan, 1.0, np.nan]), np.array([2.0, 2.0, np.nan, np.nan])
INTEGERS = np.array([0, 1, 2, 3, 4])


def chosen(pick):
    """The oracle that picks one of each pair of numbers."""
    return lambda a, b: np.vectorize(pick, otypes=[a.dtype])(a, b)


def clamped(a, min=None, max=None):
    low, high = (np.full_like(a, x) if x is not None else None for x in (min, max))
    raised = a if low is None else np.where(a < low, low, a)
    return raised if high is None else np.where(raised > high, high, raised)


CASES = [
    OpCase(where, lambda c, a, b: c * a + ~c * b, [MASK, (2, 3), (2, 3)]),
    OpCase(where, lambda c, a, b: c * a + ~c * b, [MASK, (2, 1), (3,)]),
    OpCase(where, lambda c, a, b: c * a + ~c * b, [np.array(True), (2, 3), ()]),
    OpCase(where, lambda c, a, b: c * a + ~c * b, [MASK[:, :0], (2, 1), ()]),
    OpCase(ag.where, lambda c, a, other: np.where(c, a, a.dtype.type(0)), [MASK, (2, 3)], {"other": 0.0}),
    OpCase(ag.where, lambda c, a, b: c * a + ~c * b, [MASK, np.array([1, 2, 3]), np.array([4, 5, 6])]),
    OpCase(ag.relu, lambda a: (a + np.abs(a)) / 2, [APART[0]]),
    OpCase(ag.relu, lambda a: (a + np.abs(a)) / 2, [(4, 5)]),
    OpCase(ag.relu, lambda a: (a + np.abs(a)) / 2, [np.array(0.7)]),
    OpCase(ag.relu, lambda a: a, [INTEGERS]),
    OpCase(ag.maximum, chosen(lambda x, y: x if x > y else y), [*APART]),
    OpCase(ag.maximum, lambda a, b: a + 0 * b, [WITH_NAN[0] + 0.5, WITH_NAN[0]], differentiable=False),
    OpCase(ag.minimum, chosen(lambda x, y: x if x < y else y), [*APART]),
    OpCase(ag.fmax, chosen(lambda x, y: x if x > y or y != y else y), [*APART]),
    OpCase(ag.fmax, lambda a, b: np.array([2.0, 2.0, 1.0, np.nan], a.dtype), [*WITH_NAN], differentiable=False),
    OpCase(ag.fmin, chosen(lambda x, y: x if x < y or y != y else y), [*APART]),
    OpCase(ag.fmin, lambda a, b: np.array([1.0, 2.0, 1.0, np.nan], a.dtype), [*WITH_NAN], differentiable=False),
    OpCase(ag.clamp, clamped, [APART[0]], {"min": -0.5, "max": 0.7}),
    OpCase(ag.clamp, clamped, [APART[0]], {"min": 0.4}),
    OpCase(ag.clamp, clamped, [APART[0]], {"max": 0.4}),
    OpCase(ag.clamp, clamped, [APART[0], np.array([0.0, -0.5, 0.1]), np.array([[0.2], [0.7]])]),
    OpCase(ag.clamp, clamped, [INTEGERS], {"min": 1, "max": 3}),
    OpCase(ag.clamp_min, clamped, [APART[0]], {"min": 0.4}),
    OpCase(ag.clamp_max, lambda a, max: clamped(a, None, max), [APART[0]], {"max": 0.4}),
    OpCase(ag.nan_to_num, lambda a: a, [(2, 3)]),
    OpCase(
        ag.nan_to_num, lambda a: np.array([1, 0, np.finfo(a.dtype).max, np.finfo(a.dtype).min], a.dtype),
        [np.array([1.0, np.nan, np.inf, -np.inf])], differentiable=False,
    ),
    OpCase(
        ag.nan_to_num, lambda a, **_: np.array([1, 5, 6, 7], a.dtype), [np.array([1.0, np.nan, np.inf, -np.inf])],
        {"nan": 5.0, "posinf": 6.0, "neginf": 7.0}, differentiable=False,
    ),
    OpCase(ag.nan_to_num, lambda a: a, [INTEGERS]),
    OpCase(ag.heaviside, lambda a, b: (a > 0).astype(a.dtype), [*APART]),
    OpCase(ag.heaviside, lambda a, b: np.array([0, 0.4, 1], a.dtype), [np.array([-1.0, 0.0, 2.0]), np.array(0.4)],
           grad_inputs=[1]),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.clamp, [ag.ones(2)], ArgumentError, "clamp: expected min, max or both"),
    ErrorCase(ag.where, [ag.ones(2), ag.ones(2), ag.ones(2)], DTypeError, "where: expected"),
    ErrorCase(ag.where, [ag.ones(2).bool(), ag.ones(2)], OperandError, "both input and other, or neither"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("op", [ag.maximum, ag.minimum])
def test_nan_wins_and_ties_are_shared(op):
    x, y = (ag.tensor(side, requires_grad=True) for side in ([1.0, np.nan, 2.0], [1.0, 0.0, np.nan]))
    out = op(x, y)
    assert np.isnan(out[1].item()) and np.isnan(out[2].item())
    out[0].backward()
    assert x.grad[0].item() == y.grad[0].item() == 0.5


def test_a_branch_not_taken_leaves_no_nan_in_the_gradient():
    x = ag.tensor([0.0, 4.0], requires_grad=True)
    safe = ag.where(x > 0, x, 1.0)
    ag.where(x > 0, safe.sqrt() / safe, 0.0).sum().backward()
    assert x.grad.tolist() == [0.0, -0.0625]


def test_gradients_pass_at_the_bounds_of_clamp_and_stop_at_the_kink_of_relu():
    x = ag.tensor([0.0, 1.0, 2.0], requires_grad=True)
    (ag.clamp(x, 0, 1) + 10 * ag.relu(x - 1)).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 10.0]


def test_where_of_a_condition_alone_gives_indices():
    rows, columns = ag.where(ag.tensor([[0, 1], [2, 0]]))
    assert rows.tolist() == [0, 1] and columns.tolist() == [1, 0]
