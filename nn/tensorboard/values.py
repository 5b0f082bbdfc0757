"""The arrays and numbers that are given to a SummaryWriter."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, complaint
from autograd.typing import Array


def checked_tag(where: str, tag: Any) -> str:
    """The tag. Raises ArgumentError unless it is text with a letter at least."""
    if not isinstance(tag, str) or not tag.strip():
        raise ArgumentError(complaint(where, "a tag: text that is not empty", repr(tag)))
    return tag


def as_array(where: str, tag: str, value: Any) -> Array:
    """A tensor, an array or nested lists as an array. Raises ArgumentError for ragged lists."""
    try:
        return np.asarray(array_of(value))
    except ValueError as error:
        text = complaint(where, f"lists of equal lengths for {tag!r}", "ragged ones", "Pad or cut them")
        raise ArgumentError(text) from error


def real_numbers(where: str, tag: str, value: Any) -> Array:
    """The values as an array of real numbers. Raises ArgumentError for other dtypes, and for no values."""
    array = as_array(where, tag, value)
    if array.dtype.kind in "cOUSMm" or not array.size:
        given = f"shape {array.shape}, dtype {array.dtype}"
        raise ArgumentError(complaint(where, f"numbers, one at least, for {tag!r}", given))
    return array


def one_number(where: str, tag: str, value: Any) -> float:
    """The one real number. Raises ArgumentError for several, and for what is no number."""
    array = as_array(where, tag, value)
    if array.size != 1 or array.dtype.kind in "cOUSMm":
        given = f"shape {array.shape}" if array.size != 1 else repr(value)
        raise ArgumentError(complaint(where, f"one real number for {tag!r}", given, "Pass its mean(), or one element"))
    return float(array.reshape(-1)[0])
