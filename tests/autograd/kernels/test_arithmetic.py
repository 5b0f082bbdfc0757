"""Arithmetic of large arrays gives NumPy's bits, whatever the layouts, the types and the threads."""

import numpy as np
import pytest

import autograd as ag
from autograd.kernels import arithmetic, threads
from autograd.ops.large_arrays import combined

FUNCTIONS = [np.add, np.subtract, np.multiply, np.true_divide]
DTYPES = [np.float32, np.float64]


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(arithmetic, "WORTH_A_THREAD", 1)


def draw(dtype, *shape):
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(dtype)


def others(dtype):
    row = draw(dtype, 53)
    same = draw(dtype, 5, 37, 53)
    return [same, row, row[None], draw(dtype, 37, 53), 2.5, 3, np.array(1.5, dtype), draw(dtype, 37, 1),
            draw(dtype, 5, 1, 53), np.asfortranarray(same), draw(dtype, 5, 37, 106)[..., ::2], same[:1], np.full(53, 2),
            True, np.float64(0.1), draw(dtype, 1, 1, 1)]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_operands_of_all_kinds(function, dtype):
    x = draw(dtype, 5, 37, 53)
    for other in others(dtype):
        for pair in ((x, other), (other, x), (x.T.copy().T, other)):
            found, expected = combined(function, *pair), function(*pair)
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.float16, np.int64])
def test_other_types_are_left_to_numpy(dtype):
    x = np.arange(1, 71, dtype=dtype)
    np.testing.assert_array_equal(combined(np.multiply, x, x), x * x)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_special_values(function):
    values = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, 1e300])
    x, y = (part.ravel().copy() for part in np.meshgrid(values, values))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(combined(function, x, y), function(x, y))


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    x, row = draw(np.float32, 301, 77), draw(np.float32, 77)
    together = combined(np.multiply, x, row)
    threads.set_num_threads(1)
    np.testing.assert_array_equal(combined(np.multiply, x, row), together)


def test_gradients_of_large_products():
    a, b = draw(np.float64, 500, 300), draw(np.float64, 300)
    x, y = ag.tensor(a, requires_grad=True), ag.tensor(b, requires_grad=True)
    ((x * y - 2 * x) / 3 + y).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.broadcast_to((b - 2) / 3, a.shape))
    np.testing.assert_allclose(y.grad.numpy(), a.sum(0) / 3 + 500)
