"""Dropout."""

from __future__ import annotations

from typing import Any

import autograd.ops.dropout as ops
from autograd.errors import ArgumentError, complaint
from autograd.ops.inplace import overwrite
from autograd.random import default_generator


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each element to 0 with probability p and multiply the others by 1 / (1 − p), if `training`; else the input.

    The elements are chosen by PyTorch's random stream. `inplace` writes the result into the input.
    Raises ArgumentError for p outside [0, 1].
    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014).
    """
    if not 0 <= p <= 1:
        raise ArgumentError(complaint("dropout", "a probability p from 0 to 1", str(p)))
    if not training or p == 0 or not input.numel():
        return input
    mask = ops.keep_mask(input, p, default_generator)
    result = ops.masked_scale(input, mask, 0.0 if p == 1 else 1 / (1 - p))
    return overwrite(input, result, "dropout_") if inplace else result
