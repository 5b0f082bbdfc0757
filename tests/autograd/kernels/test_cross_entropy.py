"""Cross entropy and its gradient against the definition in double precision, and the gradient against differences."""

import numpy as np
import pytest

from autograd.errors import DimensionError
from autograd.kernels import cross_entropy, threads

TOLERANCE = {np.float32: 3e-6, np.float64: 1e-13}
IGNORED = -100


def plain_losses(x, target, weight, smoothing):
    """The definition; ignored rows have no loss."""
    x = np.asarray(x, np.float64)
    classes = x.shape[1]
    weight = np.ones(classes) if weight is None else np.asarray(weight, np.float64)
    losses = np.zeros(len(x))
    for i, y in enumerate(target):
        if y != IGNORED:
            shifted = x[i] - x[i].max()
            log_p = shifted - np.log(np.exp(shifted).sum())
            losses[i] = -(1 - smoothing) * weight[y] * log_p[y] - smoothing / classes * (weight * log_p).sum()
    return losses


def plain_gradient(grad, x, target, weight, smoothing):
    """By central differences of plain_losses."""
    x = np.asarray(x, np.float64)
    result, step = np.zeros_like(x), 1e-5
    for c in range(x.shape[1]):
        shift = np.zeros_like(x)
        shift[:, c] = step
        rise = plain_losses(x + shift, target, weight, smoothing) - plain_losses(x - shift, target, weight, smoothing)
        result[:, c] = grad * rise / (2 * step)
    return result


def case(rows, classes, dtype, weighted):
    rng = np.random.default_rng(rows * classes)
    x = (3 * rng.standard_normal((rows, classes))).astype(dtype)
    target = rng.integers(0, classes, rows)
    target[::4] = IGNORED
    return x, target, rng.uniform(0.5, 2, classes).astype(dtype) if weighted else None, rng.standard_normal(rows)


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(cross_entropy, "WORTH_A_THREAD", 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_losses_and_gradient(dtype, weighted, smoothing):
    for rows, classes in [(1, 1), (5, 3), (7, 16), (6, 17), (9, 50), (3, 131)]:
        x, target, weight, grad = case(rows, classes, dtype, weighted)
        result = cross_entropy.forward(x, target, weight, smoothing)
        assert result.losses.dtype == result.weights.dtype == dtype
        expected = plain_losses(x, target, weight, smoothing)
        np.testing.assert_allclose(result.losses, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
        of_class = np.ones(classes) if weight is None else weight
        np.testing.assert_array_equal(result.weights, [0 if y == IGNORED else of_class[y] for y in target])
        given = cross_entropy.backward(grad.astype(dtype), x, target, result.scales, weight, smoothing)
        assert given.dtype == dtype
        expected = plain_gradient(grad.astype(dtype), x, target, weight, smoothing)
        np.testing.assert_allclose(given, expected, rtol=1e-6, atol=1e-6 if dtype == np.float32 else 1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_scores_neither_overflow_nor_lose_the_difference(dtype):
    x = np.array([[1e4, 1e4 + 1, -1e4], [-1e4, -1e4 - 2, -1e4 - 1]], dtype)
    target = np.array([0, 2])
    result = cross_entropy.forward(x, target)
    np.testing.assert_allclose(result.losses, plain_losses(x, target, None, 0.0), rtol=TOLERANCE[dtype])
    gradient = cross_entropy.backward(np.ones(2, dtype), x, target, result.scales)
    np.testing.assert_allclose(gradient.sum(1), 0, atol=1e-6)


def test_infinite_and_nan_scores():
    inf, nan = np.inf, np.nan
    x = np.array([[0, -inf, 0], [0, -inf, 0], [0, inf, 0], [0, nan, 0], [-inf, -inf, -inf], [nan, 1, 0]], np.float32)
    losses = cross_entropy.forward(x, np.array([0, 1, 1, 0, 0, 1])).losses
    np.testing.assert_allclose(losses, [np.log(2), inf, nan, nan, nan, nan], rtol=1e-6)


@pytest.mark.parametrize("stray", [3, -1, -101, 2**40])
def test_a_class_that_does_not_exist_raises(stray):
    target = np.zeros(40, np.int64)
    target[23] = stray
    with pytest.raises(DimensionError, match=rf"cross_entropy: expected classes 0 to 2, got class {stray}\."):
        cross_entropy.forward(np.zeros((40, 3), np.float32), target)


def test_another_ignored_class():
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    result = cross_entropy.forward(x, np.array([1, 0]), ignore_index=1)
    np.testing.assert_allclose(result.losses, [0, np.log(1 + np.exp(2))])
    gradient = cross_entropy.backward(np.ones(2), x, np.array([1, 0]), result.scales, ignore_index=1)
    np.testing.assert_array_equal(gradient[0], 0)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_any_layout_and_any_integers(dtype):
    x, target, weight, grad = case(6, 20, np.float32, True)
    target[:] = abs(target) % 20
    expected = cross_entropy.forward(x, target, weight, 0.1)
    gradient = cross_entropy.backward(grad.astype(np.float32), x, target, expected.scales, weight, 0.1)
    strided = np.repeat(target.astype(dtype), 2)[::2]
    for view in (np.asfortranarray(x), np.repeat(x, 3, 1)[:, ::3], x[::-1].copy()[::-1]):
        result = cross_entropy.forward(view, strided, np.repeat(weight, 2)[::2], 0.1)
        np.testing.assert_array_equal(result.losses, expected.losses)
        again = cross_entropy.backward(grad.astype(np.float32), view, strided, result.scales, weight, 0.1)
        np.testing.assert_array_equal(again, gradient)


def test_no_rows():
    x, target = np.empty((0, 5), np.float32), np.empty(0, np.int64)
    result = cross_entropy.forward(x, target)
    assert result.losses.shape == (0,)
    assert cross_entropy.backward(result.losses, x, target, result.scales).shape == (0, 5)


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    x, target, weight, grad = case(101, 37, np.float32, True)
    results = []
    for count in (restore_threads, 1):
        threads.set_num_threads(count)
        result = cross_entropy.forward(x, target, weight, 0.1)
        gradient = cross_entropy.backward(grad.astype(np.float32), x, target, result.scales, weight, 0.1)
        results.append((*result, gradient))
    for together, alone in zip(*results):
        np.testing.assert_array_equal(together, alone)
