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
            return _order_of_keys(~keys if descending else keys, axis)
    if descending:
        order = _order(np.flip(array, axis), axis)
        return np.subtract(array.shape[axis] - 1, np.flip(order, axis))
    return _order(array, axis)


def _short_keys(array: Array) -> Array | None:
    """Keys of 32 bits in the order of the elements; None where they do not suffice."""
    if array.dtype.kind == "f":
        if array.dtype.itemsize > 4:
            return None
        bits = (array.astype(np.float32) + np.float32(0)).view(np.uint32)  # the sum turns −0 into 0
        keys = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
        keys[np.isnan(array)] = np.uint32(0xFFFFFFFF)
        return keys
    if array.dtype.itemsize < 4:
        return (array.astype(np.int32) + (1 << 16)).astype(np.uint32)
    low, high = int(array.min()), int(array.max())
    return (array.astype(np.int64) - low).astype(np.uint32) if high - low < 1 << 31 else None


def _order_of_keys(keys: Array, axis: int) -> Array:
    """Sort key and place as one integer: NumPy has vector code for that, and the result is stable."""
    packed = np.moveaxis(keys, axis, -1).astype(np.uint64, order="C")
    packed <<= np.uint64(32)
    packed |= np.arange(packed.shape[-1], dtype=np.uint64)
    packed.sort(-1)
    packed &= np.uint64(0xFFFFFFFF)
    return np.moveaxis(packed.view(np.int64), -1, axis)


def _order(array: Array, axis: int) -> Array:
    """The quick sort's order where no elements are equal, else the merge sort's."""
    if array.size < PACKED_FROM:
        return array.argsort(axis, kind="stable")
    order = array.argsort(axis)
    values = np.moveaxis(np.take_along_axis(array, order, axis), axis, -1)
    if (
        np.equal(values[..., 1:], values[..., :-1]).any()
        or np.not_equal(values[..., -2:], values[..., -2:]).all(-1).any()
    ):
        return array.argsort(axis, kind="stable")
    return order
