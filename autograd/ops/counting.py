"""Where values stand among others, which there are and how often. None of it carries a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import result_dtype
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.dimensions import wrap_dim
from autograd.typing import Array


@operation(operands=("sorted_sequence", "input", "sorter"))
def searchsorted(
    sorted_sequence: Any,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
) -> Any:
    """For each value the place at which it would be inserted to keep a sequence in order.

    The sequence is one for all values, or of shape (..., N) one for each row of the values (..., M). With `right`, or
    side="right", the place is after equal elements, else before. `sorter`: the indices that sort the sequence.
    Raises ShapeError where the leading dimensions differ.
    """
    if side not in (None, "left", "right") or (side == "left" and right):
        raise ArgumentError(complaint("searchsorted", "side 'left' or 'right' that agrees with right", repr(side)))
    sequence = np.asarray(sorted_sequence)
    if sorter is not None:
        if sorter.shape != sequence.shape:
            raise ShapeError(complaint("searchsorted", f"a sorter of shape {sequence.shape}", f"shape {sorter.shape}"))
        sequence = np.take_along_axis(sequence, sorter, -1)
    return _places("searchsorted", sequence, input, right or side == "right", out_int32)


@operation(operands=("input", "boundaries"))
def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """The number of the interval between ascending boundaries in which each value lies, 0 before the first one.

    Intervals hold their upper end, with `right` their lower one. Raises ShapeError unless `boundaries` is a vector.
    """
    if boundaries.ndim != 1:
        raise ShapeError(complaint("bucketize", "boundaries in one dimension", f"shape {boundaries.shape}"))
    return _places("bucketize", boundaries, input, right, out_int32)


def _places(where: str, sequence: Array, values: Any, right: bool, out_int32: bool) -> Array:
    dtype = np.int32 if out_int32 else np.int64
    found = np.asarray(values)
    common = result_dtype(sequence, values)
    sequence, found = sequence.astype(common, copy=False), found.astype(common, copy=False)
    if sequence.ndim == 1:
        return np.asarray(np.searchsorted(sequence, found, "right" if right else "left"), dtype)
    if sequence.ndim == 0 or sequence.shape[:-1] != found.shape[:-1]:
        raise ShapeError(
            complaint(where, f"values whose leading dimensions are those of the sequence, {sequence.shape}",
                      f"shape {found.shape}")
        )  # fmt: skip
    # Sort values and sequence together; the elements of the sequence before a value tell its place.
    mixed = np.concatenate([sequence, found] if right else [found, sequence], -1)
    order = mixed.argsort(-1, kind="stable")
    first = sequence.shape[-1] if right else found.shape[-1]
    passed = np.cumsum((order < first) == right, -1, dtype=dtype)
    ranks = np.empty_like(passed)
    np.put_along_axis(ranks, order, passed, -1)
    return ranks[..., first:] if right else ranks[..., :first]


@operation(operands=("input",))
def unique(
    input: Any, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The distinct elements in ascending order, or the distinct slices along `dim`; each NaN counts as distinct.

    With `return_inverse` also, for each element, its place among them; with `return_counts` also how often each occurs.
    Then the result is a tuple. `sorted` is accepted: they always are.
    """
    at = None if dim is None else wrap_dim("unique", dim, input.ndim)
    more: Any = {"return_inverse": return_inverse, "return_counts": return_counts}
    return np.unique(input, **more, axis=at, equal_nan=False)


@operation(operands=("input",))
def unique_consecutive(
    input: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements, or the slices along `dim`, without those equal to their predecessor; outputs as of `unique`."""
    if dim is None:
        rows, at = input.reshape(-1, 1), 0
    else:
        at = wrap_dim("unique_consecutive", dim, input.ndim)
        moved = np.moveaxis(input, at, 0)
        rows = moved.reshape(len(moved), -1)
    fresh = np.ones(len(rows), bool)
    np.not_equal(rows[1:], rows[:-1]).any(1, out=fresh[1:])
    (starts,) = fresh.nonzero()
    inverse = np.cumsum(fresh) - 1
    values = rows[starts, 0] if dim is None else np.take(input, starts, at)
    counts = np.diff(starts, append=len(rows))
    return _chosen(
        values, inverse.reshape(input.shape) if dim is None else inverse, counts, return_inverse, return_counts
    )


def _chosen(values: Array, inverse: Array, counts: Array, return_inverse: bool, return_counts: bool) -> Any:
    more = [x for x, wanted in ((inverse, return_inverse), (counts, return_counts)) if wanted]
    return (values, *more) if more else values


@operation(operands=("input", "weights"))
def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer from 0 occurs, or the sum of the `weights` beside it; `minlength` results at least.

    Raises DTypeError unless the tensor holds integers, ArgumentError for negative ones, ShapeError unless both are
    vectors of one length.
    """
    if input.dtype.kind not in "iu":
        raise DTypeError(complaint("bincount", "integers", str(input.dtype)))
    if input.ndim != 1 or (weights is not None and weights.shape != input.shape):
        given = f"shape {input.shape}" + ("" if weights is None else f", weights of shape {weights.shape}")
        raise ShapeError(complaint("bincount", "a vector, and weights of its shape", given))
    if minlength < 0 or (input.size and input.min() < 0):
        raise ArgumentError(complaint("bincount", "no negative numbers", f"minlength {minlength}, smallest element"))
    found = np.bincount(input, weights, minlength)
    if weights is None:
        return found.astype(np.int64)
    return found.astype(np.float32 if weights.dtype == np.float32 else np.float64)


@operation(operands=("input",))
def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of `bins` equal intervals from `min` to `max`, in the tensor's dtype.

    Elements outside and NaN do not count. Where min equals max, the smallest and the largest element take their place.
    Raises ArgumentError for a range that is not finite or bins below 1.
    """
    low, high = float(min), float(max)
    if low == high and input.size:
        low, high = float(input.min()), float(input.max())
    if low == high:
        low, high = low - 1, high + 1
    if bins < 1 or not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ArgumentError(
            complaint("histc", "bins of at least 1 and min below max, finite", f"{bins}, {low}, {high}")
        )
    flat = input.ravel()
    inside = flat[(flat >= low) & (flat <= high)]
    places = np.minimum(((inside - low) / (high - low) * bins).astype(np.int64), bins - 1)
    return np.bincount(places, minlength=bins).astype(input.dtype)


@operation(operands=("elements", "test_elements"))
def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Any:
    """Whether each element is among the test elements; with `invert`, whether it is not. Either may be a number."""
    return np.isin(elements, test_elements, assume_unique=assume_unique, invert=invert)
