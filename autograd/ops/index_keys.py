"""What stands between the brackets of `x[...]`, taken apart: first a view, then indices that pick elements of it.

PyTorch takes integers, slices, None and Ellipsis first, as a view; index tensors and masks then apply to that view.
(NumPy would count an integer beside an index array as one more index array.)
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from types import EllipsisType
from typing import Any, NamedTuple

import numpy as np

from autograd.array_like import new_array
from autograd.errors import ArgumentError, DimensionError, complaint
from autograd.tensor_base import TensorBase
from autograd.typing import Array, Shape

WHOLE = slice(None)
_PLAIN = (int, type(None))


class Key(NamedTuple):
    """A key taken apart: `basic` selects a view (None: all of it), `indices` elements of the view (empty: all of them).

    Among `indices` None stands for a whole dimension; a mask stands for as many dimensions as it has.
    """

    basic: tuple[Any, ...] | None
    indices: tuple[Any, ...]


def parse(key: Any, shape: Shape) -> Key:
    """Take `key` apart for a tensor of that shape.

    Raises DimensionError, an IndexError, for what is no index, for too many, and for masks of another shape;
    ArgumentError for slices that step backwards.
    """
    items = key if isinstance(key, tuple) else tuple(key) if _stands_for_tuple(key) else (key,)
    if len(items) <= len(shape) and all([_is_plain(item) for item in items]):
        return Key((*items, Ellipsis), ())
    parts = [_part(item) for item in items]
    consumed = sum(_consumes(part) for part in parts)
    if consumed > len(shape):
        raise DimensionError(complaint("index", f"at most {len(shape)} indices for shape {shape}", str(consumed)))
    basic: list[Any] = []
    indices: list[Any] = []
    missing = len(shape) - consumed
    dim = 0
    for part in parts:
        if part is None:
            basic.append(None)
            indices.append(None)
        elif part is Ellipsis:
            basic += [WHOLE] * missing
            indices += [None] * missing
            dim += missing
            missing = 0
        elif isinstance(part, slice):
            basic.append(part)
            indices.append(None)
            dim += 1
        elif isinstance(part, int):
            basic.append(part)
            dim += 1
        else:
            _append_array(part, basic, indices, shape, dim)
            dim += _consumes(part)
    return _key(basic, indices)


def _is_plain(item: Any) -> bool:
    """Whether NumPy takes the item as PyTorch does, without a closer look: an int, or a slice with plain bounds."""
    if item.__class__ is slice:
        return item.step is None and item.start.__class__ in _PLAIN and item.stop.__class__ in _PLAIN
    return item.__class__ is int


def _append_array(part: Array, basic: list[Any], indices: list[Any], shape: Shape, dim: int) -> None:
    if part.ndim == 0:  # a mask for no dimension: it keeps or drops all, along a new dimension
        basic.append(None)
        indices.append(np.flatnonzero(part))
        return
    covered = _consumes(part)
    if part.dtype.kind == "b" and part.shape != shape[dim : dim + covered]:
        where = f"at dimension {dim}" if dim else ""
        raise DimensionError(
            complaint("index", f"a mask of the shape that it covers, {shape[dim : dim + covered]} {where}".rstrip(),
                      f"a mask of shape {part.shape} for a tensor of shape {shape}")
        )  # fmt: skip
    basic += [WHOLE] * covered
    indices.append(part)


def _key(basic: list[Any], indices: list[Any]) -> Key:
    while indices and indices[-1] is None:
        indices.pop()
    plain = bool(indices) and all(part is WHOLE for part in basic)
    return Key(None if plain else (*basic, Ellipsis), tuple(indices))


def _part(item: Any) -> Any:
    """An int, a slice of ints, None, Ellipsis, or an array of integers or booleans."""
    if item is None or item.__class__ is int or item is Ellipsis:
        return item
    if isinstance(item, slice):
        return _slice(item)
    if isinstance(item, bool | np.bool_):
        return np.asarray(item)
    if isinstance(item, int | np.integer):
        return int(item)
    array = item._array if isinstance(item, TensorBase) else item
    if not isinstance(array, np.ndarray):
        array = _array_of_sequence(item)
    if array.dtype == np.uint8:
        array = array.astype(bool)
    if array.dtype.kind not in "iub":
        raise DimensionError(complaint("index", "index tensors of integers or booleans", f"dtype {array.dtype}"))
    return int(array) if array.ndim == 0 and array.dtype.kind != "b" else array


def _array_of_sequence(item: Any) -> Array:
    if not isinstance(item, Sequence) or isinstance(item, str | bytes):
        raise DimensionError(
            complaint("index", "integers, slices, None, ..., masks or sequences of integers", type(item).__name__)
        )
    return new_array("index", item) if len(item) else np.empty(0, np.int64)


def _slice(item: slice) -> slice:
    """The slice with plain integers. Raises ArgumentError for a step that is not positive."""
    if item.start is None and item.stop is None and item.step is None:
        return WHOLE
    start, stop, step = (x if x is None else operator.index(x) for x in (item.start, item.stop, item.step))
    if step is not None and step <= 0:
        raise ArgumentError(complaint("index", "a slice with a positive step", str(item), "Use flip()"))
    return slice(start, stop, step)


def _consumes(part: Any) -> int:
    """How many dimensions of the tensor a part stands for."""
    if part is None or part is Ellipsis:
        return 0
    return part.ndim if isinstance(part, np.ndarray) and part.dtype.kind == "b" else 1


def _stands_for_tuple(key: Any) -> bool:
    """Whether a list of parts was given in place of a tuple of them, which PyTorch lets pass."""
    return (
        isinstance(key, list)
        and len(key) < 32
        and any(x is None or isinstance(x, slice | EllipsisType | list | tuple | TensorBase) for x in key)
    )
