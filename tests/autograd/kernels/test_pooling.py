"""Pooling kernels against plain loops."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.kernels import pooling, threads
from autograd.kernels.pooling_axes import adaptive_axis, output_size, sliding_axis
from benchmarks.naive import pooling as naive

DTYPES = [np.float32, np.float64]
ROUNDING = {np.float32: 3e-6, np.float64: 1e-14}


@pytest.fixture(autouse=True)
def all_work_is_shared(monkeypatch):
    monkeypatch.setattr(pooling, "WORTH_A_THREAD", 1)


def numbers(shape, dtype, seed=0):
    """Few different values, so that many are equal."""
    return np.random.default_rng(seed).integers(-3, 4, shape).astype(dtype) / 2


def undivided(axes):
    return [replace(axis, divisors=np.ones(axis.count)) for axis in axes]


def spread(grad, axes):
    return pooling.sums(grad, [axis.transposed for axis in undivided(axes)])


def check(x, geometry, ceil_mode, count_include_pad=True, divisor=None):
    """All four maps on one geometry: (kernel, stride, padding, dilation) for each dimension."""
    dims = len(geometry)
    size, lead = x.shape[-dims:], x.shape[:-dims]
    windows = [naive.sliding(n, *each, ceil_mode) for n, each in zip(size, geometry, strict=True)]
    axes = [sliding_axis(n, *each, ceil_mode) for n, each in zip(size, geometry, strict=True)]
    assert [axis.count for axis in axes] == [len(each) for each in windows]
    if 0 in [len(each) for each in windows]:
        return
    if all((axis.rows[1] > 0).all() for axis in axes):
        found, places = pooling.largest(x, axes)
        expected, expected_places = naive.largest(x, windows)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(places, expected_places)
        grad = numbers(found.shape, x.dtype, 1)
        np.testing.assert_array_equal(pooling.put(grad, places, size), naive.scattered(grad, expected_places, size))
        flat = x.reshape(*lead, -1)
        taken = np.take_along_axis(flat, expected_places.reshape(*lead, -1), -1).reshape(found.shape)
        np.testing.assert_array_equal(pooling.take(x, places, dims), taken)
    pads = tuple(each[2] for each in geometry)
    if all(each[3] == 1 for each in geometry):
        check_means(x, axes, windows, geometry, pads, ceil_mode, count_include_pad, divisor)


def check_means(x, axes, windows, geometry, pads, ceil_mode, count_include_pad, divisor):
    size, tolerance = x.shape[-len(axes) :], ROUNDING[x.dtype.type]
    axes = [
        sliding_axis(n, *each, ceil_mode, count_include_pad, divisor if i == 0 or divisor is None else 1)
        for i, (n, each) in enumerate(zip(size, geometry, strict=True))
    ]
    found = pooling.sums(x, axes)
    np.testing.assert_allclose(
        found, naive.means(x, windows, pads, count_include_pad, divisor), rtol=tolerance, atol=tolerance
    )
    grad = numbers(found.shape, x.dtype, 2)
    found = spread(grad, axes)
    expected = naive.spread(grad, size, windows, pads, divisor=1)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [(k, s, p) for k, s, p in product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2)) if p <= k // 2],
)
def test_every_geometry_of_one_dimension(kernel, stride, padding, ceil_mode, dtype):
    for size in (5, 16, 35):
        for dilation in (1, 2):
            check(numbers((2, size), dtype), [(kernel, stride, padding, dilation)], ceil_mode)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("size", "geometry"),
    [
        ((6, 36), [(2, 2, 0, 1), (2, 2, 0, 1)]),
        ((7, 35), [(3, 2, 1, 1), (3, 2, 1, 1)]),
        ((5, 9), [(3, 1, 1, 2), (2, 3, 0, 1)]),
        ((4, 1), [(2, 1, 1, 1), (1, 1, 0, 1)]),
        ((1, 40), [(1, 1, 0, 1), (4, 4, 2, 1)]),
        ((4, 5, 6), [(2, 2, 1, 1), (3, 1, 1, 1), (3, 2, 0, 1)]),
        ((5, 3, 7), [(2, 1, 0, 2), (2, 2, 0, 1), (3, 3, 1, 1)]),
    ],
)
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_several_dimensions(size, geometry, ceil_mode, dtype):
    for count_include_pad, divisor in product((True, False), (None, 5)):
        check(numbers((2, 3, *size), dtype), geometry, ceil_mode, count_include_pad, divisor)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_geometry(data):
    dims = data.draw(st.integers(1, 3))
    geometry, size = [], []
    for _ in range(dims):
        kernel, dilation = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 2))
        pad = data.draw(st.integers(0, (dilation * (kernel - 1) + 1) // 2))
        geometry.append((kernel, data.draw(st.integers(1, 4)), pad, dilation))
        size.append(data.draw(st.integers(1, 20 if dims == 1 else 7)))
    dtype = data.draw(st.sampled_from(DTYPES))
    check(numbers((2, *size), dtype), geometry, data.draw(st.booleans()), data.draw(st.booleans()))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("size", "counts"),
    [((7,), (3,)), ((19,), (19,)), ((3,), (8,)), ((40,), (21,)), ((6, 9), (4, 2)), ((3, 4, 5), (2, 4, 7))],
)
def test_adaptive(size, counts, dtype):
    x = numbers((2, 2, *size), dtype)
    windows = [naive.adaptive(n, count) for n, count in zip(size, counts, strict=True)]
    axes = [adaptive_axis(n, count) for n, count in zip(size, counts, strict=True)]
    for found, expected in zip(pooling.largest(x, axes), naive.largest(x, windows), strict=True):
        np.testing.assert_array_equal(found, expected)
    zeros = (0,) * len(size)
    found = pooling.sums(x, axes)
    np.testing.assert_allclose(found, naive.means(x, windows, zeros), rtol=ROUNDING[dtype], atol=ROUNDING[dtype])
    grad = numbers(found.shape, dtype, 1)
    found = spread(grad, axes)
    expected = naive.spread(grad, size, windows, zeros, divisor=1)
    np.testing.assert_allclose(found, expected, rtol=ROUNDING[dtype], atol=ROUNDING[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_nan_and_infinities(stride, dtype):
    x = numbers((3, 9, 37), dtype)
    source = np.random.default_rng(3)
    for value in (np.nan, np.inf, -np.inf):
        x[source.random(x.shape) < 0.1] = value
    x[2] = -np.inf
    x[1, 4:] = np.nan
    axes = [sliding_axis(n, 3, stride, 1) for n in x.shape[1:]]
    windows = [naive.sliding(n, 3, stride, 1) for n in x.shape[1:]]
    for found, expected in zip(pooling.largest(x, axes), naive.largest(x, windows), strict=True):
        np.testing.assert_array_equal(found, expected)
    with np.errstate(invalid="ignore"):
        expected = naive.means(x, windows, (1, 1))
    found = pooling.sums(x, axes)
    np.testing.assert_allclose(found, expected, rtol=ROUNDING[dtype], atol=ROUNDING[dtype])


def test_nothing_outside_a_window_is_touched():
    x = np.full((1, 3, 40), np.nan, np.float32)
    x[:, 1:, ::2] = 1
    x[:, 1:, 1::2] = 2
    axes = [sliding_axis(3, 2, 1, 0), sliding_axis(40, 2, 2, 0)]
    np.testing.assert_array_equal(pooling.sums(x, undivided(axes))[:, 1], np.full((1, 20), 6))
    np.testing.assert_array_equal(pooling.largest(x, axes)[0][:, 1], np.full((1, 20), 2))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("planes", [1, 3, 64])
def test_the_number_of_threads_changes_no_bit(planes, dtype, restore_threads):
    x = np.random.default_rng(0).standard_normal((planes, 21, 30)).astype(dtype)
    axes = [sliding_axis(n, 3, 2, 1) for n in x.shape[1:]]
    results = []
    for count in (1, 2):
        threads.set_num_threads(count)
        values, places = pooling.largest(x, axes)
        means = pooling.sums(x, axes)
        results.append(
            [
                values,
                places,
                means,
                spread(means, axes),
                pooling.put(values, places, (21, 30)),
                pooling.take(x, places, 2),
            ]
        )
    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one, two)


def test_replacing_keeps_the_last():
    x, places = np.array([[1.0, 2.0, 3.0]]), np.array([[4, 0, 4]])
    np.testing.assert_array_equal(pooling.put(x, places, (5,), replace=True), [[2, 0, 0, 0, 3]])
    np.testing.assert_array_equal(pooling.put(x, places, (5,)), [[2, 0, 0, 0, 4]])


def test_a_window_more_that_begins_behind_the_input_is_left_out():
    assert output_size(3, 1, 2, 0, 1, True) == 2
    assert output_size(4, 1, 3, 0, 1, True) == 2
    assert output_size(5, 2, 4, 1, 1, True) == 2
    assert output_size(2, 3, 1, 0, 1, False) == 0
