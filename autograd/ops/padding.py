"""Growing and cropping tensors at their ends: by a constant, or by continuing what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from autograd.general_call import operation
from autograd.typing import A, Shape

Widths: TypeAlias = tuple[tuple[int, int], ...]
"""For each dimension, how many elements come before and after; negative ones go."""


@operation(lambda g, widths: pad_with(g, _negated(widths), 0))
def pad_with(input: A, widths: Widths, value: float) -> A:
    """The tensor with `value` around it, a copy; where a width is negative, so many elements are cropped."""
    size = tuple([n + before + after for n, (before, after) in zip(input.shape, widths, strict=True)])
    made = np.full(size, value, input.dtype) if value else np.zeros(size, input.dtype)
    made[_within(size, widths)] = input[_within(input.shape, _negated(widths))]
    return made


def _within(shape: Shape, widths: Widths) -> tuple[slice, ...]:
    """The region inside borders of these widths; negative widths are none."""
    return tuple([slice(max(before, 0), n - max(after, 0)) for n, (before, after) in zip(shape, widths, strict=True)])


def _negated(widths: Widths) -> Widths:
    return tuple([(-before, -after) for before, after in widths])


@operation(lambda g, input_shape, widths, mode: extend_back(g, input_shape, widths, mode))
def extend(input: A, widths: Widths, mode: str) -> A:
    """The tensor continued by its own elements; widths are not negative.

    `mode`: "reflect" mirrors at the outermost elements, "replicate" repeats them, "circular" starts anew at the other
    end. One dimension after the other, so that corners continue edges.
    """
    inner = [slice(before, before + n) for n, (before, _) in zip(input.shape, widths, strict=True)]
    made = np.empty([n + sum(pair) for n, pair in zip(input.shape, widths, strict=True)], input.dtype)
    made[tuple(inner)] = input
    for axis, (n, pair) in enumerate(zip(input.shape, widths, strict=True)):
        for target, source in _borders(n, *pair, mode):
            made[(*inner[:axis], target, *inner[axis + 1 :])] = made[(*inner[:axis], source, *inner[axis + 1 :])]
        inner[axis] = slice(None)
    return made


@operation(lambda g, widths, mode: extend(g, widths, mode))
def extend_back(input: A, shape: Shape, widths: Widths, mode: str) -> A:
    """The transpose of `extend`: the inner part, of that shape, plus each border where it was taken from."""
    made = input.copy()
    for axis, (n, pair) in reversed(list(enumerate(zip(shape, widths, strict=True)))):
        before = (slice(None),) * axis
        for target, source in _borders(n, *pair, mode):
            border = made[(*before, target)]
            made[(*before, source)] += border.sum(axis=axis, keepdims=True) if mode == "replicate" else border
    return made[_within(input.shape, widths)]


def _borders(n: int, before: int, after: int, mode: str) -> Iterator[tuple[slice, slice]]:
    """Along a dimension of n elements, grown: each border, and where its elements come from."""
    end = before + n
    places = {
        "reflect": (slice(2 * before, before, -1), slice(end - 2, end - 2 - after if end - 2 >= after else None, -1)),
        "replicate": (slice(before, before + 1), slice(end - 1, end)),
        "circular": (slice(n, end), slice(before, before + after)),
    }
    if before:
        yield slice(0, before), places[mode][0]
    if after:
        yield slice(end, end + after), places[mode][1]
