"""Sampling at the points of a grid, one sample after the other, by the definition of each mode."""

import itertools
import math

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, ShapeError
from autograd.ops.grid_positions import with_slope
from autograd.ops.grid_sampling import gather_samples, sample_products, scatter_samples
from nn.functional import affine_grid, grid_sample
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def keys(x, a=-0.75):
    x = abs(x)
    if x >= 2:
        return 0.0
    return (a + 2) * x**3 - (a + 3) * x**2 + 1 if x < 1 else a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a


def inside(at, n, padding_mode, align_corners):
    """A position brought back into the image; step by step, as light between two mirrors."""
    if padding_mode == "reflection":
        low, high = (0, n - 1) if align_corners else (-0.5, n - 0.5)
        while low < high and not low <= at <= high:
            at = 2 * low - at if at < low else 2 * high - at
    return min(max(at, 0), n - 1)


def line(coordinate, n, mode, padding_mode, align_corners):
    """Pairs of pixel and weight along one dimension."""
    at = (coordinate + 1) / 2 * (n - 1) if align_corners else ((coordinate + 1) * n - 1) / 2
    moved = padding_mode != "zeros"
    if mode == "bicubic":
        near = range(math.floor(at) - 1, math.floor(at) + 3)
        return [(inside(k, n, padding_mode, align_corners) if moved else k, keys(k - at)) for k in near]
    at = inside(at, n, padding_mode, align_corners) if moved else at
    if mode == "nearest":
        return [(round(at), 1.0)]
    return [(math.floor(at), 1 - at + math.floor(at)), (math.floor(at) + 1, at - math.floor(at))]


def sampled(x, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    sizes = x.shape[2:]
    out = np.zeros((*x.shape[:2], *grid.shape[1:-1]))
    for n, *at in np.ndindex(*grid.shape[:-1]):
        point = grid[(n, *at)][::-1].astype(float)
        taps = [line(c, s, mode, padding_mode, align_corners) for c, s in zip(point, sizes, strict=True)]
        for combination in itertools.product(*taps):
            pixel = tuple(int(p) for p, _ in combination)
            if all(0 <= p < s for p, s in zip(pixel, sizes, strict=True)):
                out[(n, slice(None), *at)] += math.prod(w for _, w in combination) * x[(n, slice(None), *pixel)]
    return out


def mapped(theta, size, align_corners=None):
    out = np.zeros((size[0], *size[2:], len(size) - 2))
    for n, *at in np.ndindex(*out.shape[:-1]):
        point = [0.0 if s == 1 else 2 * i / (s - 1) - 1 if align_corners else (2 * i + 1) / s - 1
                 for i, s in zip(at, size[2:], strict=True)]  # fmt: skip
        out[(n, *at)] = theta[n] @ [*point[::-1], 1.0]
    return out


def gathered(x, weights, places):
    out = np.zeros((*x.shape[:2], places.shape[2]))
    for t, n, p in np.ndindex(*places.shape):
        if places[t, n, p] >= 0:
            out[n, :, p] += weights[t, n, p] * x[n, :, places[t, n, p]]
    return out


def scattered(y, weights, places, size):
    out = np.zeros((*y.shape[:2], size))
    for t, n, p in np.ndindex(*places.shape):
        if places[t, n, p] >= 0:
            out[n, :, places[t, n, p]] += weights[t, n, p] * y[n, :, p]
    return out


def multiplied(y, x, places):
    out = np.zeros(places.shape)
    for t, n, p in np.ndindex(*places.shape):
        if places[t, n, p] >= 0:
            out[t, n, p] = y[n, :, p] @ x[n, :, places[t, n, p]]
    return out


def case(shapes, **options):
    return OpCase(grid_sample, sampled, shapes, options, tol32=1e-4)


PLACES = np.random.default_rng(2).integers(-1, 6, (4, 2, 3))

CASES = [
    *[
        case([(2, 2, 3, 4), (2, 2, 3, 2)], mode=mode, padding_mode=padding_mode, align_corners=align_corners)
        for mode in ("bilinear", "nearest", "bicubic")
        for padding_mode in ("zeros", "border", "reflection")
        for align_corners in (True, False)
    ],
    *[
        case([(1, 2, 2, 3, 2), (1, 2, 1, 2, 3)], mode=mode, padding_mode=padding_mode)
        for mode in ("bilinear", "nearest")
        for padding_mode in ("zeros", "reflection")
    ],
    case([(1, 1, 1, 1), (1, 2, 2, 2)], padding_mode="reflection", align_corners=True),
    case([(1, 0, 2, 2), (1, 2, 2, 2)]),
    case([(2, 1, 2, 2), (2, 0, 3, 2)]),
    OpCase(affine_grid, mapped, [(2, 2, 3)], {"size": (2, 1, 3, 4)}),
    OpCase(affine_grid, mapped, [(1, 2, 3)], {"size": (1, 3, 1, 2), "align_corners": True}),
    OpCase(affine_grid, mapped, [(2, 3, 4)], {"size": (2, 1, 2, 1, 3)}),
    OpCase(gather_samples, gathered, [(2, 3, 6), (4, 2, 3)], {"places": PLACES}),
    OpCase(scatter_samples, scattered, [(2, 3, 3), (4, 2, 3)], {"places": PLACES, "size": 6}),
    OpCase(sample_products, multiplied, [(2, 3, 3), (2, 3, 6)], {"places": PLACES}),
]

X, GRID = ag.zeros(1, 2, 3, 4), ag.zeros(1, 2, 2, 2)
ERRORS = [
    ErrorCase(grid_sample, [X, GRID, "linear"], ArgumentError, "a mode among bilinear, nearest, bicubic, got 'linear'"),
    ErrorCase(grid_sample, [X, GRID, "nearest", "reflect"], ArgumentError, "zeros, border, reflection, got 'reflect'"),
    ErrorCase(grid_sample, [X, ag.zeros(1, 2, 2)], ShapeError, r"shape \(1, 2, 3, 4\) and grid of shape \(1, 2, 2\)"),
    ErrorCase(grid_sample, [X, ag.zeros(2, 2, 2, 2)], ShapeError, "grid_sample: expected input"),
    ErrorCase(grid_sample, [X, ag.zeros(1, 2, 2, 3)], ShapeError, "grid_sample: expected input"),
    ErrorCase(grid_sample, [ag.zeros(1, 2, 0, 4), GRID], ShapeError, "has pixels"),
    ErrorCase(grid_sample, [ag.zeros(1, 2, 2, 2, 2), ag.zeros(1, 2, 2, 2, 3), "bicubic"], ShapeError, "for mode="),
    ErrorCase(grid_sample, [X, GRID.double()], DTypeError, "one floating-point dtype"),
    ErrorCase(grid_sample, [X.long(), GRID.long()], DTypeError, "int64 and autograd.int64"),
    ErrorCase(affine_grid, [ag.zeros(2, 3), (1, 1, 2, 2)], ShapeError, r"shape \(2, 3\) and size \(1, 1, 2, 2\)"),
    ErrorCase(affine_grid, [ag.zeros(1, 2, 3), (2, 1, 2, 2)], ShapeError, "affine_grid"),
    ErrorCase(affine_grid, [ag.zeros(1, 2, 3), (1, 1, 0, 2)], ShapeError, "a positive size"),
    ErrorCase(affine_grid, [ag.zeros(1, 2, 3).long(), (1, 1, 2, 2)], DTypeError, "floating-point"),
]  # fmt: skip

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_a_known_function_has_the_slopes_it_is_given():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = with_slope(x, np.array([5.0, 6.0], np.float32), np.array([-1.0, 0.5], np.float32))
    (slopes,) = ag.grad(y.sum(), x, create_graph=True)
    np.testing.assert_array_equal(y.detach().numpy(), [5, 6])
    np.testing.assert_array_equal(slopes.detach().numpy(), [-1, 0.5])


def test_the_identity_gives_the_image_back():
    image = ag.rand(2, 3, 5, 4)
    theta = ag.tensor([[[1.0, 0, 0], [0, 1, 0]]]).expand(2, 2, 3)
    for aligned in (True, False):
        for mode in ("bilinear", "nearest", "bicubic"):
            again = grid_sample(image, affine_grid(theta, image.shape, aligned), mode, align_corners=aligned)
            np.testing.assert_allclose(again.numpy(), image.numpy(), rtol=1e-5, atol=1e-5)


def test_half_precision_is_summed_in_single():
    image, grid = ag.rand(1, 2, 4, 4).half(), (ag.rand(1, 3, 3, 2) * 3 - 1.5).half()
    found = grid_sample(image, grid)
    assert found.dtype == ag.float16
    np.testing.assert_allclose(found.numpy(), sampled(image.numpy(), grid.numpy()), rtol=2e-2, atol=2e-2)
