"""Expanding along new or unit dimensions, its transpose, and casting: what rules of other operations build on."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import ShapeError, complaint
from autograd.general_call import operation
from autograd.operation import sum_array_to
from autograd.tensor_base import TensorBase
from autograd.typing import A, Shape


@operation(lambda g, input_shape: sum_to_size(g, input_shape), view=True)
def expand(input: A, size: Shape) -> A:
    """A view with unit dimensions repeated to `size`, without copying; -1 keeps a size.

    Raises ShapeError where a dimension that is not 1 would change.
    """
    given = np.shape(input)
    wanted = tuple(int(s) for s in size)
    extra = len(wanted) - len(given)
    full = tuple(given[i - extra] if s == -1 and i >= extra else s for i, s in enumerate(wanted))
    fits = extra >= 0 and all(g in (1, s) for g, s in zip(given, full[extra:], strict=True)) and -1 not in full
    if not fits:
        raise ShapeError(
            complaint("expand", "sizes that equal the tensor's, or expand a 1", f"shape {given} to {tuple(size)}")
        )
    if input.flags.c_contiguous:
        steps = [0 if g != s else step for g, s, step in zip(given, full[extra:], input.strides, strict=True)]
        return np.ndarray(full, input.dtype, input, 0, (*[0] * extra, *steps))
    spread = np.broadcast_to(input, full)
    spread.flags.writeable = input.flags.writeable
    return spread


@operation(lambda g, input_shape: expand_back(g, input_shape))
def sum_to_size(input: A, size: Shape) -> A:
    """Sum over the dimensions along which `size` would broadcast to the tensor's shape.

    Raises ShapeError where `size` does not broadcast to it.
    """
    given, wanted = np.shape(input), tuple(int(s) for s in size)
    tail = given[len(given) - len(wanted) :] if len(wanted) <= len(given) else None
    if tail is None or any(w not in (1, s) for w, s in zip(wanted, tail, strict=True)):
        raise ShapeError(complaint("sum_to_size", f"a size that broadcasts to {given}", str(wanted)))
    return np.asarray(sum_array_to(input, wanted))


def expand_back(g: A, shape: Shape) -> A:
    """The gradient of a sum: `g`, whose shape has lost or shrunk dimensions at the front, spread over `shape`."""
    return expand(g, shape)


@operation(lambda g, input_dtype: cast(g, input_dtype))
def cast(input: A, dtype: Any) -> A:
    """The same values in another dtype (a copy)."""
    return input.astype(to_numpy(dtype))


@operation(lambda g: g)
def clone(input: A, memory_format: Any = None) -> A:
    """A copy with memory of its own; gradients flow back to the tensor."""
    return np.array(input, order="C")


def contiguous(input: A, memory_format: Any = None) -> A:
    """The tensor itself if it lies in memory in row-major order, else a copy that does."""
    array = input._array if isinstance(input, TensorBase) else input
    return input if array.flags.c_contiguous else clone(input)
