"""Resampling along one dimension: a sparse matrix, whose gradient is its transpose."""

from __future__ import annotations

import math

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.ops.resampling_taps import Taps
from autograd.typing import A


@operation(lambda g, dim, taps: resample(g, dim, taps.transposed))
def resample(input: A, dim: int, taps: Taps) -> A:
    """The tensor with each line along `dim`, of size `taps.sources`, replaced by its weighted sums, `taps.results`.

    Sums are taken in the dtype of the weights.
    """
    before, after = input.shape[:dim], input.shape[dim + 1 :]
    shape = (*before, taps.results, *after)
    if 0 in shape or not taps.sources:
        return np.zeros(shape, input.dtype)
    lines = np.ascontiguousarray(input, taps.weights.dtype).reshape(math.prod(before), taps.sources, math.prod(after))
    summed = kernels.resampling.apply(lines, taps.starts, taps.places, taps.weights)
    return summed.reshape(shape).astype(input.dtype, copy=False)
