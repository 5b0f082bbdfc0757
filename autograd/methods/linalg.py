"""Methods for products of matrices and linear algebra."""

from __future__ import annotations

from typing import Any

from autograd.ops import addmm as sums
from autograd.ops import decomposition, matrix_chain, products, solve
from autograd.ops import inverse as inverses
from autograd.ops import matmul as matrices
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase


class LinalgMethods(TensorBase):
    """Products, sums with products and their in-place twins, inverses; see also `autograd.linalg`."""

    __slots__ = ()

    matmul = __matmul__ = matrices.matmul
    mm = matrices.mm
    bmm = matrices.bmm
    mv = matrices.mv
    dot = matrices.dot
    vdot = matrices.vdot
    outer = ger = products.outer
    inner = products.inner
    kron = products.kron
    cross = products.cross
    addmm = sums.addmm
    addmv = sums.addmv
    addr = sums.addr
    addbmm = sums.addbmm
    baddbmm = sums.baddbmm
    det = inverses.det
    slogdet = inverses.slogdet
    logdet = inverses.logdet
    inverse = inverses.inv
    pinverse = inverses.pinverse
    cholesky_solve = solve.cholesky_solve
    matrix_power = matrix_chain.matrix_power

    def __rmatmul__(self, other: Any) -> Any:
        return matrices.matmul(other, self)

    def cholesky(self, upper: bool = False) -> Any:
        """The Cholesky factors of symmetric positive-definite matrices."""
        return decomposition.cholesky(self, upper=upper)

    def addmm_(self, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        return overwrite(self, sums.addmm(self, mat1, mat2, beta=beta, alpha=alpha), "addmm_")

    def addmv_(self, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        return overwrite(self, sums.addmv(self, mat, vec, beta=beta, alpha=alpha), "addmv_")

    def addr_(self, vec1: Any, vec2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        return overwrite(self, sums.addr(self, vec1, vec2, beta=beta, alpha=alpha), "addr_")

    def addbmm_(self, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        return overwrite(self, sums.addbmm(self, batch1, batch2, beta=beta, alpha=alpha), "addbmm_")

    def baddbmm_(self, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        return overwrite(self, sums.baddbmm(self, batch1, batch2, beta=beta, alpha=alpha), "baddbmm_")
