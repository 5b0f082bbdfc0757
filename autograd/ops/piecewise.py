"""Activations of straight pieces. At a joint each takes the side that PyTorch takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.ops.inplace import keep_where
from autograd.ops.selection import where


@elementwise(
    lambda g, input, min_val, max_val: keep_where(g, ~((input <= min_val) | (input >= max_val))),
)
def hardtanh(input: Any, *, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """The elements cut off at `min_val` and `max_val`; the derivative there is 0."""
    return np.clip(input, np.asarray(min_val, input.dtype), np.asarray(max_val, input.dtype))


@elementwise(lambda g, input: keep_where(g, (input > -3) & (input < 3)) * (1 / 6), result="float")
def hardsigmoid(input: Any) -> Any:
    """x/6 + 1/2, cut off at 0 and 1."""
    return np.clip(input + 3, 0, 6) / 6


@elementwise(
    lambda g, input: keep_where(where(input < 3, g * (input * (1 / 3) + 0.5), g), ~(input <= -3)),
    result="float",
)
def hardswish(input: Any) -> Any:
    """Each element times its `hardsigmoid`."""
    return input * np.clip(input + 3, 0, 6) / 6


@elementwise(lambda g, input, lambd: keep_where(g, ~((input >= -lambd) & (input <= lambd))))
def hardshrink(input: Any, *, lambd: float = 0.5) -> Any:
    """The elements outside [−lambd, lambd], 0 in place of the others."""
    return np.where((input >= -lambd) & (input <= lambd), np.zeros((), input.dtype), input)


@elementwise(lambda g, input, lambd: keep_where(g, ~((input >= -lambd) & (input <= lambd))))
def softshrink(input: Any, *, lambd: float = 0.5) -> Any:
    """The elements brought nearer to 0 by `lambd`; 0 in place of those that would pass it."""
    return input - np.clip(input, np.asarray(-lambd, input.dtype), np.asarray(lambd, input.dtype))


@elementwise(lambda g, input, threshold: keep_where(g, ~(input <= threshold)))
def threshold(input: Any, *, threshold: float, value: float) -> Any:
    """The elements above `threshold`, `value` in place of the others."""
    return np.where(input <= threshold, np.asarray(value, input.dtype), input)


@elementwise(
    lambda g, input, weight: where(input > 0, g, g * weight),
    lambda g, input: keep_where(g * input, ~(input > 0)),
)
def prelu(input: Any, weight: Any) -> Any:
    """The positive elements as they are, the others times `weight`, which broadcasts."""
    return np.where(input > 0, input, input * weight)
