"""Factorisations of matrices: Cholesky, QR, eigenvalues of symmetric matrices, singular values.

NumPy computes them; the derivatives are those of Seeger et al. (2017), Auto-Differentiating Linear Algebra. Signs (and,
for equal values, rotations) of eigenvectors and singular vectors are arbitrary: only functions that do not depend on
them have meaningful gradients, and equal values have none through their vectors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, GraphError, complaint
from autograd.general_call import operation
from autograd.ops.diagonal import diag_embed, tril
from autograd.ops.joining import cat
from autograd.ops.matmul import matmul
from autograd.ops.matrix_checks import factorise, require_matrix, require_square
from autograd.ops.solve import solve_triangle
from autograd.return_types import shown
from autograd.typing import A as Same

POSITIVE = ("symmetric positive-definite matrices", "Add a small multiple of the identity")


class QR(NamedTuple):
    """An orthogonal and an upper triangular factor."""

    Q: Any
    R: Any

    def __repr__(self) -> str:
        return shown("linalg_qr", self)


class Eigen(NamedTuple):
    """Eigenvalues in ascending order, and eigenvectors as columns."""

    eigenvalues: Any
    eigenvectors: Any

    def __repr__(self) -> str:
        return shown("linalg_eigh", self)


class SVD(NamedTuple):
    """Left singular vectors as columns, singular values in descending order, right singular vectors as rows."""

    U: Any
    S: Any
    Vh: Any

    def __repr__(self) -> str:
        return shown("linalg_svd", self)


def cholesky(A: Same, *, upper: bool = False) -> Same:
    """The lower triangular L with A = L @ L.mT of symmetric positive-definite (..., N, N); with `upper`, L.mT.

    Only the lower triangle of A is read; its gradient is symmetric. Raises LinAlgError unless A is positive-definite.
    """
    lower = lower_factor(A)
    return lower.mT if upper else lower


@operation(lambda g, out: _cholesky_back(g, out))
def lower_factor(A: Same) -> Same:
    """The lower triangular Cholesky factors of (..., N, N)."""
    require_square("cholesky", A)
    return factorise("cholesky", np.linalg.cholesky, A, needs=POSITIVE)


def _cholesky_back(g: Any, lower: Any) -> Any:
    middle = symmetric_of_lower(matmul(lower.mT, g))
    half = solve_triangle(lower.mT, middle, True, False)
    return solve_triangle(lower.mT, half.mT, True, False) * 0.5


def symmetric_of_lower(x: Any) -> Any:
    """The symmetric matrices with the lower triangles of x."""
    return tril(x) + tril(x, -1).mT


@operation(lambda g, out, mode: _qr_back(g, out, mode), operands=("A",))
def qr(A: Same, mode: str = "reduced") -> QR:
    """Orthogonal Q and upper triangular R with A = Q @ R for (..., M, N), as (Q, R).

    With K = min(M, N): "reduced" gives (..., M, K) and (..., K, N), "complete" (..., M, M) and (..., M, N), "r" an
    empty Q and the reduced R. For gradients the first K columns of A must be independent; "complete" has them for
    M <= N only, "r" has none. Raises ArgumentError for another mode.
    """
    require_matrix("qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise ArgumentError(complaint("qr", "mode reduced, complete or r", repr(mode)))
    found = factorise("qr", np.linalg.qr, A, mode=mode)
    return QR(np.empty(0, A.dtype), found) if mode == "r" else QR(*found)


def _qr_back(g: Any, out: Any, mode: str) -> Any:
    (g_q, g_r), (q, r) = g, out
    rows, columns = q.shape[-2] if q.ndim > 1 else 0, r.shape[-1]
    if mode == "r" or (mode == "complete" and rows > columns):
        raise GraphError(
            complaint("qr", "mode='reduced' for a gradient", f"mode={mode!r} with R of shape {tuple(r.shape)}")
        )
    if rows >= columns:
        return _tall_qr_back(g_q, g_r, q, r)
    square, rest = r[..., :rows], r[..., rows:]
    g_square, g_rest = g_r[..., :rows], g_r[..., rows:]
    through_rest = matmul(matmul(q, rest), g_rest.mT)
    return cat([_tall_qr_back(g_q + through_rest, g_square, q, square), matmul(q, g_rest)], -1)


def _tall_qr_back(g_q: Any, g_r: Any, q: Any, r: Any) -> Any:
    inner = matmul(r, g_r.mT) - matmul(g_q.mT, q)
    return solve_triangle(r, (g_q + matmul(q, symmetric_of_lower(inner))).mT, True, False).mT


@operation(lambda g, out: _eigh_back(g, out), operands=("A",))
def eigh(A: Same, UPLO: str = "L") -> Eigen:
    """The eigenvalues (..., N), ascending, and eigenvectors (..., N, N), as columns, of symmetric (..., N, N).

    Only the triangle that UPLO ("L" or "U") says is read; the gradient is symmetric.
    """
    require_square("eigh", A)
    return Eigen(*factorise("eigh", np.linalg.eigh, A, UPLO=_triangle(UPLO)))


def _triangle(name: str) -> str:
    if name.upper() not in ("L", "U"):
        raise ArgumentError(complaint("eigh", "UPLO 'L' or 'U'", repr(name)))
    return name.upper()


def _eigh_back(g: Any, out: Any) -> Any:
    (g_values, g_vectors), (values, vectors) = g, out
    turned = skew(matmul(vectors.mT, g_vectors)) * 0.5 / gaps(values)
    return matmul(matmul(vectors, turned + diag_embed(g_values)), vectors.mT)


def gaps(values: Any) -> Any:
    """values[j] - values[i] for all i and j of the last dimension; 1 on the diagonal."""
    return values[..., None, :] - values[..., :, None] + np.eye(values.shape[-1], dtype=bool)


def skew(x: Any) -> Any:
    """Matrices minus their transposes."""
    return x - x.mT


@operation(lambda g, A, UPLO: _eigvalsh_back(g, A, UPLO), operands=("A",))
def eigvalsh(A: Same, UPLO: str = "L") -> Same:
    """The eigenvalues (..., N), ascending, of symmetric (..., N, N); only the triangle that UPLO says is read."""
    require_square("eigvalsh", A)
    return factorise("eigvalsh", np.linalg.eigvalsh, A, UPLO=_triangle(UPLO))


def _eigvalsh_back(g: Any, a: Any, triangle: str) -> Any:
    vectors = eigh(a, triangle).eigenvectors
    return matmul(vectors * g[..., None, :], vectors.mT)


@operation(lambda g, out: _svd_back(g, out), operands=("A",))
def svd(A: Same, full_matrices: bool = True) -> SVD:
    """U, S and Vh with A = U @ diag(S) @ Vh for (..., M, N), as (U, S, Vh); S (..., K) is descending, K = min(M, N).

    U and Vh are (..., M, M) and (..., N, N), or (..., M, K) and (..., K, N) with `full_matrices=False`; gradients flow
    through the first K vectors only.
    """
    require_matrix("svd", A)
    return SVD(*factorise("svd", np.linalg.svd, A, full_matrices=full_matrices))


def _svd_back(g: Any, out: Any) -> Any:
    size = out[1].shape[-1]
    (g_u, g_s, g_vh), (u, s, vh) = ((x[0][..., :size], x[1], x[2][..., :size, :]) for x in (g, out))
    gap = gaps(s * s)
    row, column = s[..., None, :], s[..., :, None]
    inner = skew(matmul(u.mT, g_u)) / gap * row + column * (skew(matmul(vh, g_vh.mT)) / gap) + diag_embed(g_s)
    result = matmul(matmul(u, inner), vh)
    if u.shape[-2] > size:
        scaled = g_u / row
        result = result + matmul(scaled - matmul(u, matmul(u.mT, scaled)), vh)
    if vh.shape[-1] > size:
        scaled = g_vh / column
        result = result + matmul(u, scaled - matmul(matmul(scaled, vh.mT), vh))
    return result


@operation(lambda g, A: _svdvals_back(g, A))
def svdvals(A: Same) -> Same:
    """The singular values (..., K), descending, of (..., M, N), K = min(M, N)."""
    require_matrix("svdvals", A)
    return factorise("svdvals", np.linalg.svd, A, compute_uv=False)


def _svdvals_back(g: Any, a: Any) -> Any:
    u, _, vh = svd(a, False)
    return matmul(u * g[..., None, :], vh)
