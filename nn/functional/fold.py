"""Images as columns of windows, and back."""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ShapeError, complaint
from autograd.kernels.geometry import Window
from autograd.ops.dimensions import Sizes, per_dimension
from autograd.ops.shape import squeeze, unsqueeze
from autograd.ops.unfolding import col2im, im2col
from autograd.typing import Shape


def unfold(input: Any, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> Any:
    """The windows that slide over `input` (N, C, H, W) or (C, H, W), as columns (N, C·KH·KW, L) or (C·KH·KW, L).

    L = H'·W' positions, row by row; H' = (H + 2·padding − dilation·(KH − 1) − 1) // stride + 1. Zeros lie outside.
    Raises ShapeError where the input holds no window, ArgumentError for arguments out of range.
    """
    if input.ndim not in (3, 4):
        raise ShapeError(complaint("unfold", "input (N, C, H, W) or (C, H, W)", f"shape {tuple(input.shape)}"))
    window = _window("unfold", kernel_size, dilation, padding, stride)
    _positions("unfold", window, tuple(input.shape[-2:]))
    return im2col(input, window) if input.ndim == 4 else squeeze(im2col(unsqueeze(input, 0), window), 0)


def fold(
    input: Any, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Any:
    """The transpose of `unfold`: columns (N, C·KH·KW, L) or (C·KH·KW, L) added up to (N, C, *output_size).

    Where windows overlap, values add up: `fold(unfold(x))` is x times the number of windows over each element.
    Raises ShapeError where the columns are not those of such windows, ArgumentError for arguments out of range.
    """
    window = _window("fold", kernel_size, dilation, padding, stride)
    size = per_dimension("fold", "output_size", output_size, 2, 1)
    output = _positions("fold", window, size)
    taps, count = math.prod(window.size), math.prod(output)
    if input.ndim not in (2, 3) or input.shape[-2] % taps or input.shape[-1] != count:
        expected = f"input (N, C·{taps}, {count}) or (C·{taps}, {count}) for {taps} taps at {output} positions"
        raise ShapeError(complaint("fold", expected, f"shape {tuple(input.shape)}"))
    return col2im(input, window, size) if input.ndim == 3 else squeeze(col2im(unsqueeze(input, 0), window, size), 0)


def _window(where: str, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Window:
    size, zeros = per_dimension(where, "kernel_size", kernel_size, 2, 1), per_dimension(where, "padding", padding, 2, 0)
    steps, gaps = per_dimension(where, "stride", stride, 2, 1), per_dimension(where, "dilation", dilation, 2, 1)
    return Window(size, steps, tuple([(n, n) for n in zeros]), gaps)


def _positions(where: str, window: Window, size: Shape) -> Shape:
    output = window.output(size)
    if min(output) < 1:
        expected = f"images that hold the window of {window.reach()} positions"
        raise ShapeError(complaint(where, expected, f"{size} with padding {window.padding}", "Pad more"))
    return output
