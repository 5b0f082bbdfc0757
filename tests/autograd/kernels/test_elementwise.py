"""The rectifier, its gradient and sums of columns against plain NumPy."""

import numpy as np
import pytest

from autograd.kernels import elementwise, threads

DTYPES = [np.float32, np.float64]


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(elementwise, "WORTH_A_THREAD", 1)


def layouts(x):
    return [x, x.T, x[::2, ::3], x[::-1, ::-1], x[0], x[0, ::2], x[:0], np.broadcast_to(x[0], (4, x.shape[1]))]


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu(dtype):
    for x in layouts(np.random.default_rng(0).standard_normal((37, 53)).astype(dtype)):
        result = elementwise.relu(x)
        assert result.dtype == dtype
        np.testing.assert_array_equal(result, np.maximum(x, 0))


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu_backward(dtype):
    rng = np.random.default_rng(1)
    grads, outs = rng.standard_normal((2, 37, 53)).astype(dtype)
    for grad, out in zip(layouts(grads), layouts(np.maximum(outs, 0))):
        np.testing.assert_array_equal(elementwise.relu_backward(grad, out), np.where(out > 0, grad, 0))


def test_special_values():
    inf, nan = np.inf, np.nan
    x = np.array([inf, -inf, nan, 0.0, 1.0, -1.0])
    np.testing.assert_array_equal(elementwise.relu(x), [inf, 0, nan, 0, 1, 0])
    np.testing.assert_array_equal(elementwise.relu_backward(np.full(6, nan), x), [nan, 0, nan, 0, nan, 0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_column_sums(dtype):
    for shape in [(1, 1), (128, 10), (5, 16), (7, 100), (0, 4), (4, 0)]:
        x = np.random.default_rng(2).standard_normal(shape).astype(dtype)
        for view in (x, np.asfortranarray(x), np.repeat(x, 2, 1)[:, ::2]):
            result = elementwise.column_sums(view)
            assert result.dtype == dtype
            bound = 1e-6 if dtype == np.float32 else 1e-14
            assert (np.abs(result - x.astype(np.float64).sum(0)) <= bound * (1 + np.abs(x).sum(0))).all()


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    x = np.random.default_rng(3).standard_normal((101, 307)).astype(np.float32)
    together = elementwise.relu(x), elementwise.column_sums(x)
    threads.set_num_threads(1)
    np.testing.assert_array_equal(elementwise.relu(x), together[0])
    np.testing.assert_array_equal(elementwise.column_sums(x), together[1])
