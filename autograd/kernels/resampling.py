"""A sparse matrix applied along one dimension of an array, or along the last one.

The matrix stands in rows: row i has `weights[k]` in column `places[k]` for k from `starts[i]` to `starts[i + 1]`.
Each result is one sum in that order, so the number of threads changes nothing.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.jit import kernel
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Products that repay waking one more thread."""


def apply(x: Array, starts: Array, places: Array, weights: Array) -> Array:
    """`out[a, i, b] = sum of weights[k] * x[a, places[k], b]` over row i: (A, n, B) gives (A, len(starts) − 1, B).

    x in row-major order, of the dtype of the weights; starts and places as uint64.
    """
    out = np.empty((x.shape[0], len(starts) - 1, x.shape[2]), x.dtype)
    workers = max(1, out.size * max(1, len(places) // len(starts)) // WORTH_A_THREAD)
    if x.shape[2] == 1:
        threads.run(_last_part, _last_shared, workers, x[:, :, 0], starts, places, weights, out[:, :, 0])
    else:
        threads.run(_rows_part, _rows_shared, workers, x, starts, places, weights, out)
    return out


@kernel()
def _rows_part(x, starts, places, weights, out, worker, workers):
    sets, count, width = out.shape
    for row in range(worker * sets * count // workers, (worker + 1) * sets * count // workers):
        a, i = row // count, row % count
        k, end = starts[i], starts[i + 1]
        to = out[a, i]
        if end - k == 1:
            weight, source = weights[k], x[a, places[k]]
            for j in range(width):
                to[j] = weight * source[j]
        elif end > k:
            weight, source, other, more = weights[k], x[a, places[k]], weights[k + 1], x[a, places[k + 1]]
            for j in range(width):
                to[j] = weight * source[j] + other * more[j]
            for later in range(k + 2, end):
                weight, source = weights[later], x[a, places[later]]
                for j in range(width):
                    to[j] += weight * source[j]
        else:
            to[:] = 0


@kernel(parallel=True)
def _rows_shared(x, starts, places, weights, out, workers):
    for worker in prange(workers):
        _rows_part(x, starts, places, weights, out, np.intp(worker), workers)


@kernel()
def _last_part(x, starts, places, weights, out, worker, workers):
    sets, count = out.shape
    row, end = worker * sets // workers, (worker + 1) * sets // workers
    while row < end:
        last = row + 3 < end
        second, third, fourth = (row + 1, row + 2, row + 3) if last else (row, row, row)
        for i in range(count):
            a = b = c = d = x.dtype.type(0)
            for k in range(starts[i], starts[i + 1]):
                weight, place = weights[k], places[k]
                a += weight * x[row, place]
                b += weight * x[second, place]
                c += weight * x[third, place]
                d += weight * x[fourth, place]
            out[fourth, i], out[third, i], out[second, i], out[row, i] = d, c, b, a
        row += 4 if last else 1


@kernel(parallel=True)
def _last_shared(x, starts, places, weights, out, workers):
    for worker in prange(workers):
        _last_part(x, starts, places, weights, out, np.intp(worker), workers)
