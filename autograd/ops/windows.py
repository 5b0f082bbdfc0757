"""Views by strides: windows that slide along a dimension, and any places in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided as strided_array

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.dimensions import wrap_dim
from autograd.typing import A, Array, Shape


@operation(lambda g, input_shape, dimension, size, step: unfold_back(g, input_shape, dimension, size, step), view=True)
def unfold(input: A, dimension: int, size: int, step: int) -> A:
    """The view of all windows of `size` elements, `step` apart, along a dimension; each lies in a new last dimension.

    Raises ArgumentError for windows larger than the dimension.
    """
    return _windows(input, dimension, size, step)


@operation(lambda g, dimension, size, step: unfold(g, dimension, size, step))
def unfold_back(input: A, shape: Shape, dimension: int, size: int, step: int) -> A:
    """Zeros of that shape plus the windows, each where it was taken from; where windows overlap they add up."""
    made = np.zeros(shape, input.dtype)
    places = _windows(made, dimension, size, step)
    if step >= size:
        places[...] = input
        return made
    for i in range(size):
        places[..., i] += input[..., i]
    return made


def _windows(array: Array, dimension: int, size: int, step: int) -> Array:
    chosen = wrap_dim("unfold", dimension, array.ndim)
    length = array.shape[chosen] if array.ndim else 1
    if not 0 <= size <= length or step <= 0:
        raise ArgumentError(complaint("unfold", f"0 <= size <= {length} and step > 0", f"size {size}, step {step}"))
    if array.ndim == 0:
        return array.reshape(1)[:size]
    stride = array.strides[chosen]
    shape, strides = list(array.shape), list(array.strides)
    shape[chosen], strides[chosen] = (length - size) // step + 1, stride * step
    return strided_array(array, (*shape, size), (*strides, stride))


def as_strided(input: Any, size: Shape, stride: Shape, storage_offset: int = 0) -> Any:
    """The view with those sizes and distances, in elements, from the `storage_offset`-th element of the tensor on.

    Offsets count from the first element of the tensor itself. Elements may overlap; gradients add up where they do.
    Raises ShapeError for places that are no element of the tensor.
    """
    array = input._array
    layout = (array.shape, tuple([s // array.itemsize for s in array.strides]))
    return strided(input, tuple(size), tuple(stride), int(storage_offset), layout)


@operation(
    lambda g, input_shape, size, stride, offset, layout: strided_back(g, input_shape, size, stride, offset, layout),
    view=True,
)
def strided(input: A, size: Shape, stride: Shape, offset: int, layout: tuple[Shape, Shape]) -> A:
    """`as_strided` of a tensor that lay in memory in that layout, shape and strides in elements."""
    places = _elements(size, stride, offset, layout)
    item = input.itemsize
    if (input.shape, tuple([s // item for s in input.strides])) != layout or not places.size:
        return input.reshape(-1)[places]
    first = input.reshape(-1)[:1] if input.ndim == 0 else input[tuple([slice(0, 1)] * input.ndim)].reshape(-1)
    base = strided_array(first, (offset + 1,), (item,))[offset:]
    return strided_array(base, size, [s * item for s in stride])


@operation(lambda g, size, stride, offset, layout: strided(g, size, stride, offset, layout))
def strided_back(input: A, shape: Shape, size: Shape, stride: Shape, offset: int, layout: tuple[Shape, Shape]) -> A:
    """Zeros of that shape plus the tensor at the places that `strided` takes."""
    made = np.zeros(shape, input.dtype)
    np.add.at(made.reshape(-1), _elements(size, stride, offset, layout), input)
    return made


def _elements(size: Shape, stride: Shape, offset: int, layout: tuple[Shape, Shape]) -> Array:
    """Which element, counted in row-major order, lies at each place of memory that is taken."""
    if len(size) != len(stride) or min((*size, *stride, offset), default=0) < 0:
        raise ShapeError(complaint("as_strided", "a stride >= 0 for each size", f"{size}, {stride}, {offset}"))
    given, wanted = _addresses(*layout), _addresses(size, stride) + offset
    order = np.full(int(given.max(initial=-1)) + 1, -1)
    order[given.ravel()] = np.arange(given.size)
    if wanted.size and (wanted.max() >= order.size or (order[wanted] < 0).any()):
        raise ShapeError(
            complaint("as_strided", f"places among the {given.size} elements of the tensor",
                      f"size {size}, stride {stride}, offset {offset}")
        )  # fmt: skip
    return order[wanted] if wanted.size else np.zeros(size, np.int64)


def _addresses(shape: Shape, strides: Shape) -> Array:
    total = np.zeros(shape, np.int64)
    for d, (n, step) in enumerate(zip(shape, strides, strict=True)):
        total += (np.arange(n) * step).reshape([-1 if k == d else 1 for k in range(len(shape))])
    return total
