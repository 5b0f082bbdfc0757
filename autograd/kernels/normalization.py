"""Normalisation where a channel has one weight and one bias: of batches, groups and instances.

An input (N, C, L) is N * C spans of L numbers; span s belongs to channel s % C. A group of spans is brought to mean 0
and variance 1 together: group k holds the spans k * first + j * step for j below `spans`. Batches: the N spans of each
channel; groups: neighbouring channels of one sample. A group is read from memory once and written once, if it fits the
cache of a processor. Means are kept in float64: where they are large, their rounding would be seen in the result.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.normalization_passes import combine_span, moments, products_of_span, scale_span
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

_NARROW = 16
"""Spans of fewer numbers, as those of (N, C) are, are first laid side by side."""


class Groups(NamedTuple):
    """Which spans belong together: `number` groups of `spans` spans; see above."""

    number: int
    spans: int
    first: int
    step: int


class Statistics(NamedTuple):
    """Of each group: mean, 1 / sqrt(variance + eps), and the variance, in float64."""

    mean: Array
    rstd: Array
    var: Array


@kernel()
def _address(x, span):
    return np.intp(x.ctypes.data) + span * x.strides[0]


@kernel()
def _forward_part(x, out, weight, bias, mean, rstd, var, groups, eps, given, worker, workers):
    count, spans, first, step = groups
    length, number = x.shape[1], x.dtype.type
    for group in range(worker * count // workers, (worker + 1) * count // workers):
        start = group * first
        if not given:
            centre, squares = moments(x, _address(x, start), step * x.strides[0], spans, length)
            mean[group], var[group] = centre, squares / (spans * length)
            rstd[group] = 1 / np.sqrt(var[group] + eps)
        origin = number(mean[group])
        rest = mean[group] - np.float64(origin)
        for span in range(start, start + spans * step, step):
            channel = span % weight.size
            scale = weight[channel] * rstd[group]
            shift = bias[channel] - rest * scale
            scale_span(x, _address(out, span), _address(x, span), length, origin, number(scale), number(shift))


@kernel(parallel=True)
def _forward_shared(x, out, weight, bias, mean, rstd, var, groups, eps, given, workers):
    for worker in prange(workers):
        _forward_part(x, out, weight, bias, mean, rstd, var, groups, eps, given, np.intp(worker), workers)


@kernel()
def _backward_part(grad, x, out, weight, mean, rstd, sums, groups, given, worker, workers):
    count, spans, first, step = groups
    length, number = x.shape[1], x.dtype.type
    for group in range(worker * count // workers, (worker + 1) * count // workers):
        start = group * first
        origin, factor = number(mean[group]), rstd[group]
        rest = mean[group] - np.float64(origin)
        along, across = 0.0, 0.0
        for span in range(start, start + spans * step, step):
            total, product = products_of_span(x, _address(grad, span), _address(x, span), length, origin)
            sums[0, span] = (product - rest * total) * factor
            sums[1, span] = total
            scale = weight[span % weight.size]
            along += scale * sums[0, span]
            across += scale * total
        slope = -factor * factor * along / (spans * length)
        shift = -factor * across / (spans * length) - slope * rest
        for span in range(start, start + spans * step, step):
            scale = number(weight[span % weight.size] * factor)
            target, source = _address(out, span), _address(grad, span)
            if given:
                scale_span(x, target, source, length, number(0), scale, number(0))
            else:
                combine_span(x, target, source, _address(x, span), length, origin, scale, number(slope), number(shift))


@kernel(parallel=True)
def _backward_shared(grad, x, out, weight, mean, rstd, sums, groups, given, workers):
    for worker in prange(workers):
        _backward_part(grad, x, out, weight, mean, rstd, sums, groups, given, np.intp(worker), workers)


def batch_forward(
    x: Array, weight: Array | None, bias: Array | None, eps: float, given: Statistics | None = None
) -> tuple[Array, Statistics]:
    """x (N, C, *), float32 or float64, normalised channel by channel, times weight (C,) plus bias (C,).

    With `given` statistics of the channels those are used; the second result are the statistics that were used.
    """
    if _is_narrow(x):
        out, found = _forward(_side_by_side(x), _batch(x), weight, bias, eps, given)
        return _back_in_place(out, x), found
    return _forward(x, _batch(x), weight, bias, eps, given)


def batch_backward(
    grad: Array, x: Array, weight: Array | None, used: Statistics, given: bool
) -> tuple[Array, Array, Array]:
    """The gradients for x, weight and bias; `used` is the second result of batch_forward."""
    if _is_narrow(x):
        flat = _backward(_side_by_side(grad), _side_by_side(x), _batch(x), weight, used, given)
        return _back_in_place(flat[0], x), *flat[1:]
    return _backward(grad, x, _batch(x), weight, used, given)


def group_forward(
    x: Array, groups: int, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Statistics]:
    """x (N, C, *), float32 or float64, normalised for each sample over C / groups channels at a time."""
    return _forward(x, _grouped(x, groups), weight, bias, eps, None)


def group_backward(
    grad: Array, x: Array, groups: int, weight: Array | None, used: Statistics
) -> tuple[Array, Array, Array]:
    """The gradients for x, weight and bias; `used` is the second result of group_forward."""
    return _backward(grad, x, _grouped(x, groups), weight, used, False)


def _batch(x: Array) -> Groups:
    samples, channels = x.shape[:2]
    return Groups(channels, 1, 1, 1) if _is_narrow(x) else Groups(channels, samples, 1, channels)


def _grouped(x: Array, groups: int) -> Groups:
    spans = x.shape[1] // groups
    return Groups(x.shape[0] * groups, spans, spans, 1)


def _is_narrow(x: Array) -> bool:
    samples, channels = x.shape[:2]
    return samples > 1 and x.size < samples * channels * _NARROW


def _side_by_side(x: Array) -> Array:
    """x (N, C, *) as (1, C, N * length)."""
    samples, channels = x.shape[:2]
    return x.reshape(samples, channels, -1).swapaxes(0, 1).reshape(1, channels, -1)


def _back_in_place(x: Array, like: Array) -> Array:
    samples, channels = like.shape[:2]
    return np.ascontiguousarray(x.reshape(channels, samples, -1).swapaxes(0, 1)).reshape(like.shape)


def _forward(
    x: Array, groups: Groups, weight: Array | None, bias: Array | None, eps: float, given: Statistics | None
) -> tuple[Array, Statistics]:
    samples, channels = x.shape[:2]
    used = Statistics(*(np.empty(groups.number) for _ in range(3))) if given is None else given
    out = np.empty(x.shape, x.dtype)
    threads.run(
        _forward_part, _forward_shared, x.size // WORTH_A_THREAD,
        readable(x).reshape(samples * channels, -1), out.reshape(samples * channels, -1),
        _of_channels(weight, 1, channels), _of_channels(bias, 0, channels), *used, tuple(groups), float(eps),
        given is not None,
    )  # fmt: skip
    return out, used


def _backward(
    grad: Array, x: Array, groups: Groups, weight: Array | None, used: Statistics, given: bool
) -> tuple[Array, Array, Array]:
    samples, channels = x.shape[:2]
    sums = np.empty((2, samples * channels))
    out = np.empty(x.shape, x.dtype)
    threads.run(
        _backward_part, _backward_shared, x.size // WORTH_A_THREAD,
        readable(grad, x.dtype).reshape(samples * channels, -1), readable(x).reshape(samples * channels, -1),
        out.reshape(samples * channels, -1), _of_channels(weight, 1, channels), used.mean, used.rstd, sums,
        tuple(groups), given,
    )  # fmt: skip
    of_weight, of_bias = sums.reshape(2, samples, channels).sum(1).astype(x.dtype)
    return out, of_weight, of_bias


def _of_channels(values: Array | None, absent: float, channels: int) -> Array:
    return readable(np.full(channels, absent) if values is None else values, np.float64)
