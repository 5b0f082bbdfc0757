"""The dimensions that a reduction runs over, and how a gradient finds its way back over them."""

from __future__ import annotations

import functools
import math
from typing import Any, cast

import numpy as np

from autograd.operands import ALIASES, F
from autograd.ops.broadcasting import expand
from autograd.ops.dimensions import wrap_dims
from autograd.ops.shape import reshape
from autograd.tensor_base import TensorBase
from autograd.typing import A, Dims, Shape

SMALL = 256


def normal_dims(where: str, dim: Dims, ndim: int) -> tuple[int, ...]:
    """The dimensions to reduce, counted from 0: all of them for None and (), none in a 0-d tensor.

    Raises DimensionError for one out of range, ArgumentError for one named twice.
    """
    if dim is None or dim == ():
        return tuple(range(ndim))
    found = wrap_dims(where, dim, ndim)
    return found if ndim else ()


def kept_shape(shape: Shape, dims: tuple[int, ...]) -> Shape:
    """The shape with 1 in the place of each reduced dimension."""
    return tuple([1 if i in dims else size for i, size in enumerate(shape)])


def count(shape: Shape, dims: tuple[int, ...]) -> int:
    """How many elements a reduction over `dims` takes together."""
    return math.prod([shape[i] for i in dims])


def reduced(function: Any, array: Any, dims: tuple[int, ...], keepdim: bool) -> Any:
    """An array reduced by a binary NumPy function."""
    return function.reduce(array, dims, keepdims=keepdim)


def restore_dims(g: A, shape: Shape, dim: Dims, keepdim: bool) -> A:
    """What a reduction of a tensor of that shape gave, with the reduced dimensions put back as 1."""
    if keepdim or not shape or (dim is None and not g.shape):
        return g
    return reshape(g, kept_shape(shape, normal_dims("restore_dims", dim, len(shape))))


def spread(g: A, shape: Shape, dim: Dims, keepdim: bool) -> A:
    """The gradient of a sum over `dim`: `g` repeated along the reduced dimensions."""
    whole: Any = restore_dims(g, shape, dim, keepdim)
    if isinstance(g, TensorBase) or math.prod(shape) > SMALL:
        return expand(whole, shape)
    copies = np.empty(shape, g.dtype)  # sooner made than a view
    copies[...] = whole
    return copies


def accepts_axis(function: F) -> F:
    """`axis=` and `keepdims=` beside `dim=` and `keepdim=`, for a function that is not itself an operation."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{ALIASES.get(name, name): value for name, value in kwargs.items()})

    return cast(F, call)
