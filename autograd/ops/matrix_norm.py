"""Norms and condition numbers of matrices."""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.broadcasting import cast
from autograd.ops.decomposition import svdvals
from autograd.ops.dimensions import wrap_dims
from autograd.ops.extremum import amax, amin
from autograd.ops.inverse import inv
from autograd.ops.matrix_checks import require_matrix, require_square
from autograd.ops.norm import vector_norm
from autograd.ops.reduced_dims import accepts_axis
from autograd.ops.reduction import sum as total
from autograd.ops.shape import movedim, reshape, unsqueeze
from autograd.ops.sign import abs
from autograd.typing import A as Same
from autograd.typing import Dims

ORDERS = ("fro", "nuc", math.inf, -math.inf, 1, -1, 2, -2)


@accepts_axis
def matrix_norm(
    A: Same, ord: float | str = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Same:
    """The norms of the matrices in two dimensions `dim`.

    ord "fro": the root of the sum of squares; "nuc": the sum of the singular values; 2 and -2: the largest and the
    smallest of them; 1 and -1: the largest and the smallest sum of magnitudes of a column; inf and -inf: of a row.
    `dtype`: cast to it first. Raises ArgumentError for another ord, ShapeError for fewer than two dimensions,
    DTypeError for integers.
    """
    require_matrix("matrix_norm", A)
    rows, columns = _plane(dim, A.ndim)
    if ord not in ORDERS:
        raise ArgumentError(complaint("matrix_norm", f"ord one of {', '.join(map(str, ORDERS))}", repr(ord)))
    x: Any = A if dtype is None else cast(A, dtype)
    if not x.dtype.is_floating_point:
        raise DTypeError(complaint("matrix_norm", "a floating-point dtype", str(x.dtype), "Pass dtype="))
    if ord == "fro":
        return vector_norm(x, 2, (rows, columns), keepdim)
    if ord in ("nuc", 2, -2):
        return _of_singular_values(x, ord, rows, columns, keepdim)
    added, compared = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = total(abs(x), added, True)
    found: Any = (amax if ord in (1, math.inf) else amin)(sums, compared, True)
    return found if keepdim else reshape(found, tuple([s for i, s in enumerate(x.shape) if i not in (rows, columns)]))


def _of_singular_values(x: Any, ord: float | str, rows: int, columns: int, keepdim: bool) -> Any:
    values: Any = svdvals(movedim(x, (rows, columns), (-2, -1)))
    found: Any = total(values, -1) if ord == "nuc" else (amax if ord == 2 else amin)(values, -1)
    for d in sorted((rows, columns)) if keepdim else ():
        found = unsqueeze(found, d)
    return found


def _plane(dim: Any, ndim: int) -> tuple[int, int]:
    found = wrap_dims("matrix_norm", dim, ndim)
    if len(found) != 2:
        raise ArgumentError(complaint("matrix_norm", "two dimensions", f"dim={dim}"))
    return found[0], found[1]


@accepts_axis
def norm(A: Any, ord: Any = None, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """`vector_norm` or `matrix_norm`, as `ord` and `dim` tell.

    Without `ord`, the root of the sum of squares over `dim`, or over all dimensions. With it, two dimensions mean
    matrices and one means vectors; without `dim`, A must then be a vector or a matrix. Raises ShapeError otherwise.
    """
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    if dim is None and A.ndim not in (1, 2):
        raise ShapeError(
            complaint("linalg.norm", "a vector or a matrix where ord is given without dim", f"shape {tuple(A.shape)}")
        )
    count = A.ndim if dim is None else len(dim) if isinstance(dim, tuple | list) else 1
    if count == 2:
        return matrix_norm(A, ord, (0, 1) if dim is None else dim, keepdim, dtype=dtype)
    if isinstance(ord, str):
        raise ArgumentError(complaint("linalg.norm", f"two dimensions for ord={ord!r}", f"dim={dim}"))
    return vector_norm(A, ord, dim, keepdim, dtype=dtype)


def cond(A: Same, p: float | str | None = None) -> Same:
    """The condition numbers of matrices, `norm(A, p) * norm(inv(A), p)`.

    p: as `ord` of `matrix_norm`; None means 2, the largest singular value divided by the smallest. Orders other than
    None, 2 and -2 need square matrices. Raises ShapeError, LinAlgError.
    """
    require_matrix("cond", A)
    if p in (None, 2, -2):
        values: Any = svdvals(A)
        return values[..., -1] / values[..., 0] if p == -2 else values[..., 0] / values[..., -1]
    require_square("cond", A)
    order: Any = p
    return matrix_norm(A, order) * matrix_norm(inv(A), order)
