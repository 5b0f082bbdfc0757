"""Sums, products and what is made of them, over some dimensions or all."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.arrangement import flip
from autograd.ops.comparison import eq
from autograd.ops.diagonal import diagonal
from autograd.ops.reduced_dims import accepts_axis, count, normal_dims, reduced, spread
from autograd.ops.reduced_dtypes import as_float, as_summand, in_dtype
from autograd.ops.scan import cumprod, one_before
from autograd.ops.shape import reshape
from autograd.ops.summation import total
from autograd.typing import A, Dims, Shape


@operation(
    lambda g, input_shape, input_dtype, dim, keepdim: in_dtype(spread(g, input_shape, dim, keepdim), input_dtype)
)
def sum(input: A, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """Sum over `dim`, an integer or a tuple, or over all dimensions. Integers and bools give int64.

    `dtype`: the tensor is cast to it first.
    """
    return total(as_summand(input, dtype), normal_dims("sum", dim, input.ndim), keepdim)


@operation(
    lambda g, input_shape, input_dtype, dim, keepdim: in_dtype(
        spread(g / _extent(input_shape, dim), input_shape, dim, keepdim), input_dtype
    )
)
def mean(input: A, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """Mean over `dim`, an integer or a tuple, or over all dimensions; NaN over none. `dtype`: cast to it first.

    Raises DTypeError for integers and bools.
    """
    array, dims = as_float("mean", input, dtype), normal_dims("mean", dim, input.ndim)
    if array.dtype == np.float16:  # the number of elements may be beyond it
        return mean(array.astype(np.float32), dims, keepdim).astype(np.float16)
    return total(array, dims, keepdim) / count(array.shape, dims)


def _extent(shape: Shape, dim: Dims) -> int:
    return count(shape, normal_dims("mean", dim, len(shape)))


@operation(
    lambda g, input, input_dtype, out, dim, keepdim: in_dtype(_prod_back(g, input, out, dim, keepdim), input_dtype)
)
def prod(input: A, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """Product over one dimension, or over all. Integers and bools give int64; `dtype`: cast to it first."""
    dims = normal_dims("prod", dim, input.ndim)
    return reduced(np.multiply, as_summand(input, dtype), dims, keepdim)


def _prod_back(g: Any, input: Any, out: Any, dim: int | None, keepdim: bool) -> Any:
    """The product of the other elements: the whole one divided by each, or multiplied anew where that is 0."""
    if input.ndim == 0:
        return g
    if array_of(out).all():
        return spread(g * out, input.shape, dim, keepdim) / input
    factors = in_dtype(input, g.dtype)
    others = _others(factors, dim) if dim is not None else reshape(_others(reshape(factors, (-1,)), 0), input.shape)
    return spread(g, input.shape, dim, keepdim) * others


def _others(input: Any, dim: int) -> Any:
    """For each element the product of the others along a dimension."""
    before = one_before(cumprod(input, dim), dim)
    return before * flip(one_before(cumprod(flip(input, dim), dim), dim), dim)


@operation(
    lambda g, input, input_shape, input_dtype, dim, keepdim: in_dtype(
        spread(g, input_shape, dim, keepdim) * eq(input, input), input_dtype
    )
)
def nansum(input: A, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """`sum` with NaN counted as 0."""
    array = as_summand(input, dtype)
    filled = array if array.dtype.kind != "f" else np.where(np.isnan(array), np.zeros((), array.dtype), array)
    return total(filled, normal_dims("nansum", dim, input.ndim), keepdim)


@accepts_axis
def nanmean(input: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Mean of the elements that are not NaN; NaN where there are none."""
    sums = nansum(input, dim, keepdim, dtype=dtype)
    return sums / sum(input == input, dim, keepdim, dtype=sums.dtype)


@operation(operands=("input",))
def all(input: A, dim: Dims = None, keepdim: bool = False) -> A:
    """Whether all elements over `dim`, or over all dimensions, are true (not zero); uint8 for uint8."""
    dims = normal_dims("all", dim, input.ndim)
    return _truth(reduced(np.logical_and, input, dims, keepdim), input)


@operation(operands=("input",))
def any(input: A, dim: Dims = None, keepdim: bool = False) -> A:
    """Whether any element over `dim`, or over all dimensions, is true (not zero); uint8 for uint8."""
    dims = normal_dims("any", dim, input.ndim)
    return _truth(reduced(np.logical_or, input, dims, keepdim), input)


def _truth(found: Any, input: Any) -> Any:
    return found.astype(np.uint8) if input.dtype == np.uint8 else found


@operation(operands=("input",))
def count_nonzero(input: Any, dim: Dims = None) -> Any:
    """How many elements over `dim`, or over all dimensions, are not zero."""
    dims = normal_dims("count_nonzero", dim, input.ndim)
    return np.asarray(np.count_nonzero(input, axis=dims), np.int64)


def trace(input: A) -> A:
    """The sum of the diagonal of a matrix. Raises ShapeError unless it has two dimensions."""
    if input.ndim != 2:
        raise ShapeError(complaint("trace", "a matrix", f"shape {tuple(input.shape)}"))
    return sum(diagonal(input))
