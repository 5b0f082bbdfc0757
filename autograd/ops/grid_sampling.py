"""Weighted sums of pixels at given places: three maps, each linear in both operands, whose rules are the other two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.typing import A, Array


@operation(
    lambda g, weights, places, input_shape: scatter_samples(g, weights, places, input_shape[2]),
    lambda g, input, places: sample_products(g, input, places),
)
def gather_samples(input: A, weights: A, places: Array) -> A:
    """Samples (N, C, P) of the pixels `input` (N, C, S): each the sum over taps of `weights` (T, N, P) times pixels.

    `places` (T, N, P), int64, says which pixel; a negative one stands for a pixel of value 0.
    """
    return _run(kernels.grid_sampling.gather, input, weights, places)


@operation(
    lambda g, weights, places: gather_samples(g, weights, places),
    lambda g, input, places: sample_products(input, g, places),
)
def scatter_samples(input: A, weights: A, places: Array, size: int) -> A:
    """The gradient of the pixels, (N, C, size): `input` (N, C, P) is that of the samples."""
    return _run(kernels.grid_sampling.scatter, input, weights, places, size)


@operation(
    lambda g, other, places: gather_samples(other, g, places),
    lambda g, input, places, other_shape: scatter_samples(input, g, places, other_shape[2]),
)
def sample_products(input: A, other: A, places: Array) -> A:
    """The gradient of the weights, (T, N, P): `input` (N, C, P) is that of samples, `other` (N, C, S) the pixels."""
    return _run(kernels.grid_sampling.products, input, other, places)


def _run(kernel: Callable[..., Array], first: Any, second: Any, places: Array, *size: int) -> Any:
    """The kernel's result; float16 is summed in float32."""
    dtype = np.promote_types(first.dtype, np.float32)
    made = kernel(np.ascontiguousarray(first, dtype), np.ascontiguousarray(second, dtype), places, *size)
    return made.astype(first.dtype, copy=False)
