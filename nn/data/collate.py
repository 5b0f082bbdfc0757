"""Putting samples together to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.errors import DTypeError, ShapeError, complaint
from autograd.ops.joining import stack
from autograd.tensor import Tensor, as_tensor_of


def default_collate(batch: Sequence[Any]) -> Any:
    """A batch out of a list of samples, along a new first dimension.

    Tensors are stacked; arrays and numbers become tensors (float as float64, int as int64); strings stay a list;
    mappings, tuples and named tuples are put together item by item.
    Raises ShapeError for tensors or tuples of different sizes, DTypeError for what it cannot put together.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return _stacked(batch)
    if isinstance(first, np.ndarray | np.generic):
        return as_tensor_of(_array([np.asarray(item) for item in batch]))
    if isinstance(first, bool):
        return as_tensor_of(np.array(batch, dtype=np.bool_))
    if isinstance(first, float):
        return as_tensor_of(np.array(batch, dtype=np.float64))
    if isinstance(first, int):
        return as_tensor_of(np.array(batch, dtype=np.int64))
    if isinstance(first, str | bytes):
        return list(batch)
    if isinstance(first, Mapping):
        mapping: Any = type(first)
        return mapping({key: default_collate([item[key] for item in batch]) for key in first})
    if isinstance(first, Sequence):
        lengths = sorted({len(item) for item in batch})
        if len(lengths) > 1:
            raise ShapeError(
                complaint("default_collate", "samples of equal length", f"lengths {lengths}",
                          "Pad them, or pass a collate_fn of your own")
            )  # fmt: skip
        columns = [default_collate(column) for column in zip(*batch, strict=True)]
        if hasattr(first, "_fields"):
            return type(first)(*columns)
        return columns
    raise DTypeError(
        complaint("default_collate", "tensors, arrays, numbers, strings, mappings or sequences", type(first).__name__,
                  "Pass a collate_fn of your own")
    )  # fmt: skip


def _stacked(batch: Sequence[Any]) -> Any:
    if len({tuple(item.shape) for item in batch}) > 1:
        shapes = sorted({tuple(item.shape) for item in batch})
        raise ShapeError(
            complaint("default_collate", "tensors of equal shape", f"shapes {shapes}",
                      "Pad or crop them, or pass a collate_fn of your own")
        )  # fmt: skip
    return stack(list(batch))


def _array(items: list[Any]) -> Any:
    if len({item.shape for item in items}) > 1:
        raise ShapeError(
            complaint("default_collate", "arrays of equal shape", f"shapes {sorted({item.shape for item in items})}",
                      "Pad or crop them, or pass a collate_fn of your own")
        )  # fmt: skip
    return np.stack(items)
