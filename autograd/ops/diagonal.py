"""Diagonals and triangles of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.assignment import assign
from autograd.ops.broadcasting import clone
from autograd.ops.dimensions import wrap_dim
from autograd.ops.joining import cat
from autograd.ops.shape import atleast_2d, reshape
from autograd.typing import A, Array, Shape


@operation(
    lambda g, input_shape, offset, dim1, dim2: diagonal_back(g, input_shape, offset, dim1, dim2),
    view=True,
)
def diagonal(input: A, offset: int = 0, dim1: int = 0, dim2: int = 1) -> A:
    """The view of the diagonals of the matrices in two dimensions, as the last dimension; `offset` > 0 lies above."""
    first, second = _plane("diagonal", input, dim1, dim2)
    return _diagonal(input, offset, first, second)


@operation(lambda g, offset, dim1, dim2: diagonal(g, offset, dim1, dim2))
def diagonal_back(input: A, shape: Shape, offset: int, dim1: int, dim2: int) -> A:
    """Zeros of that shape with the tensor on the diagonals."""
    made = np.zeros(shape, input.dtype)
    _diagonal(made, offset, *_plane("diagonal", made, dim1, dim2))[...] = input
    return made


def _diagonal(array: Array, offset: int, dim1: int, dim2: int) -> Array:
    view = array.diagonal(offset, dim1, dim2)
    view.flags.writeable = array.flags.writeable  # NumPy's own is read-only
    return view


def _plane(where: str, input: Any, dim1: int, dim2: int) -> tuple[int, int]:
    first, second = wrap_dim(where, dim1, input.ndim), wrap_dim(where, dim2, input.ndim)
    if first == second:
        raise ArgumentError(complaint(where, "two different dimensions", f"{dim1} and {dim2} of shape {input.shape}"))
    return first, second


@operation(lambda g, offset, dim1, dim2: diagonal(g, offset, dim1, dim2))
def diag_embed(input: A, offset: int = 0, dim1: int = -2, dim2: int = -1) -> A:
    """Matrices, in two new dimensions, with the last dimension of the tensor on a diagonal and zeros elsewhere."""
    first, second = (wrap_dim("diag_embed", dim, input.ndim + 1) for dim in (dim1, dim2))
    if first == second or input.ndim == 0:
        raise ArgumentError(complaint("diag_embed", "two different dimensions", f"{dim1} and {dim2}"))
    size = input.shape[-1] + abs(offset)
    shape = list(input.shape[:-1])
    for dim in sorted((first, second)):
        shape.insert(dim, size)
    made = np.zeros(shape, input.dtype)
    _diagonal(made, offset, first, second)[...] = input
    return made


def diag(input: A, diagonal: int = 0) -> A:
    """The matrix with a vector on a diagonal, or the diagonal of a matrix."""
    if input.ndim not in (1, 2):
        raise ShapeError(complaint("diag", "a vector or a matrix", f"shape {tuple(input.shape)}"))
    return diag_embed(input, diagonal) if input.ndim == 1 else clone(_view(input, diagonal))


_view = diagonal


def diagflat(input: A, offset: int = 0) -> A:
    """The matrix with all elements of the tensor on a diagonal."""
    return diag_embed(reshape(input, (-1,)), offset)


def diagonal_scatter(input: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """A copy of the tensor with `src` on a diagonal. Raises ShapeError where shapes differ."""
    made = clone(input)
    place = diagonal(made, offset, dim1, dim2)
    if place.shape != src.shape:
        raise ShapeError(complaint("diagonal_scatter", f"a source of shape {place.shape}", f"shape {src.shape}"))
    assign(place, Ellipsis, src)
    return made


@operation(lambda g, diagonal: tril(g, diagonal))
def tril(input: A, diagonal: int = 0) -> A:
    """The matrices in the last two dimensions with zeros above a diagonal."""
    return _triangle("tril", np.tril, input, diagonal)


@operation(lambda g, diagonal: triu(g, diagonal))
def triu(input: A, diagonal: int = 0) -> A:
    """The matrices in the last two dimensions with zeros below a diagonal."""
    return _triangle("triu", np.triu, input, diagonal)


def _triangle(where: str, keep: Any, input: Any, diagonal: int) -> Any:
    if input.ndim < 2:
        raise ShapeError(complaint(where, "at least 2 dimensions", f"shape {input.shape}"))
    return keep(input, diagonal)


def block_diag(*tensors: Any) -> Any:
    """The matrix with the given matrices along its diagonal; vectors and numbers count as matrices of one row."""
    blocks: Sequence[Any] = atleast_2d(list(tensors))
    if any(block.ndim > 2 for block in blocks):
        raise ShapeError(complaint("block_diag", "at most 2 dimensions", ", ".join(str(b.shape) for b in blocks)))
    width = sum(block.shape[1] for block in blocks)
    rows, before = [], 0
    for block in blocks:
        height, own = block.shape
        left, right = (block.new_zeros(height, n) for n in (before, width - before - own))
        rows.append(cat([left, block, right], 1))
        before += own
    return cat(rows, 0)
