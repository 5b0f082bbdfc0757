"""The same elements elsewhere, or several times: flips, rotations, repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import expand
from autograd.ops.dimensions import wrap_dim, wrap_dims
from autograd.ops.indexing import index_select
from autograd.ops.shape import flatten, reshape, transpose, unsqueeze
from autograd.size import sizes
from autograd.typing import A, Dims


@operation(lambda g, dims: flip(g, dims))
def flip(input: A, dims: Dims) -> A:
    """A copy with the order along each of `dims` reversed."""
    return np.ascontiguousarray(np.flip(input, wrap_dims("flip", dims, input.ndim))).reshape(input.shape)


def fliplr(input: A) -> A:
    """`flip` along dimension 1."""
    return flip(input, 1)


def flipud(input: A) -> A:
    """`flip` along dimension 0."""
    return flip(input, 0)


@operation(lambda g, shifts, dims: roll(g, _negative(shifts), dims))
def roll(input: A, shifts: Any, dims: Dims = None) -> A:
    """Elements moved on by `shifts` along `dims`, those beyond the end back at the start; without dims as one row."""
    if dims is None:
        if isinstance(shifts, tuple | list) and len(shifts) != 1:
            raise ArgumentError(complaint("roll", "one shift where there are no dims", str(shifts)))
        return np.roll(input, shifts)
    moves, chosen = (x if isinstance(x, tuple | list) else (x,) for x in (shifts, dims))
    if len(moves) != len(chosen):
        raise ArgumentError(complaint("roll", "a shift for each of dims", f"{shifts} and {dims}"))
    return np.roll(input, moves, tuple(wrap_dim("roll", dim, input.ndim) for dim in chosen))


def _negative(shifts: Any) -> Any:
    return tuple([-s for s in shifts]) if isinstance(shifts, tuple | list) else -shifts


def rot90(input: A, k: int = 1, dims: Sequence[int] = (0, 1)) -> A:
    """Rotated by `k` right angles in the plane of two dimensions, from the first towards the second."""
    if len(dims) != 2:
        raise ArgumentError(complaint("rot90", "2 dims", str(tuple(dims))))
    first, second = wrap_dims("rot90", dims, input.ndim)
    turns = k % 4
    if turns == 1:
        return transpose(flip(input, second), first, second)
    if turns == 3:
        return flip(transpose(input, first, second), second)
    return flip(input, (first, second)) if turns == 2 else flip(input, ())


def repeat(input: A, *repeats: Any) -> A:
    """The tensor laid side by side `repeats[i]` times along each dimension; more repeats than dimensions add some.

    Raises ShapeError for fewer.
    """
    counts = sizes(repeats, "repeat")
    extra = len(counts) - input.ndim
    if extra < 0 or any(n < 0 for n in counts):
        raise ShapeError(complaint("repeat", f"at least {input.ndim} counts >= 0", str(counts)))
    shape = (*[1] * extra, *input.shape)
    apart = reshape(input, tuple(x for size in shape for x in (1, size)))
    spread = expand(apart, tuple(x for n, size in zip(counts, shape, strict=True) for x in (n, size)))
    return reshape(spread, tuple(n * size for n, size in zip(counts, shape, strict=True)))


def tile(input: A, dims: Any) -> A:
    """`repeat`, where missing counts, those of the first dimensions, are 1."""
    counts = sizes((dims,), "tile")
    return repeat(input, (*[1] * (input.ndim - len(counts)), *counts))


def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Each element, or each slice along `dim`, several times in succession; without dim the tensor is flattened.

    `repeats` is a number or a tensor of one count a slice. Alone, `repeat_interleave(repeats)`, it gives the numbers
    from 0 on, each as often as its count says.
    """
    if repeats is None:
        return input._wrapped(np.repeat(np.arange(input.numel()), input._array))
    if dim is None:
        input, dim = reshape(input, (-1,)), 0
    chosen = wrap_dim("repeat_interleave", dim, input.ndim)
    counts = array_of(repeats)
    size = input.shape[chosen]
    if counts.dtype.kind not in "iu" or (counts.size and counts.min() < 0):
        raise OperandError(complaint("repeat_interleave", "integer counts >= 0", f"{repeats!r}"))
    if counts.size == 1:
        count = int(counts.reshape(()))
        spread = expand(unsqueeze(input, chosen + 1), (*input.shape[: chosen + 1], count, *input.shape[chosen + 1 :]))
        return flatten(spread, chosen, chosen + 1)
    if counts.shape != (size,):
        raise ShapeError(complaint("repeat_interleave", f"one count, or {size}", f"shape {counts.shape}"))
    return index_select(input, chosen, np.repeat(np.arange(size), counts))


def broadcast_to(input: A, size: Any) -> A:
    """A view expanded to `size`; `expand` under NumPy's name."""
    return expand(input, tuple(size))


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Views of the tensors, all expanded to the shape that they broadcast to. Raises ShapeError where there is none."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], tuple | list) else tensors
    shape = broadcast_shapes(*[x.shape for x in given])
    return tuple([expand(x, shape) for x in given])


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that these broadcast to. Raises ShapeError where there is none."""
    try:
        return np.broadcast_shapes(*[tuple(s) if isinstance(s, tuple | list) else s for s in shapes])
    except ValueError as problem:
        raise ShapeError(
            complaint("broadcast", "shapes that broadcast", " and ".join(str(tuple(s)) for s in shapes))
        ) from problem


def expand_as(input: A, other: Any) -> A:
    """A view expanded to the shape of another tensor."""
    return expand(input, tuple(other.shape))
