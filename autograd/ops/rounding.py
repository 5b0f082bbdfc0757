"""Rounding to whole numbers. Whole numbers come back as they are; derivatives are 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.elementwise_call import elementwise
from autograd.errors import DTypeError, complaint
from autograd.ops.arithmetic import zeros_of
from autograd.typing import A


def _is_whole(where: str, input: Any) -> bool:
    if input.dtype.kind == "b":
        raise DTypeError(complaint(where, "numbers", "booleans"))
    return input.dtype.kind != "f"


@elementwise(lambda g: zeros_of(g))
def floor(input: A) -> A:
    """The largest whole numbers that are not above the elements."""
    return np.array(input) if _is_whole("floor", input) else np.floor(input)


@elementwise(lambda g: zeros_of(g))
def ceil(input: A) -> A:
    """The smallest whole numbers that are not below the elements."""
    return np.array(input) if _is_whole("ceil", input) else np.ceil(input)


@elementwise(lambda g: zeros_of(g))
def trunc(input: A) -> A:
    """The elements without their fractions."""
    return np.array(input) if _is_whole("trunc", input) else np.trunc(input)


@elementwise(lambda g: zeros_of(g))
def round(input: A, *, decimals: int = 0) -> A:
    """The nearest numbers with that many decimals, halves to the even one."""
    if decimals == 0:
        return np.array(input) if _is_whole("round", input) else np.rint(input)
    return np.round(input, decimals)


@elementwise(lambda g: g)
def frac(input: A) -> A:
    """The fractions of the elements, with their signs. Raises DTypeError for integers."""
    if input.dtype.kind != "f":
        raise DTypeError(complaint("frac", "floating-point numbers", str(input.dtype)))
    return np.subtract(input, np.trunc(input))


fix = trunc
