"""Convolution and its two gradients by their definition: plain loops over every result, channel and tap.

Arrays are NumPy's, of any number of spatial dimensions; every sum is made in double precision, term by term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

Place = tuple[int, ...]


def output_size(
    size: Sequence[int], kernel: Sequence[int], stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int]
) -> Place:
    """How many windows fit along each dimension."""
    return tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    )


def _pairs(
    x_shape: Place, w_shape: Place, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int], groups: int
) -> Iterator[tuple[Place, Place, Place]]:
    """Places in the result, the input and the weight of every product that the convolution sums."""
    images, _, *size = x_shape
    outputs, channels, *kernel = w_shape
    counts = output_size(size, kernel, stride, padding, dilation)
    for n, o, c in product(range(images), range(outputs), range(channels)):
        channel = o // (outputs // groups) * channels + c
        for at in product(*map(range, counts)):
            for tap in product(*map(range, kernel)):
                source = tuple(
                    a * s + t * d - p for a, t, s, p, d in zip(at, tap, stride, padding, dilation, strict=True)
                )
                if all(0 <= i < length for i, length in zip(source, size, strict=True)):
                    yield (n, o, *at), (n, channel, *source), (o, c, *tap)


def convolution(
    x: Any, weight: Any, bias: Any, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int], groups: int
) -> Any:
    """x (N, C, *size), weight (O, C / groups, *kernel), bias (O,) or None; the result in double precision."""
    counts = output_size(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    out = np.zeros((len(x), len(weight), *counts))
    if bias is not None:
        out += np.reshape(bias, (1, -1) + (1,) * len(counts))
    for at, source, tap in _pairs(x.shape, weight.shape, stride, padding, dilation, groups):
        out[at] += float(x[source]) * float(weight[tap])
    return out


def input_gradient(
    gradient: Any, weight: Any, shape: Place, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int],
    groups: int,
) -> Any:  # fmt: skip
    """What a gradient of the result is for an input of that shape."""
    out = np.zeros(shape)
    for at, source, tap in _pairs(shape, weight.shape, stride, padding, dilation, groups):
        out[source] += float(gradient[at]) * float(weight[tap])
    return out


def weight_gradient(
    gradient: Any, x: Any, shape: Place, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int],
    groups: int,
) -> Any:  # fmt: skip
    """What a gradient of the result is for a weight of that shape."""
    out = np.zeros(shape)
    for at, source, tap in _pairs(x.shape, shape, stride, padding, dilation, groups):
        out[tap] += float(gradient[at]) * float(x[source])
    return out
