"""The dtype that a reduction or scan computes in, and the way back to the operand's."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import DTypeError, complaint
from autograd.ops.broadcasting import cast
from autograd.typing import Array


def as_summand(input: Any, dtype: Any) -> Array:
    """The operand of a sum or product in the dtype of its result: int64 for integers and bools unless one is asked."""
    if dtype is not None:
        return np.asarray(input, to_numpy(dtype))
    return input if input.dtype.kind == "f" else np.asarray(input, np.int64)


def as_float(where: str, input: Any, dtype: Any = None) -> Array:
    """The operand, cast to `dtype` if one is asked. Raises DTypeError unless that is a floating-point one."""
    array = input if dtype is None else np.asarray(input, to_numpy(dtype))
    if array.dtype.kind != "f":
        raise DTypeError(complaint(where, "a floating-point dtype", str(array.dtype), "Cast the tensor first"))
    return array


def in_dtype(g: Any, dtype: Any) -> Any:
    """A gradient in the dtype of the operand that it belongs to."""
    return g if g.dtype == dtype else cast(g, dtype)
