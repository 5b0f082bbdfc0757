"""Columns of windows against loops over positions and taps."""

import itertools
import math

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from autograd.kernels.geometry import Window
from autograd.ops.unfolding import col2im, im2col
from nn.functional import fold, unfold
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def many(value, dims=2):
    return (value,) * dims if isinstance(value, int) else tuple(value)


def places(size, kernel, dilation, before, after, stride):
    """For each tap and each position, in order, the place that it reads; None outside."""
    sizes = zip(size, before, after, kernel, dilation, stride, strict=True)
    counts = [(n + b + a - d * (k - 1) - 1) // s + 1 for n, b, a, k, d, s in sizes]
    for row, tap in enumerate(np.ndindex(*kernel)):
        for column, position in enumerate(np.ndindex(*counts)):
            at = tuple(p * s + t * d - b for p, s, t, d, b in zip(position, stride, tap, dilation, before, strict=True))
            inside = all(0 <= i < n for i, n in zip(at, size, strict=True))
            yield row, column, at if inside else None


def columns(x, kernel, dilation, before, after, stride):
    found = list(places(x.shape[2:], kernel, dilation, before, after, stride))
    taps, count = math.prod(kernel), found[-1][1] + 1
    out = np.zeros((*x.shape[:2], taps, count), x.dtype)
    for row, column, at in found:
        if at is not None:
            out[:, :, row, column] = x[(slice(None), slice(None), *at)]
    return out.reshape(len(x), -1 if len(x) else x.shape[1] * taps, count)


def images(x, size, kernel, dilation, before, after, stride):
    taps = math.prod(kernel)
    out = np.zeros((len(x), x.shape[1] // taps, *size), x.dtype)
    for row, column, at in places(size, kernel, dilation, before, after, stride):
        if at is not None:
            out[(slice(None), slice(None), *at)] += x[:, row::taps, column]
    return out


def unfolded(x, kernel_size, dilation=1, padding=0, stride=1):
    pads = many(padding)
    out = columns(x if x.ndim == 4 else x[None], many(kernel_size), many(dilation), pads, pads, many(stride))
    return out if x.ndim == 4 else out[0]


def folded(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    pads, batch = many(padding), x if x.ndim == 3 else x[None]
    out = images(batch, many(output_size), many(kernel_size), many(dilation), pads, pads, many(stride))
    return out if x.ndim == 3 else out[0]


LINE = Window((3,), (2,), ((1, 0),), (1,))
VOLUME = Window((2, 1, 2), (1, 2, 1), ((0, 1), (1, 0), (0, 0)), (1, 1, 2))

CASES = [
    OpCase(unfold, unfolded, [(2, 2, 4, 5)], {"kernel_size": (2, 3)}),
    OpCase(unfold, unfolded, [(3, 4, 4)], {"kernel_size": 2, "stride": (2, 1), "padding": (1, 0)}),
    OpCase(unfold, unfolded, [(1, 2, 6, 5)], {"kernel_size": (3, 2), "dilation": (2, 3), "padding": 1, "stride": 2}),
    OpCase(unfold, unfolded, [(0, 2, 3, 3)], {"kernel_size": 2}),
    OpCase(unfold, unfolded, [(1, 2, 3, 3)], {"kernel_size": 1, "stride": 3}),
    OpCase(fold, folded, [(2, 8, 12)], {"output_size": (4, 5), "kernel_size": 2}),
    OpCase(fold, folded, [(6, 8)], {"output_size": 4, "kernel_size": (3, 2), "padding": (1, 0), "stride": (1, 2)}),
    OpCase(fold, folded, [(1, 12, 4)], {"output_size": (6, 5), "kernel_size": (3, 2), "dilation": (2, 3), "padding": 1,
                                        "stride": 2}),
    OpCase(fold, folded, [(0, 4, 9)], {"output_size": 4, "kernel_size": 2}),
    OpCase(im2col, lambda x, window: columns(x, (3,), (1,), (1,), (0,), (2,)), [(2, 2, 6)], {"window": LINE}),
    OpCase(col2im, lambda x, window, size: images(x, size, (3,), (1,), (1,), (0,), (2,)), [(2, 6, 3)],
           {"window": LINE, "size": (6,)}),
    OpCase(im2col, lambda x, window: columns(x, (2, 1, 2), (1, 1, 2), (0, 1, 0), (1, 0, 0), (1, 2, 1)),
           [(1, 2, 3, 2, 4)], {"window": VOLUME}),
]  # fmt: skip

X = ag.zeros(1, 2, 4, 5)
ERRORS = [
    ErrorCase(unfold, [ag.zeros(4, 5), 2], ShapeError, r"input \(N, C, H, W\) or \(C, H, W\), got shape \(4, 5\)"),
    ErrorCase(unfold, [X, 6], ShapeError, r"hold the window of \(6, 6\) positions, got \(4, 5\)"),
    ErrorCase(unfold, [X, 0], ArgumentError, "kernel_size as a whole number from 1"),
    ErrorCase(unfold, [X, 2, 1, 0, (1, 2, 3)], ArgumentError, "stride as a whole number from 1, or 2 of them"),
    ErrorCase(unfold, [X, 2, 1, -1], ArgumentError, "padding as a whole number from 0"),
    ErrorCase(fold, [ag.zeros(1, 7, 9), 4, 2], ShapeError, r"\(N, C·4, 9\)"),
    ErrorCase(fold, [ag.zeros(1, 8, 8), 4, 2], ShapeError, r"4 taps at \(3, 3\) positions, got shape \(1, 8, 8\)"),
    ErrorCase(fold, [ag.zeros(8), 4, 2], ShapeError, "fold: expected input"),
    ErrorCase(fold, [ag.zeros(1, 8, 9), 1, 2], ShapeError, "fold: expected images that hold"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_fold_of_unfold_counts_the_windows_over_each_element():
    x = ag.rand(2, 3, 5, 6, dtype=ag.float64)
    again = fold(unfold(x, 3), (5, 6), 3).numpy()
    cover = [np.array([sum(0 <= i - s < 3 for s in range(n - 2)) for i in range(n)]) for n in (5, 6)]
    np.testing.assert_allclose(again, x.numpy() * np.outer(*cover), rtol=1e-12)


def test_unfold_and_fold_are_transposes():
    rng = np.random.default_rng(3)
    for kernel, stride, padding, dilation in itertools.product((1, 2, (3, 2)), (1, 2), (0, 1), (1, 2)):
        options = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        x = rng.normal(size=(2, 3, 7, 6))
        a = unfold(ag.tensor(x), **options).numpy()
        y = rng.normal(size=a.shape)
        b = fold(ag.tensor(y), (7, 6), **options).numpy()
        np.testing.assert_allclose((a * y).sum(), (x * b).sum(), rtol=1e-12)
