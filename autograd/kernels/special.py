"""Special functions of each element, computed in float64: the error function, the gamma function's logarithm and kin.

erf, erfc and lgamma are the C library's, but for erf in single precision: a polynomial, which is vectorised.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.jit import kernel
from autograd.typing import Array

WORTH_A_THREAD = 2_048
"""Elements that repay waking one more thread."""

_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
_ROOT = 1.4616321449683622  # where digamma is 0, and what this float64 leaves of it
_ROOT_REST = 9.549995429965697e-17
_AT_ROOT = (  # digamma's Taylor coefficients there, from the first order on
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652, 0.10782405069126237,
    -0.07219956125645471, 0.04880428816414311, -0.03316112647484736, 0.022597648232218104, -0.01542476590494896,
    0.010538791616612175, -0.007204534386356869, 0.004926781395729853, -0.003369801655439328, 0.002305126326734928,
    -0.0015769367714301972, 0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602,
    -0.0003454680251063077, 0.00023635601564027053, -0.00016170622091974803,
)  # fmt: skip
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
"""The Bernoulli numbers B2, B4, ..."""


def _erf_over_x() -> tuple[float, ...]:
    """A polynomial for erf(x) / x, x from 0 to 4, of s = x**2 / 8 − 1: coefficients, the highest first."""

    def ratio(s: Any) -> Any:
        return np.array([math.erf(x) / x for x in np.sqrt(8 * (s + 1))])

    found = np.polynomial.chebyshev.chebinterpolate(ratio, _ERF_DEGREE)
    return tuple(np.polynomial.chebyshev.cheb2poly(found)[::-1])


_ERF_DEGREE = 18  # leaves half a unit in the last place of float32
_ERF_HIGH, _ERF_LOW = _erf_over_x()[:9], _erf_over_x()[9:]  # LLVM unrolls short loops only


@kernel()
def _inverse_erf(x):
    """The y with erf(y) = x, to which Halley's method leads from S. Winitzki's approximation (2008)."""
    size = abs(x)
    if not size < 1:
        return math.copysign(math.inf, x) if size == 1 else math.nan
    if size < 1e-3:
        y = size / _TWO_OVER_ROOT_PI
    else:
        tail = math.log((1 - size) * (1 + size))
        half = _TWO_OVER_ROOT_PI**2 / (2 * 0.147) + tail / 2
        y = math.sqrt(math.sqrt(half * half - tail / 0.147) - half)
    for _ in range(3):
        excess = math.erf(y) - size if size < 0.5 else (1 - size) - math.erfc(y)
        step = excess / (_TWO_OVER_ROOT_PI * math.exp(-y * y))
        y -= step / (1 + y * step)
    return math.copysign(y, x)


@kernel()
def _cotangent(x):
    """cot(πx), accurate near its zeros too."""
    rest = x - np.rint(x)
    if abs(rest) > 0.25:
        return math.copysign(math.tan(math.pi * (0.5 - abs(rest))), rest)
    return 1 / math.tan(math.pi * rest)


@kernel()
def _digamma(x):
    """The logarithmic derivative of gamma by reflection, recurrence, asymptotic series (DLMF 5.5.4, 5.5.2, 5.11.2)."""
    if x == 0:
        return math.copysign(math.inf, -x)
    reflected = 0.0
    if x < 0:
        if x == np.rint(x):
            return math.nan
        reflected = -math.pi * _cotangent(x)
        x = 1 - x
    if abs(x - _ROOT) < 0.25:
        d, value = (x - _ROOT) - _ROOT_REST, 0.0
        for i in range(len(_AT_ROOT) - 1, -1, -1):
            value = value * d + _AT_ROOT[i]
        return value * d + reflected
    below = 0.0
    while x < 10:
        below += 1 / x
        x += 1
    if math.isinf(x):
        return x
    power, series = 1.0, 0.0
    for i in range(len(_BERNOULLI)):
        power /= x * x
        series += _BERNOULLI[i] / (2 * i + 2) * power
    return math.log(x) - 0.5 / x - series - below + reflected


@kernel()
def _zeta(s, x):
    """The sum of (x + k)**-s over k = 0, 1, ... for x > 0, by Euler and Maclaurin (DLMF 25.11.5)."""
    near = 0.0
    while x < 10 + s:
        near += x**-s
        x += 1
    factor, series = s / (2 * x), 0.0
    for i in range(len(_BERNOULLI)):
        order = 2 * i + 2
        series += _BERNOULLI[i] * factor
        factor *= (s + order - 1) * (s + order) / (x * x * (order + 1) * (order + 2))
    return near + x**-s * (x / (s - 1) + 0.5 + series)


@kernel()
def _polygamma(x, order, cotangent):
    """The derivative of digamma of that order, at least 1.

    For negative x by reflection (DLMF 5.15.6): `cotangent` holds the coefficients of the derivative of cot(πx) as a
    polynomial of cot(πx).
    """
    sign = 1.0 if order % 2 else -1.0
    if x <= 0 and x == np.rint(x):
        return sign * math.inf
    if math.isinf(x):
        return 0.0
    reflected = 0.0
    if x < 0:
        slope = _cotangent(x)
        for coefficient in cotangent:
            reflected = reflected * slope + coefficient
        x = 1 - x
        reflected, sign = -reflected, -1.0
    return reflected + sign * math.gamma(order + 1.0) * _zeta(order + 1.0, x)


@kernel()
def _erf_part(result, x, worker, workers):
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        result[i] = math.erf(np.float64(x[i]))


@kernel(parallel=True)
def _erf_shared(result, x, workers):
    for worker in prange(workers):
        _erf_part(result, x, np.intp(worker), workers)


@kernel()
def _erf_single_part(result, x, worker, workers):
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        value = np.float64(x[i])
        size = 4.0 if abs(value) > 4 else abs(value)
        s = size * size / 8 - 1
        ratio = 0.0
        for coefficient in _ERF_HIGH:
            ratio = ratio * s + coefficient
        for coefficient in _ERF_LOW:
            ratio = ratio * s + coefficient
        result[i] = math.copysign(ratio * size, value)


@kernel(parallel=True)
def _erf_single_shared(result, x, workers):
    for worker in prange(workers):
        _erf_single_part(result, x, np.intp(worker), workers)


@kernel()
def _erfc_part(result, x, worker, workers):
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        result[i] = math.erfc(np.float64(x[i]))


@kernel(parallel=True)
def _erfc_shared(result, x, workers):
    for worker in prange(workers):
        _erfc_part(result, x, np.intp(worker), workers)


@kernel()
def _erfinv_part(result, x, worker, workers):
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        result[i] = _inverse_erf(np.float64(x[i]))


@kernel(parallel=True)
def _erfinv_shared(result, x, workers):
    for worker in prange(workers):
        _erfinv_part(result, x, np.intp(worker), workers)


@kernel()
def _lgamma_part(result, x, worker, workers):
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        result[i] = math.lgamma(np.float64(x[i]))


@kernel(parallel=True)
def _lgamma_shared(result, x, workers):
    for worker in prange(workers):
        _lgamma_part(result, x, np.intp(worker), workers)


@kernel()
def _polygamma_part(result, x, order, cotangent, worker, workers):
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        value = np.float64(x[i])
        result[i] = _digamma(value) if order == 0 else _polygamma(value, order, cotangent)


@kernel(parallel=True)
def _polygamma_shared(result, x, order, cotangent, workers):
    for worker in prange(workers):
        _polygamma_part(result, x, order, cotangent, np.intp(worker), workers)


def _of_each(part: Callable[..., None], shared: Callable[..., None], x: Array, *arguments: Any) -> Array:
    floats = x if x.dtype.kind == "f" else x.astype(np.float64)
    flat = (floats.astype(np.float32) if x.dtype == np.float16 else floats).reshape(-1)[:]
    flat.setflags(write=False)
    result = np.empty(flat.size, flat.dtype)
    threads.run(part, shared, flat.size // WORTH_A_THREAD, result, flat, *arguments)
    return result.reshape(x.shape).astype(floats.dtype, copy=False)


def erf(x: Array) -> Array:
    """The error function of each element, floats of any shape."""
    if x.dtype in (np.float32, np.float16):
        return _of_each(_erf_single_part, _erf_single_shared, x)
    return _of_each(_erf_part, _erf_shared, x)


def erfc(x: Array) -> Array:
    """1 − erf of each element, accurate where that is small; floats of any shape."""
    return _of_each(_erfc_part, _erfc_shared, x)


def erfinv(x: Array) -> Array:
    """The inverse of erf for each element, floats of any shape; NaN outside −1 to 1."""
    return _of_each(_erfinv_part, _erfinv_shared, x)


def lgamma(x: Array) -> Array:
    """The logarithm of the magnitude of gamma of each element, floats of any shape."""
    return _of_each(_lgamma_part, _lgamma_shared, x)


def polygamma(order: int, x: Array) -> Array:
    """The derivative of that order of digamma at each element, floats of any shape; order 0 is digamma itself."""
    return _of_each(_polygamma_part, _polygamma_shared, x, order, _cotangent_derivative(order))


def _cotangent_derivative(order: int) -> Array:
    """π d^n/dx^n cot(πx) as a polynomial of c = cot(πx), where c' = −π (1 + c²): coefficients, the highest first."""
    polynomial = np.poly1d([math.pi, 0.0])
    for _ in range(order):
        polynomial = polynomial.deriv() * np.poly1d([-math.pi, 0.0, -math.pi])
    return np.asarray(polynomial.coeffs, np.float64)
