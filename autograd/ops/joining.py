"""Joining tensors along a dimension, and taking them apart again."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import expand
from autograd.ops.dimensions import wrap_dim
from autograd.ops.indexing import narrow
from autograd.ops.shape import atleast_1d, atleast_2d, atleast_3d, reshape
from autograd.tensor_base import TensorBase
from autograd.typing import A, Shape


@operation(lambda g, dim: stack(g, dim), view=True)
def unbind(input: A, dim: int = 0) -> tuple[A, ...]:
    """The views at each index of a dimension, which disappears. Raises ShapeError for a 0-d tensor."""
    if input.ndim == 0:
        raise ShapeError(complaint("unbind", "at least one dimension", "a 0-d tensor"))
    moved = np.moveaxis(input, wrap_dim("unbind", dim, input.ndim), 0)
    return tuple([moved[i, ...] for i in range(len(moved))])


@operation(joint=lambda g, dim: unbind(g, dim), operands=("tensors",), promote=True)
def stack(tensors: Sequence[A], dim: int = 0) -> A:
    """Tensors of one shape joined along a new dimension, dtypes promoted. Raises ShapeError where shapes differ."""
    arrays = _sequence("stack", tensors)
    if any(x.shape != arrays[0].shape for x in arrays):
        raise ShapeError(complaint("stack", "tensors of one shape", ", ".join(str(x.shape) for x in arrays)))
    return np.stack(arrays, wrap_dim("stack", dim, arrays[0].ndim + 1))


@operation(joint=lambda g, tensors_shape, dim: _apart(g, tensors_shape, dim), operands=("tensors",), promote=True)
def cat(tensors: Sequence[A], dim: int = 0) -> A:
    """Tensors joined along a dimension, dtypes promoted; sizes of the others must agree, or ShapeError is raised.

    Empty tensors of shape (0,) may stand among tensors of any shape.
    """
    arrays = _sequence("cat", tensors)
    joined = [x for x in arrays if x.shape != (0,)] or arrays[:1]
    ndim = joined[0].ndim
    if ndim == 0:
        raise ShapeError(complaint("cat", "tensors with at least one dimension", "a 0-d tensor", "Use stack()"))
    chosen = wrap_dim("cat", dim, ndim)
    rest = {x.shape[:chosen] + x.shape[chosen + 1 :] if x.ndim == ndim else x.ndim for x in joined}
    if len(rest) > 1:
        raise ShapeError(
            complaint("cat", f"tensors whose sizes agree but in dimension {chosen}",
                      ", ".join(str(x.shape) for x in arrays))
        )  # fmt: skip
    return np.concatenate(joined, chosen)


concat = concatenate = cat


def _apart(g: Any, shapes: Sequence[Shape], dim: int) -> list[Any]:
    """The pieces of a gradient that go to the tensors which were joined."""
    chosen = dim % g.ndim
    lengths = [0 if shape == (0,) else shape[chosen] for shape in shapes]
    pieces = split(g, lengths, chosen)
    return [piece if piece.ndim == len(s) else reshape(piece, s) for piece, s in zip(pieces, shapes, strict=True)]


def _sequence(where: str, tensors: Any) -> Any:
    if not isinstance(tensors, list | tuple) or not tensors:
        raise OperandError(complaint(where, "a non-empty list or tuple of tensors", type(tensors).__name__))
    return tensors


@operation(lambda g, dim: cat(g, dim), view=True)
def split_with_sizes(input: A, split_sizes: Sequence[int], dim: int = 0) -> tuple[A, ...]:
    """Views of the given lengths, one after the other along a dimension. Raises ShapeError unless they add up to it."""
    chosen = wrap_dim("split", dim, input.ndim)
    size = input.shape[chosen] if input.ndim else 0
    if sum(split_sizes) != size or min(split_sizes, default=0) < 0:
        raise ShapeError(complaint("split", f"lengths that add up to {size}", str(list(split_sizes))))
    ends = np.cumsum(split_sizes)
    before = (slice(None),) * chosen
    return tuple([input[(*before, slice(end - n, end))] for end, n in zip(ends.tolist(), split_sizes, strict=True)])


def split(tensor: A, split_size_or_sections: Any, dim: int = 0) -> tuple[A, ...]:
    """Views of that length along a dimension, the last one shorter if need be, or of the lengths in a list."""
    if isinstance(split_size_or_sections, tuple | list):
        return split_with_sizes(tensor, [operator.index(n) for n in split_size_or_sections], dim)
    length, size = operator.index(split_size_or_sections), _length("split", tensor, dim)
    if length < 0 or (length == 0 and size):
        raise ArgumentError(complaint("split", "a positive length", str(length)))
    count = max(-(-size // length), 1) if length else 1
    return split_with_sizes(tensor, [*[length] * (count - 1), size - length * (count - 1)], dim)


def chunk(input: A, chunks: int, dim: int = 0) -> tuple[A, ...]:
    """At most `chunks` views of equal length along a dimension, the last one shorter if need be."""
    size = _length("chunk", input, dim)
    if chunks < 1:
        raise ArgumentError(complaint("chunk", "at least 1 chunk", str(chunks)))
    if size == 0:
        return split_with_sizes(input, [0] * chunks, dim)
    return split(input, -(-size // chunks), dim)


def tensor_split(input: A, indices_or_sections: Any, dim: int = 0) -> tuple[A, ...]:
    """Views along a dimension: a number of them, lengths differing by at most one, or between the indices in a list."""
    size = _length("tensor_split", input, dim)
    given = indices_or_sections
    if isinstance(given, TensorBase):
        given = given._array.tolist()
    if isinstance(given, tuple | list):
        ends = [max(0, min(size, i + size if i < 0 else i)) for i in map(operator.index, given)]
        starts = [0, *ends]
        return tuple([narrow(input, dim, a, max(b - a, 0)) for a, b in zip(starts, [*ends, size], strict=True)])
    sections = operator.index(given)
    if sections < 1:
        raise ArgumentError(complaint("tensor_split", "at least 1 section", str(sections)))
    short, longer = divmod(size, sections)
    return split_with_sizes(input, [short + 1] * longer + [short] * (sections - longer), dim)


def hsplit(input: A, indices_or_sections: Any) -> tuple[A, ...]:
    """`tensor_split` along dimension 1, along 0 for a vector."""
    return tensor_split(input, indices_or_sections, 0 if input.ndim == 1 else 1)


def vsplit(input: A, indices_or_sections: Any) -> tuple[A, ...]:
    """`tensor_split` along dimension 0."""
    return tensor_split(input, indices_or_sections, 0)


def dsplit(input: A, indices_or_sections: Any) -> tuple[A, ...]:
    """`tensor_split` along dimension 2."""
    return tensor_split(input, indices_or_sections, 2)


def _length(where: str, input: Any, dim: int) -> int:
    chosen = wrap_dim(where, dim, input.ndim)
    if input.ndim == 0:
        raise ShapeError(complaint(where, "at least one dimension", "a 0-d tensor"))
    return input.shape[chosen]


def hstack(tensors: Sequence[A]) -> A:
    """Tensors joined along dimension 1, vectors along 0; 0-d tensors count as vectors."""
    grown = atleast_1d(_sequence("hstack", tensors))
    return cat(grown, 0 if grown[0].ndim == 1 else 1)


def vstack(tensors: Sequence[A]) -> A:
    """Tensors joined along dimension 0, vectors as rows."""
    return cat(atleast_2d(_sequence("vstack", tensors)), 0)


row_stack = vstack


def dstack(tensors: Sequence[A]) -> A:
    """Tensors joined along dimension 2, grown to three dimensions first."""
    return cat(atleast_3d(_sequence("dstack", tensors)), 2)


def column_stack(tensors: Sequence[A]) -> A:
    """Tensors joined along dimension 1, vectors as columns."""
    return cat([reshape(x, (-1, 1)) if x.ndim < 2 else x for x in _sequence("column_stack", tensors)], 1)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Any, ...]:
    """Vectors as coordinates of a grid: one view for each, all of the shape of their lengths.

    `indexing="xy"` exchanges the first two dimensions of the grid.
    """
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], tuple | list) else tensors
    if indexing not in ("ij", "xy"):
        raise ArgumentError(complaint("meshgrid", "indexing 'ij' or 'xy'", repr(indexing)))
    if any(x.ndim > 1 for x in given):
        raise ShapeError(complaint("meshgrid", "vectors or numbers", ", ".join(str(tuple(x.shape)) for x in given)))
    vectors = [reshape(x, (-1,)) for x in given]
    order = list(range(len(vectors)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = [1, 0]
    shape = [vectors[i].shape[0] for i in order]
    ranks = [order.index(i) for i in range(len(vectors))]
    return tuple(
        [
            expand(reshape(x, (*[1] * rank, -1, *[1] * (len(shape) - rank - 1))), tuple(shape))
            for x, rank in zip(vectors, ranks, strict=True)
        ]
    )


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """The ways to pick `r` elements of a vector without regard to order, one a row: (rows, r)."""
    if input.ndim != 1 or r < 1:
        given = f"shape {tuple(input.shape)}, r={r}"
        raise ShapeError(complaint("combinations", "a vector, and r of at least 1", given))
    chosen = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    places = np.array(list(chosen(range(input.shape[0]), r)), np.int64).reshape(-1, r)
    return input[places]


def cartesian_prod(*tensors: Any) -> Any:
    """All combinations of elements of the vectors, one a row; a single vector as it is."""
    if len(tensors) == 1:
        return tensors[0]
    return stack([reshape(grid, (-1,)) for grid in meshgrid(*tensors)], 1)
