"""Norms of vectors: the elements over some dimensions taken as one vector."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import DimensionError, complaint
from autograd.general_call import operation
from autograd.ops.arithmetic import zeros_of
from autograd.ops.comparison import eq, ne
from autograd.ops.logical import bitwise_and, bitwise_or
from autograd.ops.power import pow
from autograd.ops.reduced_dims import normal_dims, reduced, restore_dims
from autograd.ops.reduced_dtypes import as_float, in_dtype
from autograd.ops.reduction import sum
from autograd.ops.selection import where
from autograd.ops.sign import abs, sign
from autograd.ops.summation import total
from autograd.typing import A, Array, Dims


@operation(
    lambda g, x, x_dtype, out, ord, dim, keepdim: in_dtype(
        _norm_back(
            restore_dims(g, x.shape, dim, keepdim),
            in_dtype(x, g.dtype),
            restore_dims(out, x.shape, dim, keepdim),
            ord,
            dim,
        ),
        x_dtype,
    )
)
def vector_norm(x: A, ord: float = 2, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> A:
    """`sum(abs(x) ** ord) ** (1 / ord)` over `dim`, an integer or a tuple, or over all dimensions.

    ord inf and -inf give the largest and the smallest magnitude, 0 the number of elements that are not 0. `dtype`: cast
    to it first. The gradient of a norm that is 0 is 0. Raises DTypeError for integers, DimensionError for an extreme
    among no elements.
    """
    array, dims = as_float("vector_norm", x, dtype), normal_dims("vector_norm", dim, x.ndim)
    wide = array.astype(np.float32) if array.dtype == np.float16 else array
    return np.asarray(_norm(wide, float(ord), dims, keepdim), array.dtype)


def _norm(array: Array, ord: float, dims: tuple[int, ...], keepdim: bool) -> Any:
    if ord == 2:
        return np.sqrt(total(np.square(array), dims, keepdim))
    magnitudes = np.abs(array)
    if ord == 1:
        return total(magnitudes, dims, keepdim)
    if ord == 0:
        return np.asarray(np.count_nonzero(magnitudes, axis=dims, keepdims=keepdim))
    if math.isinf(ord):
        if 0 in [magnitudes.shape[d] for d in dims]:
            raise DimensionError(
                complaint("vector_norm", "elements to take an extreme of", f"shape {magnitudes.shape}")
            )
        return reduced(np.maximum if ord > 0 else np.minimum, magnitudes, dims, keepdim)
    return np.power(total(np.power(magnitudes, ord), dims, keepdim), 1 / ord)


def _norm_back(g: Any, x: Any, out: Any, ord: float, dim: Dims) -> Any:
    """The gradient of the norm; `g` and `out` have 1 in the place of the reduced dimensions."""
    if ord == 0:
        return zeros_of(x)
    if ord == 1:
        return g * sign(x)
    if math.isinf(ord):
        magnitudes = abs(x)
        holds = bitwise_or(eq(magnitudes, out), bitwise_and(ne(x, x), ne(out, out)))
        return g * sign(x) * holds / sum(holds, dim, True, dtype=g.dtype)
    vanishes = eq(out, 0)
    nonzero = where(vanishes, 1, out)
    if ord == 2:
        return where(vanishes, 0, g / nonzero) * x
    at_zero = eq(x, 0)
    slope = where(at_zero, 0, pow(where(at_zero, 1, abs(x)), ord - 1)) * sign(x)
    return where(vanishes, 0, g * pow(nonzero, 1 - ord)) * slope
