"""Activation functions of straight pieces. `inplace` writes the result into the input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd.ops.piecewise as ops
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.activation import leaky_relu
from autograd.ops.inplace import overwrite
from autograd.ops.shape import reshape
from autograd.random import default_generator
from autograd.typing import Array


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """The elements cut off at `min_val` and `max_val`. Raises ArgumentError unless min_val < max_val."""
    if not min_val <= max_val:
        raise ArgumentError(complaint("hardtanh", "min_val at most max_val", f"{min_val} and {max_val}"))
    result = ops.hardtanh(input, min_val=min_val, max_val=max_val)
    return overwrite(input, result, "hardtanh_") if inplace else result


def hardtanh_(input: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """`hardtanh` in place."""
    return hardtanh(input, min_val, max_val, inplace=True)


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(0, x), 6). Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10" (2010)."""
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """x/6 + 1/2, cut off at 0 and 1. Source: Courbariaux et al., "BinaryConnect" (2015)."""
    result = ops.hardsigmoid(input)
    return overwrite(input, result, "hardsigmoid_") if inplace else result


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x·hardsigmoid(x). Source: Howard et al., "Searching for MobileNetV3" (2019)."""
    result = ops.hardswish(input)
    return overwrite(input, result, "hardswish_") if inplace else result


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x where |x| > lambd, 0 elsewhere."""
    return ops.hardshrink(input, lambd=lambd)


def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x brought nearer to 0 by lambd, 0 where |x| <= lambd. Raises ArgumentError for a negative lambd."""
    if lambd < 0:
        raise ArgumentError(complaint("softshrink", "lambd >= 0", str(lambd)))
    return ops.softshrink(input, lambd=lambd)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where x > threshold, `value` elsewhere."""
    result = ops.threshold(input, threshold=threshold, value=value)
    return overwrite(input, result, "threshold_") if inplace else result


def threshold_(input: Any, threshold: float, value: float) -> Any:
    """`threshold` in place."""
    return overwrite(input, ops.threshold(input, threshold=threshold, value=value), "threshold_")


def prelu(input: Any, weight: Any) -> Any:
    """x where positive, weight·x elsewhere; `weight` has one element, or one for each channel, (N, C, ...).

    Raises ShapeError. Source: He et al., "Delving deep into rectifiers" (2015).
    """
    if weight.numel() == 1:
        return ops.prelu(input, reshape(weight, ()) if input.ndim == 0 else reshape(weight, (1,) * input.ndim))
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim != 1 or weight.shape[0] != channels:
        raise ShapeError(
            complaint("prelu", f"one weight, or one for each of {channels} channels of {tuple(input.shape)}",
                      f"shape {tuple(weight.shape)}")
        )  # fmt: skip
    return ops.prelu(input, reshape(weight, (1, channels) + (1,) * (input.ndim - 2)))


def rrelu(input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False) -> Any:
    """x where positive, r·x elsewhere: r uniform on [lower, upper] for each element if `training`, else their mean.

    Raises ArgumentError unless lower <= upper, both finite.
    Source: Xu et al., "Empirical evaluation of rectified activations in convolutional network" (2015).
    """
    if not (math.isfinite(lower) and math.isfinite(upper) and lower <= upper):
        raise ArgumentError(complaint("rrelu", "finite lower <= upper", f"{lower} and {upper}"))
    if training:
        result = ops.prelu(input, _random_slopes(input.detach().numpy(), lower, upper))
    else:
        result = leaky_relu(input, negative_slope=(lower + upper) / 2)
    return overwrite(input, result, "rrelu_") if inplace else result


def rrelu_(input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Any:
    """`rrelu` in place."""
    return rrelu(input, lower, upper, training, inplace=True)


def _random_slopes(array: Array, lower: float, upper: float) -> Array:
    """A slope for each element; only those that are not positive draw a number, row by row."""
    slopes = np.ones_like(array)
    drawn = ~(array > 0)
    numbers = default_generator.uniform((int(drawn.sum()),), np.float64, lower, upper)
    slopes[drawn] = numbers
    return slopes
