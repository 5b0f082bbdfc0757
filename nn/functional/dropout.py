"""Dropout: elements or whole channels set to 0 at random, by PyTorch's random stream.

`p` is the probability to drop, `training=False` returns the input, `inplace` writes the result into it.
ArgumentError is raised for p outside [0, 1].
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

import autograd.ops.dropout as ops
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.inplace import overwrite
from autograd.random import default_generator

_SELU_FLOOR = -1.7580993408473766
"""What `selu` tends to for large negative numbers: the value that alpha dropout gives to dropped elements."""


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each element to 0 with probability p and multiply the others by 1 / (1 − p).

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014).
    """
    _check("dropout", p)
    if not training or p == 0 or not input.numel():
        return input
    mask = ops.keep_mask(input, p, default_generator)
    result = ops.masked_scale(input, mask, 0.0 if p == 1 else 1 / (1 - p))
    return overwrite(input, result, "dropout_") if inplace else result


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set whole channels of (N, C, L) or (C, L) to 0 and multiply the others by 1 / (1 − p). Raises ShapeError.

    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015).
    """
    return _channels("dropout1d", input, (2, 3), 2, p, training, inplace)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """`dropout1d` for (N, C, H, W); as in PyTorch, three dimensions are (N, C, L).

    A matrix (N, C) is taken too, with a warning: there this is `dropout`.
    """
    _check("dropout2d", p)
    if input.ndim == 2:
        warnings.warn("dropout2d: expected 3 or 4 dimensions, got 2, where it does what dropout does", stacklevel=2)
        return _channels("dropout2d", input, (2,), None, p, training, inplace)
    if input.ndim == 3:
        warnings.warn("dropout2d: expected 4 dimensions, got 3, taken as (N, C, L). Use dropout1d", stacklevel=2)
    return _channels("dropout2d", input, (3, 4), None, p, training, inplace)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """`dropout1d` for (N, C, D, H, W) or (C, D, H, W)."""
    return _channels("dropout3d", input, (4, 5), 4, p, training, inplace)


def alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """Set elements to the floor of `selu` with probability p, then scale and shift so that mean 0 and variance 1 last.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).
    """
    _check("alpha_dropout", p)
    return _alpha("alpha_dropout_", input, tuple(input.shape), p, training, inplace)


def feature_alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """`alpha_dropout` of whole channels of (N, C, ...). Raises ShapeError for fewer than two dimensions."""
    _check("feature_alpha_dropout", p)
    if training and p not in (0, 1):
        _check_ndim("feature_alpha_dropout", input, range(2, 65))
    shape = tuple(input.shape[:2]) + (1,) * (input.ndim - 2)
    return _alpha("feature_alpha_dropout_", input, shape, p, training, inplace)


def _channels(where: str, input: Any, ndims: tuple[int, ...], unbatched: int | None, p: float, training: bool,
              inplace: bool) -> Any:  # fmt: skip
    _check(where, p)
    _check_ndim(where, input, ndims)
    if not training or p == 0 or not input.numel():
        return input
    leading = 1 if input.ndim == unbatched else 2
    shape = tuple(input.shape[:leading]) + (1,) * (input.ndim - leading)
    factors = default_generator.keep_mask(p, shape).astype(input.dtype.dtype)
    result = input * (factors if p == 1 else factors / factors.dtype.type(1 - p))
    return overwrite(input, result, f"{where}_") if inplace else result


def _alpha(name: str, input: Any, shape: tuple[int, ...], p: float, training: bool, inplace: bool) -> Any:
    if not training or p == 0 or not input.numel():
        return input
    if p == 1:
        result = input * np.zeros((), input.dtype.dtype)
    else:
        kept = default_generator.keep_mask(p, shape).astype(input.dtype.dtype)
        scale = 1 / math.sqrt((_SELU_FLOOR**2 * p + 1) * (1 - p))
        shift = (1 - kept) * (scale * _SELU_FLOOR) - scale * _SELU_FLOOR * p
        result = input * (kept * scale) + shift
    return overwrite(input, result, name) if inplace else result


def _check(where: str, p: float) -> None:
    if not 0 <= p <= 1:
        raise ArgumentError(complaint(where, "a probability p from 0 to 1", str(p)))


def _check_ndim(where: str, input: Any, ndims: Any) -> None:
    if input.ndim not in ndims:
        allowed = f"{ndims[0]} or more" if isinstance(ndims, range) else f"{ndims[0]} or {ndims[1]}"
        given = f"shape {tuple(input.shape)}"
        raise ShapeError(complaint(where, f"an input of {allowed} dimensions", given))
