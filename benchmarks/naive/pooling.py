"""Pooling as plain loops over every window and each of its positions, for any number of dimensions.

Sizes, strides and so on have one entry a dimension; `x` is (*, *size).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

Sizes = tuple[int, ...]
Positions = list[list[int]]


def sliding(
    size: int, kernel: int, stride: int, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> Positions:
    """The positions of each window along one dimension, those in the padding and behind it too."""
    windows: Positions = []
    while True:
        first = len(windows) * stride - padding
        last = first + dilation * (kernel - 1)
        hangs_over = last > size + padding - 1
        needless = last - stride >= size + padding - 1  # a window before it would end at the end or behind it
        if hangs_over and (not ceil_mode or first >= size or needless):
            return windows
        windows.append(list(range(first, last + 1, dilation)))


def adaptive(size: int, count: int) -> Positions:
    """The positions of `count` windows that cover one dimension."""
    return [list(range(o * size // count, math.ceil((o + 1) * size / count))) for o in range(count)]


def _windows(windows: list[Positions]) -> Iterator[tuple[Sizes, list[Sizes]]]:
    """For each result its place, and the places that its window holds."""
    for place in itertools.product(*(range(len(each)) for each in windows)):
        yield place, list(itertools.product(*(each[o] for each, o in zip(windows, place, strict=True))))


def _inside(places: list[Sizes], size: Sizes) -> list[Sizes]:
    return [place for place in places if all(0 <= p < n for p, n in zip(place, size, strict=True))]


def largest(x: np.ndarray, windows: list[Positions]) -> tuple[np.ndarray, np.ndarray]:
    """The largest element of each window, and its number in the plane; NaN is largest, the last of several."""
    dims = len(windows)
    lead, size = x.shape[: x.ndim - dims], x.shape[x.ndim - dims :]
    shape = lead + tuple(len(each) for each in windows)
    values, numbers = np.empty(shape, x.dtype), np.empty(shape, np.int64)
    for at in np.ndindex(*lead):
        for place, held in _windows(windows):
            inside = _inside(held, size)
            best = inside[0]
            for other in inside[1:]:
                if x[at + other] > x[at + best] or math.isnan(x[at + other]):
                    best = other
            values[at + place], numbers[at + place] = x[at + best], np.ravel_multi_index(best, size)
    return values, numbers


def scattered(grad: np.ndarray, numbers: np.ndarray, size: Sizes) -> np.ndarray:
    """The gradient of `largest`: each element added at its number in the plane."""
    lead = grad.shape[: grad.ndim - len(size)]
    out = np.zeros(lead + (math.prod(size),), grad.dtype)
    for at in np.ndindex(*grad.shape):
        out[at[: len(lead)] + (numbers[at],)] += grad[at]
    return out.reshape(lead + size)


def means(
    x: np.ndarray, windows: list[Positions], padding: Sizes, count_include_pad: bool = True, divisor: int | None = None
) -> np.ndarray:
    """The mean of each window; what lies behind the padding never counts."""
    dims = len(windows)
    lead, size = x.shape[: x.ndim - dims], x.shape[x.ndim - dims :]
    out = np.empty(lead + tuple(len(each) for each in windows), x.dtype)
    for at in np.ndindex(*lead):
        for place, held in _windows(windows):
            total = sum(x[at + inside] for inside in _inside(held, size))
            out[at + place] = total / _divisor(held, size, padding, count_include_pad, divisor)
    return out


def spread(
    grad: np.ndarray,
    size: Sizes,
    windows: list[Positions],
    padding: Sizes,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> np.ndarray:
    """The gradient of `means`."""
    lead = grad.shape[: grad.ndim - len(size)]
    out = np.zeros(lead + size, grad.dtype)
    for at in np.ndindex(*lead):
        for place, held in _windows(windows):
            for inside in _inside(held, size):
                out[at + inside] += grad[at + place] / _divisor(held, size, padding, count_include_pad, divisor)
    return out


def _divisor(held: list[Sizes], size: Sizes, padding: Sizes, count_include_pad: bool, divisor: int | None) -> int:
    if divisor is not None:
        return divisor
    border = padding if count_include_pad else (0,) * len(size)
    return sum(all(-b <= p < n + b for p, n, b in zip(place, size, border, strict=True)) for place in held)
