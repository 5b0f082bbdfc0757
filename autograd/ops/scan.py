"""Running sums, products and extremes along a dimension, and differences of neighbours.

The gradients of running products and of running log-sum-exp are linear recurrences. `recurrence` is such a one, and its
rules are again recurrences: so they are exact at zeros and infinities, at every order, in time linear in the length.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np

from autograd import kernels
from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.arrangement import flip
from autograd.ops.comparison import ne
from autograd.ops.dimensions import wrap_dim
from autograd.ops.exponential import exp
from autograd.ops.indexing import narrow
from autograd.ops.joining import cat
from autograd.ops.reduced_dtypes import as_float, as_summand, in_dtype
from autograd.ops.scatter import gather_back
from autograd.return_types import Cummax, Cummin, Selection
from autograd.typing import A, Array

S = TypeVar("S", bound=Selection)
KERNEL_FROM = 1 << 12  # elements from which the compiled loop pays; fewer leave Numba unloaded


@operation(lambda g, input_dtype, dim: in_dtype(_cumsum_back(g, dim), input_dtype))
def cumsum(input: A, dim: int, *, dtype: Any = None) -> A:
    """Running sums along a dimension. Integers and bools give int64; `dtype`: the tensor is cast to it first."""
    return _accumulated("cumsum", False, input, dim, dtype)


def _cumsum_back(g: Any, dim: int) -> Any:
    return flip(cumsum(flip(g, dim), dim), dim) if g.ndim else g


@operation(lambda g, input, input_dtype, out, dim: in_dtype(_cumprod_back(g, input, out, dim), input_dtype))
def cumprod(input: A, dim: int, *, dtype: Any = None) -> A:
    """Running products along a dimension. Integers and bools give int64; `dtype`: the tensor is cast to it first."""
    return _accumulated("cumprod", True, input, dim, dtype)


def _accumulated(where: str, products: bool, input: Any, dim: int, dtype: Any) -> Any:
    """The scan, of floating-point numbers in double precision: running errors grow with the length."""
    array, at = as_summand(input, dtype), wrap_dim(where, dim, input.ndim)
    function: Any = np.multiply if products else np.add
    if array.ndim == 0:
        return np.array(array)
    if array.dtype.kind != "f":
        return function.accumulate(array, at)
    if array.size < KERNEL_FROM or array.dtype == np.float16:
        return function.accumulate(array, at, np.float64).astype(array.dtype, copy=False)
    table = _table(array, at)
    out = np.empty_like(table)
    (kernels.scan.running_products if products else kernels.scan.running_sums)(table, out)
    return out.reshape(array.shape)


def _table(array: Array, at: int) -> Array:
    """An array in three dimensions, the second of which is dimension `at`."""
    shape = array.shape
    return np.ascontiguousarray(array).reshape(math.prod(shape[:at]), shape[at], math.prod(shape[at + 1 :]))


def _cumprod_back(g: Any, input: Any, out: Any, dim: int) -> Any:
    """With `h[i] = g[i] + input[i + 1] * h[i + 1]`, the gradient at i is h[i] times the product up to i - 1."""
    length = out.shape[dim] if out.ndim else 0
    if length < 2:
        return g
    following = narrow(in_dtype(input, g.dtype), dim, 1, length - 1)
    return reverse_recurrence(g, following, dim) * one_before(out, dim)


def one_before(out: Any, dim: int) -> Any:
    """Running products without the element itself: shifted by one place, with 1 in front."""
    shape = list(out.shape)
    length, shape[dim] = shape[dim], 1
    return cat([np.ones(shape, to_numpy(out.dtype)), narrow(out, dim, 0, length - 1)], dim)


@operation(joint=lambda g, weight, out, dim: _recurrence_back(g, weight, out, dim), operands=("input", "weight"))
def recurrence(input: Any, weight: Any, dim: int) -> Any:
    """`out[0] = input[0]` and `out[i + 1] = input[i + 1] + weight[i] * out[i]` along a dimension.

    `weight` has one element fewer along the dimension than `input` and is as large in the others.
    """
    shape, at = input.shape, wrap_dim("recurrence", dim, input.ndim)
    if weight.shape != (*shape[:at], max(shape[at] - 1, 0), *shape[at + 1 :]):
        raise ShapeError(complaint("recurrence", f"one weight fewer than {shape} along {at}", f"{weight.shape}"))
    out = np.array(input, np.float32 if input.dtype == np.float16 else None, order="C")
    if out.size:
        kernels.scan.recurrence(_table(out, at), _table(weight.astype(out.dtype), at))
    return out.astype(input.dtype, copy=False)


def _recurrence_back(g: Any, weight: Any, out: Any, dim: int) -> tuple[Any, Any]:
    h, steps = reverse_recurrence(g, weight, dim), weight.shape[dim]
    return h, narrow(h, dim, 1, steps) * narrow(out, dim, 0, steps)


def reverse_recurrence(input: Any, weight: Any, dim: int) -> Any:
    """`recurrence` from the end: `out[i] = input[i] + weight[i] * out[i + 1]`."""
    return flip(recurrence(flip(input, dim), flip(weight, dim), dim), dim)


@operation(lambda g, input, out, dim: _logcumsumexp_back(g, input, out, dim))
def logcumsumexp(input: A, dim: int) -> A:
    """Logarithms of running sums of exponentials along a dimension, without overflow."""
    array, at = as_float("logcumsumexp", input), wrap_dim("logcumsumexp", dim, input.ndim)
    return np.logaddexp.accumulate(array, at) if array.ndim else array.copy()


def _logcumsumexp_back(g: Any, input: Any, out: Any, dim: int) -> Any:
    """As for cumprod, with weights `exp(out[i] - out[i + 1])`, none above 1."""
    length = out.shape[dim] if out.ndim else 0
    if length < 2:
        return g
    steps = exp(narrow(out, dim, 0, length - 1) - narrow(out, dim, 1, length - 1))
    return reverse_recurrence(g, steps, dim) * exp(input - out)


@operation(lambda g, input_shape, out_1, dim: gather_back(g[0], input_shape, dim, out_1))
def cummax(input: A, dim: int) -> Cummax:
    """Running maxima along a dimension, and where they stand: the last place of equal ones. NaN stays."""
    return _running(Cummax, np.maximum, input, dim)


@operation(lambda g, input_shape, out_1, dim: gather_back(g[0], input_shape, dim, out_1))
def cummin(input: A, dim: int) -> Cummin:
    """Running minima along a dimension, and where they stand: the last place of equal ones. NaN stays."""
    return _running(Cummin, np.minimum, input, dim)


def _running(kind: type[S], extreme: Any, input: Any, dim: int) -> S:
    at = wrap_dim(kind.__name__.lower(), dim, input.ndim)
    if input.ndim == 0:
        return kind(input.copy(), np.zeros((), np.int64))
    values = extreme.accumulate(input, at)
    places = np.arange(input.shape[at]).reshape([-1 if d == at else 1 for d in range(input.ndim)])
    holds = (input == values) | (input != input)
    return kind(values, np.maximum.accumulate(np.where(holds, places, 0), at))


def trapezoid(y: A, x: Any = None, *, dx: float = 1.0, dim: int = -1) -> A:
    """The integral along a dimension by the trapezoidal rule; y is at the points x, or at points `dx` apart.

    x: of y's shape, or a vector for that dimension. Raises DimensionError for a dimension that y does not have.
    """
    at = wrap_dim("trapezoid", dim, y.ndim)
    size = y.shape[at]
    if size == 0:
        return y.sum(at)
    pairs = narrow(y, at, 1, size - 1) + narrow(y, at, 0, size - 1)
    if x is None:
        return pairs.sum(at) * (dx / 2)
    steps = diff(x, dim=at) if x.ndim == y.ndim else diff(x).reshape((-1,) + (1,) * (y.ndim - at - 1))
    return (pairs * steps).sum(at) / 2


trapz = trapezoid


def diff(input: A, n: int = 1, dim: int = -1, prepend: A | None = None, append: A | None = None) -> A:
    """The n-th differences of neighbours along a dimension, after joining `prepend` and `append` to the ends.

    Bools give whether neighbours differ. Raises ShapeError for a 0-d tensor, ArgumentError for negative n.
    """
    if input.ndim == 0:
        raise ShapeError(complaint("diff", "at least one dimension", "a 0-d tensor"))
    if n < 0:
        raise ArgumentError(complaint("diff", "n of at least 0", str(n)))
    at = wrap_dim("diff", dim, input.ndim)
    ends = [x for x in (prepend, input, append) if x is not None]
    found: Any = input if len(ends) == 1 else cat(ends, at)
    step = ne if to_numpy(found.dtype).kind == "b" else lambda a, b: a - b
    for _ in range(min(n, found.shape[at])):
        rest = max(found.shape[at] - 1, 0)
        found = step(narrow(found, at, found.shape[at] - rest, rest), narrow(found, at, 0, rest))
    return found
