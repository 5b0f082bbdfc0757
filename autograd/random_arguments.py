"""What the random operations accept: every check that they make, and the integers that a dtype can hold."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.typing import Array, Shape

_CATEGORIES_MAX = 1 << 24


def require(where: str, holds: bool, expected: str, given: object) -> None:
    """Raise ArgumentError unless `holds`."""
    if not holds:
        raise ArgumentError(complaint(where, expected, str(given)))


def element_count(where: str, shape: Shape) -> int:
    """The number of elements of `shape`. Raises ShapeError for a negative size."""
    if any(size < 0 for size in shape):
        raise ShapeError(complaint(where, "sizes that are not negative", f"shape {tuple(shape)}"))
    return math.prod(shape)


def floating(where: str, dtype: Any) -> np.dtype[Any]:
    """`dtype` as NumPy's. Raises DTypeError unless it is floating point."""
    found = to_numpy(dtype)
    if found.kind != "f":
        raise DTypeError(complaint(where, "a floating-point dtype", str(found)))
    return found


@cache
def last_integer(dtype: np.dtype[Any]) -> int:
    """The largest of the integers that draws without an upper bound give: 2^digits in a floating-point dtype."""
    if dtype.kind == "f":
        return 1 << np.finfo(dtype).nmant + 1
    return 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)


def integer_range(low: int, high: int | None, dtype: np.dtype[Any]) -> tuple[int, int]:
    """The first integer to draw and how many there are, for the range [low, high), or [low, the dtype's last].

    Raises ArgumentError where the range is empty or the dtype does not hold its ends. Floating-point dtypes skip
    integers: bounds that they would round out of the range move inwards, as in PyTorch's `Tensor.random_`.
    """
    if high is None and low == -(1 << 63) and dtype in (np.int64, np.float32, np.float64):
        return 0, 1 << 64  # all 64 bits, which wrap to negative numbers
    stop = last_integer(dtype) + 1 if high is None else high
    least, most = _extremes(dtype)
    if not (least <= low and stop - 1 <= most):
        held = f"bounds that {dtype} holds, {least} to {most}"
        raise ArgumentError(complaint("random_", held, f"[{low}, {stop})"))
    if dtype.kind == "f":
        low = _round_up(low, dtype)
        if high is not None:
            stop = _round_down(stop, dtype)
    if not low < stop:
        raise ArgumentError(complaint("random_", f"low < high in {dtype}", f"[{low}, {stop})"))
    return low, stop - low


@cache
def _extremes(dtype: np.dtype[Any]) -> tuple[int, int]:
    if dtype.kind == "b":
        return 0, 1
    if dtype.kind == "f":
        most = min(int(np.finfo(dtype).max), (1 << 63) - 1)
        return -most, most
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def _round_up(low: int, dtype: np.dtype[Any]) -> int:
    following = int(dtype.type(low + 1))
    return following + _spacing(low + 1, dtype) if following < low else low


def _round_down(stop: int, dtype: np.dtype[Any]) -> int:
    last = int(dtype.type(stop - 1))
    return last - _spacing(stop - 1, dtype) if last >= stop else stop


def _spacing(number: int, dtype: np.dtype[Any]) -> int:
    """How far apart the dtype's numbers are near an integer too large for its digits."""
    return 1 << abs(number).bit_length() - (np.finfo(dtype).nmant + 1)


def check_probabilities(p: Array) -> None:
    """Raise ArgumentError unless every element lies in [0, 1]."""
    if not np.all((p >= 0) & (p <= 1)):
        raise ArgumentError(complaint("bernoulli", "probabilities from 0 to 1", f"from {p.min()} to {p.max()}"))


def check_multinomial(weights: Array, n: int, replacement: bool) -> None:
    """Raise ShapeError or ArgumentError unless n indices can be drawn by each row of weights."""
    if weights.ndim not in (1, 2):
        raise ShapeError(complaint("multinomial", "weights of 1 or 2 dimensions", f"shape {weights.shape}"))
    categories = weights.shape[-1]
    require("multinomial", n > 0, "n > 0 samples", n)
    require("multinomial", categories <= _CATEGORIES_MAX, "2^24 categories at most", categories)
    if not replacement and n > categories:
        given = f"{n} samples of shape {weights.shape}"
        raise ArgumentError(complaint("multinomial", "no more samples than categories", given, "Pass replacement=True"))
    if not weights.size:
        require("multinomial", categories > 0, "at least one category", f"shape {weights.shape}")
        return
    least, most = weights.min(), weights.max()
    require("multinomial", least >= 0 and most < np.inf, "finite weights >= 0", f"from {least} to {most}")
    require("multinomial", bool((weights.sum(axis=-1) > 0).all()), "a positive weight in each row", "a sum of 0")
