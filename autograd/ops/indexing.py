"""Reading and writing by index: `x[key]`, `x[key] = value`, and picking elements along a dimension."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import DimensionError, complaint
from autograd.general_call import operation
from autograd.ops.accumulation import add_at, with_slices
from autograd.ops.dimensions import wrap_dim
from autograd.ops.index_keys import WHOLE, parse
from autograd.typing import A, Shape


@operation(lambda g, input_shape, key: put_region(g, input_shape, key), view=True)
def region(input: A, key: tuple[Any, ...]) -> A:
    """The view that integers, slices, None and Ellipsis select."""
    try:
        return input[key]  # type: ignore[index, return-value]
    except IndexError as problem:
        raise DimensionError(complaint("index", f"indices within shape {input.shape}", str(problem))) from problem


@operation(lambda g, key: region(g, key))
def put_region(input: A, shape: Shape, key: tuple[Any, ...]) -> A:
    """Zeros of that shape with the tensor in the region that `key` selects."""
    made = np.zeros(shape, input.dtype)  # type: ignore[union-attr]
    made[key] = input
    return made  # type: ignore[return-value]


@operation(
    joint=lambda g, input_shape, indices: (put_items(g, input_shape, indices), *[None] * len(indices)),
    operands=("input", "indices"),
)
def index(input: A, indices: tuple[Any, ...]) -> A:
    """The elements that index arrays and masks pick, a copy; None among `indices` stands for a whole dimension."""
    try:
        if sum(i is not None for i in indices) == 1 and indices[-1].dtype.kind != "b":
            return input.take(indices[-1], axis=len(indices) - 1)  # type: ignore[union-attr, return-value]
        return np.ascontiguousarray(input[with_slices(indices)])  # type: ignore[index, return-value]
    except IndexError as problem:
        raise DimensionError(complaint("index", f"indices within shape {input.shape}", str(problem))) from problem


@operation(
    joint=lambda g, indices: (index(g, indices), *[None] * len(indices)),
    operands=("input", "indices"),
)
def put_items(input: A, shape: Shape, indices: tuple[Any, ...]) -> A:
    """Zeros of that shape plus the tensor at the places that `indices` pick; repeated places add up."""
    made = np.zeros(shape, input.dtype)  # type: ignore[union-attr]
    add_at(made, indices, input)
    return made  # type: ignore[return-value]


def read(input: Any, key: Any) -> Any:
    """`input[key]`: a view for integers, slices, None and Ellipsis, a copy where index tensors or masks take part."""
    basic, indices = parse(key, input.shape)
    if basic is not None:
        input = region(input, basic)
    return input if indices is None else index(input, indices)


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
