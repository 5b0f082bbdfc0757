"""The scan kernels against plain loops."""

import itertools

import numpy as np
import pytest

from autograd import kernels

SHAPES = [(1, 6, 1), (2, 5, 3), (3, 1, 2), (2, 4, 0), (0, 4, 1)]


def drawn(shape, dtype):
    return np.random.default_rng(2).uniform(-2, 2, shape).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("products", [False, True])
def test_running_sums_and_products(shape, dtype, products):
    array = drawn(shape, dtype)
    expected = np.empty(shape)
    for block, j in itertools.product(range(shape[0]), range(shape[2])):
        row = array[block, :, j].tolist()
        expected[block, :, j] = list(itertools.accumulate(row, (lambda a, b: a * b) if products else None))
    out = np.empty_like(array)
    (kernels.scan.running_products if products else kernels.scan.running_sums)(array, out)
    np.testing.assert_allclose(out, expected, rtol=1e-6 if dtype == np.float32 else 1e-13, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_recurrence(shape, dtype):
    start, weight = drawn(shape, dtype), drawn((shape[0], shape[1] - 1, shape[2]), dtype)
    expected = start.astype(float)
    for i in range(1, shape[1]):
        expected[:, i] = start[:, i] + weight[:, i - 1].astype(float) * expected[:, i - 1]
    out = start.copy()
    kernels.scan.recurrence(out, weight)
    np.testing.assert_allclose(out, expected, rtol=1e-5 if dtype == np.float32 else 1e-12, atol=1e-6)
