"""Sparse matrices under the names of `torch.sparse`: made from the places and values of their entries."""

from __future__ import annotations

from typing import Any

from autograd.array_like import array_of, new_array
from autograd.creation import as_tensor, tensor
from autograd.device import check_device
from autograd.errors import OperandError, ShapeError, complaint
from autograd.sparse_tensor import SparseTensor, pattern_of, product
from autograd.tensor import Tensor

__all__ = ["SparseTensor", "addmm", "mm", "sparse_coo_tensor", "spmm", "sum"]


def sparse_coo_tensor(
    indices: Any = None,
    values: Any = None,
    size: Any = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    is_coalesced: bool | None = None,
) -> SparseTensor:
    """A sparse matrix of `values` (E,) at `indices` (2, E): rows and columns, integers from 0.

    `size`: rows and columns; by default as many as the indices need. Values that are a Tensor stay in the graph, unless
    `requires_grad` makes them a leaf. Indices are always checked; `is_coalesced=True` promises that they rise.
    Raises ShapeError, DTypeError, and DimensionError for indices out of range.
    """
    check_device(device)
    if indices is None:
        indices, values = [[], []], [] if values is None else values
        indices = new_array("sparse_coo_tensor", indices, "int64")
    stored = as_tensor(values, dtype) if isinstance(values, Tensor) else tensor(values, dtype=dtype)
    if stored.ndim != 1:
        raise ShapeError(complaint("sparse_coo_tensor", "values of one dimension", f"shape {tuple(stored.shape)}"))
    places = array_of(indices if hasattr(indices, "__array__") else tensor(indices))
    pattern = pattern_of("sparse_coo_tensor", places, stored.shape[0], size)
    if requires_grad:
        stored = stored.detach().requires_grad_()
    return SparseTensor(pattern, stored, bool(is_coalesced))


def mm(mat1: Any, mat2: Any) -> Tensor:
    """The product of a sparse matrix (M, K) and a dense one (K, N), in either order: a dense Tensor (M, N).

    Gradients of both, to all orders; that of the sparse one at its entries only.
    Raises ShapeError where the sizes do not fit, DTypeError for operands of different dtypes, OperandError unless one
    operand is sparse and the other dense.
    """
    if isinstance(mat1, SparseTensor):
        result: Tensor = product("sparse.mm", mat1, mat2)
    elif isinstance(mat2, SparseTensor) and isinstance(mat1, Tensor) and mat1.ndim == 2:
        result = product("sparse.mm", mat2.t(), mat1.t()).t()
    else:
        given = f"{type(mat1).__name__} and {type(mat2).__name__}"
        raise OperandError(complaint("sparse.mm", "a sparse matrix and a dense one", given, "Use matmul()"))
    return result


spmm = mm


def addmm(mat: Any, mat1: Any, mat2: Any, *, beta: float = 1.0, alpha: float = 1.0) -> Tensor:
    """`beta * mat + alpha * mm(mat1, mat2)`, for a dense `mat` (M, N)."""
    result: Tensor = mat * beta + mm(mat1, mat2) * alpha
    return result


def sum(input: SparseTensor, dim: int | None = None, dtype: Any = None) -> Tensor:
    """The sum of a sparse matrix (M, K), or its sums along `dim`: dense, as `SparseTensor.sum`."""
    found: Tensor = (input if dtype is None else input.to(dtype)).sum(dim)
    return found
