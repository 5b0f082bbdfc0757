"""Putting samples together to a batch."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.errors import DTypeError, ShapeError, complaint
from autograd.ops.joining import stack
from autograd.tensor import Tensor, as_tensor_of
from autograd.typing import Array

_SMALL = 4096  # bytes of an array up to which the steps for each cost more than its copy


def default_collate(batch: Sequence[Any]) -> Any:
    """A batch out of a list of samples, along a new first dimension.

    Tensors are stacked; arrays and numbers become tensors (float as float64, int as int64); strings stay a list;
    mappings, tuples and named tuples are put together item by item.
    Raises ShapeError for tensors or tuples of different sizes, DTypeError for what it cannot put together.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return _stacked(batch)
    if isinstance(first, tuple | list):
        return _columns(batch)
    if isinstance(first, bool):
        return as_tensor_of(np.array(batch, dtype=np.bool_))
    if isinstance(first, int):
        kind = np.float64 if float in set(map(type, batch)) else np.int64
        return as_tensor_of(np.fromiter(batch, kind, len(batch)))
    if isinstance(first, np.ndarray | np.generic):
        return as_tensor_of(_array(batch, "arrays"))
    if isinstance(first, float):
        return as_tensor_of(np.array(batch, dtype=np.float64))
    if isinstance(first, str | bytes):
        return list(batch)
    if isinstance(first, Mapping):
        mapping: Any = type(first)
        return mapping({key: default_collate([item[key] for item in batch]) for key in first})
    if isinstance(first, Sequence):
        return _columns(batch)
    raise DTypeError(
        complaint("default_collate", "tensors, arrays, numbers, strings, mappings or sequences", type(first).__name__,
                  "Pass a collate_fn of your own")
    )  # fmt: skip


def _columns(batch: Sequence[Any]) -> Any:
    """Sequences put together item by item."""
    try:
        columns = [default_collate(column) for column in zip(*batch, strict=True)]
    except ValueError as error:
        lengths = sorted({len(item) for item in batch})
        if len(lengths) == 1:
            raise
        raise ShapeError(
            complaint("default_collate", "samples of equal length", f"lengths {lengths}",
                      "Pad them, or pass a collate_fn of your own")
        ) from error  # fmt: skip
    first: Any = batch[0]
    return type(first)(*columns) if hasattr(first, "_fields") else columns


def _stacked(batch: Sequence[Any]) -> Any:
    arrays = [item._array for item in batch if item._node is None]
    if len(arrays) == len(batch):
        return as_tensor_of(_joined(arrays))
    if len({item.shape for item in batch}) > 1:
        raise _unequal([item._array for item in batch], "tensors")
    return stack(list(batch))


def _joined(arrays: list[Any]) -> Array:
    """The arrays as one. Small ones are put together as bytes, faster than `np.array` if they lie far apart."""
    first, count = arrays[0], len(arrays)
    if 0 < first.nbytes <= _SMALL:
        with contextlib.suppress(TypeError):  # one that is not contiguous
            content = bytearray().join(arrays)  # before the checks: a plain loop waits least for memory
            alike = [array.dtype for array in arrays].count(first.dtype) == count
            if alike and [array.shape for array in arrays].count(first.shape) == count:
                return np.frombuffer(content, first.dtype).reshape(count, *first.shape)
    return _array(arrays, "tensors")


def _array(items: Sequence[Any], kind: str) -> Any:
    """The items as one array. `np.array` looks at the shapes while it copies; `np.stack` takes four times as long."""
    try:
        return np.array(items)
    except ValueError as error:
        raise _unequal(items, kind) from error


def _unequal(items: Sequence[Any], kind: str) -> ShapeError:
    shapes = sorted({np.shape(item) for item in items})
    return ShapeError(
        complaint("default_collate", f"{kind} of equal shape", f"shapes {shapes}",
                  "Pad or crop them, or pass a collate_fn of your own")
    )  # fmt: skip


def default_convert(sample: Any) -> Any:
    """A single sample as `DataLoader(batch_size=None)` yields it: arrays become tensors, in whatever holds them.

    Everything else stays as it is.
    """
    if isinstance(sample, np.ndarray | np.generic) and sample.dtype.kind not in "OSU":
        return as_tensor_of(np.asarray(sample))
    if isinstance(sample, Mapping):
        mapping: Any = type(sample)
        return mapping({key: default_convert(item) for key, item in sample.items()})
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(default_convert, sample))
    if isinstance(sample, Sequence) and not isinstance(sample, str | bytes):
        return [default_convert(item) for item in sample]
    return sample
