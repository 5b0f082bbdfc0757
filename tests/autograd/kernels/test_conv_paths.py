"""The table of paths: what each shape takes, and that the paths agree."""

import numpy as np
import pytest

from autograd.kernels import conv_paths, convolution, winograd
from autograd.kernels.geometry import Window

SAME = Window((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1))


@pytest.mark.parametrize(
    ("window", "groups", "channels", "outputs", "path"),
    [
        (SAME, 1, 32, 32, winograd),
        (SAME, 1, 31, 64, convolution),
        (SAME, 1, 64, 16, convolution),
        (SAME, 2, 64, 64, convolution),
        (Window((3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1)), 1, 64, 64, convolution),
        (Window((3, 3), (1, 1), ((2, 2), (2, 2)), (2, 2)), 1, 64, 64, convolution),
        (Window((5, 5), (1, 1), ((2, 2), (2, 2)), (1, 1)), 1, 64, 64, convolution),
        (Window((3,), (1,), ((1, 1),), (1,)), 1, 64, 64, convolution),
        (Window((3, 3, 3), (1, 1, 1), ((1, 1),) * 3, (1, 1, 1)), 1, 64, 64, convolution),
    ],
)
def test_what_is_taken(window, groups, channels, outputs, path):
    assert conv_paths.chosen(window, groups, channels, outputs) is path


def test_paths_agree():
    source = np.random.default_rng(0)
    x, weight, bias, gradient = (
        source.normal(size=shape).astype(np.float32)
        for shape in ((2, 32, 11, 10), (40, 32, 3, 3), (40,), (2, 40, 11, 10))
    )
    calls = {
        "forward": (x, weight, bias, SAME, 1),
        "input_gradient": (gradient, weight, None, SAME, 1, (11, 10)),
        "weight_gradient": (gradient, x, SAME, 1),
    }
    for name, arguments in calls.items():
        found, direct = getattr(conv_paths, name)(*arguments), getattr(convolution, name)(*arguments)
        np.testing.assert_allclose(found, direct, rtol=0, atol=1e-5 * abs(direct).max())
