"""The error function, the gamma function's logarithm, and their relatives."""

from __future__ import annotations

import math

import numpy as np

from autograd import kernels
from autograd.elementwise_call import elementwise
from autograd.errors import ArgumentError, complaint
from autograd.ops.exponential import exp
from autograd.typing import A

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


@elementwise(lambda g, input: g * (exp(-input * input) * TWO_OVER_ROOT_PI), result="float")
def erf(input: A) -> A:
    """The error function, `2 / sqrt(π)` times the integral of `exp(-t**2)` from 0."""
    return kernels.special.erf(np.asarray(input))


@elementwise(lambda g, input: g * (exp(-input * input) * -TWO_OVER_ROOT_PI), result="float")
def erfc(input: A) -> A:
    """`1 - erf(input)`, accurate for large elements."""
    return kernels.special.erfc(np.asarray(input))


@elementwise(lambda g, out: g * (exp(out * out) / TWO_OVER_ROOT_PI), result="float")
def erfinv(input: A) -> A:
    """The inverse of the error function: NaN outside −1 to 1, infinite at the ends."""
    return kernels.special.erfinv(np.asarray(input))


@elementwise(lambda g, input: g * digamma(input), result="float")
def lgamma(input: A) -> A:
    """The natural logarithm of the magnitude of the gamma function."""
    return kernels.special.lgamma(np.asarray(input))


@elementwise(lambda g, input: g * polygamma_of(input, n=1), result="float")
def digamma(input: A) -> A:
    """The logarithmic derivative of the gamma function."""
    return kernels.special.polygamma(0, np.asarray(input))


@elementwise(lambda g, input, n: g * polygamma_of(input, n=n + 1), result="float")
def polygamma_of(input: A, *, n: int) -> A:
    """The derivative of order `n`, at least 1, of digamma."""
    return kernels.special.polygamma(n, np.asarray(input))


def polygamma(n: int, input: A) -> A:
    """The derivative of order `n` of digamma; order 0 is digamma. Raises ArgumentError for a negative order."""
    if n < 0:
        raise ArgumentError(complaint("polygamma", "an order of at least 0", str(n)))
    return digamma(input) if n == 0 else polygamma_of(input, n=n)
