"""Arithmetic on elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.typing import A, Scalar


@elementwise(lambda g: g, lambda g, alpha: g if alpha == 1 else g * alpha)
def add(input: A, other: A | Scalar, *, alpha: Scalar = 1) -> A:
    """Sum of elements, `input + alpha * other`, with broadcasting."""
    return np.add(input, other if alpha == 1 else np.multiply(other, alpha))  # type: ignore[arg-type, return-value]


@elementwise(lambda g, other: g * other, lambda g, input: g * input)
def mul(input: A, other: A | Scalar) -> A:
    """Product of elements, with broadcasting."""
    return np.multiply(input, other)  # type: ignore[arg-type, return-value]
