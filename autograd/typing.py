"""Names for the kinds of values that the engine passes about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from autograd.tensor_base import TensorBase

Array: TypeAlias = np.ndarray[Any, Any]
Scalar: TypeAlias = int | float | bool
Shape: TypeAlias = tuple[int, ...]
Dims: TypeAlias = int | Sequence[int] | None

A = TypeVar("A", bound="Array | TensorBase")
"""Same kind in, same kind out: an operation on arrays gives arrays, on Tensors it gives Tensors."""
