"""Optimizer steps against the formulas of PyTorch's documentation, one element at a time, in double precision."""

import itertools
import math

import numpy as np
import pytest

from autograd.errors import ShapeError
from autograd.kernels import parameter_updates, threads
from autograd.kernels.array_addresses import addresses

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


def plain_rmsprop(
    p, g, square, mean, buffer, *, lr, alpha, eps, weight_decay, momentum, centered, maximize, eps_inside_sqrt
):
    g = (-g if maximize else g) + weight_decay * p
    square = alpha * square + (1 - alpha) * g * g
    mean = alpha * mean + (1 - alpha) * g
    spread = square - mean * mean if centered else square
    step = g / (math.sqrt(spread + eps) if eps_inside_sqrt else math.sqrt(spread) + eps)
    buffer = momentum * buffer + step
    return p - lr * buffer, square, mean, buffer


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
            buffers = None if buffer is None else [buffer]
            parameter_updates.sgd([param], [grad], buffers, lr=0.1, first=[step == 1], **options)
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
            maxima = [largest] if amsgrad else None
            parameter_updates.adam([param], [grad], [mean], [square], maxima, counts=[step], **options)
            plain = [plain_adam(p, float(g), m, v, x, step, **options) for (p, m, v, x), g in zip(plain, grad)]
        for array, place in [(param, 0), (mean, 1), (square, 2)] + [(largest, 3)] * amsgrad:
            close(array, [values[place] for values in plain])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("momentum", "centered", "weight_decay", "maximize", "eps_inside_sqrt"),
    list(itertools.product([0.0, 0.7], [False, True], [0.0, 0.1], [False, True], [False, True])),
)
def test_rmsprop(dtype, momentum, centered, weight_decay, maximize, eps_inside_sqrt):
    options = dict(
        lr=0.01, alpha=0.9, eps=1e-3, weight_decay=weight_decay, momentum=momentum, maximize=maximize,
        eps_inside_sqrt=eps_inside_sqrt,
    )  # fmt: skip
    rng = np.random.default_rng(4)
    for size in SIZES:
        param = rng.standard_normal(size).astype(dtype)
        square, mean, buffer = (np.zeros(size, dtype) for _ in range(3))
        plain = [(float(p), 0.0, 0.0, 0.0) for p in param]
        for _ in range(3):
            grad = rng.standard_normal(size).astype(dtype)
            means, buffers = [mean] if centered else None, [buffer] if momentum else None
            parameter_updates.rmsprop([param], [grad], [square], means, buffers, **options)
            plain = [plain_rmsprop(*row, centered=centered, **options) for row in _with_grad(plain, grad)]
        for array, place in [(param, 0), (square, 1)] + [(mean, 2)] * centered + [(buffer, 3)] * bool(momentum):
            close(array, [values[place] for values in plain])


def _with_grad(plain, grad):
    return [(p, float(g), *state) for (p, *state), g in zip(plain, grad)]


def test_a_variance_below_zero_counts_as_zero():
    param, square, mean = (np.full(3, value, np.float32) for value in (1.0, 0.9998, 1.0))
    options = dict(lr=0.5, alpha=1.0, eps=1.0)
    parameter_updates.rmsprop([param], [np.ones(3, np.float32)], [square], [mean], **options)
    np.testing.assert_array_equal(param, np.full(3, 0.5))
    parameter_updates.rmsprop([param], [np.full(3, np.nan, np.float32)], [square], [mean], **options)
    assert np.isnan(param).all()


def adam(param, grad, mean, square):
    options = dict(lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8)
    parameter_updates.adam([param], [grad], [mean], [square], counts=[1.0], **options)


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
    parameter_updates.sgd([param], [grad], lr=0.5, weight_decay=decay)
    np.testing.assert_allclose(param, [np.nan if decay else np.inf, np.nan, np.nan, -np.inf, np.inf, 0.5 - decay / 2])


SHAPES = [(), (0,), (7,), (300, 11), (1,), (16,), (5, 0), (2, 3, 4), (1000,)]


def many(dtype, seed):
    """Parameters, gradients, means and mean squares of many shapes."""
    rng = np.random.default_rng(seed)
    return [[np.array(rng.random(shape), dtype) for shape in SHAPES] for _ in range(4)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_many_arrays_as_one_by_one(dtype):
    together, alone = many(dtype, 5), many(dtype, 5)
    adam_step = dict(lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8)
    parameter_updates.adam(*together, counts=[2.0] * len(SHAPES), **adam_step)
    for row in zip(*alone):
        parameter_updates.adam(*([array] for array in row), counts=[2.0], **adam_step)
    for column, expected in zip(together, alone):
        for array, values in zip(column, expected):
            np.testing.assert_array_equal(array, values)


def test_each_array_has_its_own_step_dtype_and_layout():
    rng = np.random.default_rng(6)
    layouts = [lambda x: x, np.asfortranarray, lambda x: x.astype(np.float64), lambda x: x.astype(np.float16)]
    rows = [[view(x) for x in rng.random((4, 6, 8)).astype(np.float32)] for view in layouts]
    rows[3][2:] = [x.astype(np.float32) for x in rows[3][2:]]
    counts = [3.0, 1.0, 2.0, 2.0]
    options = dict(lr=0.01, beta1=0.9, beta2=0.99, eps=1e-8, weight_decay=0.1)
    plain = {"decoupled": False, "maximize": False, "eps_inside_sqrt": False}
    expected = [
        [
            plain_adam(*map(float, values), None, step, **options, **plain)[:3]
            for values in zip(*(x.ravel() for x in row))
        ]
        for row, step in zip(rows, counts)
    ]
    parameter_updates.adam(*(list(column) for column in zip(*rows)), counts=counts, **options)
    for (param, _, mean, square), values in zip(rows, expected):
        tolerance = 2e-3 if param.dtype == np.float16 else 1e-5
        for array, place in ((param, 0), (mean, 1), (square, 2)):
            wanted = np.array([each[place] for each in values]).reshape(array.shape)
            np.testing.assert_allclose(array, wanted, rtol=tolerance, atol=tolerance)


def test_a_shape_that_differs_is_an_error():
    param, wrong = np.zeros((4, 5), np.float32), np.zeros((4, 4), np.float32)
    with pytest.raises(ShapeError, match=r"parameter's shape \(4, 5\), got \(4, 4\)"):
        parameter_updates.sgd([param], [wrong], lr=0.1)


def test_what_cannot_be_written_is_an_error():
    param = np.broadcast_to(np.float32(2.0), (4, 5))
    with pytest.raises(ValueError, match="read-only"):
        parameter_updates.sgd([param], [np.zeros((4, 5), np.float32)], lr=0.1)


def test_steps_are_counted_in_place():
    equal = [np.full((), 4, np.float32) for _ in range(3)]
    assert parameter_updates.count_steps(equal) == [5.0, 5.0, 5.0]
    mixed = [np.full((), 4, np.float32), np.full((), 7, np.float32), np.full((), 4, np.float32)]
    assert parameter_updates.count_steps(mixed) == [5.0, 8.0, 5.0]
    others = [np.full((), 4, np.float64), np.full((1,), 7, np.int64)]
    assert parameter_updates.count_steps(others) == [5.0, 8.0]
    assert [step.item() for step in equal + mixed + others] == [5, 5, 5, 5, 8, 5, 5, 8]


@pytest.mark.parametrize("worth", [1, 1000])
def test_one_thread_and_many_give_the_same_bits(restore_threads, monkeypatch, worth):
    monkeypatch.setattr(parameter_updates, "WORTH_A_THREAD", worth)
    results = []
    for count in (restore_threads, 1):
        threads.set_num_threads(count)
        arrays = many(np.float32, 3)
        parameter_updates.adam(*arrays, counts=[1.0] * len(SHAPES), lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8)
        results.append(arrays)
    for together, alone in zip(*results):
        for array, values in zip(together, alone):
            np.testing.assert_array_equal(array, values)


def test_any_number_of_workers_does_all_work_once():
    for workers in (2, 3, 5, 50):
        arrays, expected = [np.zeros(size, np.float32) for size in (17, 0, 1, 100, 16)], 1.0
        grads = [np.full_like(array, -1.0) for array in arrays]
        table, total = addresses([arrays, grads], 1, np.dtype(np.float32))
        settings = (1.0, 1.0, 0.0, *[0.0] * 7)
        for worker in range(workers):
            parameter_updates._update_part(0, np.empty(0, np.float32), table, total, settings, worker, workers)
        assert all((array == expected).all() for array in arrays)
