"""PyTorch's older constructors, one a dtype: `FloatTensor([1, 2])` takes data, `FloatTensor(2, 3)` sizes, for zeros.

PyTorch leaves the elements of the second form undefined.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.creation import tensor, zeros
from autograd.tensor import Tensor

__all__ = [
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor", "IntTensor", "LongTensor",
    "ShortTensor",
]  # fmt: skip


def _made(data: tuple[Any, ...], dtype: dtypes.dtype) -> Tensor:
    if data and not isinstance(data[0], int | np.integer):
        return tensor(data[0].detach() if isinstance(data[0], Tensor) else data[0], dtype=dtype)
    return zeros([int(size) for size in data] or [0], dtype=dtype)


def HalfTensor(*data: Any) -> Tensor:
    """A float16 tensor of the data, or of the sizes."""
    return _made(data, dtypes.float16)


def FloatTensor(*data: Any) -> Tensor:
    """A float32 tensor of the data, or of the sizes."""
    return _made(data, dtypes.float32)


def DoubleTensor(*data: Any) -> Tensor:
    """A float64 tensor of the data, or of the sizes."""
    return _made(data, dtypes.float64)


def CharTensor(*data: Any) -> Tensor:
    """An int8 tensor of the data, or of the sizes."""
    return _made(data, dtypes.int8)


def ShortTensor(*data: Any) -> Tensor:
    """An int16 tensor of the data, or of the sizes."""
    return _made(data, dtypes.int16)


def IntTensor(*data: Any) -> Tensor:
    """An int32 tensor of the data, or of the sizes."""
    return _made(data, dtypes.int32)


def LongTensor(*data: Any) -> Tensor:
    """An int64 tensor of the data, or of the sizes."""
    return _made(data, dtypes.int64)


def ByteTensor(*data: Any) -> Tensor:
    """A uint8 tensor of the data, or of the sizes."""
    return _made(data, dtypes.uint8)


def BoolTensor(*data: Any) -> Tensor:
    """A bool tensor of the data, or of the sizes."""
    return _made(data, dtypes.bool_)
