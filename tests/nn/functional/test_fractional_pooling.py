"""Fractional max pooling: windows where the samples say, the largest of each, derivatives to second order."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from tests.conformance import OpCase, conforms

PLANE = ag.tensor(np.random.default_rng(0).permutation(63).reshape(1, 1, 7, 9), dtype=ag.float64)


def loop(x, kernel_size, output_size, return_indices, _random_samples):
    """The definition, window by window; in two dimensions the samples give columns first."""
    dims = len(kernel_size)
    values, indices = (np.zeros((*x.shape[:2], *output_size), kind) for kind in (x.dtype, np.int64))
    for n, c in np.ndindex(*x.shape[:2]):
        shares = _random_samples.numpy()[n, c][:: -1 if dims == 2 else 1]
        starts = []
        for length, k, count, u in zip(x.shape[2:], kernel_size, output_size, shares, strict=True):
            pace = (length - k) / (count - 1)
            starts.append([int((i + u) * pace) - int(u * pace) for i in range(count - 1)] + [length - k])
        for place in np.ndindex(*output_size):
            corner = [starts[d][place[d]] for d in range(dims)]
            window = x[n, c][tuple(slice(i, i + k) for i, k in zip(corner, kernel_size, strict=True))]
            inside = np.unravel_index(window.argmax(), window.shape)
            values[(n, c, *place)] = window.max()
            indices[(n, c, *place)] = np.ravel_multi_index(
                [i + j for i, j in zip(corner, inside, strict=True)], x.shape[2:]
            )
    return (values, indices) if return_indices else values


def case(op, shape, kernel, size, both):
    samples = ag.rand(*shape[:2], len(kernel), dtype=ag.float64)
    settings = {"kernel_size": kernel, "output_size": size, "return_indices": both, "_random_samples": samples}
    return OpCase(op, loop, [shape], settings)


CASES = [
    case(F.fractional_max_pool2d, (2, 3, 7, 9), (2, 3), (4, 5), False),
    case(F.fractional_max_pool2d, (1, 2, 5, 6), (1, 2), (2, 2), True),
    case(F.fractional_max_pool2d_with_indices, (2, 1, 7, 6), (3, 2), (3, 4), True),
    case(F.fractional_max_pool3d, (2, 1, 5, 4, 6), (2, 2, 2), (2, 3, 4), False),
    case(F.fractional_max_pool3d_with_indices, (1, 2, 5, 4, 4), (2, 1, 3), (3, 2, 2), True),
]
test_cases = conforms(CASES)


def test_whole_inputs_and_ratios():
    assert F.fractional_max_pool2d(PLANE[0], (7, 9), 1).item() == 62
    assert F.fractional_max_pool2d(PLANE, 2, output_ratio=(0.5, 0.7)).shape == (1, 1, 3, 6)
    assert nn.FractionalMaxPool3d(2, output_ratio=0.5)(ag.rand(2, 6, 8, 6)).shape == (2, 3, 4, 3)
    layer = nn.FractionalMaxPool2d(2, 3, return_indices=True, _random_samples=ag.rand(1, 1, 2))
    assert layer(PLANE)[0].equal(layer(PLANE)[0]) and list(layer.state_dict()) == ["_random_samples"]


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
