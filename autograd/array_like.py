"""Python data as arrays: nested lists, numbers, arrays and tensors, with PyTorch's choice of dtype."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from autograd.dtypes import default_float, of, promote_pair, to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.tensor_base import TensorBase
from autograd.typing import Array

_PYTHON: dict[type, np.dtype[Any]] = {bool: np.dtype(bool), int: np.dtype(np.int64)}
MOST_DIMENSIONS = 64
_NUMBERS, _SEQUENCES = {float, int, bool}, {list, tuple}


def new_array(where: str, data: Any, dtype: Any = None) -> Array:
    """A new array of numbers in nested sequences, of an array or of a tensor.

    Without a `dtype`: arrays, tensors and NumPy's numbers keep theirs, Python's integers give int64, its floats the
    default dtype, and a mixture the dtype that they promote to; no data at all the default dtype.
    Raises ShapeError for ragged sequences, DTypeError for what is no number, ArgumentError for integers beyond int64.
    """
    wanted = None if dtype is None else to_numpy(dtype)
    if hasattr(data, "__array__"):
        array = array_of(data)
        return np.array(array, dtype=of(array.dtype).dtype if wanted is None else wanted, order="C")
    kinds = _kinds(data)
    found = _dtypes(where, data) if kinds is None else {_dtype_of_numbers(kind) for kind in kinds}
    if wanted is None:
        wanted = reduce(promote_pair, found) if found else default_float()
    try:
        return np.array(_plain(data) if kinds is None else data, dtype=wanted, order="C")
    except OverflowError as problem:
        raise ArgumentError(complaint(where, f"integers that {wanted} holds", "larger ones")) from problem
    except (ValueError, TypeError) as problem:
        raise ShapeError(
            complaint(where, "nested sequences of equal lengths", f"ragged ones: {_brief(data)}", "Pad or cut them")
        ) from problem


def array_of(data: Any) -> Array:
    """The array of a tensor or of anything else that offers one, without a copy where possible."""
    return data._array if isinstance(data, TensorBase) else np.asarray(data)


def stands_in(operand: Any) -> bool:
    """Whether an operand stands in for a tensor while `nn.export` traces a model: its values must not steer it."""
    return hasattr(operand, "__example__")


def example_of(operand: Any) -> Any:
    """The tensor that an operand stands in for, whose form may be looked at; any other operand itself."""
    return getattr(operand, "__example__", operand)


def _kinds(data: Any) -> set[type] | None:
    """The types of the numbers in nested lists or tuples; None where there is anything but Python's own numbers."""
    items = [data]
    for _ in range(MOST_DIMENSIONS):
        kinds = set(map(type, items))
        if kinds <= _NUMBERS:
            return kinds
        if not kinds <= _SEQUENCES:
            break
        items = list(chain.from_iterable(items))
    return None


def _dtype_of_numbers(kind: type) -> np.dtype[Any]:
    return _PYTHON.get(kind) or default_float()


def _dtypes(where: str, data: Any) -> set[np.dtype[Any]]:
    """The dtypes of the numbers in nested data."""
    kind = type(data)
    if hasattr(data, "__array__"):
        return {of(array_of(data).dtype).dtype}
    if issubclass(kind, float):
        return {default_float()}
    if issubclass(kind, int):
        return {_PYTHON[bool if kind is bool else int]}
    if not isinstance(data, Iterable) or isinstance(data, str | bytes):
        raise DTypeError(complaint(where, "numbers, or sequences of numbers", _brief(data)))
    kinds = set(map(type, data))
    if kinds <= _NUMBERS:
        return {_dtype_of_numbers(kind) for kind in kinds}
    return set().union(*(_dtypes(where, item) for item in data))


def _plain(data: Any) -> Any:
    """The data with tensors replaced by their arrays."""
    if hasattr(data, "__array__"):
        return array_of(data)
    if not isinstance(data, Iterable):
        return data
    items = list(data)
    return items if set(map(type, items)) <= _NUMBERS else [_plain(item) for item in items]


def _brief(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 80 else text[:77] + "..."
