"""Arrays as kernels take them. Numba compiles anew for each type, and strides and flags are part of an array's type."""

from __future__ import annotations

import numpy as np

from autograd.typing import Array


def readable(x: Array, dtype: np.typing.DTypeLike | None = None) -> Array:
    """x as C-contiguous memory, a copy only if need be, that is read only: one type whatever x was."""
    view = np.ascontiguousarray(x, dtype)[:]
    view.setflags(write=False)
    return view


def flat_readable(x: Array) -> Array:
    """All elements of x in one row, as `readable` gives them."""
    return readable(x).reshape(-1)
