"""Interpolation against sums over all sources, one result after the other."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, ShapeError
from autograd.ops.resampling import resample
from autograd.ops.resampling_taps import taps_of
from nn.functional import interpolate, upsample, upsample_bilinear, upsample_nearest
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def triangle(x):
    return max(0.0, 1 - abs(x))


def keys(x, a=-0.75):
    x = abs(x)
    if x >= 2:
        return 0.0
    return (a + 2) * x**3 - (a + 3) * x**2 + 1 if x < 1 else a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a


def line_weights(mode, n, m, i, scale, align_corners, antialias):
    """The weight of every source in result i."""
    step = n / m if scale is None else 1 / scale
    if mode == "area":
        first, end = math.floor(i * n / m), math.ceil((i + 1) * n / m)
        return [(first <= k < end) / (end - first) for k in range(n)]
    if mode.startswith("nearest"):
        chosen = min(math.floor((i + (0.5 if mode == "nearest-exact" else 0)) * step), n - 1)
        return [float(k == chosen) for k in range(n)]
    if align_corners:
        step = (n - 1) / (m - 1) if m > 1 else 0.0
    kernel = keys if mode == "bicubic" else triangle
    if antialias:
        if n == m:
            return [float(k == i) for k in range(n)]
        centre, wide = step * (i + 0.5), max(step, 1.0)
        raw = [keys((k + 0.5 - centre) / wide, -0.5) if kernel is keys else triangle((k + 0.5 - centre) / wide)
               for k in range(n)]  # fmt: skip
        return [w / sum(raw) for w in raw]
    at = i * step if align_corners else (i + 0.5) * step - 0.5
    weights = [0.0] * n
    for k in range(math.floor(at) - 2, math.floor(at) + 4):
        weights[min(max(k, 0), n - 1)] += kernel(k - at)
    return weights


def resized(x, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None,
            antialias=False):  # fmt: skip
    dims = x.ndim - 2
    factors = (scale_factor,) * dims if scale_factor is None or np.isscalar(scale_factor) else scale_factor
    sizes = (size,) * dims if size is None or np.isscalar(size) else size
    for d, (m, factor) in enumerate(zip(sizes, factors, strict=True), 2):
        n = x.shape[d]
        m = math.floor(n * factor) if m is None else m
        scale = None if recompute_scale_factor else factor
        matrix = np.array([line_weights(mode, n, m, i, scale, align_corners, antialias) for i in range(m)])
        x = np.moveaxis(np.tensordot(x, matrix, (d, 1)), -1, d)
    return x


def case(shape, **kwargs):
    return OpCase(interpolate, resized, [shape], kwargs, tol32=2e-5)


CASES = [
    *[
        case(shape, size=size, mode=mode)
        for mode in ("nearest", "nearest-exact", "area")
        for shape, size in [((2, 2, 5), 3), ((1, 2, 3, 4), (7, 2)), ((1, 1, 3, 2, 3), (2, 4, 3))]
    ],
    *[
        case(shape, mode=mode, align_corners=aligned, **kwargs)
        for aligned in (None, False, True)
        for mode, shape, kwargs in [
            ("linear", (2, 2, 5), {"size": 8}),
            ("linear", (1, 2, 5), {"size": 3}),
            ("linear", (1, 1, 4), {"size": 1}),
            ("linear", (1, 1, 1), {"size": 3}),
            ("bilinear", (2, 1, 3, 4), {"size": (5, 2)}),
            ("bilinear", (1, 2, 3, 3), {"scale_factor": (1.7, 2.0)}),
            ("bicubic", (1, 2, 3, 5), {"size": (6, 4)}),
            ("bicubic", (1, 1, 4, 2), {"scale_factor": 1.6}),
            ("trilinear", (1, 2, 2, 3, 3), {"size": (3, 4, 2)}),
            ("bilinear", (0, 2, 3, 3), {"size": 4}),
        ]
    ],
    case((1, 2, 7), scale_factor=0.5),
    case((1, 2, 5), scale_factor=1.7, mode="nearest-exact"),
    case((1, 1, 5, 3), scale_factor=1.7, mode="bilinear", recompute_scale_factor=True),
    case((1, 2, 4, 3), size=(4, 3), mode="bicubic"),
    case((2, 1, 4, 3), size=(4, 3)),
    *[
        case((1, 2, 7, 5), size=size, mode=mode, align_corners=aligned, antialias=True)
        for mode in ("bilinear", "bicubic")
        for size, aligned in [((3, 2), False), ((3, 8), True), ((7, 4), False)]
    ],
    OpCase(upsample, resized, [(1, 1, 3, 3)], {"scale_factor": 2}),
    OpCase(upsample_nearest, resized, [(1, 2, 2, 3)], {"size": (5, 4)}),
    OpCase(upsample_bilinear, lambda x, size: resized(x, size, mode="bilinear", align_corners=True), [(1, 2, 2, 3)],
           {"size": (5, 4)}),
    *[OpCase(resample, lambda x, dim, taps: np.moveaxis(np.tensordot(x, dense(taps), (dim, 1)), -1, dim),
             [(3, 5, 2)], {"dim": 1, "taps": taps}, name=f"resample {name}", tol32=1e-5)
      for name, taps in [
          ("area", taps_of("area", 5, 3, None, False, False, np.dtype(float))),
          ("holes", taps_of("nearest", 2, 5, None, False, False, np.dtype(float)).transposed),
          ("cubic", taps_of("cubic", 5, 2, None, True, False, np.dtype(float)))]],
]  # fmt: skip


def dense(taps):
    matrix = np.zeros((taps.results, taps.sources))
    for i in range(taps.results):
        for k in range(int(taps.starts[i]), int(taps.starts[i + 1])):
            matrix[i, int(taps.places[k])] += taps.weights[k]
    return matrix


X = ag.zeros(1, 2, 3, 4)
ERRORS = [
    ErrorCase(interpolate, [X], ArgumentError, "one of size and scale_factor, got size=None, scale_factor=None"),
    ErrorCase(interpolate, [X, 2, 2.0], ArgumentError, "one of size and scale_factor"),
    ErrorCase(interpolate, [X, (2,)], ArgumentError, r"a size of 2 numbers, or one, got \(2,\)"),
    ErrorCase(interpolate, [X, 2.5], ArgumentError, "size as a whole number from 1"),
    ErrorCase(interpolate, [X, 0], ArgumentError, "size as a whole number from 1"),
    ErrorCase(interpolate, [X, None, (2.0,)], ArgumentError, "a positive scale_factor, or 2 of them"),
    ErrorCase(interpolate, [X, None, -1.0], ArgumentError, "a positive scale_factor"),
    ErrorCase(interpolate, [X, None, 0.1], ShapeError, r"positive sizes, got \(3, 4\) to \(0, 0\)"),
    ErrorCase(interpolate, [ag.zeros(1, 2, 0), 3], ShapeError, "positive sizes"),
    ErrorCase(interpolate, [X, 2, None, "cubic"], ArgumentError, "a mode among nearest, nearest-exact"),
    ErrorCase(interpolate, [X, 2, None, "linear"], ShapeError, "input of 3 dimensions for mode='linear'"),
    ErrorCase(interpolate, [ag.zeros(3, 4), 2], ShapeError, "input of 3 or 4 or 5 dimensions"),
    ErrorCase(interpolate, [X, 2, None, "area", False], ArgumentError, "no align_corners for mode='area'"),
    ErrorCase(interpolate, [X, 2, None, "area", None, None, True], ArgumentError, "antialias with bilinear"),
    ErrorCase(interpolate, [X, 2, None, "area", None, True], ArgumentError, "a scale_factor to recompute"),
    ErrorCase(interpolate, [X.long(), 2, None, "bilinear"], DTypeError, "floating-point input for mode='bilinear'"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("dtype", [ag.int64, ag.uint8, ag.bool])
def test_labels_and_masks_take_their_nearest_neighbours(dtype):
    x = ag.tensor([[[[0, 1], [3, 0]]]], dtype=dtype)
    result = interpolate(x, scale_factor=2)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result.numpy(), x.numpy().repeat(2, 2).repeat(2, 3))


def test_nan_reaches_only_the_results_that_read_it():
    x = np.zeros((1, 1, 6, 6))
    x[0, 0, 2, 3] = np.nan
    found = np.isnan(interpolate(ag.tensor(x), scale_factor=2, mode="bilinear").numpy()[0, 0])
    rows, columns = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    assert rows.tolist() == [3, 4, 5, 6] and columns.tolist() == [5, 6, 7, 8]


def test_the_same_size_gives_a_copy():
    x = ag.rand(1, 1, 3, 3)
    result = interpolate(x, size=3)
    assert (result == x).all() and not np.shares_memory(result.numpy(), x.numpy())


def test_half_precision_is_summed_in_single():
    x = ag.rand(1, 3, 9, 9).half()
    found = interpolate(x, size=5, mode="area")
    assert found.dtype == ag.float16
    np.testing.assert_allclose(found.numpy(), interpolate(x.float(), size=5, mode="area").numpy(), rtol=1e-3)
