"""Products with sparse matrices: two maps, each the derivative of the other.

A sparse matrix comes as its `values` (E,) and a `Pattern` that says where they stand; a place that several entries name
holds their sum.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.typing import Array, Shape

KERNEL_FROM = 1 << 14  # products from which the compiled loops pay; fewer leave Numba unloaded


class Places:
    """Where entries stand along one dimension: `numbers` (E,) from 0 to `size` − 1."""

    def __init__(self, numbers: Array, size: int) -> None:
        self.numbers = numbers
        self.size = size

    @cached_property
    def grouped(self) -> tuple[Array, Array]:
        """The entries in the order of their numbers, and where each number starts among them (size + 1,)."""
        return kernels.sparse.group(self.numbers, self.size)


class Pattern:
    """Where the entries of a sparse matrix stand. Sorting is done once, when the first product needs it."""

    def __init__(self, rows: Places, columns: Places) -> None:
        self.rows = rows
        self.columns = columns

    @classmethod
    def of(cls, rows: Array, columns: Array, shape: Shape) -> Pattern:
        """The pattern of entries with these rows and columns, (E,) each, in a matrix of that shape."""
        return cls(Places(rows, shape[0]), Places(columns, shape[1]))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the matrix."""
        return self.rows.size, self.columns.size

    @cached_property
    def by_row(self) -> tuple[Array, Array, Array]:
        """The order of the entries by row, their columns in it, and where each row starts."""
        order, starts = self.rows.grouped
        return order, self.columns.numbers[order], starts

    @cached_property
    def mT(self) -> Pattern:
        """The pattern of the transposed matrix."""
        return Pattern(self.columns, self.rows)

    def __repr__(self) -> str:
        return f"Pattern({len(self.rows.numbers)} in {self.shape})"


@operation(
    lambda g, dense, pattern: sampled_product(g, dense, pattern),
    lambda g, values, pattern: spmm(values, g, pattern.mT),
)
def spmm(values: Any, dense: Any, pattern: Pattern) -> Any:
    """The sparse matrix (M, K) with `values` (E,) at the places of `pattern` times `dense` (K, N): (M, N)."""
    if _worth_a_kernel(values.size * dense.shape[1], values, dense):
        order, columns, starts = pattern.by_row
        return kernels.sparse.multiply(values[order], columns, starts, dense)
    out = np.zeros((pattern.rows.size, dense.shape[1]), np.result_type(values, dense))
    np.add.at(out, pattern.rows.numbers, values[:, None] * dense[pattern.columns.numbers])
    return out


@operation(
    lambda g, right, pattern: spmm(g, right, pattern),
    lambda g, left, pattern: spmm(g, left, pattern.mT),
)
def sampled_product(left: Any, right: Any, pattern: Pattern) -> Any:
    """The elements of left (M, D) @ right.mT (D, K) at the places of `pattern`, (E,); the others are not computed."""
    rows, columns = pattern.rows.numbers, pattern.columns.numbers
    if _worth_a_kernel(rows.size * left.shape[1], left, right):
        return kernels.sparse.sample(left, rows, right, columns)
    return (left[rows] * right[columns]).sum(1)


def _worth_a_kernel(products: int, left: Array, right: Array) -> bool:
    return products >= KERNEL_FROM and left.dtype == right.dtype and left.dtype in (np.float32, np.float64)
