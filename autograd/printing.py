"""The text of a tensor, as PyTorch prints a CPU tensor: from its array alone."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array, Shape

__all__ = ["PrintOptions", "format_tensor", "set_printoptions"]

Writer = Callable[[Any], str]  # writes one element as text

_PREFIX = "tensor("
_IMPLIED_DTYPES = (np.dtype(np.int64), np.dtype(np.bool_))  # the elements show these by themselves


@dataclass(slots=True)
class PrintOptions:
    """How tensors are printed; `set_printoptions` explains each field."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=math.inf),
}
_options = PrintOptions()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are printed. An option left at None keeps its value, but for `sci_mode`.

    precision: digits after the decimal point (default 4).
    threshold: a tensor of more elements than this is abridged with `...` (default 1000).
    edgeitems: how many elements an abridged dimension shows at either end (default 3).
    linewidth: characters to a line (default 80).
    profile: "default", "short" or "full" sets all of the above at once, before those given are applied.
    sci_mode: scientific notation always (True), never (False), or where the range of the elements asks for it (None).
    Raises ArgumentError (a ValueError) for an unknown profile.
    """
    if profile is not None:
        if profile.lower() not in _PROFILES:
            expected = f"profile to be one of {', '.join(_PROFILES)}"
            raise ArgumentError(complaint("set_printoptions", expected, repr(profile)))
        chosen = _PROFILES[profile.lower()]
        _options.precision, _options.threshold = chosen.precision, chosen.threshold
        _options.edgeitems, _options.linewidth = chosen.edgeitems, chosen.linewidth
    if precision is not None:
        _options.precision = precision
    if threshold is not None:
        _options.threshold = threshold
    if edgeitems is not None:
        _options.edgeitems = edgeitems
    if linewidth is not None:
        _options.linewidth = linewidth
    _options.sci_mode = sci_mode


def format_tensor(
    array: Array,
    *,
    dtype_name: str,
    default_dtype: DTypeLike = np.float32,
    requires_grad: bool = False,
    grad_fn: str | None = None,
) -> str:
    """Text such as `tensor([1., 2.], dtype=autograd.float64, requires_grad=True)`.

    array: the elements, any shape, real or bool.
    dtype_name: what to print for the dtype, which is shown where the elements do not tell it.
    default_dtype: the floating dtype that goes without saying.
    requires_grad: whether to add `requires_grad=True`.
    grad_fn: text for `grad_fn=`, for example `<MulBackward0>`; takes the place of `requires_grad=True`.
    """
    empty = array.size == 0
    shape_is_told = array.ndim == 1 if empty else _options.edgeitems > 0
    dtype_is_told = array.dtype == np.dtype(default_dtype) or (not empty and array.dtype in _IMPLIED_DTYPES)
    suffixes = []
    if not shape_is_told:
        suffixes.append(f"size={array.shape}")
    if not dtype_is_told:
        suffixes.append(f"dtype={dtype_name}")
    if grad_fn is not None:
        suffixes.append(f"grad_fn={grad_fn}")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    return _append_suffixes(_PREFIX + ("[]" if empty else _body(array)), suffixes)


def _append_suffixes(text: str, suffixes: list[str]) -> str:
    """`text` and the suffixes with commas between, a suffix on a new line where the line would grow too long."""
    line_length = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if line_length + len(suffix) + 2 > _options.linewidth:
            text += ",\n" + " " * len(_PREFIX) + suffix
            line_length = len(_PREFIX) + len(suffix)
        else:
            text += ", " + suffix
            line_length += len(suffix) + 2
    return text + ")"


def _body(array: Array) -> str:
    """The bracketed elements, abridged if they are more than the threshold."""
    shown = _edges(array) if array.size > _options.threshold else array
    write, width = _float_notation(shown) if array.dtype.kind == "f" else _plain_notation(shown)
    return _nested(shown, array.shape, write, width, len(_PREFIX))


def _edges(array: Array) -> Array:
    """The elements of `array` that are left when it is abridged."""
    edge = _options.edgeitems
    kept = [np.r_[:edge, size - edge : size] if size > 2 * edge else np.arange(size) for size in array.shape]
    return array[np.ix_(*kept)]


def _nested(shown: Array, shape: Shape, write: Writer, width: int, indent: int) -> str:
    """The elements in brackets, a pair for each dimension, and `...` where fewer are shown than `shape` has.

    The first bracket stands `indent` characters from the left.
    """
    if shown.ndim == 0:
        return write(shown.item())
    if shown.ndim == 1:
        items = [write(value) for value in shown.tolist()]
    else:
        items = [_nested(part, shape[1:], write, width, indent + 1) for part in shown]
    if len(items) < shape[0]:
        items.insert(_options.edgeitems, " ..." if shown.ndim == 1 and items else "...")
    if shown.ndim == 1:
        per_line = max(1, (_options.linewidth - indent) // (width + 2))
        items = [", ".join(items[start : start + per_line]) for start in range(0, len(items), per_line)]
    line_breaks = "\n" * max(1, shown.ndim - 1)
    return "[" + ("," + line_breaks + " " * (indent + 1)).join(items) + "]"


def _plain_notation(shown: Array) -> tuple[Writer, int]:
    """How to write each of the ints or bools `shown`, and how wide the column is."""
    width = max((len(str(value)) for value in shown.ravel().tolist()), default=0)
    return lambda value: str(value).rjust(width), width


def _float_notation(shown: Array) -> tuple[Writer, int]:
    """How to write each of the floats `shown`, and how wide the column is.

    Zeros, infinities and NaNs do not count: they are written into the column that the others need.
    """
    values = shown.astype(np.float64).ravel()
    values = values[np.isfinite(values) & (values != 0)]
    if values.size == 0:
        return _whole, 1
    smallest, largest = float(np.abs(values).min()), float(np.abs(values).max())
    whole = bool((values == np.ceil(values)).all())
    use_scientific = _options.sci_mode
    if use_scientific is None:
        use_scientific = largest / smallest > 1000 or largest > 1e8 or (not whole and smallest < 1e-4)

    def scientific(value: float) -> str:
        return f"{value:.{_options.precision}e}"

    def fixed(value: float) -> str:
        return f"{value:.{_options.precision}f}"

    notation = scientific if use_scientific else _whole if whole else fixed
    width = max(len(notation(value)) for value in values.tolist())
    return lambda value: notation(value).rjust(width), width


def _whole(value: float) -> str:
    """A float without digits after its point; the point tells it from an int."""
    return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
