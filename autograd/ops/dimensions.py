"""Dimensions as arguments: negative ones counted from the end, wrong ones refused."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError, complaint
from autograd.typing import Shape

Sizes: TypeAlias = int | Sequence[int]

AXES = {1: "L", 2: "H, W", 3: "D, H, W"}
"""The names of so many dimensions of images, in messages."""


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
    if dims.__class__ is int and -ndim <= dims < ndim:
        return (dims % ndim,)
    given = dims if isinstance(dims, tuple | list) else (dims,)
    found = tuple([wrap_dim(where, dim, ndim) for dim in given])
    if len(set(found)) < len(found):
        raise ArgumentError(complaint(where, "each dimension once", str(tuple(given))))
    return found


def per_dimension(where: str, name: str, value: Sizes, dims: int, least: int) -> Shape:
    """One number for each of `dims` dimensions, none below `least`; raises ArgumentError for anything else."""
    sizes = tuple(value) if isinstance(value, Sequence) else (value,) * dims
    sizes = sizes * dims if len(sizes) == 1 else sizes
    if len(sizes) != dims or any(not isinstance(size, int | np.integer) or size < least for size in sizes):
        expected = f"{name} as a whole number from {least}, or {dims} of them"
        raise ArgumentError(complaint(where, expected, repr(value)))
    return tuple(int(size) for size in sizes)


def require_planes(where: str, shape: Shape, dims: int) -> None:
    """Raise ShapeError unless a shape is (N, C, *size) or (C, *size), with `dims` sizes."""
    if len(shape) not in (dims + 1, dims + 2):
        axes = AXES[dims]
        raise ShapeError(complaint(where, f"input (N, C, {axes}) or (C, {axes})", f"shape {shape}",
                                   "Add or remove dimensions, or use the function for as many"))  # fmt: skip


def hashable(setting: Any) -> Any:
    """A setting that a cache can look up: a list as a tuple."""
    return tuple(setting) if isinstance(setting, list) else setting
