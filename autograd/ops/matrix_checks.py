"""What linear algebra asks of its matrices, and NumPy's factorisations with errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError, LinAlgError, ShapeError, complaint


def require_matrix(where: str, input: Any) -> None:
    """Raise ShapeError unless the tensor has two dimensions or more."""
    if input.ndim < 2:
        raise ShapeError(complaint(where, "matrices (..., M, N)", f"shape {tuple(input.shape)}"))


def require_square(where: str, input: Any) -> None:
    """Raise ShapeError unless the last two dimensions have one size."""
    if input.ndim < 2 or input.shape[-1] != input.shape[-2]:
        raise ShapeError(complaint(where, "square matrices (..., N, N)", f"shape {tuple(input.shape)}"))


def factorise(where: str, function: Callable[..., Any], *arrays: Any, cure: str = "", **options: Any) -> Any:
    """`function(*arrays, **options)`, one of `numpy.linalg`.

    Raises DTypeError unless the arrays are float32 or float64, all the same, and LinAlgError with `cure` where
    NumPy gives up.
    """
    dtypes = {x.dtype for x in arrays}
    if len(dtypes) > 1 or not dtypes <= {np.dtype(np.float32), np.dtype(np.float64)}:
        given = " and ".join(sorted(map(str, dtypes)))
        raise DTypeError(complaint(where, "float32 or float64 matrices, all of one dtype", given, "Convert with .to()"))
    try:
        return function(*arrays, **options)
    except np.linalg.LinAlgError as problem:
        shapes = ", ".join(str(x.shape) for x in arrays)
        raise LinAlgError(
            complaint(where, "matrices that it can treat", f"shape {shapes}: {problem}", cure)
        ) from problem
