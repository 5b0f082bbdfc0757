"""From coordinates of a sampling grid to pixels and their weights, dimension by dimension."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.general_call import operation
from autograd.operands import value_of
from autograd.ops.joining import stack
from autograd.ops.resampling_taps import cubic_weights
from autograd.ops.shape import reshape, unsqueeze
from autograd.typing import A, Array, Shape

_NOWHERE = np.float32(-(2.0**31))
"""A pixel that makes every place it takes part in negative, in images of fewer than 2^31 pixels."""


@operation(lambda g, slope: g * slope)
def with_slope(input: A, value: Array, slope: Array) -> A:
    """A piecewise linear function of `input`, computed elsewhere: its values and its slopes."""
    return value


def taps_along(position: A, size: int, mode: str, padding_mode: str, align_corners: bool) -> tuple[Array, A]:
    """The pixels (T, N, P) of one dimension that samples at `position` (N, P), from −1 to 1, read, and their weights.

    Pixels are floating-point here, and outside 0 to size − 1 where none is read.
    """
    at = (position + 1) * ((size - 1) / 2) if align_corners else ((position + 1) * size - 1) * 0.5
    if mode != "bicubic" and padding_mode != "zeros":
        at = with_slope(at, *_inside(_array(at), size, padding_mode, align_corners))
    if mode == "nearest":
        nearest = np.rint(_array(at))
        return nearest[None], unsqueeze(with_slope(at, np.ones_like(nearest), np.zeros_like(nearest)), 0)
    below = np.floor(_array(at))
    share = at - below
    if mode == "bilinear":
        return np.stack([below, below + 1]), stack([1 - share, share])
    places = np.stack([below - 1, below, below + 1, below + 2])
    if padding_mode != "zeros":
        places, _ = _inside(places, size, padding_mode, align_corners)
    return places, stack(cubic_weights(share))


def joint_taps(axes: Sequence[tuple[Array, A]], shape: Shape) -> tuple[Array, A]:
    """All combinations of the taps of several dimensions of that shape: places in the flattened pixels, and weights.

    Places are int64, and negative where one of the dimensions reads nothing.
    """
    places: Any = np.zeros((1, 1, 1), np.int64)
    weights: Any = None
    for (pixels, shares), size in zip(axes, shape, strict=True):
        along = np.where((pixels >= 0) & (pixels < size), pixels, _NOWHERE).astype(np.int64)
        places = (places * size)[:, None] + along
        places = places.reshape(places.shape[0] * places.shape[1], *along.shape[1:])
        weights = shares if weights is None else reshape(unsqueeze(weights, 1) * shares, places.shape)
    return places, weights


def _array(x: Any) -> Array:
    return value_of("grid_sample", x)


def _inside(at: Array, size: int, padding_mode: str, align_corners: bool) -> tuple[Array, Array]:
    """Positions brought into 0 to size − 1, NaN to 0, and the slopes of that."""
    slope = np.ones_like(at)
    if padding_mode == "reflection":
        at, slope = _reflected(at, 0 if align_corners else -0.5, size - 1 if align_corners else size)
    strictly = (at > 0) & (at < size - 1)
    return np.where(strictly, at, np.where(at > 0, size - 1, 0)).astype(at.dtype), np.where(strictly, slope, 0)


def _reflected(at: Array, low: float, span: float) -> tuple[Array, Array]:
    """Positions reflected at both ends of the interval of length `span` from `low` on; infinite ones give NaN."""
    if span == 0:
        return np.zeros_like(at), np.zeros_like(at)
    distance = np.abs(at - low)
    with np.errstate(invalid="ignore"):
        rest, turns = np.fmod(distance, span), np.floor(distance / span)
        back = np.fmod(turns, 2) == 1
    sign = np.where(at < low, -1, 1) * np.where(back, -1, 1)
    return np.where(back, span - rest, rest) + low, sign.astype(at.dtype)
