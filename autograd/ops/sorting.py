"""Sorting along a dimension, and elements by their rank."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.general_call import operation
from autograd.ops.dimensions import wrap_dim
from autograd.ops.extremum import occupied, put_back, shared_by_all, take_one
from autograd.ops.ordering import stable_order
from autograd.ops.reduced_dims import accepts_axis
from autograd.return_types import Kthvalue, Median, Mode, Nanmedian, Selection, Sort, Topk
from autograd.typing import Array


@operation(lambda g, input_shape, out_1, dim: put_back(g[0], out_1, input_shape, dim, True))
def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Sort:
    """The elements in order along a dimension, (values, indices). Equal elements keep their order; NaN is largest."""
    order = _order("sort", input, dim, descending)
    if input.ndim == 0:
        return Sort(np.array(input), order)
    return Sort(np.take_along_axis(input, order, wrap_dim("sort", dim, input.ndim)), order)


@operation(operands=("input",))
def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The indices that `sort` returns."""
    return _order("argsort", input, dim, descending)


def _order(where: str, input: Any, dim: int, descending: bool) -> Array:
    at = wrap_dim(where, dim, input.ndim)
    return stable_order(input, at, descending) if input.ndim else np.zeros((), np.int64)


def msort(input: Any) -> Any:
    """The elements in order along dimension 0."""
    return sort(input, 0)[0]


@operation(lambda g, input_shape, out_1, dim: put_back(g[0], out_1, input_shape, dim, True))
def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Topk:
    """The k largest (or smallest) elements along a dimension in order, (values, indices); NaN is largest.

    Raises ArgumentError unless k is between 0 and the size of the dimension. `sorted` is accepted: they always are.
    """
    at = wrap_dim("topk", dim, input.ndim)
    size = input.shape[at] if input.ndim else 1
    if not 0 <= k <= size:
        raise ArgumentError(complaint("topk", f"k in [0, {size}] for shape {input.shape} and dim {dim}", str(k)))
    table = input if input.ndim else input.reshape(1)
    if 0 < k < size:
        picked = np.argpartition(table, size - k if largest else k - 1, at)
        picked = np.take(picked, range(size - k, size) if largest else range(k), at)
        picked.sort(at)  # so that equal elements come in their own order
        inner = stable_order(np.take_along_axis(table, picked, at), at, largest)
        order = np.take_along_axis(picked, inner, at)
    else:
        order = np.take(stable_order(table, at, largest), range(k), at)
    values = np.take_along_axis(table, order, at)
    return Topk(values, order) if input.ndim or k == 0 else Topk(values.reshape(()), order.reshape(()))


@operation(lambda g, input_shape, out_1, dim, keepdim: put_back(g[0], out_1, input_shape, dim, keepdim))
def kthvalue(input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Kthvalue:
    """The k-th smallest element along a dimension, k from 1, (values, indices); NaN is largest.

    Raises ArgumentError unless k is between 1 and the size of the dimension.
    """
    at = wrap_dim("kthvalue", dim, input.ndim)
    size = input.shape[at] if input.ndim else 1
    if not 1 <= k <= size:
        raise ArgumentError(complaint("kthvalue", f"k in [1, {size}] for shape {input.shape} and dim {dim}", str(k)))
    return take_one(Kthvalue, input, _kth_place(input, k - 1, at), at, keepdim)


def _kth_place(input: Any, k: int, at: int) -> Array:
    """The place of the element of rank k from 0, as size 1 along the dimension."""
    return np.take(np.argpartition(input, k, at), [k], at) if input.ndim else np.zeros((), np.int64)


@accepts_axis
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median of all elements, of an even number the lower; along `dim`, (values, indices). NaN wins.

    Of all elements ties share the gradient; along a dimension the one at the index gets it.
    """
    return median_of_all(input, False) if dim is None else median_along(input, dim, keepdim, False)


@accepts_axis
def nanmedian(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """`median` of the elements that are not NaN; NaN where there are none."""
    return median_of_all(input, True) if dim is None else median_along(input, dim, keepdim, True)


@operation(lambda g, input, out: shared_by_all(g, input, out))
def median_of_all(input: Any, ignore_nan: bool) -> Any:
    """`median` or `nanmedian` over all dimensions; NaN for no elements."""
    flat = input.ravel()
    if not flat.size:
        return np.array(np.nan, input.dtype)
    values, _ = take_one(Median, flat, _median_place(flat, 0, ignore_nan), 0, False)
    return values


@operation(lambda g, input_shape, out_1, dim, keepdim: put_back(g[0], out_1, input_shape, dim, keepdim))
def median_along(input: Any, dim: int, keepdim: bool, ignore_nan: bool) -> Selection:
    """`median` or `nanmedian` along a dimension."""
    at = wrap_dim("median", dim, input.ndim)
    occupied("median", input, dim)
    return take_one(Nanmedian if ignore_nan else Median, input, _median_place(input, at, ignore_nan), at, keepdim)


def _median_place(input: Any, at: int, ignore_nan: bool) -> Array:
    if not input.ndim:
        return np.zeros((), np.int64)
    size, missing = input.shape[at], np.isnan(input)
    if not missing.any():
        return _kth_place(input, (size - 1) // 2, at)
    order = stable_order(input, at)
    counts = size - missing.sum(at, keepdims=True)
    ranks = np.maximum(counts - 1, 0) // 2 if ignore_nan else np.where(counts < size, counts, (size - 1) // 2)
    return np.take_along_axis(order, ranks, at)


@operation(lambda g, input_shape, out_1, dim, keepdim: put_back(g[0], out_1, input_shape, dim, keepdim))
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Mode:
    """The most frequent element along a dimension, of equally frequent ones the smallest, and its last place."""
    at = wrap_dim("mode", dim, input.ndim)
    if input.ndim == 0:
        return take_one(Mode, input, np.zeros((), np.int64), at, keepdim)
    occupied("mode", input, dim)
    order = stable_order(input, at)
    ordered = np.moveaxis(np.take_along_axis(input, order, at), at, -1)
    ranks = np.arange(ordered.shape[-1])
    starts = np.zeros(ordered.shape, np.int64)
    starts[..., 1:] = np.where(ordered[..., 1:] != ordered[..., :-1], ranks[1:], 0)
    lengths = ranks - np.maximum.accumulate(starts, -1)
    best = np.expand_dims(lengths.argmax(-1), at)
    return take_one(Mode, input, np.take_along_axis(order, best, at), at, keepdim)
