"""Sums, products and what is made of them, over some dimensions or all."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import DTypeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import cast
from autograd.ops.reduced_dims import count, normal_dims, spread
from autograd.ops.summation import total
from autograd.typing import A, Array, Dims


@operation(lambda g, input_shape, input_dtype, dim, keepdim: _in(spread(g, input_shape, dim, keepdim), input_dtype))
def sum(input: A, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """Sum over `dim`, an integer or a tuple, or over all dimensions. Integers and bools give int64.

    `dtype`: the tensor is cast to it first.
    """
    return total(_as_summand(input, dtype), normal_dims("sum", dim, input.ndim), keepdim)  # type: ignore[return-value]


@operation(
    lambda g, input_shape, input_dtype, dim, keepdim: _in(
        spread(g / _extent(input_shape, dim), input_shape, dim, keepdim), input_dtype
    )
)
def mean(input: A, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """Mean over `dim`, an integer or a tuple, or over all dimensions; NaN over none. `dtype`: cast to it first.

    Raises DTypeError for integers and bools.
    """
    array = _as_float("mean", input, dtype)
    dims = normal_dims("mean", dim, array.ndim)
    return np.true_divide(total(array, dims, keepdim), count(array.shape, dims), dtype=array.dtype)  # type: ignore[return-value]


def _extent(shape: Any, dim: Dims) -> int:
    return count(shape, normal_dims("mean", dim, len(shape)))


def _in(g: Any, dtype: Any) -> Any:
    return g if g.dtype == dtype else cast(g, dtype)


def _as_summand(input: Any, dtype: Any) -> Array:
    """The operand of a sum or product in the dtype of the result: int64 for integers and bools unless one is asked."""
    if dtype is not None:
        return np.asarray(input, to_numpy(dtype))
    return input if input.dtype.kind == "f" else np.asarray(input, np.int64)


def _as_float(where: str, input: Any, dtype: Any) -> Array:
    array = input if dtype is None else np.asarray(input, to_numpy(dtype))
    if array.dtype.kind != "f":
        raise DTypeError(complaint(where, "a floating-point dtype", str(array.dtype), "Cast it first, or pass dtype="))
    return array
