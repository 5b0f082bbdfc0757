"""Limits of dtypes, and what becomes of two that meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.errors import DTypeError, complaint
from autograd.tensor import Tensor

__all__ = ["can_cast", "finfo", "iinfo", "result_type"]


class finfo:
    """Limits of a floating-point dtype: `bits eps max min tiny smallest_normal resolution dtype`.

    type: the dtype, by default the default one. Raises DTypeError for others.
    """

    def __init__(self, type: Any = None) -> None:
        wanted = dtypes.default_float() if type is None else dtypes.to_numpy(type)
        if wanted.kind != "f":
            raise DTypeError(complaint("finfo", "a floating-point dtype", str(wanted), "Use iinfo"))
        limits = np.finfo(wanted)
        self.bits = int(limits.bits)
        self.eps = float(limits.eps)
        self.max = float(limits.max)
        self.min = float(limits.min)
        self.tiny = self.smallest_normal = float(limits.tiny)
        self.resolution = float(limits.resolution)
        self.dtype = wanted.name

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """Limits of an integer dtype: `bits max min dtype`. Raises DTypeError for others."""

    def __init__(self, type: Any) -> None:
        wanted = dtypes.to_numpy(type)
        if wanted.kind not in "iu":
            raise DTypeError(complaint("iinfo", "an integer dtype", str(wanted), "Use finfo"))
        limits = np.iinfo(wanted)
        self.bits, self.max, self.min = int(limits.bits), int(limits.max), int(limits.min)
        self.dtype = wanted.name

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def result_type(tensor1: Any, tensor2: Any) -> dtypes.dtype:
    """The dtype that an operation on two operands, tensors or Python numbers, gives."""
    operands = [item._array if isinstance(item, Tensor) else item for item in (tensor1, tensor2)]
    return dtypes.of(dtypes.result_dtype(*operands))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether values of one dtype may be stored as another: never as a lower category (float to integer to bool)."""
    return dtypes.can_cast(dtypes.to_numpy(from_), dtypes.to_numpy(to))
