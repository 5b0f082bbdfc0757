"""Sizes: what `tensor.shape` is, and how sizes are given as arguments."""

from __future__ import annotations

import math
import operator
from typing import Any

from autograd.errors import DimensionError, OperandError, ShapeError, complaint


class Size(tuple[int, ...]):
    """The sizes of a tensor's dimensions: a tuple that prints as PyTorch's does and counts the elements."""

    __slots__ = ()

    def numel(self) -> int:
        """The number of elements of a tensor of these sizes."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def __getitem__(self, key: Any) -> Any:
        try:
            item = tuple.__getitem__(self, key)
        except IndexError as problem:
            expected = f"one of the {len(self)} dimensions of a tensor of shape {tuple(self)}"
            raise DimensionError(complaint("shape", expected, f"dimension {key}")) from problem
        return Size(item) if item.__class__ is tuple else item

    def __add__(self, other: Any) -> Size:
        return Size(tuple.__add__(self, other))


def sizes(given: tuple[Any, ...], where: str) -> tuple[int, ...]:
    """Sizes given as separate integers or as one sequence of them. Raises OperandError for anything else."""
    if len(given) == 1 and hasattr(given[0], "__iter__") and getattr(given[0], "ndim", 1) != 0:
        given = given[0]
    try:
        return tuple([operator.index(size) for size in given])
    except TypeError as problem:
        raise OperandError(complaint(where, "integers, or one sequence of them", repr(tuple(given)))) from problem


def new_sizes(given: tuple[Any, ...], where: str) -> tuple[int, ...]:
    """`sizes` of a tensor to be made. Raises ShapeError for negative ones."""
    chosen = sizes(given, where)
    if any(size < 0 for size in chosen):
        raise ShapeError(complaint(where, "sizes that are not negative", str(chosen)))
    return chosen


def named_size(where: str, size: tuple[Any, ...], named: dict[str, Any]) -> tuple[int, ...]:
    """The sizes of a tensor to be made, given one by one, as a sequence or as `size=`.

    PyTorch's options that mean nothing here (`layout`, `pin_memory`, `memory_format`) are let pass; others raise
    OperandError.
    """
    rest = named.keys() - {"size", "layout", "pin_memory", "memory_format"}
    if rest or (size and "size" in named):
        raise OperandError(complaint(where, "a size, and dtype, device, requires_grad", ", ".join(sorted(named))))
    return new_sizes((named["size"],) if "size" in named else size, where)
