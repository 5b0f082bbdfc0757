"""Normalization of batches, layers, groups, instances and neighbouring channels.

`weight` and `bias` may be None. `eps` is added to the variance. Raises ShapeError where sizes do not fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd.ops.normalization as ops
from autograd import memory
from autograd.creation import from_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.matmul import matmul
from autograd.ops.norm import vector_norm
from autograd.ops.selection import clamp
from autograd.ops.shape import reshape
from nn.functional.padding import pad
from nn.functional.pooling import avg_pool2d, avg_pool3d


def batch_norm(
    input: Any, running_mean: Any, running_var: Any, weight: Any = None, bias: Any = None, training: bool = False,
    momentum: float = 0.1, eps: float = 1e-5,
) -> Any:  # fmt: skip
    """Each channel of `input` (N, C, *) to mean 0 and variance 1, times weight (C,) plus bias (C,).

    `training` takes the batch's statistics and, unless they are None, moves `running_mean` and `running_var` (C,)
    towards them by the share `momentum`, in place; otherwise these are used.
    Source: Ioffe and Szegedy, "Batch normalization" (2015).
    """
    _require_floating("batch_norm", input)
    if input.ndim < 2:
        raise ShapeError(complaint("batch_norm", "input (N, C, *)", f"shape {tuple(input.shape)}"))
    channels = input.shape[1]
    named = (("running_mean", running_mean), ("running_var", running_var), ("weight", weight), ("bias", bias))
    for name, x in named:
        _check_channels("batch_norm", name, x, input, channels)
    count = input.numel() // max(channels, 1)
    if not training and (running_mean is None or running_var is None):
        raise ArgumentError(complaint("batch_norm", "running_mean and running_var, or training=True", "None"))
    if not count:
        return _of_nothing(input, weight, bias)
    if training and count == 1:
        raise ShapeError(
            complaint("batch_norm", "more than one value for each channel in training", f"shape {tuple(input.shape)}",
                      "Use a larger batch, or call eval()")
        )  # fmt: skip
    workspace: list[Any] = []
    if not training:
        running = running_mean.detach().numpy(), running_var.detach().numpy()
        return ops.batch_norm(input, weight, bias, running, eps, workspace)
    found = ops.batch_norm(input, weight, bias, None, eps, workspace)
    if running_mean is not None:
        used = workspace[0]
        _move(running_mean, used.mean, momentum)
        _move(running_var, used.var * (count / (count - 1)), momentum)
    return found


def _move(running: Any, found: Any, share: float) -> None:
    array = running.detach().numpy()
    array += share * (found - array)
    memory.wrote(array)


def _of_nothing(input: Any, weight: Any, bias: Any) -> Any:
    """An input without elements, in the graph of weight and bias, of which the gradients are 0."""
    shape = (1, input.shape[1]) + (1,) * (input.ndim - 2)
    found = input if weight is None else input * reshape(weight, shape)
    return found * 1 if bias is None else found + reshape(bias, shape)


def _require_floating(where: str, input: Any) -> None:
    if input.dtype.dtype.kind != "f":
        raise DTypeError(complaint(where, "a floating-point input", str(input.dtype), "Convert it with .float()"))


def _check_channels(where: str, name: str, x: Any, input: Any, channels: int) -> None:
    if x is not None and tuple(x.shape) != (channels,):
        expected = f"{name} of shape ({channels},) for input of shape {tuple(input.shape)}"
        raise ShapeError(complaint(where, expected, f"shape {tuple(x.shape)}"))


def instance_norm(
    input: Any, running_mean: Any = None, running_var: Any = None, weight: Any = None, bias: Any = None,
    use_input_stats: bool = True, momentum: float = 0.1, eps: float = 1e-5,
) -> Any:  # fmt: skip
    """`batch_norm` of each sample by itself; running statistics move towards the means over the samples.

    Source: Ulyanov et al., "Instance normalization" (2016).
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    _require_floating("instance_norm", input)
    size = math.prod(input.shape[2:])
    if size == 1:
        raise ShapeError(
            complaint("instance_norm", "more than one value for each channel of a sample", f"{tuple(input.shape)}")
        )
    for name, x in (("weight", weight), ("bias", bias)):
        _check_channels("instance_norm", name, x, input, input.shape[1])
    if not input.numel():
        return _of_nothing(input, weight, bias)
    workspace: list[Any] = []
    found = ops.group_norm(input, weight, bias, input.shape[1], eps, workspace)
    if running_mean is not None:
        shape = input.shape[0], input.shape[1]
        _move(running_mean, workspace[0].mean.reshape(shape).mean(0), momentum)
        _move(running_var, workspace[0].var.reshape(shape).mean(0) * (size / (size - 1)), momentum)
    return found


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Each of `num_groups` groups of channels of a sample of `input` (N, C, *) to mean 0 and variance 1.

    Source: Wu and He, "Group normalization" (2018).
    """
    _require_floating("group_norm", input)
    if input.ndim < 2 or num_groups < 1 or input.shape[1] % num_groups:
        expected = f"input (N, C, *) with channels that {num_groups} groups can share"
        raise ShapeError(complaint("group_norm", expected, f"shape {tuple(input.shape)}"))
    for name, x in (("weight", weight), ("bias", bias)):
        _check_channels("group_norm", name, x, input, input.shape[1])
    if not input.numel():
        return _of_nothing(input, weight, bias)
    return ops.group_norm(input, weight, bias, num_groups, eps, [])


def layer_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """The last dimensions of `input`, of sizes `normalized_shape`, together to mean 0 and variance 1.

    Source: Ba et al., "Layer normalization" (2016).
    """
    sizes = _trailing("layer_norm", input, normalized_shape, weight, bias)
    return _over_rows(input, sizes, weight, bias, True, eps)


def rms_norm(input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None) -> Any:
    """The last dimensions of `input`, of sizes `normalized_shape`, divided by the root of their mean square plus eps.

    `eps`: the dtype's epsilon by default. Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).
    """
    sizes = _trailing("rms_norm", input, normalized_shape, weight, None)
    least = float(np.finfo(input.dtype.dtype).eps) if eps is None else eps
    return _over_rows(input, sizes, weight, None, False, least)


def _over_rows(input: Any, sizes: tuple[int, ...], weight: Any, bias: Any, centred: bool, eps: float) -> Any:
    if input.ndim == 2 and len(sizes) == 1:  # rows already
        return ops.row_norm(input, weight, bias, centred, eps, [])
    length = math.prod(sizes)
    scale, shift = (None if x is None else reshape(x, (length,)) for x in (weight, bias))
    rows = input.numel() // length if length else 0
    return reshape(ops.row_norm(reshape(input, (rows, length)), scale, shift, centred, eps, []), input.shape)


def _trailing(where: str, input: Any, normalized_shape: Sequence[int], weight: Any, bias: Any) -> tuple[int, ...]:
    _require_floating(where, input)
    sizes = tuple(normalized_shape)
    if not sizes or tuple(input.shape[-len(sizes) :]) != sizes:
        given = f"shape {tuple(input.shape)}"
        raise ShapeError(complaint(where, f"an input whose last sizes are {sizes}", given))
    for name, x in (("weight", weight), ("bias", bias)):
        if x is not None and tuple(x.shape) != sizes:
            raise ShapeError(complaint(where, f"{name} of shape {sizes}", f"shape {tuple(x.shape)}"))
    return sizes


def local_response_norm(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    """x / (k + alpha·m)^beta, m the mean square over `size` neighbouring channels of `input` (N, C, *).

    Source: Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012).
    """
    if input.ndim < 3:
        expected = "an input of three dimensions or more"
        raise ShapeError(complaint("local_response_norm", expected, f"shape {tuple(input.shape)}"))
    if not input.numel():
        return input
    before, after = size // 2, (size - 1) // 2
    squares = input * input
    if input.ndim == 3:
        padded = pad(squares.unsqueeze(1), (0, 0, before, after))
        means = avg_pool2d(padded, (size, 1), stride=1).squeeze(1)
    else:
        samples, channels, rows = input.shape[:3]
        padded = pad(reshape(squares, (samples, 1, channels, rows, -1)), (0, 0, 0, 0, before, after))
        means = reshape(avg_pool3d(padded, (size, 1, 1), stride=1), input.shape)
    return input / (means * alpha + k) ** beta


def cross_map_lrn2d(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    """x / (k + alpha/size·s)^beta, s the sum of squares over neighbouring channels of `input` (N, C, H, W).

    These are the channels less than (size + 1) // 2 away and, as PyTorch has it, always channel 0 too; only there do
    odd sizes differ from `local_response_norm`. The gradient is that of this function; PyTorch's is of another one.
    """
    if input.ndim != 4:
        raise ShapeError(complaint("cross_map_lrn2d", "an input of four dimensions", f"shape {tuple(input.shape)}"))
    samples, channels, rows, columns = input.shape
    at = np.arange(channels)
    counted = (np.abs(at[:, None] - at) < (size + 1) // 2) | (at == 0)
    squares = reshape(input * input, (samples, channels, rows * columns))
    sums = reshape(matmul(from_numpy(counted.astype(input.dtype.dtype)), squares), input.shape)
    return input / (sums * (alpha / size) + k) ** beta


def normalize(input: Any, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12, out: Any = None) -> Any:
    """The input divided by its p-norm along `dim`, or by eps where that is larger."""
    return input / clamp(vector_norm(input, p, dim, True), min=eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x1·x2 / (max(|x1|, eps)·max(|x2|, eps)) along `dim`; the shapes broadcast."""
    first, second = (x / clamp(vector_norm(x, 2, dim, True), min=eps) for x in (x1, x2))
    return (first * second).sum(dim)
