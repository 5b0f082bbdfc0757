"""Parameter and Buffer: tensors whose type says which part they play in a Module."""

from __future__ import annotations

from typing import Any

from autograd.array_like import array_of
from autograd.errors import OperandError, complaint
from autograd.tensor import Tensor


class Parameter(Tensor):
    """A tensor that a Module learns: assigned as an attribute, it appears in `parameters()` and `state_dict()`.

    `data` is a Tensor or an array, whose memory is shared; left out, it is empty. Operations on parameters give plain
    Tensors. Raises OperandError for other data, DTypeError for integers unless `requires_grad=False`.
    """

    __slots__ = ()

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        super().__init__()
        if data is not None:
            self._array = _shared("Parameter", data)
        self.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Buffer(Tensor):
    """A tensor that belongs to a Module's state without being learnt, such as a running mean.

    It moves and is converted with the Module; `persistent=False` keeps it out of `state_dict()`.
    """

    __slots__ = ()

    def __init__(self, data: Any = None, *, persistent: bool = True) -> None:
        super().__init__()
        if data is not None:
            self._array = _shared("Buffer", data)
        self.persistent = persistent


def _shared(where: str, data: Any) -> Any:
    if not hasattr(data, "__array__"):
        raise OperandError(complaint(where, "a Tensor or an array", type(data).__name__, "Make one with tensor(...)"))
    return array_of(data)
