"""The three maps of convolution by packed panels against plain loops."""

from itertools import product

import numpy as np
import pytest

from autograd.kernels import conv_gemm, im2col, threads
from autograd.kernels.geometry import Window
from benchmarks.naive import convolution as naive

RNG = np.random.default_rng(0)
TOLERANCE = {np.float32: 2e-6, np.float64: 1e-14}


@pytest.fixture(autouse=True)
def all_work_is_shared(monkeypatch):
    monkeypatch.setattr(conv_gemm, "WORTH_A_THREAD", 1)


def operands(images, channels, size, outputs, kernel, groups, dtype):
    shapes = (images, channels, *size), (outputs, channels // groups, *kernel), (outputs,)
    return [RNG.standard_normal(shape).astype(dtype) for shape in shapes]


def results(x, weight, bias, stride, padding, dilation, groups):
    window = Window(weight.shape[2:], stride, tuple((p, p) for p in padding), dilation)
    out = conv_gemm.forward(x, weight, bias, window, groups)
    gradient = np.random.default_rng(1).standard_normal(out.shape).astype(x.dtype)
    return gradient, [
        out,
        conv_gemm.input_gradient(gradient, weight, None, window, groups, x.shape[2:]),
        conv_gemm.weight_gradient(gradient, x, window, groups),
    ]


def loops(x, weight, bias, gradient, options):
    return [
        naive.convolution(x, weight, bias, *options),
        naive.input_gradient(gradient, weight, x.shape, *options),
        naive.weight_gradient(gradient, x, weight.shape, *options),
    ]


def check(images, channels, size, outputs, kernel, stride, padding, dilation, groups, dtype=np.float32):
    x, weight, bias = operands(images, channels, size, outputs, kernel, groups, dtype)
    options = stride, padding, dilation, groups
    gradient, found = results(x, weight, bias, *options)
    exact = [a.astype(np.float64) for a in (x, weight, bias, gradient)]
    scales = loops(*map(abs, exact), options)
    for mine, expected, scale in zip(found, loops(*exact, options), scales, strict=True):
        assert mine.shape == expected.shape and mine.dtype == dtype
        assert (np.abs(mine - expected) <= TOLERANCE[dtype] * (scale + 1e-30)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_every_option_crossed(stride, groups, dtype):
    for padding, dilation, kernel in product((0, 2), (1, 2), ((1, 1), (3, 3), (2, 3))):
        check(3, 4, (7, 6), 6, kernel, (stride,) * 2, (padding,) * 2, (dilation,) * 2, groups, dtype)


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("channels", [1, 3])
def test_few_channels_on_either_side(channels, outputs):
    for stride, groups in ((1, 1), (2, 1), (2, outputs)):
        check(2, channels * groups, (7, 6), outputs, (3, 3), (stride,) * 2, (1, 1), (1, 1), groups)


@pytest.mark.parametrize("dims", [1, 3])
def test_one_and_three_dimensions(dims):
    for stride, padding, groups in product((1, 2), (0, 1), (1, 2)):
        check(2, 4, (9, 5, 6)[:dims], 6, (3, 2, 3)[:dims], (stride,) * dims, (padding,) * dims, (1,) * dims, groups)


@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 16, 17, 50])
def test_every_width_puts_its_pixels_together(width):
    for images, outputs in ((1, 1), (16, 9), (11, 50)):
        check(images, 2, (3, width), outputs, (3, 3), (1, 1), (1, 1), (1, 1), 1)


def test_sums_too_deep_for_one_block():
    check(2, 100, (4, 4), 9, (3, 3), (1, 1), (1, 1), (1, 1), 1)
    check(2, 9, (5, 5), 100, (3, 3), (2, 2), (1, 1), (1, 1), 1)


def test_taps_that_no_position_needs():
    check(2, 3, (7, 7), 4, (1, 1), (3, 3), (0, 0), (1, 1), 1)
    check(1, 2, (1, 1), 2, (1, 1), (5, 5), (1, 1), (1, 1), 1)


@pytest.mark.parametrize("bytes_of_a_band", [1, 3000])
def test_bands_do_not_change_results(bytes_of_a_band, monkeypatch):
    monkeypatch.setattr(im2col, "BUFFER_BYTES", bytes_of_a_band)
    monkeypatch.setattr(conv_gemm, "BUFFER_BYTES", bytes_of_a_band)
    monkeypatch.setattr(conv_gemm, "COLUMN_BYTES", bytes_of_a_band)
    im2col.layout.cache_clear()
    for stride in (1, 2):
        check(3, 3, (13, 7), 9, (3, 3), (stride,) * 2, (1, 1), (1, 1), 1)
    im2col.layout.cache_clear()


def test_an_empty_batch():
    x, weight, bias = operands(0, 4, (6, 5), 3, (3, 3), 1, np.float32)
    _, found = results(x, weight, bias, (1, 1), (1, 1), (1, 1), 1)
    assert [a.shape for a in found] == [(0, 3, 6, 5), x.shape, weight.shape] and not found[2].any()


def test_one_thread_and_two_give_the_same_bits():
    x, weight, bias = operands(6, 20, (9, 8), 30, (3, 3), 1, np.float32)
    before, given = threads.get_num_threads(), []
    try:
        for count in (1, before):
            threads.set_num_threads(count)
            given.append(results(x, weight, bias, (2, 2), (1, 1), (1, 1), 1)[1])
    finally:
        threads.set_num_threads(before)
    for one, many in zip(*given, strict=True):
        np.testing.assert_array_equal(one, many)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_reach_what_they_touch_only(value):
    x, weight, _ = (abs(a) + 0.5 for a in operands(3, 3, (6, 7), 9, (3, 3), 1, np.float32))
    x[1, 2, 0, 0] = value
    _, (out, _, sums) = results(x, weight, None, (1, 1), (0, 0), (1, 1), 1)
    hit = np.zeros((3, 9, 4, 5), bool)
    hit[1, :, 0, 0] = True
    np.testing.assert_array_equal(~np.isfinite(out), hit)
    hit = np.zeros((9, 3, 3, 3), bool)
    hit[:, 2, 0, 0] = True
    np.testing.assert_array_equal(~np.isfinite(sums), hit)


@pytest.mark.parametrize("relaid", [
    lambda x: np.asfortranarray(x), lambda x: x[::-1, :, ::-1][::-1, :, ::-1], lambda x: np.repeat(x, 2, 3)[..., ::2],
])  # fmt: skip
def test_any_strides(relaid):
    x, weight, bias = operands(2, 4, (6, 5), 3, (3, 3), 1, np.float32)
    window = Window((3, 3), (2, 1), ((1, 1), (1, 1)), (1, 1))
    plain = conv_gemm.forward(x, weight, bias, window, 1)
    np.testing.assert_array_equal(plain, conv_gemm.forward(relaid(x), relaid(weight), bias, window, 1))
    for found, expected in [
        (conv_gemm.input_gradient(relaid(plain), relaid(weight), None, window, 1, (6, 5)),
         conv_gemm.input_gradient(plain, weight, None, window, 1, (6, 5))),
        (conv_gemm.weight_gradient(relaid(plain), relaid(x), window, 1),
         conv_gemm.weight_gradient(plain, x, window, 1)),
    ]:  # fmt: skip
        np.testing.assert_array_equal(found, expected)
