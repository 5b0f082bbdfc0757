"""The table of paths: what each shape takes, and that the paths agree."""

import numpy as np
import pytest

from autograd.kernels import conv_gemm, conv_paths, convolution, winograd
from autograd.kernels.geometry import Window

SAME = Window((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1))


HALVING = Window((3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1))
ALL = ("forward", "input_gradient", "weight_gradient")


@pytest.mark.parametrize(
    ("window", "groups", "channels", "outputs", "size", "paths"),
    [
        (SAME, 1, 32, 32, (28, 28), (winograd,) * 3),
        (SAME, 1, 64, 64, (8, 8), (convolution, convolution, conv_gemm)),
        (SAME, 1, 31, 64, (28, 28), (convolution, convolution, conv_gemm)),
        (SAME, 1, 64, 16, (28, 28), (convolution,) * 3),
        (SAME, 2, 32, 32, (28, 28), (convolution,) * 3),
        (HALVING, 1, 64, 64, (8, 8), (conv_gemm,) * 3),
        (HALVING, 1, 16, 32, (32, 32), (convolution,) * 3),
        (Window((5, 5), (1, 1), ((0, 0), (0, 0)), (1, 1)), 1, 6, 16, (10, 10), (convolution, convolution, conv_gemm)),
        (Window((3,), (1,), ((1, 1),), (1,)), 1, 128, 128, (62,), (convolution, convolution, conv_gemm)),
        (Window((3, 3, 3), (1, 1, 1), ((1, 1),) * 3, (1, 1, 1)), 1, 8, 8, (20, 20, 20), (convolution,) * 3),
    ],
)
def test_what_is_taken(window, groups, channels, outputs, size, paths):
    problem = conv_paths.Problem(window, groups, channels, outputs, size)
    assert tuple(conv_paths.chosen(which, problem) for which in ALL) == paths


def test_paths_agree():
    source = np.random.default_rng(0)
    x, weight, bias, gradient = (
        source.normal(size=shape).astype(np.float32)
        for shape in ((2, 32, 13, 12), (40, 32, 3, 3), (40,), (2, 40, 13, 12))
    )
    calls = {
        "forward": (x, weight, bias, SAME, 1),
        "input_gradient": (gradient, weight, None, SAME, 1, (13, 12)),
        "weight_gradient": (gradient, x, SAME, 1),
    }
    for name, arguments in calls.items():
        found, direct = getattr(conv_paths, name)(*arguments), getattr(convolution, name)(*arguments)
        np.testing.assert_allclose(found, direct, rtol=0, atol=1e-5 * abs(direct).max())
