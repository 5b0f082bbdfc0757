"""Sums of rows and columns against sums in double precision."""

import math

import numpy as np
import pytest

from autograd.kernels import reductions, threads
from autograd.ops.summation import total

DTYPES = [np.float32, np.float64]


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(reductions, "WORTH_A_THREAD", 1)


def table(shape, dtype):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(dtype)


def assert_near(found, x, axis):
    exact, size = x.astype(np.longdouble).sum(axis), np.abs(x).sum(axis)
    assert found.dtype == x.dtype and found.shape == exact.shape
    assert (np.abs(found - exact) <= 24 * np.finfo(x.dtype).eps * size).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1, 1), (3, 15), (1, 128), (2, 129), (5, 1024), (3, 1025), (1, 5000), (70, 2085)])
def test_sums_of_rows(shape, dtype):
    x = table(shape, dtype)
    assert_near(reductions.sums_of_rows(x), x, 1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (1, 5, 3), (1, 1000, 10), (3, 131, 10), (2, 7, 600), (1, 300, 513), (1, 70_001, 3)]
)
def test_sums_of_columns(shape, dtype):
    x = table(shape, dtype)
    assert_near(reductions.sums_of_columns(x), x, 1)


@pytest.mark.parametrize("dims", [(0,), (1,), (2, 3), (0, 2, 3), (0, 1, 2, 3), (1, 3), (3,)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_total_of_large_arrays(dims, dtype):
    x = table((20, 9, 25, 20), dtype)
    for array in (x, x.T, np.repeat(x, 2, 3)[..., ::2]):
        assert_near(np.asarray(total(array, dims)), array, dims)
        assert total(array, dims, True).shape == array.sum(dims, keepdims=True).shape


def test_nan_and_infinity():
    x = np.ones((300, 300))
    x[1, 2], x[3, 4], x[5, 6], x[5, 7] = math.nan, math.inf, math.inf, -math.inf
    for axis in (0, 1, (0, 1)):
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(total(x, axis if isinstance(axis, tuple) else (axis,)), x.sum(axis))


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    x = table((1, 1537, 301), np.float32)
    together = reductions.sums_of_rows(x[0]), reductions.sums_of_columns(x)
    threads.set_num_threads(1)
    np.testing.assert_array_equal(reductions.sums_of_rows(x[0]), together[0])
    np.testing.assert_array_equal(reductions.sums_of_columns(x), together[1])
