"""Padding: growing or cropping the last dimensions of a tensor."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.ops.padding import Widths, extend, pad_with

MODES = ("constant", "reflect", "replicate", "circular")


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """The tensor with its last dimensions grown: `pad` is (before, after) of the last one, then of the one before it.

    mode: "constant" adds `value` (default 0), to any number of dimensions; "reflect" mirrors at the outermost elements,
    "replicate" repeats them, "circular" starts anew at the other end: these for 1, 2 or 3 dimensions of a tensor that
    has 1 or 2 more. Negative numbers crop. The result is a copy.
    Raises ShapeError where `pad` does not fit the tensor or crops more than there is, ArgumentError for another mode.
    """
    if mode not in MODES:
        raise ArgumentError(complaint("pad", f"a mode among {', '.join(MODES)}", repr(mode)))
    if mode != "constant" and value:
        raise ArgumentError(complaint("pad", f'no value with mode="{mode}"', f"value={value}"))
    widths = _widths(pad, tuple(input.shape))
    if mode == "constant":
        return pad_with(input, widths, 0 if value is None else value)
    _require_spatial(input.shape, len(pad) // 2, mode)
    grown = tuple([(max(before, 0), max(after, 0)) for before, after in widths])
    cropped = tuple([(min(before, 0), min(after, 0)) for before, after in widths])
    if not any(map(any, cropped)):
        return _extended(input, grown, mode)
    if mode == "circular":  # what is cropped does not come back at the other end, as in PyTorch
        return _extended(pad_with(input, cropped, 0), grown, mode)
    return pad_with(_extended(input, grown, mode), cropped, 0)


def _widths(pad: Sequence[int], shape: tuple[int, ...]) -> Widths:
    """`pad` in the order of the dimensions, zeros for those that it does not name."""
    try:
        ends = [operator.index(end) for end in pad]
    except TypeError as problem:
        raise OperandError(complaint("pad", "pad as a sequence of whole numbers", repr(pad))) from problem
    if len(ends) % 2 or len(ends) > 2 * len(shape):
        expected = f"two numbers for each padded dimension, at most {2 * len(shape)}, for shape {shape}"
        raise ShapeError(complaint("pad", expected, f"pad={tuple(ends)}"))
    named = list(zip(ends[::2], ends[1::2], strict=True))[::-1]
    widths = ((0, 0),) * (len(shape) - len(named)) + tuple(named)
    for n, (before, after) in zip(shape, widths, strict=True):
        if n + min(before, 0) + min(after, 0) < 0 or n + before + after < 0:
            raise ShapeError(complaint("pad", f"to crop at most what shape {shape} has", f"pad={tuple(ends)}"))
    return widths


def _require_spatial(shape: Sequence[int], dims: int, mode: str) -> None:
    """Raise ShapeError unless `dims` last dimensions can be continued."""
    if dims not in (1, 2, 3) or len(shape) not in (dims + 1, dims + 2):
        expected = f'1, 2 or 3 padded dimensions and 1 or 2 more before them for mode="{mode}"'
        raise ShapeError(complaint("pad", expected, f"{dims} padded dimensions of shape {tuple(shape)}"))


def _extended(input: Any, widths: Widths, mode: str) -> Any:
    for n, pair in zip(input.shape, widths, strict=True):
        most = {"reflect": max(n - 1, 0), "circular": n, "replicate": max(pair) if n else 0}[mode]
        if max(pair) > most:
            raise ShapeError(
                complaint("pad", f'padding of at most {most} for size {n} with mode="{mode}"', f"{max(pair)}",
                          f"The input has shape {tuple(input.shape)}")
            )  # fmt: skip
    return extend(input, widths, mode)
