"""The order of elements along a dimension: stable, NaN above all numbers; arrays only."""

from __future__ import annotations

import numpy as np

from autograd.typing import Array

PACKED_FROM = 1 << 11  # elements from which packing keys and places into one integer beats a merge sort


def stable_order(array: Array, axis: int, descending: bool = False) -> Array:
    """The places that sort an array of at least one dimension along an axis; equal elements keep their order."""
    if array.size >= PACKED_FROM:
        keys = _short_keys(array)
        if keys is not None:
            return np.moveaxis(_order_of_keys(np.moveaxis(~keys if descending else keys, axis, -1)), -1, axis)
    if descending:
        order = _order(np.flip(array, axis), axis)
        return np.subtract(array.shape[axis] - 1, np.flip(order, axis))
    return _order(array, axis)


def _short_keys(array: Array) -> Array | None:
    """Keys of 32 bits in the order of the elements; None where they do not suffice."""
    if array.dtype.kind == "f":
        if array.dtype.itemsize > 4:
            return None
        bits = (array.astype(np.float32) + np.float32(0)).view(np.uint32)  # the sum turns -0 into 0
        keys = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
        keys[np.isnan(array)] = np.uint32(0xFFFFFFFF)
        return keys
    if array.dtype.itemsize < 4:
        return (array.astype(np.int32) + (1 << 16)).astype(np.uint32)
    low, high = int(array.min()), int(array.max())
    return (array.astype(np.int64) - low).astype(np.uint32) if high - low < 1 << 31 else None


def _order_of_keys(keys: Array, places: Array | None = None) -> Array:
    """The places in the order of their keys, each 32 bits, along the last dimension; of equal keys the lower first.

    Key and place are sorted as one integer: NumPy has vector code for that. `places` are 0, 1, 2, ... if not given.
    """
    packed = keys.astype(np.uint64, order="C")
    packed <<= np.uint64(32)
    packed |= np.arange(packed.shape[-1], dtype=np.uint64) if places is None else places.view(np.uint64)
    packed.sort(-1)
    packed &= np.uint64(0xFFFFFFFF)
    return packed.view(np.int64)


def _order(array: Array, axis: int) -> Array:
    """The order of a small array, or of one with keys of 64 bits: a quick sort, then the places of equal elements."""
    if array.size < PACKED_FROM:
        return array.argsort(axis, kind="stable")
    rows = np.ascontiguousarray(np.moveaxis(array, axis, -1))
    order = rows.argsort(-1)
    ordered = np.take_along_axis(rows, order, -1)
    differs = (ordered[..., 1:] != ordered[..., :-1]) & (ordered[..., :-1] == ordered[..., :-1])  # NaN equals NaN here
    if not differs.all():
        runs = np.zeros(rows.shape, np.uint32)
        np.cumsum(differs, -1, out=runs[..., 1:])
        order = _order_of_keys(runs, order)
    return np.moveaxis(order, -1, axis)
