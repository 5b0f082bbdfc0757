"""Softmax over rows, its logarithm and their gradients against NumPy in extended precision."""

import numpy as np
import pytest

from autograd.kernels import softmax, threads

DTYPES = [np.float32, np.float64]
SHAPES = [(1, 1), (3, 7), (5, 16), (2, 3, 33), (64, 1000)]
INF, NAN = np.inf, np.nan


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(softmax, "WORTH_A_THREAD", 1)


def exact(x):
    x = x.astype(np.longdouble)
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def exact_log(x):
    x = x.astype(np.longdouble)
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def layouts(x):
    return [x, x[..., ::-1], x[:0], np.broadcast_to(x[:1], x.shape), np.asfortranarray(x)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(dtype, shape):
    source = np.random.default_rng(0).normal(0, 4, shape).astype(dtype)
    for x in layouts(source):
        found, found_log = softmax.softmax(x), softmax.log_softmax(x)
        assert found.dtype == found_log.dtype == dtype and found.shape == found_log.shape == x.shape
        eps = np.finfo(dtype).eps
        np.testing.assert_allclose(found, exact(x), rtol=20 * eps, atol=0)
        np.testing.assert_allclose(found_log, exact_log(x), rtol=8 * eps, atol=8 * eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_backward(dtype, shape):
    rng = np.random.default_rng(1)
    grads, source = rng.standard_normal(shape).astype(dtype), rng.normal(0, 2, shape).astype(dtype)
    bound = 30 * np.finfo(dtype).eps
    for x, grad in zip(layouts(source), layouts(grads)):
        p, g = exact(x), grad.astype(np.longdouble)
        found = softmax.softmax_backward(grad, p.astype(dtype))
        np.testing.assert_allclose(found, p * (g - (g * p).sum(-1, keepdims=True)), rtol=bound, atol=bound)
        found = softmax.log_softmax_backward(grad, exact_log(x).astype(dtype))
        total, size = g.sum(-1, keepdims=True), np.abs(g).sum(-1, keepdims=True).max(initial=0)
        np.testing.assert_allclose(found, g - p * total, rtol=bound, atol=bound * float(size))


def test_special_values():
    rows = np.array([[0, NAN, 1], [-INF, 0, 0], [-INF, -INF, -INF], [INF, 0, 0], [1e4, -1e4, 1e4], [3e38, -3e38, 0]])
    found = softmax.softmax(rows.astype(np.float32))
    expected = [[NAN] * 3, [0, 0.5, 0.5], [NAN] * 3, [NAN] * 3, [0.5, 0, 0.5], [1, 0, 0]]
    np.testing.assert_array_equal(found, expected)
    half = np.log(0.5)
    expected = [[NAN] * 3, [-INF, half, half], [NAN] * 3, [NAN] * 3, [half, half - 2e4, half]]
    np.testing.assert_allclose(softmax.log_softmax(rows[:5]), expected)


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    grad, x = np.random.default_rng(3).standard_normal((2, 101, 307)).astype(np.float32)

    def everything():
        out, log = softmax.softmax(x), softmax.log_softmax(x)
        return out, log, softmax.softmax_backward(grad, out), softmax.log_softmax_backward(grad, log)

    together = everything()
    threads.set_num_threads(1)
    for one, many in zip(everything(), together):
        np.testing.assert_array_equal(one, many)
