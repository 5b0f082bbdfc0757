"""`norm`, which takes vectors by a number and matrices by a name."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.ops.matrix_norm import matrix_norm
from autograd.ops.norm import vector_norm
from autograd.ops.reduced_dims import accepts_axis
from autograd.typing import Dims


@accepts_axis
def norm(
    input: Any, p: float | str | None = "fro", dim: Dims = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """`vector_norm` over `dim` or all dimensions, with the order second; "fro" and None mean 2.

    "nuc" is the sum of the singular values of the matrices in two dimensions, the last ones by default.
    Raises ArgumentError for other words.
    """
    if p == "nuc":
        return matrix_norm(input, "nuc", (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    if p is None or p == "fro":
        return vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if isinstance(p, str):
        raise ArgumentError(complaint("norm", "a number, 'fro' or 'nuc'", repr(p)))
    return vector_norm(input, p, dim, keepdim, dtype=dtype)


def dist(input: Any, other: Any, p: float = 2) -> Any:
    """The p-norm of the difference of two tensors, all elements taken together."""
    return vector_norm(input - other, p)
