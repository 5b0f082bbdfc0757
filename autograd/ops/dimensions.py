"""Dimensions as arguments: negative ones counted from the end, wrong ones refused."""

from __future__ import annotations

import operator
from typing import Any

from autograd.errors import ArgumentError, DimensionError, OperandError, complaint


def wrap_dim(where: str, dim: Any, ndim: int) -> int:
    """`dim` as a number from 0; a 0-d tensor has dimension 0 and −1, as in PyTorch. Raises DimensionError."""
    try:
        number = operator.index(dim)
    except TypeError as problem:
        raise OperandError(complaint(where, "a dimension as an integer", repr(dim))) from problem
    extent = max(ndim, 1)
    if not -extent <= number < extent:
        raise DimensionError(complaint(where, f"a dimension in [{-extent}, {extent - 1}]", str(number)))
    return number % extent


def wrap_dims(where: str, dims: Any, ndim: int) -> tuple[int, ...]:
    """One dimension or several, as numbers from 0. Raises DimensionError, ArgumentError for repetitions."""
    given = dims if isinstance(dims, tuple | list) else (dims,)
    found = tuple([wrap_dim(where, dim, ndim) for dim in given])
    if len(set(found)) < len(found):
        raise ArgumentError(complaint(where, "each dimension once", str(tuple(given))))
    return found
