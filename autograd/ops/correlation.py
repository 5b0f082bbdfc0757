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
    lambda g, weight, input_shape, window, groups: correlate_input(g, weight, None, window, groups, input_shape[2:]),
    lambda g, input, window, groups: correlate_weight(g, input, window, groups),
    lambda g: _over_images(g),
)
def correlate(input: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
    """The convolution of `input` (N, C, *size) with `weight` (O, C / groups, *window.size), plus `bias` (O,) or None."""
    return _run(kernels.convolution.forward, [input, weight, bias], window, groups)


@operation(
    lambda g, weight, window, groups: correlate(g, weight, None, window, groups),
    lambda g, input, window, groups: correlate_weight(input, g, window, groups),
    lambda g: _over_images(g),
)
def correlate_input(input: Any, weight: Any, bias: Any, window: Window, groups: int, size: Shape) -> Any:
    """The transpose of `correlate`: `input` (N, O, *output) gives (N, C, *size), plus `bias` (C,) or None."""
    return _run(kernels.convolution.input_gradient, [input, weight, bias], window, groups, size)


@operation(
    lambda g, other, window, groups: correlate(other, g, None, window, groups),
    lambda g, input, other_shape, window, groups: correlate_input(input, g, None, window, groups, other_shape[2:]),
)
def correlate_weight(input: Any, other: Any, window: Window, groups: int) -> Any:
    """The gradient of the weight: `input` (N, O, *output) is that of the result, `other` (N, C, *size) the input."""
    return _run(kernels.convolution.weight_gradient, [input, other], window, groups)


def _over_images(g: Any) -> Any:
    return sum(g, (0, *range(2, g.ndim)))


def _run(kernel: Callable[..., Array], operands: list[Any], *arguments: Any) -> Array:
    """The kernel's result; float16 is computed in float32."""
    dtype = operands[0].dtype
    if dtype.itemsize < 4:
        operands = [None if x is None else x.astype(np.float32) for x in operands]
    return kernel(*operands, *arguments).astype(dtype, copy=False)
