"""PyTorch's older constructors, one a dtype: `FloatTensor([1, 2])` takes data, `FloatTensor(2, 3)` sizes, for zeros.

PyTorch leaves the elements of the second form undefined.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.creation import tensor, zeros
from autograd.methods.conversion import TYPED_NAMES
from autograd.tensor import Tensor

__all__ = [
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor", "IntTensor", "LongTensor",
    "ShortTensor", "set_default_tensor_type",
]  # fmt: skip


class TypedTensor:
    """A constructor for one dtype, which also names it: `x.type(FloatTensor)`, `isinstance(x, FloatTensor)`."""

    __slots__ = ("dtype", "name")

    def __init__(self, dtype: dtypes.dtype) -> None:
        self.dtype = dtype
        self.name = TYPED_NAMES[dtype.dtype]

    def __call__(self, *data: Any) -> Tensor:
        """A tensor of the data, or of the sizes."""
        if data and not isinstance(data[0], int | np.integer):
            return tensor(data[0].detach() if isinstance(data[0], Tensor) else data[0], dtype=self.dtype)
        return zeros([int(size) for size in data] or [0], dtype=self.dtype)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is self.dtype

    def __repr__(self) -> str:
        return f"<class '{dtypes.shown_package()}.{self.name}'>"


HalfTensor = TypedTensor(dtypes.float16)
FloatTensor = TypedTensor(dtypes.float32)
DoubleTensor = TypedTensor(dtypes.float64)
CharTensor = TypedTensor(dtypes.int8)
ShortTensor = TypedTensor(dtypes.int16)
IntTensor = TypedTensor(dtypes.int32)
LongTensor = TypedTensor(dtypes.int64)
ByteTensor = TypedTensor(dtypes.uint8)
BoolTensor = TypedTensor(dtypes.bool_)


def set_default_tensor_type(t: Any) -> None:
    """Make the dtype of `t`, such as `DoubleTensor` or its name "torch.DoubleTensor", that of new tensors of floats.

    PyTorch's older form of `set_default_dtype`. Raises DTypeError for other dtypes.
    """
    name = t.name if isinstance(t, TypedTensor) else str(t).rpartition(".")[2]
    dtypes.set_default_dtype(next((kind for kind, known in TYPED_NAMES.items() if known == name), t))
