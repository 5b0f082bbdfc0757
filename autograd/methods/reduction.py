"""Reductions over dimensions."""

from __future__ import annotations

from autograd.ops import reduction
from autograd.tensor_base import TensorBase


class ReductionMethods(TensorBase):
    """Sums, means and their kin; see `autograd.ops.reduction`."""

    __slots__ = ()

    sum = reduction.sum
    mean = reduction.mean
