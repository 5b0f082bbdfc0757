"""Looking up rows of a table by number, and its transpose."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.typing import Array

KERNEL_FROM = 1 << 14  # elements from which the compiled loops pay; fewer leave Numba unloaded


@operation(
    None,
    lambda g, input, weight_shape, padding_idx, scale_grad_by_freq: embedding_back(
        g, input, weight_shape[0], padding_idx, scale_grad_by_freq
    ),
    operands=("input", "weight"),
)
def embedding(input: Any, weight: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False) -> Any:
    """The rows of `weight` (M, D) at the places in `input` (...): (..., D). The places have been checked.

    The row `padding_idx`, unless that is −1, gets no gradient; `scale_grad_by_freq` divides the gradient of a row by
    the number of its places.
    """
    places, table = input.reshape(-1), weight
    if _worth_a_kernel(places.size * table.shape[1], table):
        found = kernels.embedding.look_up(table, places)
    else:
        found = np.take(table, places, axis=0)
    return found.reshape(*input.shape, table.shape[1])


@operation(
    lambda g, places, padding_idx, scale_grad_by_freq: embedding_rows(g, places, padding_idx, scale_grad_by_freq),
    operands=("input", "places"),
)
def embedding_back(input: Any, places: Any, count: int, padding_idx: int = -1, scale_grad_by_freq: bool = False) -> Any:
    """The transpose of `embedding`: gradients `input` (..., D) added up in a table (count, D)."""
    rows, flat = input.reshape(-1, input.shape[-1]), places.reshape(-1)
    if scale_grad_by_freq:
        rows = rows / _repetitions(flat).astype(rows.dtype)[:, None]
    if _worth_a_kernel(rows.size, rows):
        return kernels.embedding.sum_rows(rows, flat, count, padding_idx)
    table = np.zeros((count, input.shape[-1]), input.dtype)
    np.add.at(table, flat, rows)
    if padding_idx >= 0:
        table[padding_idx] = 0
    return table


@operation(
    lambda g, places, input_shape, padding_idx, scale_grad_by_freq: embedding_back(
        g, places, input_shape[0], padding_idx, scale_grad_by_freq
    ),
    operands=("input", "places"),
)
def embedding_rows(input: Any, places: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False) -> Any:
    """The transpose of `embedding_back`: rows of `input`, 0 for `padding_idx`, divided by their repetitions."""
    flat = places.reshape(-1)
    factors = (flat != padding_idx).astype(input.dtype)
    if scale_grad_by_freq:
        factors /= _repetitions(flat)
    return (np.take(input, flat, axis=0) * factors[:, None]).reshape(*places.shape, input.shape[1])


def _repetitions(places: Array) -> Array:
    """For each place how often it appears."""
    _, numbers, counts = np.unique(places, return_inverse=True, return_counts=True)
    return counts[numbers.reshape(-1)]


def _worth_a_kernel(size: int, array: Array) -> bool:
    return size >= KERNEL_FROM and array.dtype in (np.float32, np.float64)
