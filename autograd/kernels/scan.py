"""Running sums and products along the middle dimension of a block, in double precision whatever the arrays hold."""

from __future__ import annotations

import numpy as np

from autograd.kernels.jit import kernel


@kernel()
def running_sums(array, out):
    """`out[:, i] = array[:, 0] + … + array[:, i]`: both (L, M, N)."""
    sums = np.empty(array.shape[2])
    for block in range(array.shape[0]):
        if array.shape[2] == 1:
            total = 0.0
            for i in range(array.shape[1]):
                total += array[block, i, 0]
                out[block, i, 0] = total
            continue
        sums[:] = 0
        for i in range(array.shape[1]):
            for j in range(array.shape[2]):
                sums[j] += array[block, i, j]
                out[block, i, j] = sums[j]


@kernel()
def running_products(array, out):
    """`out[:, i] = array[:, 0] * … * array[:, i]`: both (L, M, N)."""
    products = np.empty(array.shape[2])
    for block in range(array.shape[0]):
        if array.shape[2] == 1:
            product = 1.0
            for i in range(array.shape[1]):
                product *= array[block, i, 0]
                out[block, i, 0] = product
            continue
        products[:] = 1
        for i in range(array.shape[1]):
            for j in range(array.shape[2]):
                products[j] *= array[block, i, j]
                out[block, i, j] = products[j]


@kernel()
def recurrence(out, weight):
    """`out[:, i + 1] += weight[:, i] * out[:, i]` for each i in order: out (L, M, N), weight (L, M - 1, N)."""
    for block in range(out.shape[0]):
        for i in range(out.shape[1] - 1):
            for j in range(out.shape[2]):
                out[block, i + 1, j] += weight[block, i, j] * out[block, i, j]
