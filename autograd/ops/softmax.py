"""Softmax, its logarithm, and the logarithm of summed exponentials: shifted by the maximum, so that none overflows."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels
from autograd.dtypes import as_float as float_dtype
from autograd.general_call import operation
from autograd.ops.exponential import exp
from autograd.ops.large_arrays import worth_a_kernel
from autograd.ops.reduced_dims import normal_dims, restore_dims
from autograd.ops.reduced_dtypes import as_float, in_dtype
from autograd.ops.reduction import sum
from autograd.ops.summation import total
from autograd.typing import A, Array, Dims

KERNEL_FROM = 256
"""Elements from which the kernel is called: it is quicker on fewer, too, but a first call would have to compile it."""


@operation(lambda g, out, dim, input_dtype: in_dtype(softmax_backward(g, out, dim), input_dtype))
def softmax(input: A, dim: int, *, dtype: Any = None) -> A:
    """`exp(input)` divided by its sum along `dim`: positive numbers that add up to 1. `dtype`: cast to it first.

    Raises DTypeError for integers.
    """
    array = as_float("softmax", input, dtype)
    dims = normal_dims("softmax", dim, array.ndim)
    if _rows(array, dims):
        return kernels.softmax.softmax(array)
    found = _shifted(array, dims)
    np.exp(found, out=found)
    found /= total(found, dims, keepdim=True)
    return found.astype(array.dtype, copy=False)


def _softmax_slope(g: Any, grad: Any, out: Any, dim: int) -> Any:
    return g * (grad - sum(grad * out, dim, True)) - grad * sum(g * out, dim, True)


@operation(lambda g, out, dim: softmax_backward(g, out, dim), _softmax_slope)
def softmax_backward(grad: A, out: A, dim: int) -> A:
    """The gradient of softmax's input, where `out` is its result along `dim` and `grad` that one's gradient."""
    if _rows(out, normal_dims("softmax", dim, out.ndim)):
        return kernels.softmax.softmax_backward(grad, out)
    return out * (grad - sum(grad * out, dim, True))


@operation(lambda g, out, dim, input_dtype: in_dtype(log_softmax_backward(g, out, dim), input_dtype))
def log_softmax(input: A, dim: int, *, dtype: Any = None) -> A:
    """The logarithm of `softmax`, without loss where that is near 0 or 1. `dtype`: cast to it first.

    Raises DTypeError for integers.
    """
    array = as_float("log_softmax", input, dtype)
    dims = normal_dims("log_softmax", dim, array.ndim)
    if _rows(array, dims):
        return kernels.softmax.log_softmax(array)
    found = _shifted(array, dims)
    found -= np.log(total(np.exp(found), dims, keepdim=True))
    return found.astype(array.dtype, copy=False)


@operation(
    lambda g, out, dim: g - sum(g * exp(out), dim, True),
    lambda g, grad, out, dim: -g * exp(out) * sum(grad, dim, True),
)
def log_softmax_backward(grad: A, out: A, dim: int) -> A:
    """The gradient of log_softmax's input, where `out` is its result along `dim` and `grad` that one's gradient."""
    if _rows(out, normal_dims("log_softmax", dim, out.ndim)):
        return kernels.softmax.log_softmax_backward(grad, out)
    return grad - exp(out) * sum(grad, dim, True)


def _rows(array: Any, dims: tuple[int, ...]) -> bool:
    """Whether the dimension is the one that lies in rows, of an array for which a kernel is loaded sooner or later."""
    return worth_a_kernel(array, KERNEL_FROM) and dims == (array.ndim - 1,)


def _shifted(array: Array, dims: tuple[int, ...]) -> Array:
    """The elements minus the largest along the dimension, a fresh array; float16 as float32."""
    highest = np.maximum.reduce(array, dims, keepdims=True, initial=-np.inf)
    return np.asarray(np.subtract(array, highest, dtype=np.float32 if array.dtype == np.float16 else None))


@operation(
    lambda g, input, out, dim, keepdim: (
        restore_dims(g, input.shape, dim, keepdim) * exp(input - restore_dims(out, input.shape, dim, keepdim))
    )
)
def logsumexp(input: A, dim: Dims, keepdim: bool = False) -> A:
    """The logarithm of the sum of `exp(input)` over `dim`, an integer or a tuple; -inf over nothing."""
    array = input.astype(float_dtype(input.dtype), copy=False)
    dims = normal_dims("logsumexp", dim, array.ndim)
    highest = np.maximum.reduce(array, dims, keepdims=True, initial=-np.inf)
    if np.isinf(highest).any():
        highest = np.where(np.isinf(highest), np.zeros((), array.dtype), highest)
    found = np.log(total(np.exp(array - highest), dims, keepdim=True)) + highest
    return found if keepdim else np.asarray(found).squeeze(dims)
