import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

ROWS = [(2, 3), (4, 3), (0, 3)]


def _cut(x, sizes, dim):
    return np.split(x, np.cumsum(sizes)[:-1], dim)


CASES = [
    OpCase(ag.cat, lambda x: np.concatenate(x), [ROWS]),
    OpCase(ag.cat, lambda x, dim: np.concatenate(x, dim), [[(2, 3), (2, 1)]], {"dim": -1}),
    OpCase(ag.cat, lambda x, dim: np.concatenate([x[0], x[2]], dim), [[(2, 3), (0,), (2, 1)]], {"dim": 1}),
    OpCase(ag.cat, lambda x: np.zeros(0), [[(0,), (0,)]], name="cat of empty"),
    OpCase(ag.cat, lambda x: np.concatenate(x), [[(2,), np.array([1, 2])]], name="cat of float and int",
           dtypes=("float64",)),
    OpCase(ag.concat, lambda x: np.concatenate(x), [[(2,), (1,)]], name="concat"),
    OpCase(ag.stack, lambda x: np.stack(x), [[(2, 3), (2, 3)]]),
    OpCase(ag.stack, lambda x, dim: np.stack(x, dim), [[(2, 3), (2, 3)]], {"dim": -1}),
    OpCase(ag.stack, lambda x: np.stack(x), [[(), (), ()]]),
    OpCase(ag.unbind, lambda x: list(x), [(3, 2)]),
    OpCase(ag.unbind, lambda x, dim: [x[:, :, i] for i in range(4)], [(3, 2, 4)], {"dim": -1}),
    OpCase(ag.unbind, lambda x: list(x), [(3,)]),
    OpCase(ag.split, lambda x, split_size_or_sections: _cut(x, (2, 2, 1), 0), [(5, 2)], {"split_size_or_sections": 2}),
    OpCase(ag.split, lambda x, split_size_or_sections, dim: _cut(x, (1, 0, 2), 1), [(2, 3)],
           {"split_size_or_sections": [1, 0, 2], "dim": 1}),
    OpCase(ag.split_with_sizes, lambda x, split_sizes: _cut(x, (1, 4), 0), [(5, 2)], {"split_sizes": (1, 4)}),
    OpCase(ag.chunk, lambda x, chunks: _cut(x, (2, 2, 1), 0), [(5,)], {"chunks": 3}),
    OpCase(ag.chunk, lambda x, chunks: _cut(x, (1, 1), 0), [(2,)], {"chunks": 3}),
    OpCase(ag.tensor_split, lambda x, indices_or_sections: np.array_split(x, 3), [(5,)], {"indices_or_sections": 3}),
    OpCase(ag.tensor_split, lambda x, indices_or_sections, dim: np.split(x, [1, 4], 1), [(2, 6)],
           {"indices_or_sections": (1, -2), "dim": 1}),
    OpCase(ag.hsplit, lambda x, indices_or_sections: np.hsplit(x, 2), [(2, 4)], {"indices_or_sections": 2}),
    OpCase(ag.hsplit, lambda x, indices_or_sections: np.hsplit(x, 2), [(4,)], {"indices_or_sections": 2}),
    OpCase(ag.vsplit, lambda x, indices_or_sections: np.vsplit(x, 2), [(4, 2)], {"indices_or_sections": 2}),
    OpCase(ag.dsplit, lambda x, indices_or_sections: np.dsplit(x, [1]), [(2, 2, 3)], {"indices_or_sections": [1]}),
    OpCase(ag.hstack, lambda x: np.hstack(x), [[(2, 3), (2, 1)]]),
    OpCase(ag.hstack, lambda x: np.hstack(x), [[(2,), ()]]),
    OpCase(ag.vstack, lambda x: np.vstack(x), [[(3,), (2, 3)]]),
    OpCase(ag.dstack, lambda x: np.dstack(x), [[(2, 3), (2, 3)]]),
    OpCase(ag.dstack, lambda x: np.dstack(x), [[(3,), (3,)]]),
    OpCase(ag.column_stack, lambda x: np.column_stack(x), [[(3,), (3, 2)]]),
    OpCase(ag.meshgrid, lambda *x: np.meshgrid(*x, indexing="ij"), [(2,), (3,), (4,)]),
    OpCase(ag.meshgrid, lambda *x, indexing: np.meshgrid(*x, indexing=indexing), [(2,), (3,), (4,)],
           {"indexing": "xy"}),
    OpCase(ag.meshgrid, lambda x: [x], [(2,)]),
    OpCase(ag.cartesian_prod, lambda a, b: np.stack(np.meshgrid(a, b, indexing="ij"), -1).reshape(-1, 2), [(2,), (3,)]),
    OpCase(ag.combinations, lambda x: np.array(list(itertools.combinations(x, 2))), [(4,)]),
    OpCase(ag.combinations, lambda x, r, with_replacement: np.array([*itertools.combinations_with_replacement(x, r)]),
           [(3,)], {"r": 3, "with_replacement": True}),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.cat, [[]], OperandError, "cat"),
    ErrorCase(ag.cat, [ag.zeros(2, 2)], OperandError, "non-empty list or tuple of tensors"),
    ErrorCase(ag.stack, [[ag.zeros(2), ag.zeros(3)]], ShapeError, r"one shape, got \(2,\), \(3,\)"),
    ErrorCase(ag.cat, [[ag.zeros(2, 2), ag.zeros(2, 3)]], ShapeError, "agree but in dimension 0"),
    ErrorCase(ag.cat, [[ag.zeros(2, 2), ag.zeros(2)]], ShapeError, "agree"),
    ErrorCase(ag.cat, [[ag.tensor(1.0)]], ShapeError, "Use stack"),
    ErrorCase(ag.cat, [[ag.zeros(2)], 1], DimensionError, r"\[-1, 0\], got 1"),
    ErrorCase(ag.split, [ag.zeros(5), [2, 2]], ShapeError, r"add up to 5, got \[2, 2\]"),
    ErrorCase(ag.split, [ag.zeros(5), 0], ArgumentError, "positive"),
    ErrorCase(ag.chunk, [ag.zeros(5), 0], ArgumentError, "at least 1"),
    ErrorCase(ag.tensor_split, [ag.zeros(5), 0], ArgumentError, "at least 1"),
    ErrorCase(ag.unbind, [ag.tensor(1.0)], ShapeError, "0-d"),
    ErrorCase(ag.split, [ag.tensor(1.0), 1], ShapeError, "0-d"),
    ErrorCase(ag.combinations, [ag.zeros(2, 2)], ShapeError, "a vector"),
    ErrorCase(ag.combinations, [ag.zeros(2), 0], ShapeError, "r=0"),
    ErrorCase(ag.meshgrid, [ag.zeros(2, 2)], ShapeError, "vectors"),
    ErrorCase(ag.meshgrid, [ag.zeros(2)], ArgumentError, "'ij' or 'xy'", {"indexing": "yx"}),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("join", [ag.cat, ag.stack])
def test_dtypes_are_promoted_and_gradients_come_back_in_their_own(join):
    a = ag.ones(2, dtype=ag.float32, requires_grad=True)
    b = ag.ones(2, dtype=ag.float64, requires_grad=True)
    joined = join([a, b, ag.ones(2, dtype=ag.int64)])
    assert joined.dtype == ag.float64
    joined.sum().backward()
    assert (a.grad.dtype, b.grad.dtype) == (ag.float32, ag.float64)


def test_unused_pieces_get_zero_gradients():
    x = ag.ones(4, requires_grad=True)
    first, _, last = x.split([1, 2, 1])
    (first * 2 + last * 3).sum().backward()
    assert x.grad.tolist() == [2, 0, 0, 3]


def test_iterating_a_tensor():
    x = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    total = sum(row[0] * row[1] for row in x)
    total.backward()
    assert x.grad.tolist() == [[2, 1], [4, 3]]
