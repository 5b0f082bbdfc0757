"""Conversions between dtypes, and copies."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes, sparse_tensor
from autograd.device import check_device
from autograd.device import device as Device
from autograd.errors import ArgumentError, complaint
from autograd.ops import broadcasting
from autograd.tensor_base import TensorBase


class ConversionMethods(TensorBase):
    """Casts, copies and device moves (there is one device)."""

    __slots__ = ()

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """This tensor in another dtype: `to(dtype)`, `to(other)`, `to("cpu")`, `to(device, dtype)`.

        Returns the tensor itself where nothing changes, unless `copy=True`. `non_blocking` is accepted.
        Raises ArgumentError for a device other than the CPU.
        """
        wanted: Any = kwargs.pop("dtype", None)
        check_device(kwargs.pop("device", None))
        copy = bool(kwargs.pop("copy", False))
        kwargs.pop("non_blocking", None)
        kwargs.pop("memory_format", None)
        if kwargs:
            raise ArgumentError(complaint("to", "dtype, device, copy, non_blocking", ", ".join(kwargs)))
        for argument in args:
            if isinstance(argument, TensorBase):
                wanted = argument._array.dtype
            elif isinstance(argument, bool) or argument is None:
                continue
            elif isinstance(argument, Device | str):
                check_device(argument)
            else:
                wanted = argument
        return self._in_dtype(self._array.dtype if wanted is None else dtypes.to_numpy(wanted), copy)

    def _in_dtype(self, wanted: np.dtype[Any], copy: bool = False) -> Any:
        if wanted == self._array.dtype:
            return broadcasting.clone(self) if copy else self
        return broadcasting.cast(self, wanted)

    def type(self, dtype: Any = None) -> Any:
        """The tensor in that dtype; without one, the name of its type as PyTorch has it, `torch.FloatTensor`.

        Instead of a dtype, such a name will do, or the constructor itself; `Tensor` stands for the default dtype.
        """
        if dtype is None:
            return f"torch.{TYPED_NAMES[self._array.dtype]}"
        if isinstance(dtype, str):
            name = dtype.rpartition(".")[2]
            dtype = next((t for t, tensor in TYPED_NAMES.items() if tensor == name), dtype)
        elif isinstance(dtype, type) and issubclass(dtype, TensorBase):
            dtype = dtypes.get_default_dtype()
        return self._in_dtype(dtypes.to_numpy(getattr(dtype, "dtype", dtype)))

    def type_as(self, other: TensorBase) -> Any:
        """The tensor in the dtype of `other`."""
        return self._in_dtype(other._array.dtype)

    def half(self) -> Any:
        """The tensor in float16."""
        return self._in_dtype(dtypes.float16.dtype)

    def float(self) -> Any:
        """The tensor in float32."""
        return self._in_dtype(dtypes.float32.dtype)

    def double(self) -> Any:
        """The tensor in float64."""
        return self._in_dtype(dtypes.float64.dtype)

    def bfloat16(self) -> Any:
        """Raises DTypeError: there is no such dtype."""
        return self._in_dtype(dtypes.to_numpy(dtypes.bfloat16))

    def char(self) -> Any:
        """The tensor in int8."""
        return self._in_dtype(dtypes.int8.dtype)

    def short(self) -> Any:
        """The tensor in int16."""
        return self._in_dtype(dtypes.int16.dtype)

    def int(self) -> Any:
        """The tensor in int32."""
        return self._in_dtype(dtypes.int32.dtype)

    def long(self) -> Any:
        """The tensor in int64."""
        return self._in_dtype(dtypes.int64.dtype)

    def byte(self) -> Any:
        """The tensor in uint8."""
        return self._in_dtype(dtypes.uint8.dtype)

    def bool(self) -> Any:
        """The tensor in bool: whether elements are not zero."""
        return self._in_dtype(dtypes.bool_.dtype)

    def is_floating_point(self) -> Any:
        """Whether the elements are floating-point numbers."""
        return self._array.dtype.kind == "f"

    def is_complex(self) -> Any:
        """Always False."""
        return False

    def is_signed(self) -> Any:
        """Whether elements can be negative."""
        return self._array.dtype.kind in "if"

    def to_sparse(self) -> Any:
        """The elements of a matrix that are not zero, as a SparseTensor."""
        return sparse_tensor.from_dense(self)

    def to_dense(self) -> Any:
        """The tensor itself: it is dense."""
        return self

    def cpu(self, memory_format: Any = None) -> Any:
        """The tensor itself: it is on the CPU."""
        return self

    def cuda(self, device: Any = None, non_blocking: Any = False) -> Any:
        """Raises ArgumentError: there is no such device."""
        check_device("cuda" if device is None else device)
        return self

    def pin_memory(self, device: Any = None) -> Any:
        """The tensor itself; pinning is for accelerators."""
        return self

    clone = broadcasting.clone
    contiguous = broadcasting.contiguous
    sum_to_size = broadcasting.sum_to_size

    def is_contiguous(self, memory_format: Any = None) -> Any:
        """Whether the elements lie in memory in row-major order without gaps."""
        return self._array.flags.c_contiguous

    def stride(self, dim: Any = None) -> Any:
        """The distance in elements between neighbours along each dimension, or along `dim`."""
        strides = tuple(step // self._array.itemsize for step in self._array.strides)
        return strides if dim is None else strides[dim]


TYPED_NAMES = {
    dtypes.float16.dtype: "HalfTensor",
    dtypes.float32.dtype: "FloatTensor",
    dtypes.float64.dtype: "DoubleTensor",
    dtypes.int8.dtype: "CharTensor",
    dtypes.int16.dtype: "ShortTensor",
    dtypes.int32.dtype: "IntTensor",
    dtypes.int64.dtype: "LongTensor",
    dtypes.uint8.dtype: "ByteTensor",
    dtypes.bool_.dtype: "BoolTensor",
}
