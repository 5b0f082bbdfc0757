"""Maxout: the largest of several linear maps."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.extremum import amax
from autograd.ops.linear import linear
from autograd.ops.shape import unflatten

__all__ = ["maxout"]


def maxout(input: Any, weight: Any, bias: Any = None, k: int = 2) -> Any:
    """max over i < k of Wᵢ·x + bᵢ, elementwise: a convex, piecewise linear function of x.

    `input` (..., in), `weight` (k·out, in) holds W₀ to Wₖ₋₁ one below the other, `bias` (k·out,) or None;
    gives (..., out).
    Where maps tie they share the gradient. Raises ShapeError where the sizes do not fit, ArgumentError for k < 1.
    Source: Goodfellow et al., "Maxout networks" (2013).
    """
    if k < 1:
        raise ArgumentError(complaint("maxout", "k of 1 or more", str(k)))
    if weight.ndim != 2 or weight.shape[0] % k:
        raise ShapeError(complaint("maxout", f"a weight ({k}·out, in)", f"shape {tuple(weight.shape)}"))
    return amax(unflatten(linear(input, weight, bias), -1, (k, weight.shape[0] // k)), -2)
