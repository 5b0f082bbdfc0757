"""Convolution in two dimensions and its gradients as Numba's users write them: loops over results, channels and taps.

Compiled, on all threads, without im2col or blocking.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange


@njit(parallel=True, fastmath=True)
def _convolution(out, x, weight, bias, stride, padding):
    images, outputs, height, width = out.shape
    _, channels, rows, columns = weight.shape
    for task in prange(images * outputs):
        n, o = task // outputs, task % outputs
        for i in range(height):
            for j in range(width):
                total = bias[o]
                for c in range(channels):
                    for a in range(rows):
                        for b in range(columns):
                            y, z = i * stride + a - padding, j * stride + b - padding
                            if 0 <= y < x.shape[2] and 0 <= z < x.shape[3]:
                                total += x[n, c, y, z] * weight[o, c, a, b]
                out[n, o, i, j] = total


@njit(parallel=True, fastmath=True)
def _input_gradient(out, gradient, weight, stride, padding):
    images, outputs, height, width = gradient.shape
    _, channels, rows, columns = weight.shape
    for task in prange(images * channels):
        n, c = task // channels, task % channels
        for o in range(outputs):
            for i in range(height):
                for j in range(width):
                    for a in range(rows):
                        for b in range(columns):
                            y, z = i * stride + a - padding, j * stride + b - padding
                            if 0 <= y < out.shape[2] and 0 <= z < out.shape[3]:
                                out[n, c, y, z] += gradient[n, o, i, j] * weight[o, c, a, b]


@njit(parallel=True, fastmath=True)
def _weight_gradient(out, gradient, x, stride, padding):
    images, outputs, height, width = gradient.shape
    _, channels, rows, columns = out.shape
    for task in prange(outputs * channels):
        o, c = task // channels, task % channels
        for a in range(rows):
            for b in range(columns):
                total = np.float32(0)
                for n in range(images):
                    for i in range(height):
                        for j in range(width):
                            y, z = i * stride + a - padding, j * stride + b - padding
                            if 0 <= y < x.shape[2] and 0 <= z < x.shape[3]:
                                total += gradient[n, o, i, j] * x[n, c, y, z]
                out[o, c, a, b] = total


def convolution(x: Any, weight: Any, bias: Any, stride: int, padding: int) -> Any:
    """x (N, C, H, W), weight (O, C, KH, KW), bias (O,); one stride and padding for both dimensions."""
    sides = [(x.shape[d] + 2 * padding - weight.shape[d]) // stride + 1 for d in (2, 3)]
    out = np.empty((len(x), len(weight), *sides), x.dtype)
    _convolution(out, x, weight, bias, stride, padding)
    return out


def input_gradient(gradient: Any, weight: Any, shape: tuple[int, ...], stride: int, padding: int) -> Any:
    """What a gradient of the result is for an input of that shape."""
    out = np.zeros(shape, gradient.dtype)
    _input_gradient(out, gradient, weight, stride, padding)
    return out


def weight_gradient(gradient: Any, x: Any, shape: tuple[int, ...], stride: int, padding: int) -> Any:
    """What a gradient of the result is for a weight of that shape."""
    out = np.empty(shape, gradient.dtype)
    _weight_gradient(out, gradient, x, stride, padding)
    return out
