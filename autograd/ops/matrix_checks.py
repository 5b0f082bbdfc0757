"""What linear algebra asks of its matrices, and NumPy's factorisations with errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError, LinAlgError, ShapeError, complaint

FINITE = ("matrices for which the computation converges", "Look for NaN and infinity among the elements")


def require_matrix(where: str, input: Any) -> None:
    """Raise ShapeError unless the tensor has two dimensions or more."""
    if input.ndim < 2:
        raise ShapeError(complaint(where, "matrices (..., M, N)", f"shape {tuple(input.shape)}"))


def require_square(where: str, input: Any) -> None:
    """Raise ShapeError unless the last two dimensions have one size."""
    if input.ndim < 2 or input.shape[-1] != input.shape[-2]:
        raise ShapeError(complaint(where, "square matrices (..., N, N)", f"shape {tuple(input.shape)}"))


def factorise(
    where: str, function: Callable[..., Any], *arrays: Any, needs: tuple[str, str] = FINITE, **options: Any
) -> Any:
    """`function(*arrays, **options)`, one of `numpy.linalg`.

    Raises DTypeError unless the arrays are float32 or float64, all the same. Where NumPy gives up, raises LinAlgError
    that says what the function needs and the cure: `needs`.
    """
    dtypes = {x.dtype for x in arrays}
    if len(dtypes) > 1 or not dtypes <= {np.dtype(np.float32), np.dtype(np.float64)}:
        given = " and ".join(sorted(map(str, dtypes)))
        raise DTypeError(complaint(where, "float32 or float64 matrices, all of one dtype", given, "Convert with .to()"))
    try:
        return function(*arrays, **options)
    except np.linalg.LinAlgError as problem:
        shapes = ", ".join(str(x.shape) for x in arrays)
        raise LinAlgError(complaint(where, needs[0], f"shape {shapes}: {problem}", needs[1])) from problem
