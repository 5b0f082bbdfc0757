"""Images as columns of windows, and the transpose: the columns added up to images."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.general_call import operation
from autograd.kernels.geometry import Window
from autograd.ops.padding import pad_with
from autograd.typing import A, Array, Shape


@operation(lambda g, input_shape, window: col2im(g, window, input_shape[2:]))
def im2col(input: A, window: Window) -> A:
    """All windows of `input` (N, C, *size) as columns (N, C · taps, positions); row-major in channels, taps, positions.

    Outside the input there are zeros.
    """
    padded = pad_with(input, ((0, 0), (0, 0), *window.padding), 0) if any(map(any, window.padding)) else input
    count, channels, *size = input.shape
    output = window.output(tuple(size))
    made = np.empty((count, channels, math.prod(window.size), *output), input.dtype)
    for tap, region in _taps(padded, window, output):
        made[:, :, tap] = region
    return made.reshape(count, channels * math.prod(window.size), math.prod(output))


@operation(lambda g, window: im2col(g, window))
def col2im(input: A, window: Window, size: Shape) -> A:
    """The transpose of `im2col`: (N, C · taps, positions) gives (N, C, *size); where windows overlap they add up."""
    count, taps, output = len(input), math.prod(window.size), window.output(size)
    columns = input.reshape(count, input.shape[1] // taps, taps, *output)
    whole = [before + n + after for n, (before, after) in zip(size, window.padding, strict=True)]
    made = np.zeros((*columns.shape[:2], *whole), input.dtype)
    for tap, region in _taps(made, window, output):
        region += columns[:, :, tap]
    return made[_region([slice(before, before + n) for n, (before, _) in zip(size, window.padding, strict=True)])]


def _taps(padded: Array, window: Window, output: Shape) -> Iterator[tuple[int, Array]]:
    """For each tap its number and the view of what lies under it at all positions."""
    for tap, at in enumerate(itertools.product(*map(range, window.size))):
        starts = [i * gap for i, gap in zip(at, window.dilation, strict=True)]
        steps = zip(starts, output, window.stride, strict=True)
        yield tap, padded[_region([slice(first, first + count * step, step) for first, count, step in steps])]


def _region(slices: list[slice]) -> tuple[Any, ...]:
    return (..., *slices)
