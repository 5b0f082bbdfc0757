"""Magnitude and sign of elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.errors import DTypeError, complaint
from autograd.ops.arithmetic import zeros_of
from autograd.typing import A


@elementwise(lambda g: zeros_of(g))
def sign(input: A) -> A:
    """−1, 0 or 1 as the elements are negative, zero or positive; booleans as they are. Its derivative is 0."""
    if input.dtype.kind == "b":  # type: ignore[union-attr]
        return np.array(input)  # type: ignore[return-value]
    return np.sign(input)  # type: ignore[arg-type, return-value]


@elementwise(lambda g, input: g * sign(input))
def abs(input: A) -> A:
    """The magnitudes of the elements; the derivative at 0 is 0. Raises DTypeError for booleans."""
    if input.dtype.kind == "b":  # type: ignore[union-attr]
        raise DTypeError(complaint("abs", "numbers", "booleans"))
    return np.abs(input)  # type: ignore[arg-type, return-value]


def positive(input: Any) -> Any:
    """The tensor itself. Raises DTypeError for booleans."""
    array = getattr(input, "_array", input)
    if array.dtype.kind == "b":
        raise DTypeError(complaint("positive", "numbers", "booleans"))
    return input
