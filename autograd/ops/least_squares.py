"""Least-squares solutions of linear systems, and the ranks of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.decomposition import svdvals
from autograd.ops.inverse import cutoff, pinv
from autograd.ops.matmul import matmul, pair
from autograd.ops.matrix_checks import factorise, require_matrix
from autograd.ops.reduction import sum as total
from autograd.ops.shape import unsqueeze
from autograd.return_types import shown
from autograd.typing import A as Same


class LeastSquares(NamedTuple):
    """A least-squares solution, its residuals, the ranks of the matrices, and their singular values."""

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any

    def __repr__(self) -> str:
        return shown("linalg_lstsq", self)


def lstsq(A: Same, B: Same, rcond: float | None = None, *, driver: str | None = None) -> LeastSquares:
    """The X of least norm among those for which the norm of A @ X - B is least.

    A is (..., M, N), B is (..., M, K), or (..., M) as vectors; the solution is (..., N, K) or (..., N). Singular values
    up to `rcond` (default: max(M, N) times the dtype's machine epsilon) times the largest count as 0. The driver does
    not change the computation, only which results beside the solution are there and not empty, as in PyTorch: the
    ranks for all but "gels"; the residuals, sums of squares (..., K), for all but "gelsy" (which None means) where
    M > N and every matrix has full rank; the singular values for "gelsd" and "gelss".
    Raises ShapeError, ArgumentError.
    """
    require_matrix("lstsq", A)
    if driver not in (None, "gelsy", "gels", "gelsd", "gelss"):
        raise ArgumentError(complaint("lstsq", "driver gelsy, gels, gelsd, gelss or None", repr(driver)))
    vectors = A.ndim - 1 == B.ndim and B.shape == A.shape[:-1]
    columns: Any = unsqueeze(B, -1) if vectors else B
    if columns.ndim < 2 or columns.shape[-2] != A.shape[-2]:
        raise ShapeError(complaint("lstsq", "as many rows in B as in A", f"shapes {pair(A, B)}"))
    solution: Any = matmul(pinv(A, rtol=rcond), columns)
    difference = matmul(A, solution) - columns
    squares = total(difference * difference, -2)
    rank: Any = matrix_rank(A, rtol=rcond)
    overdetermined = A.shape[-2] > A.shape[-1] and bool((rank == A.shape[-1]).all())
    return LeastSquares(
        solution[..., 0] if vectors else solution,
        squares if overdetermined and driver not in (None, "gelsy") else squares.reshape(-1)[:0],
        rank if driver != "gels" else rank.reshape(-1)[:0],
        svdvals(A) if driver in ("gelsd", "gelss") else squares.reshape(-1)[:0].detach(),
    )


@operation(operands=("A",))
def matrix_rank(A: Same, *, atol: float = 0.0, rtol: float | None = None) -> Same:
    """The ranks of (..., M, N): how many singular values exceed max(atol, rtol * the largest).

    rtol is by default max(M, N) times the dtype's machine epsilon (0 where atol is given).
    """
    require_matrix("matrix_rank", A)
    values = factorise("matrix_rank", np.linalg.svd, A, compute_uv=False)
    counted = values > cutoff(values, A.shape, atol, rtol)[..., None]
    return np.asarray(counted.sum(-1), np.int64)
