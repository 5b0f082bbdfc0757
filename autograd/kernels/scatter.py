"""Moving numbers to and from places given by indices, which may repeat.

`gather` and `scatter_add` take arrays (A, ·, B), all in row-major order, the index as uint64 (no sign to look at); the
case B = 1 has a loop of its own, which is twice as fast.
"""

from __future__ import annotations

from autograd.kernels.jit import kernel


@kernel()
def add_rows(table, places, rows):
    """`table[places[i]] += rows[i]` for each i in order: table (M, D), places (N,) from 0 to M − 1, rows (N, D)."""
    for i in range(places.shape[0]):
        place = places[i]
        for j in range(table.shape[1]):
            table[place, j] += rows[i, j]


@kernel()
def gather(source, index, out):
    """`out[a, i, b] = source[a, index[a, i, b], b]`; index and out of one shape."""
    for a in range(index.shape[0]):
        if index.shape[2] == 1:
            for i in range(index.shape[1]):
                out[a, i, 0] = source[a, index[a, i, 0], 0]
        else:
            for i in range(index.shape[1]):
                for b in range(index.shape[2]):
                    out[a, i, b] = source[a, index[a, i, b], b]


@kernel()
def scatter_add(target, index, source):
    """`target[a, index[a, i, b], b] += source[a, i, b]` in order; index and source of one shape."""
    for a in range(index.shape[0]):
        if index.shape[2] == 1:
            for i in range(index.shape[1]):
                target[a, index[a, i, 0], 0] += source[a, i, 0]
        else:
            for i in range(index.shape[1]):
                for b in range(index.shape[2]):
                    target[a, index[a, i, b], b] += source[a, i, b]
