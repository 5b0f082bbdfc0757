"""The three maps of convolution against plain loops."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.kernels import convolution, im2col, threads
from autograd.kernels.geometry import Window
from benchmarks.naive import convolution as naive

RNG = np.random.default_rng(0)
TOLERANCE = {np.float32: 2e-6, np.float64: 1e-14}
DTYPES = [np.float32, np.float64]


@pytest.fixture(autouse=True)
def all_work_is_shared(monkeypatch):
    monkeypatch.setattr(convolution, "WORTH_A_THREAD", 1)


def close(found, expected, scale):
    """Within rounding of the sum of the terms' magnitudes."""
    assert found.shape == expected.shape
    assert (np.abs(found - expected) <= TOLERANCE[found.dtype.type] * (scale + 1e-30)).all()


def check(x, weight, bias, stride, padding, dilation, groups):
    options = stride, padding, dilation, groups
    window = Window(weight.shape[2:], stride, tuple((p, p) for p in padding), dilation)
    kept = [a.copy() for a in (x, weight)]
    found = convolution.forward(x, weight, bias, window, groups)
    assert found.dtype == x.dtype
    close(found, naive.convolution(x, weight, bias, *options),
          naive.convolution(abs(x), abs(weight), None if bias is None else abs(bias), *options))  # fmt: skip
    gradient = RNG.standard_normal(found.shape).astype(x.dtype)
    found = convolution.input_gradient(gradient, weight, None, window, groups, x.shape[2:])
    close(found, naive.input_gradient(gradient, weight, x.shape, *options),
          naive.input_gradient(abs(gradient), abs(weight), x.shape, *options))  # fmt: skip
    found = convolution.weight_gradient(gradient, x, window, groups)
    close(found, naive.weight_gradient(gradient, x, weight.shape, *options),
          naive.weight_gradient(abs(gradient), abs(x), weight.shape, *options))  # fmt: skip
    for before, now in zip(kept, (x, weight), strict=True):
        np.testing.assert_array_equal(before, now)


def operands(images, channels, size, outputs, kernel, groups, dtype=np.float32):
    shapes = (images, channels, *size), (outputs, channels // groups, *kernel), (outputs,)
    return [RNG.standard_normal(shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_every_option_crossed(stride, groups, dtype):
    for padding, dilation, kernel in product((0, 1, 2), (1, 2), ((1, 1), (3, 3), (2, 3))):
        x, weight, bias = operands(2, 4, (7, 6), 4, kernel, groups, dtype)
        check(x, weight, bias, (stride,) * 2, (padding,) * 2, (dilation,) * 2, groups)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", [1, 3])
def test_one_and_three_dimensions(dims, dtype):
    for stride, padding, dilation, groups in product((1, 2), (0, 1), (1, 2), (1, 2)):
        size, kernel = (9, 5, 6)[:dims], (3, 2, 3)[:dims]
        x, weight, bias = operands(2, 4, size, 6, kernel, groups, dtype)
        check(x, weight, bias, (stride,) * dims, (padding,) * dims, (dilation,) * dims, groups)


@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 5, 8, 9, 17])
def test_every_number_of_channels(outputs):
    for width in (1, 3, 16, 17, 50):
        x, weight, bias = operands(1, 3, (3, width), outputs, (3, 3), 1)
        check(x, weight, bias, (1, 1), (1, 1), (1, 1), 1)


@pytest.mark.parametrize("multiplier", [1, 2])
def test_depthwise(multiplier):
    x, weight, bias = operands(2, 5, (9, 8), 5 * multiplier, (3, 3), 5)
    check(x, weight, bias, (1, 1), (1, 1), (1, 1), 5)
    check(x, weight, None, (2, 2), (1, 1), (1, 1), 5)


def test_mixed_options():
    x, weight, bias = operands(2, 3, (11, 8), 4, (4, 1), 1)
    check(x, weight, bias, (3, 2), (0, 3), (1, 2), 1)
    x, weight, bias = operands(1, 2, (1, 1), 2, (1, 1), 1)
    check(x, weight, bias, (5, 5), (1, 1), (1, 1), 1)
    x, weight, bias = operands(1, 2, (2, 3), 2, (1, 1), 1)
    check(x, weight, bias, (5, 1), (0, 0), (1, 1), 1)


@pytest.mark.parametrize("bytes_of_a_band", [1, 700, 3000])
def test_bands_do_not_change_results(bytes_of_a_band, monkeypatch):
    monkeypatch.setattr(im2col, "BUFFER_BYTES", bytes_of_a_band)
    monkeypatch.setattr(convolution, "BUFFER_BYTES", bytes_of_a_band)
    im2col.layout.cache_clear()
    for stride in (1, 2):
        x, weight, bias = operands(3, 3, (13, 7), 9, (3, 3), 1)
        check(x, weight, bias, (stride, stride), (1, 1), (1, 1), 1)
    im2col.layout.cache_clear()


def test_few_sums_at_once(monkeypatch):
    monkeypatch.setattr(convolution, "SUM_BYTES", 1)
    x, weight, bias = operands(5, 4, (6, 5), 20, (3, 3), 1)
    check(x, weight, bias, (1, 1), (1, 1), (1, 1), 1)


@pytest.mark.parametrize("relaid", [
    lambda x: np.asfortranarray(x), lambda x: x[::-1, :, ::-1][::-1, :, ::-1], lambda x: np.repeat(x, 2, 3)[..., ::2],
    lambda x: np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
])  # fmt: skip
def test_any_strides(relaid):
    x, weight, bias = operands(2, 4, (6, 5), 3, (3, 3), 1)
    window = Window((3, 3), (2, 1), ((1, 1), (1, 1)), (1, 1))
    plain = convolution.forward(x, weight, bias, window, 1)
    np.testing.assert_array_equal(plain, convolution.forward(relaid(x), relaid(weight), bias, window, 1))
    for found, expected in [
        (convolution.input_gradient(relaid(plain), relaid(weight), None, window, 1, (6, 5)),
         convolution.input_gradient(plain, weight, None, window, 1, (6, 5))),
        (convolution.weight_gradient(relaid(plain), relaid(x), window, 1),
         convolution.weight_gradient(plain, x, window, 1)),
    ]:  # fmt: skip
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_reach_what_they_touch_only(value):
    x, weight, _ = (abs(a) + 0.5 for a in operands(2, 3, (6, 7), 9, (3, 3), 1))
    window = Window((3, 3), (1, 1), ((0, 0), (0, 0)), (1, 1))
    gradient = abs(RNG.standard_normal((2, 9, 4, 5))).astype(np.float32) + 0.5
    x[1, 2, 0, 0] = value
    hit = np.zeros((2, 9, 4, 5), bool)
    hit[1, :, 0, 0] = True
    np.testing.assert_array_equal(~np.isfinite(convolution.forward(x, weight, None, window, 1)), hit)
    hit = np.zeros((9, 3, 3, 3), bool)
    hit[:, 2, 0, 0] = True
    found = convolution.weight_gradient(gradient, x, window, 1)
    np.testing.assert_array_equal(~np.isfinite(found), hit)
    np.testing.assert_array_equal(found[hit], np.full(9, value))
    gradient[0, 4, 1, 1] = value
    hit = np.zeros((2, 3, 6, 7), bool)
    hit[0, :, 1:4, 1:4] = True
    np.testing.assert_array_equal(
        ~np.isfinite(convolution.input_gradient(gradient, weight, None, window, 1, (6, 7))), hit
    )


def test_empty_batch():
    x, weight, bias = operands(0, 4, (6, 5), 3, (3, 3), 1)
    window = Window((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1))
    out = convolution.forward(x, weight, bias, window, 1)
    assert out.shape == (0, 3, 6, 5)
    assert convolution.input_gradient(out, weight, None, window, 1, (6, 5)).shape == (0, 4, 6, 5)
    np.testing.assert_array_equal(convolution.weight_gradient(out, x, window, 1), np.zeros(weight.shape))


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_thread_and_many_give_the_same_bits(dtype, restore_threads):
    for images, stride, groups in product((1, 5), (1, 2), (1, 4)):
        x, weight, _ = operands(images, 8, (20, 19), 12, (3, 3), groups, dtype)
        window = Window((3, 3), (stride,) * 2, ((1, 1),) * 2, (1, 1))

        threads.set_num_threads(1)
        alone = three_maps(x, weight, window, groups)
        threads.set_num_threads(restore_threads)
        for one, many in zip(alone, three_maps(x, weight, window, groups), strict=True):
            np.testing.assert_array_equal(one, many)


def three_maps(x, weight, window, groups):
    y = convolution.forward(x, weight, None, window, groups)
    return [
        y,
        convolution.input_gradient(y, weight, None, window, groups, x.shape[2:]),
        convolution.weight_gradient(y, x, window, groups),
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_geometry(data):
    def whole(low, high):
        return data.draw(st.integers(low, high))

    dims, groups = whole(1, 3), whole(1, 3)
    kernel, stride, dilation, padding = (
        tuple(whole(*limits) for _ in range(dims)) for limits in ((1, 4), (1, 4), (1, 3), (0, 3))
    )
    size = tuple(
        max(1, d * (k - 1) + 1 - 2 * p) + whole(0, 6) for k, d, p in zip(kernel, dilation, padding, strict=True)
    )
    x, weight, bias = operands(whole(1, 2), groups * whole(1, 2), size, groups * whole(1, 3), kernel, groups)
    check(x, weight, bias, stride, padding, dilation, groups)
