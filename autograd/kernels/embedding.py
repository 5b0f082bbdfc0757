"""Rows of a table by number: looking them up, and adding up what belongs to each."""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.typing import Array

WORTH_A_THREAD = 32_768
"""Elements that repay waking one more thread."""


@kernel()
def _look_up_part(out, table, places, worker, workers):
    count = places.shape[0]
    for i in range(worker * count // workers, (worker + 1) * count // workers):
        row, found = out[i], table[places[i]]
        for j in range(row.size):
            row[j] = found[j]


@kernel(parallel=True)
def _look_up_shared(out, table, places, workers):
    for worker in prange(workers):
        _look_up_part(out, table, places, np.intp(worker), workers)


def look_up(table: Array, places: Array) -> Array:
    """`table[places]`: table (M, D), float32 or float64, places (N,) from 0 to M − 1, gives (N, D)."""
    out = np.empty((len(places), table.shape[1]), table.dtype)
    threads.run(
        _look_up_part, _look_up_shared, out.size // WORTH_A_THREAD, out, readable(table), readable(places, np.intp)
    )
    return out


@kernel()
def _sum_rows_part(table, places, rows, left_out, worker, workers):
    """All sums of some places: each is made by one thread, in the order of the rows."""
    count = table.shape[0]
    first, last = worker * count // workers, (worker + 1) * count // workers
    for place in range(first, last):
        table[place, :] = 0
    for i in range(places.shape[0]):
        place = places[i]
        if first <= place < last and place != left_out:
            total, row = table[place], rows[i]
            for j in range(total.size):
                total[j] += row[j]


@kernel(parallel=True)
def _sum_rows_shared(table, places, rows, left_out, workers):
    for worker in prange(workers):
        _sum_rows_part(table, places, rows, left_out, np.intp(worker), workers)


def sum_rows(rows: Array, places: Array, count: int, left_out: int = -1) -> Array:
    """The sums (count, D) of the rows (N, D) that have the same place (N,); those of the place `left_out` stay 0."""
    table = np.empty((count, rows.shape[1]), rows.dtype)
    workers = min((table.size + rows.size) // WORTH_A_THREAD, count)
    threads.run(_sum_rows_part, _sum_rows_shared, workers, table, readable(places, np.intp), readable(rows), left_out)
    return table
