"""Winograd's form of 3x3 convolutions against plain loops, and its rounding against the direct form's."""

import numpy as np
import pytest

from autograd.kernels import convolution, threads, winograd
from autograd.kernels.geometry import Window
from benchmarks.naive import convolution as naive

RNG = np.random.default_rng(0)
TOLERANCE = {np.float32: 2e-6, np.float64: 4e-15}
DTYPES = [np.float32, np.float64]
PADDINGS = [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((2, 2), (1, 1)), ((3, 3), (2, 2))]
SHAPES = [(2, 3, 7, 6, 5), (1, 1, 3, 3, 1), (1, 2, 3, 37, 4), (1, 9, 4, 5, 17), (5, 2, 6, 6, 2)]


@pytest.fixture(autouse=True)
def all_work_is_shared(monkeypatch):
    monkeypatch.setattr(winograd, "WORTH_A_THREAD", 1)


def window(padding=((1, 1), (1, 1))):
    return Window((3, 3), (1, 1), padding, (1, 1))


def operands(shape, dtype=np.float32, padding=((1, 1), (1, 1))):
    images, channels, height, width, outputs = shape
    counts = window(padding).output((height, width))
    shapes = (images, channels, height, width), (outputs, channels, 3, 3), (outputs,), (images, outputs, *counts)
    return [RNG.standard_normal(shape).astype(dtype) for shape in shapes]


def close(found, expected):
    assert found.shape == expected.shape
    tolerance = TOLERANCE[found.dtype.type]
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * max(1, abs(expected).max()))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_three_maps(shape, padding, dtype):
    x, weight, bias, gradient = operands(shape, dtype, padding)
    options = (1, 1), tuple(pair[0] for pair in padding), (1, 1), 1
    wide = [a.astype(np.float64) for a in (x, weight, bias, gradient)]
    close(winograd.forward(x, weight, bias, window(padding), 1), naive.convolution(*wide[:3], *options))
    close(winograd.input_gradient(gradient, weight, None, window(padding), 1, x.shape[2:]),
          naive.input_gradient(wide[3], wide[1], x.shape, *options))  # fmt: skip
    close(winograd.weight_gradient(gradient, x, window(padding), 1),
          naive.weight_gradient(wide[3], wide[0], weight.shape, *options))  # fmt: skip


def test_more_padding_on_one_side():
    x, weight, bias, _ = operands((2, 3, 7, 6, 5))
    padded = np.pad(x, ((0, 0), (0, 0), (0, 1), (1, 2)))
    close(winograd.forward(x, weight, bias, window(((0, 1), (1, 2))), 1),
          naive.convolution(padded, weight, bias, (1, 1), (0, 0), (1, 1), 1))  # fmt: skip


def test_an_empty_batch():
    x, weight, bias, gradient = operands((0, 3, 7, 6, 5))
    assert winograd.forward(x, weight, bias, window(), 1).shape == (0, 5, 7, 6)
    assert winograd.input_gradient(gradient, weight, None, window(), 1, (7, 6)).shape == x.shape
    np.testing.assert_array_equal(winograd.weight_gradient(gradient, x, window(), 1), np.zeros_like(weight))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38])
def test_what_is_not_finite_reaches_what_it_reaches_in_the_direct_form(value):
    x, weight, bias, gradient = operands((2, 3, 9, 9, 5))
    x[1, 2, 4, 5] = gradient[0, 1, 3, 3] = value
    with np.errstate(all="ignore"):
        for name, arguments in (
            ("forward", (x, weight, bias, window(), 1)),
            ("input_gradient", (gradient, weight, None, window(), 1, (9, 9))),
            ("weight_gradient", (gradient, x, window(), 1)),
        ):
            found, direct = (getattr(module, name)(*arguments) for module in (winograd, convolution))
            if np.isfinite(value):
                assert np.isfinite(found[np.isfinite(direct)]).all()
            else:
                np.testing.assert_array_equal(found, direct)


def test_threads_do_not_change_a_bit(restore_threads):
    x, weight, bias, gradient = operands((9, 24, 15, 14, 40))
    results = []
    for count in {1, restore_threads}:
        threads.set_num_threads(count)
        results.append(
            (
                winograd.forward(x, weight, bias, window(), 1),
                winograd.input_gradient(gradient, weight, None, window(), 1, x.shape[2:]),
                winograd.weight_gradient(gradient, x, window(), 1),
            )
        )
    for one, many in zip(results[0], results[-1], strict=True):
        np.testing.assert_array_equal(one, many)


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_rounding_is_that_of_float32(scale, positive):
    """Below the direct form's, but for the weight gradient, which that sums in lanes; below PyTorch's there too."""
    x, weight, _, gradient = operands((4, 32, 20, 20, 32))
    x, gradient = ((np.maximum(a, 0) if positive else a) * np.float32(scale) for a in (x, gradient))
    wide = [a.astype(np.float64) for a in (x, weight, gradient)]
    for name, narrow, exact in (
        ("forward", (x, weight, None, window(), 1), (wide[0], wide[1], None, window(), 1)),
        ("input_gradient", (gradient, weight, None, window(), 1, (20, 20)),
         (wide[2], wide[1], None, window(), 1, (20, 20))),
        ("weight_gradient", (gradient, x, window(), 1), (wide[2], wide[0], window(), 1)),
    ):  # fmt: skip
        expected = getattr(convolution, name)(*exact)
        ours, direct = (getattr(module, name)(*narrow) - expected for module in (winograd, convolution))
        allowed = 4 if name == "weight_gradient" else 1
        assert np.sqrt((ours**2).mean()) <= allowed * np.sqrt((direct**2).mean())
        assert np.sqrt((ours**2).mean()) <= 5e-7 * np.sqrt((expected**2).mean())
        assert abs(ours).max() <= 1.5 * allowed * abs(direct).max()
