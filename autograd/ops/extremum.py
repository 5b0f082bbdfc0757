"""Largest and smallest elements, their places, and the shares of the gradient at ties."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np

from autograd.errors import ArgumentError, DimensionError, complaint
from autograd.general_call import operation
from autograd.ops.comparison import eq, ne
from autograd.ops.dimensions import wrap_dim
from autograd.ops.reduced_dims import accepts_axis, normal_dims, reduced, restore_dims
from autograd.ops.reduction import sum
from autograd.ops.scatter import gather_back
from autograd.ops.selection import maximum, minimum
from autograd.return_types import Max, Min, Selection, shown
from autograd.tensor_base import TensorBase
from autograd.typing import A, Array, Dims, Shape

S = TypeVar("S", bound=Selection)


class Extremes(NamedTuple):
    """The smallest and the largest elements."""

    min: Any
    max: Any

    def __repr__(self) -> str:
        return shown("aminmax", self)


def put_back(g: Any, indices: Any, shape: Shape, dim: int, keepdim: bool) -> Any:
    """The gradient of elements chosen along a dimension: each goes back to the place that it was taken from."""
    g, indices = restore_dims(g, shape, dim, keepdim), restore_dims(indices, shape, dim, keepdim)
    return gather_back(g, shape, dim, indices)


def shared(g: Any, input: Any, out: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """The gradient of an extreme over dimensions: equal shares for all elements that equal it, as PyTorch has it."""
    whole = restore_dims(out, input.shape, dim, keepdim)
    holds = eq(input, whole)
    return restore_dims(g, input.shape, dim, keepdim) * holds / sum(holds, dim, True, dtype=g.dtype)


def shared_by_all(g: Any, input: Any, out: Any) -> Any:
    """As `shared` over all dimensions; where the extreme is NaN, the NaNs share."""
    holds = ne(input, input) if bool(out != out) else eq(input, out)
    return holds * (g / sum(holds, dtype=g.dtype))


@operation(lambda g, input, out, dim, keepdim: shared(g, input, out, dim, keepdim))
def amax(input: A, dim: Dims = (), keepdim: bool = False) -> A:
    """The largest element over `dim`, an integer or a tuple, or over all dimensions; NaN wins; ties share gradients.

    Raises DimensionError where a dimension to reduce has no elements.
    """
    return reduced(np.maximum, input, occupied("amax", input, dim), keepdim)


@operation(lambda g, input, out, dim, keepdim: shared(g, input, out, dim, keepdim))
def amin(input: A, dim: Dims = (), keepdim: bool = False) -> A:
    """The smallest element over `dim`, an integer or a tuple, or over all dimensions; as `amax`."""
    return reduced(np.minimum, input, occupied("amin", input, dim), keepdim)


@operation(
    lambda g, input, out, dim, keepdim: (
        shared(g[0], input, out[0], dim, keepdim) + shared(g[1], input, out[1], dim, keepdim)
    )
)
def aminmax(input: Any, *, dim: int | None = None, keepdim: bool = False) -> Extremes:
    """The smallest and the largest element along a dimension, or of all: (min, max); NaN wins; ties share gradients."""
    dims = occupied("aminmax", input, dim)
    return Extremes(*[np.asarray(reduced(f, input, dims, keepdim)) for f in (np.minimum, np.maximum)])


@accepts_axis
def max(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The largest of all elements; along `dim`, (values, indices); with another tensor, `maximum` of both.

    Of all elements ties share the gradient; along a dimension the one at the index gets it. NaN wins.
    Raises DimensionError, or ArgumentError without `dim`, where there are no elements.
    """
    second = dim if isinstance(dim, TensorBase | np.ndarray) else other
    if second is not None:
        return maximum(input, second)
    return max_of_all(input) if dim is None else max_along(input, dim, keepdim)


@accepts_axis
def min(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The smallest of all elements; along `dim`, (values, indices); with another tensor, `minimum`; as `max`."""
    second = dim if isinstance(dim, TensorBase | np.ndarray) else other
    if second is not None:
        return minimum(input, second)
    return min_of_all(input) if dim is None else min_along(input, dim, keepdim)


@operation(lambda g, input, out: shared_by_all(g, input, out))
def max_of_all(input: A) -> A:
    """`max` over all dimensions."""
    return reduced(np.maximum, input, occupied("max", input, None), False)


@operation(lambda g, input, out: shared_by_all(g, input, out))
def min_of_all(input: A) -> A:
    """`min` over all dimensions."""
    return reduced(np.minimum, input, occupied("min", input, None), False)


@operation(lambda g, input_shape, out_1, dim, keepdim: put_back(g[0], out_1, input_shape, dim, keepdim))
def max_along(input: Any, dim: int, keepdim: bool = False) -> Max:
    """`max` along a dimension; of equal elements the first."""
    occupied("max", input, dim)
    return take_one(Max, input, np.argmax(input, wrap_dim("max", dim, input.ndim), keepdims=True), dim, keepdim)


@operation(lambda g, input_shape, out_1, dim, keepdim: put_back(g[0], out_1, input_shape, dim, keepdim))
def min_along(input: Any, dim: int, keepdim: bool = False) -> Min:
    """`min` along a dimension; of equal elements the first."""
    occupied("min", input, dim)
    return take_one(Min, input, np.argmin(input, wrap_dim("min", dim, input.ndim), keepdims=True), dim, keepdim)


def take_one(kind: type[S], input: Any, places: Array, dim: int, keepdim: bool) -> S:
    """The elements at `places`, of size 1 along the dimension."""
    if input.ndim == 0:
        return kind(np.array(input), np.zeros((), np.int64))
    values = np.take_along_axis(input, places, dim)
    return kind(values, places) if keepdim else kind(values.squeeze(dim), places.squeeze(dim))


@operation(operands=("input",))
def argmax(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The place of the largest element along `dim`, the first of equal ones; without dim, in the flattened tensor."""
    occupied("argmax", input, dim)
    return _place("argmax", np.argmax, input, dim, keepdim)


@operation(operands=("input",))
def argmin(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The place of the smallest element along `dim`, the first of equal ones; without dim, in the flattened tensor."""
    occupied("argmin", input, dim)
    return _place("argmin", np.argmin, input, dim, keepdim)


def _place(where: str, find: Any, input: Any, dim: int | None, keepdim: bool) -> Any:
    at = None if dim is None or input.ndim == 0 else wrap_dim(where, dim, input.ndim)
    return np.asarray(find(input, at, keepdims=keepdim))


def occupied(where: str, input: Any, dim: Dims) -> tuple[int, ...]:
    """The dimensions to reduce. Raises where one has no elements, among which there is no extreme."""
    dims = normal_dims(where, dim, input.ndim)
    empty = [d for d in dims if input.shape[d] == 0]
    if empty:
        kind = ArgumentError if dim is None else DimensionError
        raise kind(complaint(where, "elements in every dimension to reduce", f"shape {input.shape}, dim={dim}"))
    return dims
