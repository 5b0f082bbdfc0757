"""Fractional max pooling: windows where the samples say, the largest of each, derivatives to second order."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from autograd.gradcheck import gradcheck, gradgradcheck

PLANE = ag.tensor(np.random.default_rng(0).permutation(63).reshape(1, 1, 7, 9), dtype=ag.float64)


def loop(plane, kernel, size, sample):
    """The definition for one plane, window by window; the sample gives columns first."""
    starts = []
    for length, k, count, u in zip(plane.shape, kernel, size, sample[::-1], strict=True):
        pace = (length - k) / (count - 1)
        starts.append([int((i + u) * pace) - int(u * pace) for i in range(count - 1)] + [length - k])
    return [[plane[i : i + kernel[0], j : j + kernel[1]].max() for j in starts[1]] for i in starts[0]]


@pytest.mark.parametrize("sample", [(0.0, 0.0), (0.3, 0.9), (0.99, 0.5)])
@pytest.mark.parametrize(("kernel", "size"), [((2, 2), (4, 5)), ((3, 2), (5, 3)), ((1, 4), (2, 2))])
def test_values_and_indices(kernel, size, sample):
    found, places = F.fractional_max_pool2d(PLANE, kernel, size, None, True, ag.tensor([[sample]]).double())
    np.testing.assert_array_equal(found.numpy()[0, 0], loop(PLANE.numpy()[0, 0], kernel, size, sample))
    np.testing.assert_array_equal(PLANE.numpy().reshape(-1)[places.numpy()], found.numpy())


def test_whole_inputs_and_ratios():
    assert F.fractional_max_pool2d(PLANE[0], (7, 9), 1).item() == 62
    assert F.fractional_max_pool2d(PLANE, 2, output_ratio=(0.5, 0.7)).shape == (1, 1, 3, 6)
    assert nn.FractionalMaxPool3d(2, output_ratio=0.5)(ag.rand(2, 6, 8, 6)).shape == (2, 3, 4, 3)
    layer = nn.FractionalMaxPool2d(2, 3, return_indices=True, _random_samples=ag.rand(1, 1, 2))
    assert layer(PLANE)[0].equal(layer(PLANE)[0]) and list(layer.state_dict()) == ["_random_samples"]


def test_derivatives():
    samples = ag.rand(1, 1, 2, dtype=ag.float64)
    x = PLANE.clone().requires_grad_()
    for check in (gradcheck, gradgradcheck):
        assert check(lambda x: F.fractional_max_pool2d(x, 2, (4, 5), _random_samples=samples) ** 2, (x / 9,))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: F.fractional_max_pool2d(PLANE, 2), ArgumentError, "neither"),
        (lambda: F.fractional_max_pool2d(PLANE, 2, 2, 0.5), ArgumentError, "both"),
        (lambda: F.fractional_max_pool2d(PLANE, 2, 7), ShapeError, "fit into"),
        (lambda: F.fractional_max_pool2d(PLANE, 0, 2), ArgumentError, "kernel_size"),
        (lambda: F.fractional_max_pool3d(PLANE[0, 0], 2, 2), ShapeError, "fractional_max_pool3d"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
