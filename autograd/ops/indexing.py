"""Reading by index: `x[key]`, and picking elements by masks or along a dimension; assignment.py writes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import DimensionError, DTypeError, ShapeError, complaint
from autograd.general_call import operation
from autograd.operands import describe
from autograd.ops.accumulation import add_at, with_slices
from autograd.ops.broadcasting import expand, sum_to_size
from autograd.ops.dimensions import wrap_dim
from autograd.ops.index_keys import WHOLE, parse
from autograd.ops.inplace import keep_where
from autograd.ops.shape import reshape
from autograd.tensor_base import TensorBase
from autograd.typing import A, Shape


@operation(lambda g, input_shape, key: put_region(g, input_shape, key), view=True)
def region(input: A, key: tuple[Any, ...]) -> A:
    """The view that integers, slices, None and Ellipsis select."""
    try:
        return input[key]
    except IndexError as problem:
        raise DimensionError(complaint("index", f"indices within shape {input.shape}", str(problem))) from problem


@operation(lambda g, key: region(g, key))
def put_region(input: A, shape: Shape, key: tuple[Any, ...]) -> A:
    """Zeros of that shape with the tensor in the region that `key` selects."""
    made = np.zeros(shape, input.dtype)
    made[key] = input
    return made


@operation(
    joint=lambda g, input_shape, indices: (put_items(g, input_shape, indices), *[None] * len(indices)),
    operands=("input", "indices"),
)
def index(input: A, indices: tuple[Any, ...]) -> A:
    """The elements that index arrays and masks pick, a copy; None among `indices` stands for a whole dimension."""
    try:
        if sum(i is not None for i in indices) == 1 and indices[-1].dtype.kind != "b":
            return input.take(indices[-1], axis=len(indices) - 1)
        return np.ascontiguousarray(input[with_slices(indices)])
    except IndexError as problem:
        raise DimensionError(complaint("index", f"indices within shape {input.shape}", str(problem))) from problem


@operation(
    joint=lambda g, indices: (index(g, indices), *[None] * len(indices)),
    operands=("input", "indices"),
)
def put_items(input: A, shape: Shape, indices: tuple[Any, ...]) -> A:
    """Zeros of that shape plus the tensor at the places that `indices` pick; repeated places add up."""
    made = np.zeros(shape, input.dtype)
    add_at(made, indices, input)
    return made


def read(input: Any, key: Any) -> Any:
    """`input[key]`: a view for integers, slices, None and Ellipsis, a copy where index tensors or masks take part."""
    basic, indices = parse(key, input.shape)
    if basic is not None:
        input = region(input, basic)
    return index(input, indices) if indices else input


def select(input: A, dim: int, index: int) -> A:
    """The view at one index of a dimension, which disappears. Raises DimensionError for an index out of range."""
    chosen, size = wrap_dim("select", dim, input.ndim), (input.shape or (0,))
    place = int(index)
    if not -size[chosen] <= place < size[chosen]:
        raise DimensionError(complaint("select", f"an index in [{-size[chosen]}, {size[chosen] - 1}]", str(place)))
    return region(input, (*[WHOLE] * chosen, place, Ellipsis))


def narrow(input: A, dim: int, start: Any, length: int) -> A:
    """The view of `length` indices from `start` on along a dimension. Raises DimensionError where they reach beyond."""
    chosen = wrap_dim("narrow", dim, input.ndim)
    size, first, count = (input.shape or (0,))[chosen], int(start), int(length)
    first = first + size if first < 0 else first
    if not (0 <= first <= size and 0 <= count <= size - first):
        raise DimensionError(complaint("narrow", f"a range within 0 to {size}", f"start {start}, length {length}"))
    return region(input, (*[WHOLE] * chosen, slice(first, first + count), Ellipsis))


@operation(lambda g, input_shape, dim, index: index_back(g, input_shape, dim, index), None, operands=("input", "index"))
def index_select(input: A, dim: int, index: Any) -> A:
    """The slices of a dimension at the places in `index`, a vector of integers from 0; a copy.

    Raises DimensionError for places out of range.
    """
    chosen, places = vector_along("index_select", input, dim, index)
    return np.take(input, places, axis=chosen)


@operation(lambda g, dim, index: index_select(g, dim, index), None, operands=("input", "index"))
def index_back(input: A, shape: Shape, dim: int, index: Any) -> A:
    """Zeros of that shape plus the slices of the tensor at the places in `index` of a dimension."""
    made = np.zeros(shape, input.dtype)
    add_at(made, (*[None] * (dim % len(shape)), np.atleast_1d(index)), input)
    return made


def vector_along(where: str, input: Any, dim: int, index: Any) -> tuple[int, Any]:
    """The dimension and the places along it, checked: a vector, or one number, from 0 to the size less one."""
    chosen = wrap_dim(where, dim, input.ndim)
    if input.ndim == 0:
        raise ShapeError(complaint(where, "at least one dimension", "a 0-d tensor"))
    check_places(where, index, input.shape[chosen])
    if index.ndim > 1:
        raise ShapeError(complaint(where, "an index of one dimension", f"shape {index.shape}"))
    return chosen, np.atleast_1d(index)


def check_places(where: str, index: Any, size: int) -> None:
    """Raise DTypeError unless `index` holds integers, DimensionError unless they are from 0 to `size` − 1."""
    if not isinstance(index, np.ndarray) or index.dtype.kind not in "iu":
        raise DTypeError(complaint(where, "an index tensor of integers", describe(index), "Convert it with long()"))
    if index.size and index.astype(np.int64, copy=False).view(np.uint64).max() >= size:  # negative ones are huge then
        wrong = index[(index < 0) | (index >= size)]
        raise DimensionError(complaint(where, f"indices from 0 to {size - 1}", f"{wrong.flat[0]} out of bounds"))


def take(input: Any, index: Any) -> Any:
    """The elements at places of the flattened tensor, in the shape of `index`; negative ones count from the end."""
    return read(reshape(input, (-1,)), (index.reshape(-1),)).reshape(index.shape)


def masked_select(input: Any, mask: Any) -> Any:
    """The elements where the mask, broadcast with the tensor, is true, in one dimension; a copy."""
    _check_mask("masked_select", mask)
    shape = np.broadcast_shapes(input.shape, mask.shape)
    return read(expand(input, shape), expand(mask, shape))


@operation(
    lambda g, mask, input_shape: sum_to_size(masked_fill(g, mask, 0), input_shape),
    None,
    lambda g, mask, value_shape: sum_to_size(keep_where(g, mask), value_shape),
    operands=("input", "mask", "value"),
)
def masked_fill(input: A, mask: Any, value: Any) -> A:
    """The tensor with `value`, a number or a 0-d tensor, where the mask, broadcast with the tensor, is true."""
    _check_mask("masked_fill", mask)
    if np.ndim(value):
        raise ShapeError(complaint("masked_fill", "a number or a 0-d tensor", describe(value), "Use where()"))
    bits = np.dtype(f"int{8 * input.itemsize}")
    filling = np.asarray(value).astype(input.dtype).view(bits)
    kept = keep_where(input, ~mask)
    return (kept.view(bits) | mask * filling).view(input.dtype) if filling else kept


@operation(
    lambda g, mask, input_shape: sum_to_size(masked_fill(g, mask, 0), input_shape),
    None,
    lambda g, mask, source_shape: _to_source(g, mask, source_shape),
    operands=("input", "mask", "source"),
)
def masked_scatter(input: A, mask: Any, source: A) -> A:
    """The tensor with the first elements of `source`, one after the other, where the broadcast mask is true.

    Raises ShapeError where the source has too few.
    """
    _check_mask("masked_scatter", mask)
    shape = np.broadcast_shapes(input.shape, mask.shape)
    made = np.array(np.broadcast_to(input, shape), order="C")
    chosen = np.broadcast_to(mask, shape)
    count = int(np.count_nonzero(chosen))
    if count > source.size:
        raise ShapeError(complaint("masked_scatter", f"a source of at least {count} elements", describe(source)))
    made[chosen] = source.reshape(-1)[:count]
    return made


def _to_source(g: Any, mask: Any, shape: Shape) -> Any:
    """The gradient at the places of the mask, in the first elements of the shape of the source."""
    picked = index(g, (np.broadcast_to(mask, g.shape),))
    return reshape(put_region(picked, (math.prod(shape),), (slice(picked.shape[0]),)), shape)


def _check_mask(where: str, mask: Any) -> None:
    array = mask._array if isinstance(mask, TensorBase) else mask
    if not isinstance(array, np.ndarray) or array.dtype.kind != "b":
        raise DTypeError(complaint(where, "a mask of booleans", describe(mask), "Make one by comparison, or bool()"))


@operation(operands=("input",))
def argwhere(input: A) -> A:
    """The indices of the elements that are not zero, one row each; int64."""
    return np.argwhere(input).astype(np.int64, copy=False)


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """The indices of the elements that are not zero, (count, ndim) int64; as a tuple, one vector a dimension."""
    found = argwhere(input)
    if not as_tuple:
        return found
    return argwhere(reshape(input, (1,))).unbind(1) if input.ndim == 0 else found.unbind(1)
