"""A tensor plus a product, `beta * input + alpha * (a @ b)`: matrices, vectors, batches and sums of batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import DTypeError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.arithmetic import times
from autograd.ops.broadcasting import sum_to_size
from autograd.ops.matmul import (
    beside,
    different_dtypes,
    left_gradient,
    misfit,
    product,
    require_batches,
    require_ndim,
    right_gradient,
    stacked,
)
from autograd.ops.shape import unsqueeze
from autograd.typing import A, Scalar


@operation(
    lambda g, input_shape, beta: sum_to_size(times(g, beta), input_shape),
    lambda g, b, a_shape, alpha: left_gradient(times(g, alpha), b, a_shape),
    lambda g, a, b_shape, alpha: right_gradient(times(g, alpha), a, b_shape),
)
def add_product(input: A, a: A, b: A, where: str, beta: Scalar = 1, alpha: Scalar = 1) -> A:
    """`beta * input + alpha * (a @ b)`, the products broadcast as in `matmul`; `where` names the caller in errors.

    With beta=0 the values of `input` do not count, not even NaN.
    """
    return _added(where, input, a, b, beta, alpha)


def _added(where: str, input: Any, a: Any, b: Any, beta: Scalar, alpha: Scalar) -> Any:
    if not input.dtype == a.dtype == b.dtype:
        raise different_dtypes(where, input, a, b)
    if a.dtype.kind != "f" and not (isinstance(beta, int) and isinstance(alpha, int)):
        raise DTypeError(
            complaint(where, f"integer alpha and beta for tensors of {a.dtype}", f"beta={beta}, alpha={alpha}")
        )
    try:
        shape = np.broadcast_shapes(a.shape[:-2], b.shape[:-2]) + a.shape[-2:-1] + b.shape[-1:] * (b.ndim > 1)
        if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
            raise misfit(where, a, b)
    except ValueError as problem:
        raise misfit(where, a, b) from problem
    if input.ndim > len(shape) or any(s not in (1, w) for s, w in zip(input.shape[::-1], shape[::-1], strict=False)):
        raise ShapeError(complaint(where, f"an input that broadcasts to the product's shape {shape}", f"{input.shape}"))
    if alpha == 1:
        return product(a, b, None if beta == 0 else input if beta == 1 else input * beta)
    out = product(a, b)
    out *= alpha
    if beta != 0:
        out += input if beta == 1 else input * beta
    return out


def addmm(input: A, mat1: A, mat2: A, *, beta: Scalar = 1, alpha: Scalar = 1) -> A:
    """`beta * input + alpha * (mat1 @ mat2)` for matrices (M, K) and (K, N); input broadcasts to (M, N).

    With beta=0 the values of input do not count, not even NaN. Raises ShapeError, DTypeError.
    """
    require_ndim("addmm", 2, mat1=mat1, mat2=mat2)
    return add_product(input, mat1, mat2, "addmm", beta, alpha)


def addmv(input: A, mat: A, vec: A, *, beta: Scalar = 1, alpha: Scalar = 1) -> A:
    """`beta * input + alpha * (mat @ vec)` for a matrix (M, K) and a vector (K,); input broadcasts to (M,)."""
    require_ndim("addmv", 2, mat=mat)
    require_ndim("addmv", 1, vec=vec)
    return add_product(input, mat, vec, "addmv", beta, alpha)


def addr(input: A, vec1: A, vec2: A, *, beta: Scalar = 1, alpha: Scalar = 1) -> A:
    """`beta * input + alpha * outer(vec1, vec2)` for vectors (M,) and (N,); input broadcasts to (M, N)."""
    require_ndim("addr", 1, vec1=vec1, vec2=vec2)
    return add_product(input, unsqueeze(vec1, 1), unsqueeze(vec2, 0), "addr", beta, alpha)


def baddbmm(input: A, batch1: A, batch2: A, *, beta: Scalar = 1, alpha: Scalar = 1) -> A:
    """`beta * input + alpha * bmm(batch1, batch2)` for (B, M, K) and (B, K, N); input broadcasts to (B, M, N)."""
    require_batches("baddbmm", batch1=batch1, batch2=batch2)
    return add_product(input, batch1, batch2, "baddbmm", beta, alpha)


def addbmm(input: A, batch1: A, batch2: A, *, beta: Scalar = 1, alpha: Scalar = 1) -> A:
    """`beta * input + alpha * bmm(batch1, batch2).sum(0)` for (B, M, K), (B, K, N); input broadcasts to (M, N)."""
    require_batches("addbmm", batch1=batch1, batch2=batch2)
    if batch1.shape[2] != batch2.shape[1]:
        raise misfit("addbmm", batch1, batch2)
    return add_product(input, beside(batch1), stacked(batch2), "addbmm", beta, alpha)
