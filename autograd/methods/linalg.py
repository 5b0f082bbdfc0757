"""Methods for products of matrices and linear algebra."""

from __future__ import annotations

from typing import Any

from autograd.ops import matmul as products
from autograd.tensor_base import TensorBase


class LinalgMethods(TensorBase):
    """Products, solutions and factorisations; see `autograd.ops.matmul` and `autograd.linalg`."""

    __slots__ = ()

    matmul = __matmul__ = products.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    vdot = products.vdot

    def __rmatmul__(self, other: Any) -> Any:
        return products.matmul(other, self)
