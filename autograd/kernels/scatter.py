"""Adding rows into a table at places that may repeat."""

from __future__ import annotations

from autograd.kernels.jit import kernel


@kernel()
def add_rows(table, places, rows):
    """`table[places[i]] += rows[i]` for each i in order: table (M, D), places (N,) from 0 to M − 1, rows (N, D)."""
    for i in range(places.shape[0]):
        place = places[i]
        for j in range(table.shape[1]):
            table[place, j] += rows[i, j]
