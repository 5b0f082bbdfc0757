"""Optimizer steps against the formulas of PyTorch's documentation, one element at a time, in double precision."""

import itertools
import math

import numpy as np
import pytest

from autograd.kernels import parameter_updates, threads

TOLERANCE = {np.float32: 1e-6, np.float64: 1e-14}
DTYPES = [np.float32, np.float64]
SIZES = [0, 1, 15, 16, 17, 100]


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(parameter_updates, "WORTH_A_THREAD", 1)


def plain_sgd(p, g, buffer, step, *, lr, momentum, dampening, weight_decay, nesterov, maximize):
    g = (-g if maximize else g) + weight_decay * p
    if momentum:
        buffer = g if step == 1 else momentum * buffer + (1 - dampening) * g
        g = g + momentum * buffer if nesterov else buffer
    return p - lr * g, buffer


def plain_adam(p, g, m, v, largest, step, *, lr, beta1, beta2, eps, weight_decay, decoupled, maximize, eps_inside_sqrt):
    g = -g if maximize else g
    if decoupled:
        p -= lr * weight_decay * p
    else:
        g += weight_decay * p
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    second = v
    if largest is not None:
        second = largest = max(largest, v)
    second /= 1 - beta2**step
    denominator = math.sqrt(second + eps) if eps_inside_sqrt else math.sqrt(second) + eps
    return p - lr / (1 - beta1**step) * m / denominator, m, v, largest


def close(actual, expected):
    tolerance = TOLERANCE[actual.dtype.type]
    np.testing.assert_allclose(actual, np.array(expected).reshape(actual.shape), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "options",
    [
        dict(momentum=momentum, dampening=dampening, weight_decay=decay, nesterov=nesterov, maximize=maximize)
        for momentum, dampening, nesterov in [(0.0, 0.0, False), (0.9, 0.0, False), (0.9, 0.3, False), (0.8, 0.0, True)]
        for decay, maximize in itertools.product([0.0, 0.1], [False, True])
    ],
)
def test_sgd(dtype, options):
    rng = np.random.default_rng(0)
    for size in SIZES:
        param = rng.standard_normal(size).astype(dtype)
        buffer = np.zeros(size, dtype) if options["momentum"] else None
        plain = [(float(p), 0.0) for p in param]
        for step in (1, 2, 3):
            grad = rng.standard_normal(size).astype(dtype)
            parameter_updates.sgd(param, grad, buffer, lr=0.1, first=step == 1, **options)
            plain = [plain_sgd(p, float(g), b, step, lr=0.1, **options) for (p, b), g in zip(plain, grad)]
        close(param, [p for p, _ in plain])
        if buffer is not None:
            close(buffer, [b for _, b in plain])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("amsgrad", "weight_decay", "decoupled", "maximize", "eps_inside_sqrt"),
    list(itertools.product([False, True], [0.0, 0.1], [False, True], [False, True], [False, True])),
)
def test_adam(dtype, amsgrad, weight_decay, decoupled, maximize, eps_inside_sqrt):
    options = dict(
        lr=0.01, beta1=0.9, beta2=0.99, eps=1e-3, weight_decay=weight_decay, decoupled=decoupled, maximize=maximize,
        eps_inside_sqrt=eps_inside_sqrt,
    )  # fmt: skip
    rng = np.random.default_rng(1)
    for size in SIZES:
        param = rng.standard_normal(size).astype(dtype)
        mean, square, largest = (np.zeros(size, dtype) for _ in range(3))
        plain = [(float(p), 0.0, 0.0, 0.0 if amsgrad else None) for p in param]
        for step in (1, 2, 3):
            grad = (rng.standard_normal(size) / step**3).astype(dtype)
            parameter_updates.adam(param, grad, mean, square, largest if amsgrad else None, step=step, **options)
            plain = [plain_adam(p, float(g), m, v, x, step, **options) for (p, m, v, x), g in zip(plain, grad)]
        for array, place in [(param, 0), (mean, 1), (square, 2)] + [(largest, 3)] * amsgrad:
            close(array, [values[place] for values in plain])


def adam(param, grad, mean, square):
    parameter_updates.adam(param, grad, mean, square, step=1, lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8)


def test_any_layout_is_updated_in_place():
    rng = np.random.default_rng(2)
    values, grad = rng.standard_normal((2, 6, 10)).astype(np.float32)
    expected, *states = values.copy(), np.zeros((6, 10), np.float32), np.zeros((6, 10), np.float32)
    adam(expected, grad, *states)
    for view in (lambda x: np.asfortranarray(x), lambda x: np.repeat(x, 2, 1)[:, ::2], lambda x: x[::-1].copy()[::-1]):
        param, mean, square = view(values), view(np.zeros_like(values)), view(np.zeros_like(values))
        adam(param, view(grad), mean, square)
        np.testing.assert_array_equal(param, expected)
        np.testing.assert_array_equal(mean, states[0])
        np.testing.assert_array_equal(square, states[1])


def test_a_read_only_gradient_is_taken():
    param, mean, square = (np.zeros((4, 5), np.float32) for _ in range(3))
    adam(param, np.broadcast_to(np.float32(2.0), (4, 5)), mean, square)
    np.testing.assert_allclose(param, -0.1, rtol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_nan_and_infinity_stay_where_they_are(decay):
    param = np.array([np.inf, np.nan, 1.0, 1.0, 1.0, 1.0], np.float32)
    grad = np.array([1.0, 1.0, np.nan, np.inf, -np.inf, 1.0], np.float32)
    parameter_updates.sgd(param, grad, lr=0.5, weight_decay=decay)
    np.testing.assert_allclose(param, [np.nan if decay else np.inf, np.nan, np.nan, -np.inf, np.inf, 0.5 - decay / 2])


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    rng = np.random.default_rng(3)
    start, grad = rng.standard_normal((2, 10_001)).astype(np.float32)
    results = []
    for count in (restore_threads, 1):
        threads.set_num_threads(count)
        param, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
        adam(param, grad, mean, square)
        results.append((param, mean, square))
    for together, alone in zip(*results):
        np.testing.assert_array_equal(together, alone)
