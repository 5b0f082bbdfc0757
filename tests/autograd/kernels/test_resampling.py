"""The sparse matrix kernel against a loop, and with one thread against two."""

import numpy as np
import pytest

import autograd as ag
from autograd.kernels import resampling


def by_loop(x, starts, places, weights):
    out = np.zeros((x.shape[0], len(starts) - 1, x.shape[2]))
    for i in range(out.shape[1]):
        for k in range(int(starts[i]), int(starts[i + 1])):
            out[:, i] += weights[k] * x[:, int(places[k])]
    return out


def matrix(rng, rows, columns, dtype):
    counts = rng.integers(0, 6, rows)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)
    places = rng.integers(0, columns, counts.sum()).astype(np.uint64)
    return starts, places, rng.normal(size=len(places)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3, 7, 5), (1, 4, 33), (1, 9, 1), (2, 9, 1), (7, 9, 1), (8, 1, 1)])
def test_rows_of_a_matrix_are_applied_as_by_loops(shape, dtype):
    rng = np.random.default_rng(sum(shape))
    x, rows = rng.normal(size=shape).astype(dtype), matrix(rng, 11, shape[1], dtype)
    found = resampling.apply(x, *rows)
    assert found.dtype == dtype
    tol = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(found, by_loop(x, *rows), rtol=tol, atol=tol)


@pytest.mark.parametrize("shape", [(37, 50, 61), (1501, 90, 1)])
def test_threads_change_nothing(shape):
    rng = np.random.default_rng(4)
    x, rows = rng.normal(size=shape).astype(np.float32), matrix(rng, 120, shape[1], np.float32)
    before = ag.get_num_threads()
    try:
        found = []
        for count in (1, before):
            ag.set_num_threads(count)
            found.append(resampling.apply(x, *rows))
    finally:
        ag.set_num_threads(before)
    np.testing.assert_array_equal(*found)
