"""What recurrent layers and cells ask of settings, inputs and states."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import stands_in
from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError, complaint
from autograd.tensor import Tensor


def is_share(value: Any) -> bool:
    """Whether a setting is a number from 0 to 1."""
    return (
        isinstance(value, int | float | np.floating | np.integer)
        and not isinstance(value, bool)
        and bool(0 <= value <= 1)
    )


def check_features(where: str, input: Any, features: int, weight: Any) -> None:
    """Raise ShapeError for another number of features, DTypeError for another dtype than that of a weight, if any."""
    if input.shape[-1] != features:
        expected = f"an input with {features} features in its last dimension"
        cure = f"Make the layer with input_size={input.shape[-1]}, or bring the features to the end"
        raise ShapeError(complaint(where, expected, f"shape {tuple(input.shape)}", cure))
    if weight is not None and input.dtype != weight.dtype:
        expected, cure = f"an input of {weight.dtype!r}, as the parameters are", f".to({weight.dtype!r})"
        raise DTypeError(complaint(where, expected, repr(input.dtype), f"Convert it with {cure}, or the layer"))


def check_state(where: str, name: str, state: Any, shape: tuple[int, ...], input: Any) -> None:
    """Raise OperandError for a state that is no tensor, ShapeError and DTypeError for one that does not fit."""
    if not isinstance(state, Tensor) and not stands_in(state):
        raise OperandError(complaint(where, f"{name} as a Tensor of shape {shape}", type(state).__name__))
    if tuple(state.shape) != shape:
        turned = len(shape) == 3 and tuple(state.shape) == (shape[1], shape[0], shape[2])
        cure = "States are (layers · directions, N, H) with batch_first, too: transpose(0, 1)" if turned else ""
        raise ShapeError(complaint(where, f"{name} of shape {shape}", f"shape {tuple(state.shape)}", cure))
    if state.dtype != input.dtype:
        expected, cure = f"{name} of {input.dtype!r}, as the input is", f"Convert it with .to({input.dtype!r})"
        raise DTypeError(complaint(where, expected, repr(state.dtype), cure))


def pair_of_states(where: str, hx: Any) -> tuple[Any, Any] | None:
    """The states h and c, or None. Raises ArgumentError for anything but two."""
    if hx is None:
        return None
    if not isinstance(hx, tuple | list) or len(hx) != 2:
        given = f"{len(hx)} of them" if isinstance(hx, tuple | list) else type(hx).__name__
        raise ArgumentError(complaint(where, "two states (h_0, c_0)", given))
    return hx[0], hx[1]
