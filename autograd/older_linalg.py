"""PyTorch's older names of matrix decompositions."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd.ops import decomposition
from autograd.return_types import shown
from autograd.tensor import Tensor

__all__ = ["qr", "svd"]


class SVD(NamedTuple):
    """Left singular vectors, singular values in descending order, right singular vectors, both as columns."""

    U: Any
    S: Any
    V: Any

    def __repr__(self) -> str:
        return shown("svd", self)


class QR(NamedTuple):
    """An orthogonal and an upper triangular factor."""

    Q: Any
    R: Any

    def __repr__(self) -> str:
        return shown("qr", self)


def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> SVD:
    """`linalg.svd` with right singular vectors as columns: input = U @ diag(S) @ V.mT.

    some: as many singular vectors as singular values. Without `compute_uv`, zeros for the vectors, as in PyTorch.
    """
    m, n = input.shape[-2:]
    if not compute_uv:
        lead = input.shape[:-2]
        return SVD(input.new_zeros(*lead, m, m), decomposition.svdvals(input), input.new_zeros(*lead, n, n))
    left, values, right = decomposition.svd(input, full_matrices=not some)
    return SVD(left, values, right.mT)


def qr(input: Tensor, some: bool = True) -> QR:
    """`linalg.qr`; `some`: the reduced form."""
    return QR(*decomposition.qr(input, "reduced" if some else "complete"))
