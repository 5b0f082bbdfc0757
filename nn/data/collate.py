"""Putting samples together to a batch."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, MutableMapping, Sequence
from copy import copy
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
    Raises ShapeError for tensors or tuples of different sizes, DTypeError for what it cannot put together, such as None
    or samples of different kinds.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return _stacked(batch)
    if isinstance(first, tuple | list):
        return _columns(batch)
    if isinstance(first, np.ndarray | np.generic):
        return as_tensor_of(_array(batch, "arrays"))
    if isinstance(first, int | float):
        return as_tensor_of(_numbers(batch))
    if isinstance(first, str | bytes):
        return list(batch)
    if isinstance(first, Mapping):
        return _mapping(batch)
    if isinstance(first, Sequence):
        return _columns(batch)
    raise _strange("tensors, arrays, numbers, strings, mappings or sequences", [first])


def _strange(expected: str, items: Sequence[Any]) -> DTypeError:
    given = " and ".join(sorted({type(item).__name__ for item in items}))
    return DTypeError(complaint("default_collate", expected, given, "Pass a collate_fn of your own"))


def _numbers(batch: Sequence[Any]) -> Any:
    """Python's numbers as an array: int64, float64 where there is a fraction, bool for nothing but truth values."""
    kinds = set(map(type, batch))
    if kinds == {int}:
        return np.fromiter(batch, np.int64, len(batch))
    if not all(issubclass(kind, int | float | np.number | np.bool_) for kind in kinds):
        raise _strange("numbers in every sample", batch)
    return np.array(batch, np.float64 if isinstance(batch[0], float) else None)


def _mapping(batch: Sequence[Any]) -> Any:
    """Mappings put together key by key, in the kind of the first."""
    first = batch[0]
    try:
        columns = {key: [item[key] for item in batch] for key in first}
    except (KeyError, TypeError) as error:
        expected = f"mappings with the keys {', '.join(map(repr, first))} in every sample"
        given = next((item for item in batch if not isinstance(item, Mapping) or first.keys() - item.keys()), None)
        raise DTypeError(complaint("default_collate", expected, repr(given))) from error
    return _as_kind_of(first, {key: default_collate(column) for key, column in columns.items()})


def _as_kind_of(mapping: Any, items: dict[Any, Any]) -> Any:
    """The items in a mapping of the kind given, with what else it has, such as a default."""
    if type(mapping) is dict:
        return items
    if isinstance(mapping, MutableMapping):
        made = copy(mapping)
        made.update(items)
        return made
    return type(mapping)(items)


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
    except TypeError:
        if all(isinstance(item, Sequence) for item in batch):
            raise
        raise _strange("a sequence in every sample", batch) from None
    first: Any = batch[0]
    return type(first)(*columns) if hasattr(first, "_fields") else columns


def _stacked(batch: Sequence[Any]) -> Any:
    try:
        arrays = [item._array for item in batch if item._node is None]
    except AttributeError:
        raise _strange("a tensor in every sample", batch) from None
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
        array = np.array(items)
    except ValueError as error:
        raise _unequal(items, kind) from error
    if array.dtype.kind in "OSUVMm":
        raise _strange(f"arrays of numbers in every sample, dtype {array.dtype}", items)
    return array


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
        return _as_kind_of(sample, {key: default_convert(item) for key, item in sample.items()})
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(default_convert, sample))
    if isinstance(sample, Sequence) and not isinstance(sample, str | bytes):
        return [default_convert(item) for item in sample]
    return sample
