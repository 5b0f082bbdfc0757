"""Inverses and determinants. NumPy computes the factorisations; the derivatives are written with the results."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.general_call import operation
from autograd.ops.exponential import log
from autograd.ops.matmul import matmul
from autograd.ops.matrix_checks import factorise, require_matrix, require_square
from autograd.ops.reduction import sum as total
from autograd.return_types import shown
from autograd.typing import A

INVERTIBLE = ("invertible matrices", "Use linalg.pinv or linalg.lstsq, or add a small multiple of the identity")


class SignedLog(NamedTuple):
    """The sign of a determinant, and the logarithm of its absolute value."""

    sign: Any
    logabsdet: Any

    def __repr__(self) -> str:
        return shown("linalg_slogdet", self)


@operation(lambda g, out: -matmul(matmul(out.mT, g), out.mT))
def inv(A: A) -> A:
    """The inverses of square matrices (..., N, N). Raises LinAlgError where one is singular, ShapeError."""
    require_square("inv", A)
    return factorise("inv", np.linalg.inv, A, needs=INVERTIBLE)


@operation(lambda g, A: g[..., None, None] * cofactors(A))
def det(A: A) -> A:
    """The determinants of square matrices: (..., N, N) gives (...)."""
    require_square("det", A)
    return factorise("det", np.linalg.det, A)


@operation(lambda g, A: _cofactors_back(g, A))
def cofactors(A: A) -> A:
    """The derivatives of the determinants of (..., N, N): det(A) times the transposed inverse, of the same shape.

    Exact for singular matrices too; its own derivative needs a matrix with an inverse.
    """
    return _cofactors(A)


def _cofactors(a: Any) -> Any:
    found = factorise("det", np.linalg.det, a)
    if np.all(found):
        return found[..., None, None] * np.linalg.inv(a).swapaxes(-1, -2)
    left, values, right = np.linalg.svd(a)
    size = a.shape[-1]
    others = np.where(np.eye(size, dtype=bool), np.ones((), a.dtype), values[..., None, :]).prod(-1)
    sign = np.linalg.det(left) * np.linalg.det(right)
    return sign[..., None, None] * (left * others[..., None, :]) @ right


def _cofactors_back(g: Any, a: Any) -> Any:
    inverse = inv(a).mT
    inner = total(g * inverse, (-2, -1), True)
    return det(a)[..., None, None] * (inner * inverse - matmul(matmul(inverse, g.mT), inverse))


@operation(lambda g, A: g[1][..., None, None] * inv(A).mT)
def slogdet(A: A) -> SignedLog:
    """The sign of the determinants of (..., N, N) and the logarithm of their absolute value, as (sign, logabsdet).

    A singular matrix gives 0 and -inf; it has no gradient, and LinAlgError says so in the backward pass.
    """
    require_square("slogdet", A)
    return SignedLog(*map(np.asarray, factorise("slogdet", np.linalg.slogdet, A)))


def logdet(A: A) -> A:
    """The logarithm of the determinants of (..., N, N): -inf where one is 0, NaN where one is negative."""
    sign, logarithm = slogdet(A)
    return logarithm + log(sign)


@operation(lambda g, A, out: _pinv_back(g, A, out), operands=("A",))
def pinv(A: A, *, atol: float = 0.0, rtol: float | None = None) -> A:
    """The Moore-Penrose inverses of matrices: (..., M, N) gives (..., N, M).

    Singular values up to max(atol, rtol * the largest) count as 0; rtol is by default max(M, N) times the dtype's
    machine epsilon (0 where atol is given).
    """
    require_matrix("pinv", A)
    left, values, right = factorise("pinv", np.linalg.svd, A, full_matrices=False)
    small = values <= cutoff(values, A.shape, atol, rtol)[..., None]
    weights = np.divide(1.0, values, out=np.zeros_like(values), where=~small)
    return np.matmul(right.swapaxes(-1, -2) * weights[..., None, :], left.swapaxes(-1, -2))


def cutoff(values: Any, shape: Any, atol: float, rtol: float | None) -> Any:
    """Up to where singular values (..., K), in descending order, count as 0: (...)."""
    if rtol is None:
        rtol = 0.0 if atol > 0 else max(shape[-2:]) * float(np.finfo(values.dtype).eps)
    largest = values[..., 0] if values.shape[-1] else np.zeros(values.shape[:-1], values.dtype)
    return np.maximum(np.asarray(atol, values.dtype), np.asarray(rtol, values.dtype) * largest)


def _pinv_back(g: Any, a: Any, out: Any) -> Any:
    """Source: Golub and Pereyra (1973), The differentiation of pseudo-inverses, for matrices of constant rank."""
    inner = matmul(g.mT, out)
    outer = matmul(inner, out.mT)
    within = outer - matmul(matmul(a, out), outer)
    return within - matmul(out, inner).mT + matmul(matmul(out.mT, out), g.mT - matmul(inner, a))


def pinverse(input: A, rcond: float = 1e-15) -> A:
    """`pinv` with singular values up to `rcond` times the largest counted as 0."""
    return pinv(input, rtol=rcond)
