"""Exception types, and the one form that every message takes."""

from __future__ import annotations

import re
from typing import Any


class AutogradError(RuntimeError):
    """Base of every error that this library raises for a user's mistake; a RuntimeError, as PyTorch's are."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args  # without the module that it passed


class ShapeError(AutogradError, ValueError):
    """Sizes that do not fit together."""


class DTypeError(AutogradError, TypeError):
    """A dtype that the operation does not take."""


class ArgumentError(AutogradError, ValueError):
    """An argument outside its domain."""


class OperandError(AutogradError, TypeError):
    """An operand that is neither a Tensor nor an array."""


class GraphError(AutogradError):
    """A backward pass that the recorded graph does not allow."""


class DimensionError(AutogradError, IndexError):
    """A dimension or an index that the tensor does not have."""


class LinAlgError(AutogradError, ValueError):
    """A matrix that the operation cannot treat: singular, not positive-definite."""


def complaint(where: str, expected: str, given: str, cure: str = "") -> str:
    """The text of an error: who complains, what was expected, what was given, what to do."""
    text = f"{where}: expected {expected}, got {given}"
    return _SIZE.sub(_as_tuple, f"{text}. {cure}" if cure else text)


_SIZE = re.compile(r"torch\.Size\(\[([\d, ]*)\]\)")


def _as_tuple(size: re.Match[str]) -> str:
    """The text of a Size as that of a plain tuple, so that all shapes in a message look alike."""
    return f"({size[1]},)" if size[1].isdigit() else f"({size[1]})"
