"""Dropping elements at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.ops.large_arrays import worth_a_kernel
from autograd.random import Generator
from autograd.random_layout import drawn_like
from autograd.typing import Array


def keep_mask(input: Any, p: float, generator: Generator) -> Array:
    """Booleans in the shape of a tensor, each False with probability p."""
    return drawn_like(input._array, lambda shape: generator.keep_mask(p, shape))


@operation(lambda g, mask, scale: masked_scale(g, mask, scale), operands=("input", "mask"))
def masked_scale(input: Any, mask: Array, scale: float) -> Any:
    """`scale` times the elements where the mask is true, 0 times the others; both of one shape."""
    if worth_a_kernel(input):
        return kernels.dropout.masked_scale(input, mask, scale)
    factors = np.asarray(np.multiply(mask, scale, dtype=input.dtype))
    return np.multiply(input, factors, out=factors)
