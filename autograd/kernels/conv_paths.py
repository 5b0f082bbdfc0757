"""Which kernels compute a convolution: one table, from the first row to the last.

Measured on two cores of an Intel Sapphire Rapids server, float32, as PyTorch's time / ours, forward and forward with
backward, (N, C, H, O) with 3x3 windows:

| shape          | direct      | Winograd    |
|----------------|-------------|-------------|
| 64, 32, 28, 64 | 1.19, 1.09  | 1.40, 1.34  |
| 32, 64, 32, 64 | 0.92, 1.03  | 1.16, 1.45  |
| 8, 64, 56, 64  | 0.89, 1.25  | 1.04, 1.58  |
| 8, 256, 14, 256| 0.73, 0.78  | 1.01, 1.12  |
| 1, 64, 56, 64  | 1.21, 1.13  | 1.27, 1.24  |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.kernels import convolution, winograd
from autograd.kernels.geometry import Window
from autograd.typing import Array

FEWEST_CHANNELS = 32
"""Channels on both sides from which 16 products of matrices repay Winograd's transforms."""


class Path(NamedTuple):
    """One way to compute the three maps, and for which windows, groups, input and output channels it is taken."""

    takes: Callable[[Window, int, int, int], bool]
    kernels: Any


def _suits_winograd(window: Window, groups: int, channels: int, outputs: int) -> bool:
    return winograd.suits(window, groups) and min(channels, outputs) >= FEWEST_CHANNELS


def _any(window: Window, groups: int, channels: int, outputs: int) -> bool:
    return True


PATHS = (
    Path(_suits_winograd, winograd),
    Path(_any, convolution),
)


def chosen(window: Window, groups: int, channels: int, outputs: int) -> Any:
    """The module whose functions compute a convolution of `channels` to `outputs` channels."""
    return next(path.kernels for path in PATHS if path.takes(window, groups, channels, outputs))


def forward(x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """As `convolution.forward`."""
    kernels = chosen(window, groups, x.shape[1], weight.shape[0])
    return kernels.forward(x, weight, bias, window, groups)


def input_gradient(
    gradient: Array, weight: Array, bias: Array | None, window: Window, groups: int, size: tuple[int, ...]
) -> Array:
    """As `convolution.input_gradient`."""
    kernels = chosen(window, groups, weight.shape[1] * groups, gradient.shape[1])
    return kernels.input_gradient(gradient, weight, bias, window, groups, size)


def weight_gradient(gradient: Array, x: Array, window: Window, groups: int) -> Array:
    """As `convolution.weight_gradient`."""
    return chosen(window, groups, x.shape[1], gradient.shape[1]).weight_gradient(gradient, x, window, groups)
