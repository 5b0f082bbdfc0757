"""Which kernels compute a convolution: one table, from the first row to the last.

Measured on two cores of an Intel Sapphire Rapids server, float32, as PyTorch's time / ours, for the result, the input
gradient and the weight gradient:

| (N, C, H, O), window / stride | direct           | Winograd         | packed panels    |
|-------------------------------|------------------|------------------|------------------|
| 64, 32, 28, 64, 3x3           | 1.19, 1.05, 0.97 | 1.45, 1.45, 1.06 | 1.07, 1.01, 0.99 |
| 32, 64, 32, 64, 3x3           | 0.92, 1.05, 0.95 | 1.24, 1.48, 1.38 | 0.89, 1.06, 0.90 |
| 8, 256, 14, 256, 3x3          | 0.73, 0.80, 0.70 | 1.07, 1.11, 0.95 | 0.89, 0.81, 0.72 |
| 32, 64, 8, 64, 3x3            | 0.93, 0.91, 0.57 | 0.67, 0.75, 0.67 | 0.82, 0.89, 0.94 |
| 32, 128, 16, 128, 3x3 / 2     | 0.88, 0.97, 0.60 |                  | 1.02, 1.10, 1.05 |
| 32, 16, 32, 16, 3x3           | 1.25, 1.22, 1.02 |                  | 1.11, 1.18, 0.91 |
| 64, 6, 14, 16, 5x5            | 0.81, 0.81, 1.25 |                  | 0.39, 0.46, 1.65 |
| 32, 64, 28, 128, 1x1          | 1.26, 1.15, 1.17 |                  | 1.14, 0.98, 1.40 |
| 32, 128, 64, 128, 4 (text)    | 1.04, 1.07, 0.79 |                  | 0.90, 0.90, 1.05 |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.kernels import conv_gemm, convolution, winograd
from autograd.kernels.geometry import Window
from autograd.typing import Array

WINOGRAD_CHANNELS = 32
"""Channels on both sides from which 16 products of matrices repay Winograd's transforms."""

WINOGRAD_WIDTH = 12
"""Results in a row from which whole rows of tiles fill vectors well."""

PANEL_CHANNELS = 64
"""Channels on both sides from which packing repays, where results leave lanes of the direct path empty."""

PANEL_OUTPUTS = 48
"""Output channels that fill a panel of the weight gradient."""

NARROW = 16
"""Results in a row below which the direct path sums over mostly empty vectors."""


class Problem(NamedTuple):
    """A convolution: its window, groups, input and output channels of one group, and size of the result."""

    window: Window
    groups: int
    channels: int
    outputs: int
    size: tuple[int, ...]

    @property
    def fewest(self) -> int:
        """The lesser of input and output channels."""
        return min(self.channels, self.outputs)


class Path(NamedTuple):
    """Kernels, the maps that they compute, and for which problems they are taken."""

    kernels: Any
    maps: tuple[str, ...]
    takes: Callable[[Problem], bool]


MAPS = ("forward", "input_gradient", "weight_gradient")


def _suits_winograd(problem: Problem) -> bool:
    wide = problem.size[-1] >= WINOGRAD_WIDTH
    return wide and problem.fewest >= WINOGRAD_CHANNELS and winograd.suits(problem.window, problem.groups)


def _leaves_lanes_empty(problem: Problem) -> bool:
    strided = max(problem.window.stride) > 1
    return strided and problem.size[-1] <= NARROW and problem.fewest >= PANEL_CHANNELS


def _has_long_panels(problem: Problem) -> bool:
    narrow = len(problem.size) > 1 and problem.size[-1] < NARROW
    return problem.outputs >= PANEL_OUTPUTS or (problem.outputs >= NARROW and narrow)


PATHS = (
    Path(winograd, MAPS, _suits_winograd),
    Path(conv_gemm, MAPS, _leaves_lanes_empty),
    Path(conv_gemm, ("weight_gradient",), _has_long_panels),
    Path(convolution, MAPS, lambda problem: True),
)


def chosen(which: str, problem: Problem) -> Any:
    """The module whose functions compute one of the maps."""
    return next(path.kernels for path in PATHS if which in path.maps and path.takes(problem))


def _problem(window: Window, groups: int, weight: tuple[int, ...], size: tuple[int, ...]) -> Problem:
    return Problem(window, groups, weight[1], weight[0] // groups, size)


def forward(x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """As `convolution.forward`."""
    problem = _problem(window, groups, weight.shape, window.output(x.shape[2:]))
    return chosen("forward", problem).forward(x, weight, bias, window, groups)


def input_gradient(
    gradient: Array, weight: Array, bias: Array | None, window: Window, groups: int, size: tuple[int, ...]
) -> Array:
    """As `convolution.input_gradient`."""
    problem = _problem(window, groups, weight.shape, gradient.shape[2:])
    return chosen("input_gradient", problem).input_gradient(gradient, weight, bias, window, groups, size)


def weight_gradient(gradient: Array, x: Array, window: Window, groups: int) -> Array:
    """As `convolution.weight_gradient`."""
    problem = _problem(window, groups, (gradient.shape[1], x.shape[1] // groups), gradient.shape[2:])
    return chosen("weight_gradient", problem).weight_gradient(gradient, x, window, groups)
