"""Linear systems, general and triangular."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import sum_to_size
from autograd.ops.diagonal import tril, triu
from autograd.ops.inverse import INVERTIBLE
from autograd.ops.matmul import matmul, pair
from autograd.ops.matrix_checks import factorise, require_matrix, require_square
from autograd.ops.shape import unsqueeze
from autograd.typing import A as Same

BLOCK = 64
"""Size up to which a triangular system is solved as a general one; larger ones are cut in halves."""

NO_ZERO = (
    "triangular matrices without a zero on the diagonal",
    "Use linalg.lstsq, or unitriangular=True for ones there",
)


def solve(A: Same, B: Same, *, left: bool = True) -> Same:
    """The solutions X of A @ X = B, or of X @ A = B with `left=False`.

    A is (..., N, N), B is (..., N, K), or (..., K, N) with `left=False`, and their batches broadcast; where B is (N,)
    or has the shape of A without its last dimension, it counts as vectors. Raises LinAlgError for a singular matrix,
    ShapeError where sizes do not fit.
    """
    require_square("solve", A)
    if _as_vectors(A, B):
        return solve(A, unsqueeze(B, -1))[..., 0]
    if left:
        return solve_columns(A, B)
    return solve_columns(A.mT, _matrices("solve", B).mT).mT


def _as_vectors(a: Any, b: Any) -> bool:
    return b.ndim == 1 or (b.ndim == a.ndim - 1 and b.shape == a.shape[:-1])


def _matrices(where: str, b: Any) -> Any:
    require_matrix(where, b)
    return b


@operation(
    joint=lambda g, A, out, A_shape, B_shape, needed: _solve_back(g, A, out, A_shape, B_shape, needed),
    operands=("A", "B"),
)
def solve_columns(A: Same, B: Same) -> Same:
    """`solve` for matrices only: (..., N, N) and (..., N, K) give (..., N, K)."""
    return _solved(A, B)


def _solved(a: Any, b: Any) -> Any:
    _check_sizes("solve", a, b)
    return factorise("solve", np.linalg.solve, a, b, needs=INVERTIBLE)


def _check_sizes(where: str, a: Any, b: Any) -> None:
    require_matrix(where, b)
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        fits = a.shape[-1] == b.shape[-2]
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(
            complaint(where, "as many rows in B as in A, and batches that broadcast", f"shapes {pair(a, b)}")
        )


def _solve_back(g: Any, a: Any, out: Any, a_shape: Any, b_shape: Any, needed: Any) -> list[Any]:
    right = solve_columns(a.mT, g)
    left = sum_to_size(-matmul(right, out.mT), a_shape) if needed[0] else None
    return [left, sum_to_size(right, b_shape)]


def solve_triangular(A: Same, B: Same, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Same:
    """The solutions X of A @ X = B, or of X @ A = B with `left=False`, for triangular matrices (..., N, N).

    Only the triangle that `upper` says is read; with `unitriangular` the diagonal counts as ones. B is (..., N, K), or
    (..., K, N) with `left=False`; batches broadcast. Raises LinAlgError for a zero on the diagonal, ShapeError.
    """
    require_square("solve_triangular", A)
    if left:
        return solve_triangle(A, B, upper, unitriangular)
    flipped = _matrices("solve_triangular", B).mT
    return solve_triangle(A.mT, flipped, not upper, unitriangular).mT


@operation(
    joint=lambda g, A, out, A_shape, B_shape, upper, unitriangular, needed: _triangle_back(
        g, A, out, A_shape, B_shape, upper, unitriangular, needed
    ),
    operands=("A", "B"),
)
def solve_triangle(A: Same, B: Same, upper: bool, unitriangular: bool) -> Same:
    """`solve_triangular` from the left."""
    return _solved_triangle(A, B, upper, unitriangular)


def _solved_triangle(a: Any, b: Any, upper: bool, unitriangular: bool) -> Any:
    _check_sizes("solve_triangular", a, b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out = np.array(np.broadcast_to(b, (*batch, *b.shape[-2:])))
    _substitute(a, out, upper, unitriangular)
    return out


def _substitute(a: Any, x: Any, upper: bool, unitriangular: bool) -> None:
    """Overwrite the right-hand sides x with the solutions: one half of the unknowns, then the other."""
    size = a.shape[-1]
    if size <= BLOCK:
        kept = np.triu(a, int(unitriangular)) if upper else np.tril(a, -int(unitriangular))
        if unitriangular:
            kept += np.eye(size, dtype=a.dtype)
        x[...] = factorise("solve_triangular", np.linalg.solve, kept, x, needs=NO_ZERO)
        return
    low, high = slice(0, size // 2), slice(size // 2, size)
    first, second = (high, low) if upper else (low, high)
    _substitute(a[..., first, first], x[..., first, :], upper, unitriangular)
    x[..., second, :] -= np.matmul(a[..., second, first], x[..., first, :])
    _substitute(a[..., second, second], x[..., second, :], upper, unitriangular)


def _triangle_back(
    g: Any, a: Any, out: Any, a_shape: Any, b_shape: Any, upper: bool, unitriangular: bool, needed: Any
) -> list[Any]:
    right = solve_triangle(a.mT, g, not upper, unitriangular)
    left = None
    if needed[0]:
        full = sum_to_size(-matmul(right, out.mT), a_shape)
        left = triu(full, int(unitriangular)) if upper else tril(full, -int(unitriangular))
    return [left, sum_to_size(right, b_shape)]


def cholesky_solve(B: Same, L: Same, upper: bool = False) -> Same:
    """The solutions X of A @ X = B for A = L @ L.mT, or L.mT @ L with `upper`, from the Cholesky factors L."""
    require_square("cholesky_solve", L)
    lower: Any = L.mT if upper else L
    return solve_triangle(lower.mT, solve_triangle(lower, B, False, False), True, False)


def cholesky_inverse(L: Same, upper: bool = False) -> Same:
    """The inverse of A = L @ L.mT, or of L.mT @ L with `upper`, from the Cholesky factors L."""
    require_square("cholesky_inverse", L)
    unit: Any = np.eye(L.shape[-1], dtype=L.dtype)
    return cholesky_solve(unit, L, upper)
