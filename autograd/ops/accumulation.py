"""Collecting from places and adding into places, which may repeat; arrays only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import kernels
from autograd.typing import Array, Shape

KERNEL_FROM = 1 << 12  # elements from which the compiled loop pays; fewer leave Numba unloaded


def with_slices(indices: Sequence[Any]) -> tuple[Any, ...]:
    """Index arrays as NumPy's key: None, which stands for a whole dimension, becomes a slice."""
    return tuple([slice(None) if i is None else i for i in indices])


def add_at(target: Array, indices: Sequence[Any], values: Array) -> None:
    """`target[indices] += values`, where the values for places that repeat add up."""
    arrays = [i for i in indices if i is not None]
    if len(arrays) == 1 and arrays[0].dtype.kind == "b":
        target[with_slices(indices)] += values
    elif values.size < KERNEL_FROM or target.dtype == np.float16:
        np.add.at(target, with_slices(indices), values)
    else:
        _add_many(target, _without_masks(indices), values)


def _without_masks(indices: Sequence[Any]) -> list[Any]:
    plain: list[Any] = []
    for i in indices:
        plain.extend(i.nonzero() if i is not None and i.dtype.kind == "b" else [i])
    return plain


def _add_many(target: Array, indices: list[Any], values: Array) -> None:
    """The indexed dimensions as the rows of a table, the others as its columns."""
    dims = [d for d, i in enumerate(indices) if i is not None]
    order = [*dims, *(d for d in range(target.ndim) if d not in dims)]
    sizes = [target.shape[d] for d in dims]
    places = np.zeros((), np.int64)
    for d, size in zip(dims, sizes, strict=True):
        places = places * size + np.where(indices[d] < 0, indices[d] + size, indices[d])
    first = dims[0] if dims == list(range(dims[0], dims[-1] + 1)) else 0  # where NumPy puts the picked dimensions
    rows = np.moveaxis(values, range(first, first + places.ndim), range(places.ndim))
    moved = target.transpose(order)
    table = np.ascontiguousarray(moved)
    add_rows(table.reshape(math.prod(sizes), -1), places.ravel(), rows.reshape(places.size, -1))
    if table is not moved:
        moved[...] = table


def add_rows(table: Array, places: Array, rows: Array) -> None:
    """`table[places[i]] += rows[i]`: table (M, D), places (N,) from 0 to M − 1, rows (N, D)."""
    if table.shape[1] == 1:
        np.add.at(table[:, 0], places, rows[:, 0])
    elif rows.size < KERNEL_FROM or table.dtype == np.float16:
        np.add.at(table, places, rows)
    else:
        kernels.scatter.add_rows(table, places, np.ascontiguousarray(rows))


def gathered(array: Array, dim: int, index: Array) -> Array:
    """`array[..., index[..., i, ...], ...]` along a dimension; the index is checked and not larger in the others."""
    inner = array[tuple([slice(None) if d == dim else slice(n) for d, n in enumerate(index.shape)])]
    if index.size < KERNEL_FROM:
        return np.take_along_axis(inner, index, dim)
    bits = np.dtype(f"int{8 * array.itemsize}")
    out = np.empty(index.shape, bits)
    places = index.astype(np.int64, copy=False).view(np.uint64)
    kernels.scatter.gather(_along(inner, dim).view(bits), _along(places, dim), _along(out, dim))
    return out.view(array.dtype)


def scatter_at(target: Array, dim: int, index: Array, source: Any, function: np.ufunc = np.add) -> None:
    """Combine a source, of the shape of the index or a number, with the places that the index names along a dimension.

    `target` is in row-major order; the index is checked.
    """
    chosen = dim % max(target.ndim, 1)
    same = all(n == m for d, (n, m) in enumerate(zip(index.shape, target.shape, strict=False)) if d != chosen)
    summable = function is np.add and target.dtype.kind in "iuf" and target.dtype != np.float16
    if same and summable and index.size >= KERNEL_FROM and np.ndim(source):
        places = index.astype(np.int64, copy=False).view(np.uint64)
        kernels.scatter.scatter_add(_along(target, chosen), _along(places, chosen), _along(source, chosen))
    else:
        function.at(target.reshape(-1), flat_places(index, chosen, target.shape), np.ravel(source))


def _along(array: Array, dim: int) -> Array:
    """The array as (before, along, after) a dimension, in row-major order."""
    shape = array.shape
    return np.ascontiguousarray(array).reshape(math.prod(shape[:dim]), shape[dim], math.prod(shape[dim + 1 :]))


def flat_places(index: Array, dim: int, shape: Shape) -> Array:
    """The places named by `index` along a dimension, counted in the flattened array of that shape."""
    if not shape or not index.ndim:
        return index.ravel()
    places = index * math.prod(shape[dim + 1 :])
    for d, n in enumerate(index.shape):
        if d != dim and n > 1:
            steps = np.arange(n) * math.prod(shape[d + 1 :])
            places += steps.reshape([-1 if k == d else 1 for k in range(index.ndim)])
    return places.ravel()
