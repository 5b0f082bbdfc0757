import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, ShapeError
from autograd.ops.assignment import add_items, assign, erase, fill_, put
from tests.conformance import ErrorCase, OpCase, conforms, refuses

MASK = np.array([[True, False, True], [False, False, True]])


def _assigned(key):
    """`y[key] = value` on a copy, as a function of both."""

    def op(x, value):
        y = x.clone()
        y[key] = value
        return y

    def oracle(x, value):
        y = x.copy()
        y[key] = value.item() if value.size == 1 else value
        return y

    return op, oracle


def _set(shape, key, value):
    return OpCase(*_assigned(key), [shape, value], name=f"y[{key}] = value")


def _put(x, *indices_and_values, accumulate=False):
    *indices, values = indices_and_values
    out = x.copy()
    if accumulate:
        np.add.at(out, tuple(indices), values)
    else:
        out[tuple(indices)] = values
    return out


def _put_op(x, *indices_and_values, accumulate=False):
    *indices, values = indices_and_values
    return ag.index_put(x, indices, values, accumulate)


def _at(x, src, key):
    out = x.copy()
    out[key] = src
    return out


CASES = [
    _set((3, 4), 0, (4,)),
    _set((3, 4), 0, ()),
    _set((3, 4), (slice(None), 1), (3,)),
    _set((3, 4), (slice(None), slice(1, 3)), (3, 1)),
    _set((3, 4), slice(None, None, 2), (1, 2, 4)),
    _set((3, 4), (1, 2), ()),
    _set((3, 4), (1, 2), (1, 1)),
    _set((3, 4), Ellipsis, (4,)),
    _set((3, 4), None, (1, 3, 4)),
    _set((), Ellipsis, ()),
    _set((), (), (1,)),
    _set((3, 4), [2, 0], (2, 4)),
    _set((3, 4), [2, 0], (4,)),
    _set((3, 4), (slice(1, None), [1, 3]), (2, 1)),
    _set((3, 4), ([0, 1], [1, 1]), ()),
    _set((2, 3), MASK, (3,)),
    _set((2, 3), MASK, ()),
    _set((2, 3, 2), (MASK, 1), (3,)),
    _set((4, 2, 3), (slice(2), MASK), (2, 1)),
    _set((3,), slice(0, 0), ()),
    _set((3,), [], ()),
    _set((2, 3), True, ()),
    OpCase(_put_op, _put, [(3, 4), np.array([0, 2]), np.array([1, 1]), (2,)], name="index_put"),
    OpCase(_put_op, _put, [(3, 4), np.array([0, 2]), (4,)], name="index_put"),
    OpCase(_put_op, _put, [(2, 3), MASK, ()], name="index_put"),
    OpCase(_put_op, _put, [(3, 4), np.array([0, 0]), np.array([1, -3]), (2,)], {"accumulate": True}, name="index_put"),
    OpCase(_put_op, _put, [(3, 4), np.array([0, 0]), (1, 4)], {"accumulate": True}, name="index_put"),
    OpCase(_put_op, _put, [(2, 3), MASK, ()], {"accumulate": True}, name="index_put"),
    OpCase(ag.select_scatter, lambda x, src, dim, index: _at(x, src, np.s_[:, -1]), [(2, 3), (2,)],
           {"dim": 1, "index": -1}),
    OpCase(ag.slice_scatter, lambda x, src, dim, start, step: _at(x, src, np.s_[:, 1::2]), [(2, 5), (2, 2)],
           {"dim": -1, "start": 1, "step": 2}),
    OpCase(lambda x, i, s: put(x, i, s), lambda x, i, s: _at(x.ravel(), s, i).reshape(x.shape),
           [(2, 3), np.array([[0, -1]]), (1, 2)], name="put"),
]  # fmt: skip

X = ag.zeros(3, 4)
ERRORS = [
    ErrorCase(assign, [X, 0, ag.zeros(3)], ShapeError, r"broadcasts to the indexed elements, got shape \(3,\)"),
    ErrorCase(assign, [X, [0, 1], ag.zeros(3)], ShapeError, "broadcasts"),
    ErrorCase(assign, [X, MASK[:, :1], 0], DimensionError, "mask"),
    ErrorCase(assign, [X, 3, 0], DimensionError, "out of bounds"),
    ErrorCase(assign, [X, 3, X[0]], DimensionError, "out of bounds"),
    ErrorCase(assign, [X, [0, 3], 0], DimensionError, "out of bounds"),
    ErrorCase(assign, [X, (0, 0, 0), 0], DimensionError, "at most 2"),
    ErrorCase(assign, [X, 0, [1, [2]]], ShapeError, "ragged"),
    ErrorCase(assign, [X, 0, "a"], TypeError, "numbers"),
    ErrorCase(ag.index_put, [X, (slice(0, 1),), 0, True], ArgumentError, "index tensors"),
    ErrorCase(ag.index_put, [X, (ag.tensor([3]),), ag.zeros(1), True], DimensionError, "out of bounds"),
    ErrorCase(fill_, [X, ag.zeros(2)], ShapeError, "0-d tensor"),
    ErrorCase(ag.select_scatter, [X, ag.zeros(2), 0, 0], ShapeError, "source of shape"),
    ErrorCase(put, [X, ag.tensor([0]), ag.zeros(2)], ShapeError, "index's shape"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_values_of_every_kind():
    x = ag.zeros(2, 3)
    x[0] = [1, 2, 3]
    x[1, 0] = ag.tensor(7)
    x[1, 1:] = np.array([8.0, 9.0])
    x[0, 0] = np.float64(5)
    assert x.tolist() == [[5, 2, 3], [7, 8, 9]]
    x[x > 6] = True
    assert x.tolist() == [[5, 2, 3], [1, 1, 1]]
    i = ag.zeros(2, dtype=ag.int64)
    i[0] = 1.7
    i[1] = ag.tensor(2.9)
    assert i.tolist() == [1, 2]
    x[...] = float("nan")
    assert np.isnan(x.numpy()).all()


def test_values_that_overlap_the_target():
    x = ag.arange(5)
    x[1:] = x[:-1]
    assert x.tolist() == [0, 0, 1, 2, 3]


def test_augmented_assignment_writes_once():
    x = ag.ones(3, requires_grad=True)
    y = x * 1
    y[1:] *= 3
    assert y._version == 1
    y[[0, 1]] += 1
    assert y._version == 2 and y.tolist() == [2, 4, 3]
    y.sum().backward()
    assert x.grad.tolist() == [1, 3, 3]


def test_keys_that_are_tuples_of_other_kinds():
    x = ag.zeros(3, 4)
    x[ag.Size((1, 2))] = 5
    x[np.unravel_index(4, (3, 4))] = 6
    assert x[1].tolist() == [6, 0, 5, 0]


def test_gradients_return_in_the_dtype_of_the_value():
    x, v = ag.zeros(3, requires_grad=True), ag.ones(2, dtype=ag.float64, requires_grad=True)
    y = x * 1
    y[1:] = v
    (y * ag.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [1, 0, 0]
    assert v.grad.dtype == ag.float64 and v.grad.tolist() == [2, 3]


def test_a_tensor_without_history_takes_that_of_the_value():
    v = ag.tensor(2.0, requires_grad=True)
    out = ag.zeros(3)
    for i in range(3):
        out[i] = v * i
    assert out.requires_grad and not out.is_leaf
    out.sum().backward()
    assert v.grad.item() == 3


def test_fill_and_zero():
    v = ag.tensor(3.0, requires_grad=True)
    x = ag.ones(2, 2, requires_grad=True)
    y = x * 1
    y[0].fill_(v)
    y[1, 0].zero_()
    assert y.tolist() == [[3, 3], [0, 1]]
    y.sum().backward()
    assert v.grad.item() == 2
    assert x.grad.tolist() == [[0, 0], [0, 1]]


def test_rules_on_arrays_leave_them_unwritten():
    g = np.ones((2, 3))
    assert erase(g, (MASK,), None).sum() == 3 and g.sum() == 6
    assert add_items(g, 1.0, (MASK,)).sum() == 9 and g.sum() == 6


@pytest.mark.parametrize("n", [2000])
def test_writing_row_by_row_costs_no_copies_of_the_whole(n):
    x = ag.zeros(n, 1000)
    rows = x._array
    for i in range(n):
        x[i] = float(i)
    assert x._array is rows and x[n - 1, 0].item() == n - 1
