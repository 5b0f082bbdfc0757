"""Writing by index: `x[key] = value`, differentiable for x and for the value, and what is built on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import memory
from autograd.array_like import new_array
from autograd.errors import ArgumentError, DimensionError, ShapeError, complaint
from autograd.general_call import operation
from autograd.grad_mode import mode
from autograd.operands import NUMBERS
from autograd.ops.accumulation import add_at, with_slices
from autograd.ops.broadcasting import clone, sum_to_size
from autograd.ops.dimensions import wrap_dim
from autograd.ops.index_keys import WHOLE, Key, parse
from autograd.ops.indexing import index, read, region, select
from autograd.ops.inplace import adopt, check_writable, overwrite
from autograd.ops.shape import reshape
from autograd.tensor_base import TensorBase
from autograd.typing import Array, Shape

_SET = "x[...] = value"


def assign(target: Any, key: Any, value: Any, name: str = _SET) -> Any:
    """`target[key] = value`: the value, a number, tensor or nested sequence, is broadcast and cast.

    Gradients follow: what was overwritten gets none, the value gets that of the places it went to.
    Raises ShapeError where it does not broadcast, GraphError for a leaf that requires grad.
    """
    check_writable(target, name)
    parsed = parse(key, target.shape)
    if not isinstance(value, TensorBase):
        number = value.__class__ in NUMBERS or isinstance(value, np.ndarray | np.generic)
        given = value if number else new_array(_SET, value, target._array.dtype)
        carries = False
    else:
        value.refresh()
        given, carries = value._array, value._node is not None
        if value._view is not None and _is_there(target._array, given, parsed):
            return target
    target.refresh()
    if mode.recording and (carries or target._node is not None):
        source = value.to(target._array.dtype) if carries else given
        result = write(target, source, parsed.indices, parsed.basic)
    else:
        _store(target._array, given, parsed)
        result = target
    memory.wrote(target._array)
    adopt(target, result)
    return target


def _is_there(array: Array, value: Array, key: Key) -> bool:
    """Whether the value is the very memory that is to be written: the last act of `x[key] += y`."""
    if key.indices:
        return False
    there = _region(array, key)
    layout = there.__array_interface__
    return (
        layout["shape"] == value.shape
        and there.strides == value.strides
        and (layout["data"] == value.__array_interface__["data"] and there.dtype == value.dtype)
    )


@operation(
    joint=lambda g, value_shape, indices, basic, needed: (
        erase(g, indices, basic) if needed[0] else None,
        _to_value(g, value_shape, indices, basic) if needed[1] else None,
        *[None] * len(indices),
    ),
    operands=("input", "value", "indices"),
)
def write(input: Any, value: Any, indices: tuple[Any, ...], basic: tuple[Any, ...] | None) -> Any:
    """The tensor, in the memory of which the value has been written at a key taken apart."""
    _store(input, value, Key(basic, tuple(indices)))
    return input


@operation(
    joint=lambda g, indices, basic: (erase(g, indices, basic), *[None] * len(indices)),
    operands=("input", "indices"),
)
def erase(input: Any, indices: tuple[Any, ...], basic: tuple[Any, ...] | None) -> Any:
    """A copy of the tensor with zeros at a key taken apart."""
    kept = np.array(input, order="C")
    _store(kept, 0, Key(basic, tuple(indices)))
    return kept


def _to_value(g: Any, shape: Shape, indices: tuple[Any, ...], basic: tuple[Any, ...] | None) -> Any:
    """The gradient of what was written: that of its places, summed over those which it was broadcast to."""
    there = g if basic is None else region(g, basic)
    there = index(there, indices) if indices else there
    inner = shape[max(len(shape) - there.ndim, 0) :]
    summed = sum_to_size(there, inner)
    return summed if inner == shape else reshape(summed, shape)


def _store(array: Array, value: Any, key: Key) -> None:
    there = _region(array, key)
    try:
        there[with_slices(key.indices) if key.indices else Ellipsis] = value
    except IndexError as problem:
        raise DimensionError(complaint(_SET, f"indices within shape {array.shape}", str(problem))) from problem
    except ValueError as problem:
        raise ShapeError(
            complaint(_SET, "a value that broadcasts to the indexed elements", f"shape {np.shape(value)}: {problem}")
        ) from problem


def _region(array: Array, key: Key) -> Array:
    """The view that the basic part of a key selects."""
    try:
        return array if key.basic is None else array[key.basic]
    except IndexError as problem:
        raise DimensionError(complaint(_SET, f"indices within shape {array.shape}", str(problem))) from problem


def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """A copy of the tensor with `values`, broadcast, at the places that a tuple of index tensors and masks picks.

    Where places repeat, `accumulate` adds all values to what is there; without it one of them is stored.
    """
    if not accumulate:
        return assign(clone(input), tuple(indices), values)
    basic, places = parse(tuple(indices), input.shape)
    if basic is not None:
        raise ArgumentError(complaint("index_put", "index tensors and masks", repr(indices)))
    return add_items(input, values, places)


def index_put_(target: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """`index_put` in place."""
    if not accumulate:
        return assign(target, tuple(indices), values)
    return overwrite(target, index_put(target, indices, values, True), "index_put_")


def put(input: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """A copy of the tensor with `source` at places of the flattened tensor; `accumulate` adds it to what is there."""
    if index.shape != source.shape:
        raise ShapeError(complaint("put", f"a source of the index's shape {index.shape}", f"shape {source.shape}"))
    flat = index_put(reshape(input, (-1,)), (reshape(index, (-1,)),), reshape(source, (-1,)), accumulate)
    return reshape(flat, input.shape)


@operation(
    joint=lambda g, values_shape, indices: (g, _to_value(g, values_shape, indices, None), *[None] * len(indices)),
    operands=("input", "values", "indices"),
)
def add_items(input: Any, values: Any, indices: tuple[Any, ...]) -> Any:
    """A copy of the tensor with `values`, broadcast, added at the places of index arrays; repeated places add up."""
    total = np.array(input, order="C")
    try:
        add_at(total, indices, np.broadcast_to(values, total[with_slices(indices)].shape).astype(total.dtype))
    except IndexError as problem:
        raise DimensionError(complaint("index_put", f"indices within shape {total.shape}", str(problem))) from problem
    return total


def fill_(target: Any, value: Any) -> Any:
    """Store one number, or the element of a 0-d tensor, everywhere. Raises ShapeError for a value with dimensions."""
    if isinstance(value, TensorBase) and value.ndim:
        raise ShapeError(complaint("fill_", "a number or a 0-d tensor", f"shape {value.shape}"))
    return assign(target, Ellipsis, value, "fill_")


def select_scatter(input: Any, src: Any, dim: int, index: int) -> Any:
    """A copy of the tensor with `src` at one index of a dimension. Raises ShapeError where shapes differ."""
    made = clone(input)
    _fill_view("select_scatter", select(made, dim, index), src)
    return made


def slice_scatter(
    input: Any, src: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    """A copy of the tensor with `src` at the indices `start:end:step` of a dimension."""
    made = clone(input)
    key = (*[WHOLE] * wrap_dim("slice_scatter", dim, input.ndim), slice(start, end, step))
    _fill_view("slice_scatter", read(made, key), src)
    return made


def _fill_view(where: str, view: Any, src: Any) -> None:
    if view.shape != src.shape:
        raise ShapeError(complaint(where, f"a source of shape {view.shape}", f"shape {src.shape}"))
    assign(view, Ellipsis, src)
