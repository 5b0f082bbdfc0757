"""Features brought to one scale, by what the training data alone say (features of unlike scale slow descent down)."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.tensor import Tensor, as_tensor_of
from autograd.typing import Array


class _Scaler:
    """`(data − shift) / scale`, each column of data (N, features) by its own numbers, which `fit` finds."""

    shift: Array | None = None
    scale: Array | None = None

    def fit_transform(self, data: Any) -> Any:
        """`fit` and `transform` of the same data."""
        self._fit(_rows(type(self).__name__, data))
        return self.transform(data)

    def _fit(self, rows: Array) -> None:
        raise NotImplementedError(f"{type(self).__name__}: define _fit(rows)")

    def transform(self, data: Any) -> Any:
        """The data (N, features), or one sample (features,), scaled. Raises ArgumentError before `fit`."""
        return self._mapped(data, lambda x, shift, scale: (x - shift) / scale)

    __call__ = transform

    def inverse_transform(self, data: Any) -> Any:
        """Scaled data as they were."""
        return self._mapped(data, lambda x, shift, scale: x * scale + shift)

    def _mapped(self, data: Any, change: Any) -> Any:
        if self.shift is None or self.scale is None:
            cure = "Call fit(training_data) first"
            raise ArgumentError(complaint(type(self).__name__, "a fitted scaler", "one that saw no data", cure))
        array = np.asarray(array_of(data))
        if array.shape[-1:] != self.shift.shape:
            expected = f"{len(self.shift)} features, as in fit"
            raise ShapeError(complaint(type(self).__name__, expected, f"shape {array.shape}"))
        kind = array.dtype if array.dtype.kind == "f" else np.dtype(np.float64)
        result = change(array, self.shift, self.scale).astype(kind)
        return as_tensor_of(result) if isinstance(data, Tensor) else result


class StandardScaler(_Scaler):
    """To mean 0 and standard deviation 1 (over N, not N − 1); a column that is constant becomes 0."""

    def fit(self, data: Any) -> StandardScaler:
        """Take means and deviations of training data (N, features). Raises ShapeError for other shapes."""
        self._fit(_rows("StandardScaler", data))
        return self

    def _fit(self, rows: Array) -> None:
        deviation = rows.std(0)
        self.shift, self.scale = rows.mean(0), np.where(deviation > 0, deviation, 1.0)


class MinMaxScaler(_Scaler):
    """To `feature_range`, by the least and the largest number of each column; a constant column becomes the least."""

    def __init__(self, feature_range: tuple[float, float] = (0.0, 1.0)) -> None:
        if not feature_range[0] < feature_range[1]:
            raise ArgumentError(complaint("MinMaxScaler", "feature_range (low, high), low < high", str(feature_range)))
        self.feature_range = feature_range

    def fit(self, data: Any) -> MinMaxScaler:
        """Take the bounds of training data (N, features). Raises ShapeError for other shapes."""
        self._fit(_rows("MinMaxScaler", data))
        return self

    def _fit(self, rows: Array) -> None:
        low, high = self.feature_range
        least, width = rows.min(0), rows.max(0) - rows.min(0)
        self.scale = np.where(width > 0, width, 1.0) / (high - low)
        self.shift = least - low * self.scale


def _rows(where: str, data: Any) -> Array:
    rows = np.asarray(array_of(data)).astype(np.float64)
    if rows.ndim != 2 or not len(rows):
        raise ShapeError(complaint(f"{where}.fit", "data (N, features) with N > 0", f"shape {rows.shape}"))
    return rows
