"""New tensors of a tensor's dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import new_array
from autograd.device import check_device
from autograd.dtypes import to_numpy
from autograd.size import new_sizes
from autograd.tensor_base import TensorBase
from autograd.typing import Array


class CreationMethods(TensorBase):
    """`new_*`: as the functions without `new_`, but the dtype is this tensor's unless asked otherwise."""

    __slots__ = ()

    def new(self, *data: Any) -> Any:
        """PyTorch's older form: `new(2, 3)` gives zeros of those sizes, `new([1, 2])` a copy of the data."""
        if data and not isinstance(data[0], int | np.integer):
            return self.new_tensor(data[0])
        return self.new_zeros(*data or (0,))

    def new_tensor(self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """A copy of `data` as a leaf; see `autograd.tensor`."""
        return _made(self, new_array("new_tensor", data, self._new_dtype(dtype)), device, requires_grad)

    def new_zeros(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """Zeros of the given sizes."""
        return _made(self, np.zeros(new_sizes(size, "new_zeros"), self._new_dtype(dtype)), device, requires_grad)

    def new_ones(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """Ones of the given sizes."""
        return _made(self, np.ones(new_sizes(size, "new_ones"), self._new_dtype(dtype)), device, requires_grad)

    def new_empty(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """An uninitialised tensor of the given sizes."""
        return _made(self, np.empty(new_sizes(size, "new_empty"), self._new_dtype(dtype)), device, requires_grad)

    def new_full(
        self, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """A tensor of that size filled with a number."""
        made = np.full(new_sizes((size,), "new_full"), fill_value, self._new_dtype(dtype))
        return _made(self, made, device, requires_grad)

    def _new_dtype(self, dtype: Any) -> np.dtype[Any]:
        return self._array.dtype if dtype is None else to_numpy(dtype)


def _made(like: Any, array: Array, device: Any, requires_grad: bool) -> Any:
    check_device(device)
    made = like._wrapped(array)
    return made.requires_grad_() if requires_grad else made
