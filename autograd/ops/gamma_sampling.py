"""Gamma variables as a differentiable function of their shape parameter."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.general_call import operation
from autograd.ops.special import digamma
from autograd.random import default_generator
from autograd.typing import Array


def _sample_back(g: Any, input: Any, out: Any) -> Any:
    return g * gamma_slope(input, out)


@operation(_sample_back)
def standard_gamma(input: Any) -> Any:
    """For each element a > 0 a variable with density ∝ x^(a − 1)·exp(−x), drawn from the default generator.

    The gradient is that of x at a fixed value of the distribution function; it has none of its own.
    Sources: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); Figurnov et al., "Implicit
    reparameterization gradients" (2018).
    """
    shape = input.astype(np.float64).reshape(-1)
    raised = np.where(shape < 1, shape + 1, shape)
    found = _at_least_one(raised)
    small = shape < 1
    if small.any():
        chances = 1 - default_generator.uniform((int(small.sum()),), np.float64)
        found[small] *= chances ** (1 / shape[small])
    least = np.finfo(input.dtype).tiny
    return np.maximum(found, least).astype(input.dtype).reshape(input.shape)


def _at_least_one(shape: Array) -> Array:
    """Variables for shape parameters of at least 1: a cube of a normal one, accepted with the right chance."""
    d = shape - 1 / 3
    c = 1 / np.sqrt(9 * d)
    found = np.empty_like(shape)
    left = np.arange(shape.size)
    while left.size:
        x = default_generator.normal((left.size,), np.float64)
        u = 1 - default_generator.uniform((left.size,), np.float64)
        cube = (1 + c[left] * x) ** 3
        with np.errstate(invalid="ignore", divide="ignore"):
            bound = 0.5 * x * x + d[left] * (1 - cube + np.log(cube))
        accepted = (cube > 0) & (np.log(u) < bound)
        found[left[accepted]] = d[left[accepted]] * cube[accepted]
        left = left[~accepted]
    return found


@operation(None, None, operands=("input", "value"))
def gamma_slope(input: Any, value: Any) -> Any:
    """How fast a gamma variable `value` grows with its shape parameter `input`, the chance below it held fixed.

    −(dP/da)/(dP/dx) of the distribution function P(a, x), from the series x^a·exp(−x)·Σ x^n / Γ(a + n + 1).
    """
    a, x = input.astype(np.float64), value.astype(np.float64)
    term, slope, total = x / a, -digamma(a + 1), np.zeros_like(a)
    log_x, n = np.log(x), 1
    while True:
        change = term * (log_x + slope)
        total += change
        if (np.abs(change) <= 1e-17 * np.abs(total)).all() and (n + a > x).all():
            return np.asarray(-total).astype(input.dtype)
        term = term * x / (a + n)
        slope = slope - 1 / (a + n)
        n += 1
