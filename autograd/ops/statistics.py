"""Variance, standard deviation and covariances, and quantiles."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from autograd.array_like import array_of
from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.diagonal import diagonal
from autograd.ops.matmul import matmul
from autograd.ops.reduced_dims import accepts_axis, count, normal_dims, restore_dims
from autograd.ops.reduced_dtypes import as_float
from autograd.ops.reduction import mean
from autograd.ops.reduction import sum as total_of
from autograd.ops.scatter import gather
from autograd.ops.selection import clamp, where
from autograd.ops.shape import movedim, reshape
from autograd.ops.sorting import sort
from autograd.ops.summation import total
from autograd.typing import A, Array, Dims


@accepts_axis
def var(input: A, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None) -> A:
    """Variance over `dim`, an integer or a tuple, or over all dimensions.

    The sum of squares is divided by the number of elements minus `correction`, 1 by default; `unbiased=False` means 0,
    and may stand in the place of `dim`. Raises DTypeError for integers and bools.
    """
    dim, chosen = _settled("var", dim, unbiased, correction)
    return variance(input, dim, chosen, keepdim)


@accepts_axis
def std(input: A, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None) -> A:
    """Standard deviation, the square root of `var`. Its gradient is 0 where it is 0."""
    dim, chosen = _settled("std", dim, unbiased, correction)
    return deviation(input, dim, chosen, keepdim)


@accepts_axis
def var_mean(
    input: A, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
) -> tuple[A, A]:
    """`var` and `mean` over the same dimensions."""
    dim, chosen = _settled("var_mean", dim, unbiased, correction)
    return variance(input, dim, chosen, keepdim), mean(input, dim, keepdim)


@accepts_axis
def std_mean(
    input: A, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
) -> tuple[A, A]:
    """`std` and `mean` over the same dimensions."""
    dim, chosen = _settled("std_mean", dim, unbiased, correction)
    return deviation(input, dim, chosen, keepdim), mean(input, dim, keepdim)


def _settled(where_: str, dim: Any, unbiased: Any, correction: Any) -> tuple[Dims, float]:
    """The dimensions and the correction out of the two ways of asking for one."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise ArgumentError(complaint(where_, "unbiased or correction", f"{unbiased} and {correction}"))
    return dim, (1 if unbiased in (None, True) else 0) if correction is None else correction


@operation(lambda g, input, dim, correction, keepdim: _variance_back(g, input, dim, correction, keepdim))
def variance(input: A, dim: Dims, correction: float, keepdim: bool) -> A:
    """`var` with its options settled."""
    return _variance("var", input, dim, correction, keepdim)


@operation(
    lambda g, input, out, dim, correction, keepdim: _variance_back(
        where(out == 0, 0, g / (where(out == 0, 1, out) * 2)), input, dim, correction, keepdim
    )
)
def deviation(input: A, dim: Dims, correction: float, keepdim: bool) -> A:
    """`std` with its options settled."""
    return np.sqrt(_variance("std", input, dim, correction, keepdim))


def _variance(where_: str, input: Any, dim: Dims, correction: float, keepdim: bool) -> Any:
    array = as_float(where_, input)
    wide = array.astype(np.float32) if array.dtype == np.float16 else array
    dims = normal_dims(where_, dim, array.ndim)
    size = count(array.shape, dims)
    deviations = wide - np.true_divide(total(wide, dims, keepdim=True), size, dtype=wide.dtype)
    squares = total(np.square(deviations), dims, keepdim)
    return np.true_divide(squares, max(size - correction, 0), dtype=wide.dtype).astype(array.dtype)


def _variance_back(g: Any, input: Any, dim: Dims, correction: float, keepdim: bool) -> Any:
    freedom = count(input.shape, normal_dims("var", dim, input.ndim)) - correction
    scale = 2 / freedom if freedom > 0 else math.inf
    return restore_dims(g, input.shape, dim, keepdim) * scale * (input - mean(input, dim, True))


def cov(input: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """Covariances (M, M) of M variables, the rows of `input`, over its columns; of a vector, its variance.

    The sums over columns are divided by their number minus `correction`. `fweights`, whole numbers, say how often each
    column counts, `aweights` how much. Raises ShapeError for more than two dimensions or weights that do not fit.
    """
    if input.ndim > 2:
        raise ShapeError(complaint("cov", "at most two dimensions", f"shape {tuple(input.shape)}"))
    rows = input if input.ndim == 2 else reshape(input, (1, -1))
    given = [weights for weights in (fweights, aweights) if weights is not None]
    for weights in given:
        if tuple(weights.shape) != (rows.shape[1],):
            expected = f"a weight for each of the {rows.shape[1]} columns"
            raise ShapeError(complaint("cov", expected, f"shape {tuple(weights.shape)}"))
    if fweights is not None and to_numpy(fweights.dtype).kind not in "iu":
        raise DTypeError(complaint("cov", "fweights of a whole number type", str(fweights.dtype), "Use aweights"))
    share: Any = math.prod(given) if given else 1
    size = total_of(share) if given else rows.shape[1]
    freedom = size - correction * (1 if aweights is None else total_of(share * aweights) / size)
    deviations = rows - total_of(rows * share, 1, True) / size
    products = matmul(deviations, movedim(deviations * share, 0, 1))
    covariances = products / (freedom if freedom > 0 else 0 * freedom)
    return covariances if input.ndim == 2 and input.shape[0] != 1 else reshape(covariances, ())


def corrcoef(input: Any) -> Any:
    """Correlations (M, M) of M variables, the rows of `input`: their covariances over their deviations, -1 to 1."""
    covariances = cov(input)
    if covariances.ndim == 0:
        return covariances / covariances
    deviations = diagonal(covariances) ** 0.5
    return clamp(covariances / reshape(deviations, (-1, 1)) / deviations, -1, 1)


class _Between(NamedTuple):
    """The ranks below and above a quantile in a sorted row, and how far it lies from the one to the other."""

    below: Array
    above: Array
    share: Array


@accepts_axis
def quantile(
    input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Any:
    """The quantiles `q`, numbers from 0 to 1, along `dim` or of all elements; NaN where there is one.

    A vector of them becomes dimension 0 of the result. `interpolation` between neighbours in the order: "linear",
    "lower", "higher", "midpoint" or "nearest". Raises ArgumentError for other q, ShapeError for an empty tensor.
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, False)


@accepts_axis
def nanquantile(
    input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Any:
    """`quantile` of the elements that are not NaN; NaN where there are none."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, True)


def _quantile(where_: str, input: Any, q: Any, dim: Any, keepdim: bool, interpolation: str, ignore_nan: bool) -> Any:
    if to_numpy(input.dtype).kind != "f":
        raise DTypeError(complaint(where_, "a floating-point dtype", str(input.dtype), "Cast the tensor first"))
    wanted = np.asarray(array_of(q), np.float64)
    if wanted.ndim > 1 or not ((wanted >= 0) & (wanted <= 1)).all():
        raise ArgumentError(complaint(where_, "q from 0 to 1, a number or a vector of them", str(q)))
    if not math.prod(input.shape):
        raise ShapeError(complaint(where_, "at least one element", f"shape {tuple(input.shape)}"))
    whole = dim is None or input.ndim == 0
    dims = normal_dims(where_, dim, input.ndim)
    rows = reshape(input, (-1,)) if whole else movedim(input, dim, -1)
    ordered = sort(rows, -1)[0]
    place = _between(where_, ordered, wanted.reshape(-1), interpolation, ignore_nan)
    low, high = gather(ordered, -1, place.below), gather(ordered, -1, place.above)
    found = movedim(low + (high - low) * place.share, -1, 0)
    kept = tuple([1 if d in dims else n for d, n in enumerate(input.shape) if keepdim or d not in dims])
    return reshape(found, (*wanted.shape, *kept))


def _between(where_: str, ordered: Any, wanted: Array, interpolation: str, ignore_nan: bool) -> _Between:
    array = array_of(ordered)
    size = array.shape[-1]
    numbers = size - np.isnan(array).sum(-1, keepdims=True)
    last = np.maximum(numbers - 1, 0) if ignore_nan else np.full(numbers.shape, size - 1)
    ranks = wanted * last
    if not ignore_nan:
        ranks = np.where(numbers < size, size - 1, ranks)
    if interpolation == "nearest":
        ranks = np.round(ranks)
    below, above = np.floor(ranks).astype(np.int64), np.ceil(ranks).astype(np.int64)
    shares = {"linear": ranks - below, "lower": 0, "higher": above > below, "midpoint": 0.5 * (above > below)}
    if interpolation not in (*shares, "nearest"):
        raise ArgumentError(
            complaint(where_, "interpolation linear, lower, higher, midpoint or nearest", interpolation)
        )
    return _Between(below, above, np.broadcast_to(shares.get(interpolation, 0), ranks.shape).astype(array.dtype))
