"""Joining tensors along a dimension, and taking them apart again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import OperandError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.dimensions import wrap_dim
from autograd.typing import A


@operation(lambda g, dim: stack(g, dim), view=True)
def unbind(input: A, dim: int = 0) -> tuple[A, ...]:
    """The views at each index of a dimension, which disappears. Raises ShapeError for a 0-d tensor."""
    if input.ndim == 0:
        raise ShapeError(complaint("unbind", "at least one dimension", "a 0-d tensor"))
    moved = np.moveaxis(input, wrap_dim("unbind", dim, input.ndim), 0)  # type: ignore[call-overload]
    return tuple([moved[i, ...] for i in range(len(moved))])


@operation(joint=lambda g, dim: unbind(g, dim), operands=("tensors",), promote=True)
def stack(tensors: Sequence[A], dim: int = 0) -> A:
    """Tensors of one shape joined along a new dimension, dtypes promoted. Raises ShapeError where shapes differ."""
    arrays = _sequence("stack", tensors)
    shapes = {x.shape for x in arrays}
    if len(shapes) > 1:
        raise ShapeError(complaint("stack", "tensors of one shape", ", ".join(map(str, sorted(shapes)))))
    return np.stack(arrays, wrap_dim("stack", dim, arrays[0].ndim + 1))


def _sequence(where: str, tensors: Any) -> Any:
    if not isinstance(tensors, list | tuple) or not tensors:
        raise OperandError(complaint(where, "a non-empty list or tuple of tensors", type(tensors).__name__))
    return tensors
