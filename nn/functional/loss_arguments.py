"""What every loss does with its arguments: the reduction that was meant, shapes and dtypes brought together."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.dtypes import promote_types
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.broadcasting import expand

REDUCTIONS = ("mean", "sum", "none")


def chosen_reduction(
    where: str,
    reduction: str,
    size_average: bool | None = None,
    reduce: bool | None = None,
    allowed: tuple[str, ...] = REDUCTIONS,
) -> str:
    """The reduction that the three arguments say, with a warning for the older two.

    Raises ArgumentError where there is none of that name.
    """
    if size_average is not None or reduce is not None:
        meant = "none" if reduce is False else "sum" if size_average is False else "mean"
        warnings.warn(f'{where}: size_average and reduce are deprecated, use reduction="{meant}"', stacklevel=3)
        return meant
    if reduction not in allowed:
        names = ", ".join(f'"{name}"' for name in allowed[:-1])
        raise ArgumentError(complaint(where, f'reduction {names} or "{allowed[-1]}"', repr(reduction)))
    return reduction


def reduced(losses: Any, reduction: str) -> Any:
    """The mean or the sum of the losses, or they themselves."""
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def alike(where: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both in their common shape and dtype."""
    if input.shape != target.shape:
        input, target = _broadcast(where, input, target)
    return _promoted(input, target)


def _broadcast(where: str, input: Any, target: Any) -> tuple[Any, Any]:
    warnings.warn(
        f"{where}: the target's shape {tuple(target.shape)} differs from the input's {tuple(input.shape)}. "
        "Broadcasting them is likely to give a wrong loss: reshape one of them",
        stacklevel=4,
    )
    try:
        shape = np.broadcast_shapes(input.shape, target.shape)
    except ValueError:
        given = f"{tuple(input.shape)} and {tuple(target.shape)}"
        raise ShapeError(complaint(where, "input and target of one shape", given)) from None
    return expand(input, shape), expand(target, shape)


def _promoted(input: Any, target: Any) -> tuple[Any, Any]:
    if input.dtype is target.dtype:
        return input, target
    dtype = promote_types(input.dtype, target.dtype)
    return input.to(dtype), target.to(dtype)


def same_shape(where: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both in their common dtype. Raises ShapeError where their shapes differ."""
    if input.shape != target.shape:
        given = f"input {tuple(input.shape)} and target {tuple(target.shape)}"
        raise ShapeError(complaint(where, "input and target of one shape", given, "Reshape one of them"))
    return _promoted(input, target)


def require_class_weights(where: str, weight: Any, classes: int) -> None:
    """Raise ShapeError unless the weight, if there is one, is (classes,)."""
    if weight is not None and weight.shape != (classes,):
        raise ShapeError(complaint(where, f"a weight for each of {classes} classes", f"shape {tuple(weight.shape)}"))


def require_class_indices(where: str, target: Any) -> None:
    """Raise DTypeError unless the target holds integers."""
    if target.dtype.dtype.kind not in "iu":
        raise DTypeError(complaint(where, "class indices as target", str(target.dtype), "Convert it with long()"))
