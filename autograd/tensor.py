"""Tensor: an array that remembers how it was computed.

The methods stand in `autograd.methods`, one family a file; here are Python's protocols.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.array_like import new_array
from autograd.dtypes import default_float
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.methods.arithmetic import ArithmeticMethods
from autograd.methods.comparison import ComparisonMethods
from autograd.methods.conversion import ConversionMethods
from autograd.methods.creation import CreationMethods
from autograd.methods.elementwise import ElementwiseMethods
from autograd.methods.indexing import IndexingMethods
from autograd.methods.linalg import LinalgMethods
from autograd.methods.numpy_calls import NumpyMethods
from autograd.methods.random import RandomMethods
from autograd.methods.reduction import ReductionMethods
from autograd.methods.shape import ShapeMethods
from autograd.methods.sorting import SortingMethods
from autograd.methods.state import StateMethods
from autograd.node import Leaf
from autograd.printing import format_tensor
from autograd.tensor_base import wrap
from autograd.typing import Array


class Tensor(
    ArithmeticMethods,
    ComparisonMethods,
    ConversionMethods,
    CreationMethods,
    RandomMethods,
    ElementwiseMethods,
    IndexingMethods,
    LinalgMethods,
    NumpyMethods,
    ReductionMethods,
    ShapeMethods,
    SortingMethods,
    StateMethods,
    results=True,
):
    """A NumPy array with a place in the graph. Make one with `autograd.tensor(data)`.

    `Tensor(data)` gives a tensor of the default dtype, `Tensor(2, 3)` an uninitialised one of those sizes.
    """

    __slots__ = ("__dict__",)

    def __init__(self, *data: Any, device: Any = None) -> None:
        dtype = default_float()
        if len(data) == 1 and not isinstance(data[0], int | np.integer):
            array = new_array("Tensor", data[0], dtype)
        else:
            array = np.zeros(tuple(int(size) for size in data) if data else (0,), dtype)
        self._array = array
        self._node = self._grad = self._view = None
        self._generation = 0

    def __repr__(self) -> str:
        return format_tensor(
            self._array, dtype_name=repr(self.dtype), default_dtype=default_float(), **self._repr_suffix()
        )

    def _repr_suffix(self) -> dict[str, Any]:
        node = self.grad_fn
        return {"requires_grad": self.requires_grad and node is None, "grad_fn": None if node is None else repr(node)}

    def __format__(self, spec: str) -> str:
        return format(self._array.item(), spec) if self._array.ndim == 0 else object.__format__(self, spec)

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise ArgumentError(
                complaint("bool(tensor)", "one element", f"shape {self.shape}", "Use any() or all() to reduce it first")
            )
        return bool(self._array.item())

    def __int__(self) -> int:
        return int(self._scalar("int(tensor)"))

    def __float__(self) -> float:
        return float(self._scalar("float(tensor)"))

    def __complex__(self) -> complex:
        return complex(self._scalar("complex(tensor)"))

    def __index__(self) -> int:
        if self._array.size != 1 or self._array.dtype.kind == "f":
            raise OperandError(
                complaint("index", "an integer tensor with one element", f"shape {self.shape} of {self._array.dtype}")
            )
        return int(self._array.item())

    def _scalar(self, where: str) -> Any:
        if self._array.size != 1:
            raise ArgumentError(complaint(where, "a tensor with one element", f"shape {self.shape}"))
        return self._array.item()

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise OperandError(complaint("len(tensor)", "at least one dimension", "a 0-d tensor", "Use item()"))
        return self._array.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if self._array.ndim == 0:
            raise OperandError(complaint("iteration", "at least one dimension", "a 0-d tensor", "Use item()"))
        return iter(self.unbind(0))

    def __reversed__(self) -> Any:
        return self.flip(0) if self._array.ndim else self

    def __contains__(self, element: Any) -> bool:
        return bool(np.any(self._array == (element._array if isinstance(element, Tensor) else element)))

    def __hash__(self) -> int:
        return id(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = self.numpy()
        wanted = None if dtype is None else np.dtype(dtype)
        if wanted is not None and wanted != array.dtype:
            if copy is False:
                raise ArgumentError(complaint("Tensor.__array__", "copy=None or True for another dtype", "copy=False"))
            return array.astype(wanted)
        return array.copy() if copy else array

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if not self.is_leaf:
            raise ArgumentError(
                complaint("deepcopy", "a leaf", f"a tensor computed by {self.grad_fn!r}", "detach() or clone() it")
            )
        if id(self) in memo:
            return memo[id(self)]
        made = self._same_kind(np.array(self._array, order="C"))
        memo[id(self)] = made
        if self._grad is not None:
            made._grad = self._grad.__deepcopy__(memo)
        return made

    def _same_kind(self, array: Array) -> Any:
        made = wrap(type(self), array, None)
        if self._node is not None:
            made._node = Leaf(made)
        made.__dict__.update(self.__dict__)
        return made

    def __reduce_ex__(self, protocol: Any) -> Any:
        if not self.is_leaf:
            raise ArgumentError(complaint("pickle", "a leaf", f"a tensor computed by {self.grad_fn!r}", "detach() it"))
        return _rebuilt, (type(self), np.ascontiguousarray(self._array).reshape(self.shape), self.requires_grad,
                          self._grad, dict(self.__dict__))  # fmt: skip

    def __dlpack__(self, **kwargs: Any) -> Any:
        if self.requires_grad:
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
        if any(step < 0 for step in self._array.strides) and not kwargs.get("copy"):
            raise BufferError("Can't export memory that is read backwards, which others abort on, use tensor.clone()")
        return self._array.__dlpack__(**kwargs)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()


def _rebuilt(kind: type[Tensor], array: Array, requires_grad: bool, grad: Any, attributes: dict[str, Any]) -> Tensor:
    made: Tensor = wrap(kind, array, None)
    made._grad = grad
    made.__dict__.update(attributes)
    if requires_grad:
        made._node = Leaf(made)
    return made


def as_tensor_of(array: Any, requires_grad: bool = False) -> Tensor:
    """A tensor over an array, without a copy; a leaf that collects gradients if asked."""
    made: Tensor = wrap(Tensor, array, None)
    return made.requires_grad_() if requires_grad else made
