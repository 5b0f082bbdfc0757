"""Sums of arrays as accurate as pairwise ones along every dimension, and quick where NumPy's inner loops are short.

NumPy adds pairwise along the last dimension only; along the others it adds row after row, and the rounding error grows
with their number. Here long runs of rows are cut into blocks, whose sums are added in turn. Rows of few elements are
summed as products with ones, in blocks too small for the BLAS to wake its threads. Large arrays are summed by all
threads.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.ops.reduced_dims import reduced
from autograd.typing import Array

BLOCK = 128
SHORT_ROW = 64
SMALL = 4096
LARGE = 65_536
"""Elements from which kernels on all threads repay their start."""


def total(array: Any, dims: tuple[int, ...], keepdim: bool = False) -> Any:
    """The sum over `dims` in the array's dtype; float16 is added up in float32."""
    if array.dtype == np.float16:
        return np.asarray(reduced(np.add, array.astype(np.float32), dims, keepdim), np.float16)
    if array.size < SMALL or array.dtype.kind != "f" or not dims or (array.size < LARGE and len(dims) == array.ndim):
        return reduced(np.add, array, dims, keepdim)
    if not array.flags.c_contiguous and array.flags.f_contiguous:
        return total(array.T, tuple([array.ndim - 1 - dim for dim in dims]), keepdim).T
    if not array.flags.c_contiguous:
        if 0 in array.strides:  # an expanded array: a copy might not fit in memory
            return reduced(np.add, array, dims, keepdim)
        array = np.ascontiguousarray(array)
    shape, first, last = array.shape, max(dims), max(dims)
    while first - 1 in dims:
        first -= 1
    if last - first + 1 < len(dims):
        run = tuple(range(first, last + 1))
        sums = total(total(array, run, True), tuple([dim for dim in dims if dim < first]), True)
        return sums if keepdim else sums.squeeze(dims)
    pre, run, post = (math.prod(part) for part in (shape[:first], shape[first : last + 1], shape[last + 1 :]))
    if array.size >= LARGE and post > 1:
        sums = kernels.reductions.sums_of_columns(array.reshape(pre, run, post))
    elif array.size >= LARGE and run > SHORT_ROW:
        sums = kernels.reductions.sums_of_rows(array.reshape(pre, run))
    elif post == 1:
        sums = _of_rows(array.reshape(pre, run)) if 1 < run <= SHORT_ROW else np.add.reduce(array.reshape(pre, run), 1)
    else:
        sums = _over_rows(array.reshape(pre, run, post))
    return sums.reshape([1 if i in dims else s for i, s in enumerate(shape) if keepdim or i not in dims])


def _of_rows(table: Array) -> Array:
    """The sums of short rows: (M, N) to (M,)."""
    height = max(1, SMALL // table.shape[1])
    blocks = len(table) // height
    ones = np.ones(table.shape[1], table.dtype)
    sums = np.empty(len(table), table.dtype)
    cut = blocks * height
    np.matmul(table[:cut].reshape(blocks, height, -1), ones, out=sums[:cut].reshape(blocks, height))
    np.matmul(table[cut:], ones, out=sums[cut:])
    return sums


def _over_rows(rows: Array) -> Array:
    """The sums over the middle dimension: (L, M, N) to (L, N)."""
    pre, run, post = rows.shape
    blocks = run // BLOCK
    if blocks < 2:
        return np.add.reduce(rows, 1)
    cut = blocks * BLOCK
    parts = rows[:, :cut].reshape(pre, blocks, BLOCK, post)
    sums = np.matmul(np.ones(BLOCK, rows.dtype), parts) if post <= SHORT_ROW else np.add.reduce(parts, 2)
    return _over_rows(sums) + np.add.reduce(rows[:, cut:], 1)
