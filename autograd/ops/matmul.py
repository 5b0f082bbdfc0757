"""Products of matrices and vectors.

`product` is the one place that says which code multiplies matrices; every operation of this family goes through it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.errors import DTypeError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import sum_to_size
from autograd.ops.shape import movedim, reshape, unsqueeze
from autograd.typing import A, Array, Shape

KERNEL_WORTH = 80**3
"""Multiplications from which our kernel beats NumPy on one thread: at 64**3 it takes 10 µs to NumPy's 6, at 96**3 both
take 24 µs, at 128**3 it takes 38 to 56."""


def product(a: Array, b: Array, initial: Array | None = None) -> Array:
    """initial + a @ b, with `a @ b` as `numpy.matmul` defines it; `initial` broadcasts to the result.

    A batch of matrices times one matrix is computed as one product of two matrices. Products of some size go to our own
    kernel, on the one pool of threads; below, NumPy is quicker and its BLAS starts no threads.
    """
    if a.ndim == 2 == b.ndim and a.shape[0] * a.shape[1] * b.shape[1] >= KERNEL_WORTH:
        if initial is not None and initial.ndim == 1 and a.dtype == b.dtype == initial.dtype:
            return kernels.gemm.linear(a, b.T, initial)
        out = kernels.gemm.matmul(a, b)
    elif b.ndim == 2 and a.ndim > 2 and a.shape[-1] == b.shape[0]:
        row = initial if initial is not None and initial.ndim == 1 else None
        rows = product(a.reshape(math.prod(a.shape[:-1]), a.shape[-1]), b, row)
        out = rows.reshape(*a.shape[:-1], b.shape[-1])
        initial = None if row is not None else initial
    elif a.ndim > 1 < b.ndim and a.size * b.shape[-1] >= KERNEL_WORTH:
        out = kernels.gemm.matmul(a, b)
    else:
        out = np.asarray(np.matmul(a, b))
    if initial is not None:
        out += initial
    return out


def checked_product(where: str, a: Any, b: Any) -> Any:
    """`product`, with errors that name the operation `where`."""
    if a.dtype != b.dtype:
        raise different_dtypes(where, a, b)
    try:
        return product(a, b)
    except ValueError as problem:
        raise misfit(where, a, b) from problem


@operation(
    lambda g, other, input_shape: left_gradient(g, other, input_shape),
    lambda g, input, other_shape: right_gradient(g, input, other_shape),
)
def matmul(input: A, other: A) -> A:
    """Matrix product, batched over leading dimensions, which broadcast.

    Shapes (..., M, K) and (..., K, N) give (..., M, N). A vector (K,) as `input` counts as one row, as `other` as one
    column, and that dimension is missing from the result; two vectors give their 0-d inner product.
    Raises ShapeError where the sizes do not fit or an operand is 0-d, DTypeError for operands of different dtypes.
    """
    return checked_product("matmul", input, other)


def left_gradient(g: Any, other: Any, shape: Shape) -> Any:
    """The gradient of `input`: g @ other.mT, summed over the batch dimensions along which input was repeated."""
    if len(shape) == 2 and other.ndim == 2:
        return matmul(g, other.mT)
    if other.ndim == 1:
        return unsqueeze(g, -1) * other
    if len(shape) == 1:
        columns = matmul(other, unsqueeze(g, -1))
        return sum_to_size(reshape(columns, columns.shape[:-1]), shape)
    if len(shape) == 2:
        return matmul(beside(g), beside(other).mT)
    return sum_to_size(matmul(g, other.mT), shape)


def right_gradient(g: Any, input: Any, shape: Shape) -> Any:
    """The gradient of `other`: input.mT @ g, summed over the batch dimensions along which other was repeated."""
    if input.ndim == 1:
        if len(shape) == 1:
            return g * input
        return unsqueeze(input, -1) * unsqueeze(g, -2)
    if len(shape) == 1:
        return matmul(stacked(input).mT, reshape(g, (math.prod(g.shape),)))
    if len(shape) == 2:
        return matmul(stacked(input).mT, stacked(g))
    return sum_to_size(matmul(input.mT, g), shape)


def stacked(x: Any) -> Any:
    """The rows (..., N) of a batch below one another, as one matrix."""
    return x if x.ndim == 2 else reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def beside(x: Any) -> Any:
    """The matrices (..., M, N) of a batch beside one another: (M, ... N)."""
    moved = movedim(x, -2, 0)
    return reshape(moved, (moved.shape[0], math.prod(moved.shape[1:])))


def mm(input: A, mat2: A) -> A:
    """Product of two matrices (M, K) and (K, N), without broadcasting. Raises ShapeError for other shapes."""
    require_ndim("mm", 2, input=input, mat2=mat2)
    return matmul(input, mat2)


def bmm(input: A, mat2: A) -> A:
    """Products of the matrices of two batches, (B, M, K) and (B, K, N). Raises ShapeError for other shapes."""
    require_batches("bmm", input=input, mat2=mat2)
    return matmul(input, mat2)


def mv(input: A, vec: A) -> A:
    """Product of a matrix (M, K) and a vector (K,). Raises ShapeError for other shapes."""
    require_ndim("mv", 2, input=input)
    require_ndim("mv", 1, vec=vec)
    return matmul(input, vec)


def dot(input: A, tensor: A) -> A:
    """Inner product of two vectors of one size, 0-d. Raises ShapeError for other shapes."""
    require_ndim("dot", 1, input=input, tensor=tensor)
    return matmul(input, tensor)


def vdot(input: A, other: A) -> A:
    """`dot`: numbers here are real, so nothing is conjugated."""
    require_ndim("vdot", 1, input=input, other=other)
    return matmul(input, other)


def require_ndim(where: str, ndim: int, **operands: Any) -> None:
    """Raise ShapeError unless each of the named tensors has `ndim` dimensions."""
    for name, x in operands.items():
        if x.ndim != ndim:
            raise ShapeError(
                complaint(where, f"{name} with {ndim} dimension{'s' if ndim > 1 else ''}", f"shape {tuple(x.shape)}",
                          "matmul() takes vectors, matrices and batches")
            )  # fmt: skip


def require_batches(where: str, **operands: Any) -> None:
    """Raise ShapeError unless the two named tensors are batches (B, ..., ...) of one size."""
    require_ndim(where, 3, **operands)
    first, second = operands.values()
    if first.shape[0] != second.shape[0]:
        raise ShapeError(complaint(where, "batches of one size", f"shapes {pair(first, second)}"))


def misfit(where: str, a: Any, b: Any) -> ShapeError:
    """The error for matrices whose sizes do not fit together."""
    if not a.ndim or not b.ndim:
        return ShapeError(
            complaint(where, "at least 1 dimension in both operands", f"shapes {pair(a, b)}", "Use mul()")
        )
    rows, columns = (x.shape[-2:] if x.ndim > 1 else x.shape for x in (a, b))
    if rows[-1] == columns[0]:
        return ShapeError(complaint(where, "batch dimensions that broadcast", f"shapes {pair(a, b)}"))
    sizes = " and ".join("x".join(map(str, shape)) for shape in (rows, columns))
    return ShapeError(
        complaint(where, f"{columns[0]} columns in the first operand, as many as the second has rows",
                  f"shapes {pair(a, b)}: mat1 and mat2 shapes cannot be multiplied ({sizes})",
                  "Transpose one of them with .mT, or check the sizes")
    )  # fmt: skip


def different_dtypes(where: str, *operands: Any) -> DTypeError:
    """The error for matrices of different dtypes."""
    given = " and ".join(str(x.dtype) for x in operands)
    return DTypeError(complaint(where, "operands of one dtype", given, "Convert one of them with .to(dtype)"))


def pair(a: Any, b: Any) -> str:
    """Two shapes in an error message."""
    return f"{tuple(a.shape)} and {tuple(b.shape)}"
