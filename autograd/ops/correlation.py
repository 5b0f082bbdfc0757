"""Convolution, its input gradient and its weight gradient: three maps, each linear in both operands.

The rules of each are the other two, so every order of gradient goes through the kernels, and transposed convolution is
`correlate_input` itself. Their arguments are checked in convolution.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.kernels.geometry import Window
from autograd.ops.reduction import sum
from autograd.typing import Array, Shape


@operation(
    lambda g, weight, input_shape, window, groups: _to_input(g, weight, window, groups, input_shape),
    lambda g, input, window, groups: _to_weight(g, input, window, groups),
    lambda g: _over_images(g),
)
def correlate(input: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
    """The convolution of `input` (N, C, *size) with `weight` (O, C / groups, *window.size); `bias` is (O,) or None."""
    return _run(kernels.conv_paths.forward, [input, weight, bias], window, groups)


@operation(
    lambda g, weight, window, groups: correlate(g, weight, None, window, groups),
    lambda g, input, window, groups: _to_weight(input, g, window, groups),
    lambda g: _over_images(g),
)
def correlate_input(input: Any, weight: Any, bias: Any, window: Window, groups: int, size: Shape) -> Any:
    """The transpose of `correlate`: `input` (N, O, *output) gives (N, C, *size), plus `bias` (C,) or None."""
    return _run(kernels.conv_paths.input_gradient, [input, weight, bias], window, groups, size)


@operation(
    lambda g, other, window, groups: correlate(other, g, None, window, groups),
    lambda g, input, other_shape, window, groups: _to_input(input, g, window, groups, other_shape),
)
def correlate_weight(input: Any, other: Any, window: Window, groups: int) -> Any:
    """The gradient of the weight: `input` (N, O, *output) is that of the result, `other` (N, C, *size) the input."""
    return _run(kernels.conv_paths.weight_gradient, [input, other], window, groups)


def _to_input(gradient: Any, weight: Any, window: Window, groups: int, shape: Shape) -> Any:
    return correlate_input(gradient, weight, None, window, groups, shape[2:])


def _to_weight(gradient: Any, input: Any, window: Window, groups: int) -> Any:
    return correlate_weight(gradient, input, window, groups)


def _over_images(g: Any) -> Any:
    return sum(g, (0, *range(2, g.ndim)))


def _run(kernel: Callable[..., Array], operands: list[Any], *arguments: Any) -> Array:
    """The kernel's result; float16 is computed in float32."""
    dtype = operands[0].dtype
    if dtype.itemsize < 4:
        operands = [None if x is None else x.astype(np.float32) for x in operands]
    return kernel(*operands, *arguments).astype(dtype, copy=False)
