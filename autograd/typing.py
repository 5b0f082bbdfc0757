"""Names for the kinds of values that the engine passes about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Scalar: TypeAlias = int | float | bool
Shape: TypeAlias = tuple[int, ...]
Dims: TypeAlias = int | Sequence[int] | None

A = TypeVar("A", bound=Any)
"""Same kind in, same kind out: an operation on arrays gives arrays, on Tensors it gives Tensors.

Bound to no class, so that what an operation computes on its arrays reads and checks as other NumPy code does.
"""
