"""What interpolation along one dimension is: for each result the sources that it reads, and their weights.

Positions and weights are computed in the dtype of the data, as PyTorch does, since rounding decides which source is
nearest.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograd.typing import Array

T = TypeVar("T")
_CUBIC = -0.75
_SMOOTHED_CUBIC = -0.5
"""Keys' parameter of the cubic kernel: PyTorch's for interpolation, and the one it takes with antialias."""


@dataclass(frozen=True, eq=False)
class Taps:
    """A sparse matrix in rows: result i is the sum of `weights[k] * source[places[k]]`, starts[i] <= k < starts[i + 1].

    `sources` is the number of columns. The arrays are read-only: they are kept and shared.
    """

    sources: int
    starts: Array
    places: Array
    weights: Array

    @property
    def results(self) -> int:
        """The number of rows."""
        return len(self.starts) - 1

    @functools.cached_property
    def transposed(self) -> Taps:
        """The transpose: what spreads the gradients of the results over the sources."""
        rows = np.repeat(np.arange(self.results), (self.starts[1:] - self.starts[:-1]).astype(np.int64))
        order = np.argsort(self.places, kind="stable")
        counts = np.bincount(self.places.astype(np.int64), minlength=self.sources)
        return _sealed(self.results, counts, rows[order], self.weights[order])

    @functools.cached_property
    def is_identity(self) -> bool:
        """Whether the results are the sources."""
        if self.results != self.sources or len(self.places) != self.sources:
            return False
        return bool((self.places == np.arange(self.sources)).all() and (self.weights == 1).all())


def _sealed(sources: int, counts: Array, places: Array, weights: Array) -> Taps:
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)
    kept = (starts, places.astype(np.uint64), np.ascontiguousarray(weights))
    for array in kept:
        array.flags.writeable = False
    return Taps(sources, *kept)


def _from_table(sources: int, places: Array, weights: Array, used: Array | None = None) -> Taps:
    """Taps from tables (results, most taps a result); where `used` is false there is none."""
    if used is None:
        return _sealed(sources, np.full(len(places), places.shape[1]), places.ravel(), weights.ravel())
    return _sealed(sources, used.sum(1), places[used], weights[used])


@functools.lru_cache(maxsize=256)
def taps_of(
    mode: str, sources: int, results: int, scale: float | None, align_corners: bool, antialias: bool, dtype: Any
) -> Taps:
    """The taps of a mode of interpolation, one of "nearest", "nearest-exact", "linear", "cubic", "area".

    scale: results a source, where it is not their quotient. align_corners: the first and the last result lie on the
    first and the last source; otherwise the ends of the outer pixels coincide. antialias: for fewer results than
    sources, the kernel is as much wider. dtype: of the weights, float32 or float64.
    """
    if mode == "area":
        return _averages(sources, results, dtype)
    if sources == results and (antialias or mode == "linear"):  # whatever the scale, as in PyTorch
        return _from_table(sources, np.arange(results)[:, None], np.ones((results, 1), dtype))
    if mode in ("nearest", "nearest-exact"):
        return _neighbours(sources, results, scale, 0.0 if mode == "nearest" else 0.5, dtype)
    step = _step(sources, results, scale, align_corners, dtype)
    if antialias:
        return _smoothed(mode, sources, results, step, dtype)
    number, half = np.arange(results).astype(dtype), dtype.type(0.5)
    at = number * step if align_corners else step * (number + half) - half
    if mode == "linear":
        return _linear(sources, np.maximum(at, 0))
    below = np.floor(at)
    places = np.clip(below.astype(np.int64)[:, None] + np.arange(-1, 3), 0, sources - 1)
    return _from_table(sources, places, np.stack(cubic_weights(at - below), 1))


def _step(sources: int, results: int, scale: float | None, align_corners: bool, dtype: Any) -> Any:
    """Sources between neighbouring results."""
    if align_corners:
        return dtype.type(sources - 1) / dtype.type(results - 1) if results > 1 else dtype.type(0)
    return dtype.type(1 / scale) if scale is not None else dtype.type(sources) / dtype.type(results)


def _neighbours(sources: int, results: int, scale: float | None, shift: float, dtype: Any) -> Taps:
    """One tap each; positions are rounded to float32 at last, whatever the data, as in PyTorch."""
    at = (np.arange(results).astype(dtype) + dtype.type(shift)) * _step(sources, results, scale, False, dtype)
    places = np.minimum(np.floor(at.astype(np.float32)).astype(np.int64), sources - 1)
    return _from_table(sources, places[:, None], np.ones((results, 1), dtype))


def _linear(sources: int, at: Array) -> Taps:
    below = np.minimum(np.floor(at).astype(np.int64), sources - 1)
    share = np.clip(at - below.astype(at.dtype), 0, 1)
    places = np.stack([below, np.minimum(below + 1, sources - 1)], 1)
    return _from_table(sources, places, np.stack([1 - share, share], 1))


def _averages(sources: int, results: int, dtype: Any) -> Taps:
    """Result i averages the sources from i·sources/results, rounded down, to (i + 1)·sources/results, rounded up."""
    number = np.arange(results)
    first, end = number * sources // results, -(-(number + 1) * sources // results)
    places = first[:, None] + np.arange((end - first).max(initial=0))
    weights = np.broadcast_to(1 / (end - first).astype(dtype)[:, None], places.shape)
    return _from_table(sources, places, weights, places < end[:, None])


def _smoothed(mode: str, sources: int, results: int, step: Any, dtype: Any) -> Taps:
    """A kernel stretched over `step` sources, cut off at the ends and normalised to sum 1."""
    stretch = max(step, dtype.type(1))
    reach = (2 if mode == "cubic" else 1) * stretch
    half = dtype.type(0.5)
    centre = step * (np.arange(results).astype(dtype) + half)
    first = np.maximum(np.trunc(centre - reach + half).astype(np.int64), 0)
    end = np.minimum(np.trunc(centre + reach + half).astype(np.int64), sources)
    places = first[:, None] + np.arange((end - first).max(initial=0))
    distance = np.abs((places.astype(dtype) - centre[:, None] + half) / stretch)
    weights = np.where(places < end[:, None], _kernel(mode, distance), dtype.type(0))
    return _from_table(sources, places, weights / weights.sum(1, keepdims=True), places < end[:, None])


def _kernel(mode: str, distance: Array) -> Array:
    if mode == "linear":
        return np.maximum(1 - distance, 0)
    inner, outer = _inner(distance, _SMOOTHED_CUBIC), _outer(distance, _SMOOTHED_CUBIC)
    return np.where(distance < 1, inner, np.where(distance < 2, outer, 0)).astype(distance.dtype)


def cubic_weights(t: T) -> list[T]:
    """The weights of the four neighbours of a position that lies t from 0 to 1 behind the second one.

    Source: Keys, "Cubic convolution interpolation for digital image processing" (1981).
    """
    near: Any = t
    return [_outer(near + 1, _CUBIC), _inner(near, _CUBIC), _inner(1 - near, _CUBIC), _outer(2 - near, _CUBIC)]


def _inner(x: Any, a: float) -> Any:
    """The kernel at distances up to 1."""
    return ((a + 2) * x - (a + 3)) * x * x + 1


def _outer(x: Any, a: float) -> Any:
    """The kernel at distances from 1 to 2."""
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
