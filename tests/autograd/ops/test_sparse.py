"""Products with sparse matrices, below and above the size from which kernels do them."""

import numpy as np
import pytest

import autograd as ag
from autograd.ops import sparse as ops
from autograd.ops.sparse import Pattern
from tests.conformance import OpCase, conforms

ROWS, COLUMNS = np.array([2, 0, 2, 0, 2]), np.array([1, 3, 1, 0, 2])  # one place twice, row 1 empty
PATTERN = Pattern.of(ROWS, COLUMNS, (3, 4))
NOWHERE = Pattern.of(np.zeros(0, int), np.zeros(0, int), (3, 4))


def multiplied(values, dense, pattern):
    matrix = np.zeros(pattern.shape)
    for value, row, column in zip(values, pattern.rows.numbers, pattern.columns.numbers, strict=True):
        matrix[row, column] += value
    return matrix @ dense


def sampled(left, right, pattern):
    return (left @ right.T)[pattern.rows.numbers, pattern.columns.numbers]


CASES = [
    OpCase(ops.spmm, multiplied, [(5,), (4, 3)], {"pattern": PATTERN}),
    OpCase(ops.spmm, multiplied, [(5,), (4, 0)], {"pattern": PATTERN}),
    OpCase(ops.spmm, multiplied, [(0,), (4, 3)], {"pattern": NOWHERE}),
    OpCase(ops.sampled_product, sampled, [(3, 2), (4, 2)], {"pattern": PATTERN}),
    OpCase(ops.sampled_product, sampled, [(3, 2), (4, 2)], {"pattern": NOWHERE}),
    OpCase(ops.sampled_product, sampled, [(3, 0), (4, 0)], {"pattern": PATTERN}),
]

test_cases = conforms(CASES)


def test_the_transposed_pattern():
    assert PATTERN.mT.shape == (4, 3) and PATTERN.mT.rows is PATTERN.columns and PATTERN.mT.mT.rows is PATTERN.rows


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", [1, 7, 16, 100])
def test_many_entries(columns, dtype):
    source = np.random.default_rng(columns)
    count, shape = 40_000, (700, 500)
    rows = np.minimum(source.geometric(0.01, count) - 1, shape[0] - 1)  # some rows with many entries, some with none
    pattern = Pattern.of(rows, source.integers(0, shape[1], count), shape)
    values = source.normal(size=count).astype(dtype)
    left, right = (source.normal(size=(size, columns)).astype(dtype) for size in shape)
    found, threads = [], ag.get_num_threads()
    for workers in (1, threads):
        ag.set_num_threads(workers)
        found.append((ops.spmm(values, right, pattern), ops.sampled_product(left, right, pattern)))
    ag.set_num_threads(threads)
    assert all((one == two).all() and one.dtype == dtype for one, two in zip(*found, strict=True))
    tolerance = {"rtol": 1e-4, "atol": 1e-3} if dtype == np.float32 else {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(found[0][0], multiplied(values, right.astype(np.float64), pattern), **tolerance)
    np.testing.assert_allclose(found[0][1], sampled(left, right, pattern), **tolerance)
