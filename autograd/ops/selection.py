"""Choosing among elements by a condition, and bounding them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import result_dtype
from autograd.elementwise_call import elementwise
from autograd.ops.inplace import keep_where
from autograd.typing import A, Scalar


@elementwise(
    None,
    lambda g, condition: keep_where(g, condition),
    lambda g, condition: keep_where(g, condition == 0),
    result="any",
)
def where(condition: A, input: A | Scalar, other: A | Scalar) -> A:
    """`input` where the condition holds (is not zero), `other` elsewhere."""
    dtype = result_dtype(input, other)
    chosen: Any = np.where(condition, input, other)  # type: ignore[call-overload]
    return chosen if chosen.dtype == dtype else chosen.astype(dtype)
