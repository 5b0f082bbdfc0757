"""Linear and bilinear maps."""

from __future__ import annotations

from typing import Any

from autograd.errors import ShapeError, complaint
from autograd.ops.einsum import einsum
from autograd.ops.linear import linear

__all__ = ["bilinear", "linear"]


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """x1ᵀ·W[o]·x2 + bias[o] for each output o.

    `input1` (..., in1), `input2` (..., in2), `weight` (out, in1, in2), `bias` (out,) or None; gives (..., out).
    Raises ShapeError where the sizes do not fit.
    """
    if input1.shape[:-1] != input2.shape[:-1] or weight.shape[1:] != (input1.shape[-1], input2.shape[-1]):
        given = ", ".join(str(tuple(x.shape)) for x in (input1, input2, weight))
        raise ShapeError(complaint("bilinear", "inputs (..., in1) and (..., in2), weight (out, in1, in2)", given))
    result = einsum("...i,oij,...j->...o", input1, weight, input2)
    return result if bias is None else result + bias
