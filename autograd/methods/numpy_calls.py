"""What NumPy's functions make of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import memory
from autograd.tensor_base import TensorBase, wrap

_REFLECTED: dict[Any, str] = {
    np.add: "__radd__", np.subtract: "__rsub__", np.multiply: "__rmul__", np.true_divide: "__rtruediv__",
    np.floor_divide: "__rfloordiv__", np.remainder: "__rmod__", np.power: "__rpow__", np.matmul: "__rmatmul__",
    np.bitwise_and: "__rand__", np.bitwise_or: "__ror__", np.bitwise_xor: "__rxor__", np.less: "__gt__",
    np.less_equal: "__ge__", np.greater: "__lt__", np.greater_equal: "__le__", np.equal: "__eq__",
    np.not_equal: "__ne__",
}  # fmt: skip
"""NumPy's operators, and the method of the second operand that answers where the first is an array."""


class NumpyMethods(TensorBase):
    """`array * tensor` is this library's product; `np.exp(tensor)` is NumPy's function, as a tensor."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """The result of a NumPy function, as a tensor. Raises GraphError for a tensor that requires grad."""
        if method == "__call__" and not kwargs and ufunc in _REFLECTED and not isinstance(inputs[0], TensorBase):
            return getattr(self, _REFLECTED[ufunc])(inputs[0])
        targets = kwargs.get("out", inputs[:1] if method == "at" else ())
        if "out" in kwargs:
            kwargs["out"] = tuple(_array_of(x) for x in targets)
        result = getattr(ufunc, method)(*map(_array_of, inputs), **kwargs)
        for x in targets:
            if isinstance(x, TensorBase):
                memory.wrote(x._array)
        if "out" in kwargs:
            return targets if len(targets) > 1 else targets[0]
        if isinstance(result, tuple):
            return tuple(wrap(self.result_class, np.asarray(x), None) for x in result)
        return None if result is None else wrap(self.result_class, np.asarray(result), None)


def _array_of(x: Any) -> Any:
    return x.numpy() if isinstance(x, TensorBase) else x  # type: ignore[attr-defined]
