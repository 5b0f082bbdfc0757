"""Parameter and Buffer: tensors whose type says which part they play in a Module; and such that have no shape yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from autograd.array_like import array_of
from autograd.creation import empty
from autograd.dtypes import float16, float32, float64
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.node import Leaf
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


class _Uninitialized(Tensor):
    """A tensor that has a dtype, but neither shape nor values, until `materialize`. Whatever asks for these fails."""

    __slots__ = ()

    plain_class: ClassVar[type[Tensor]]

    def __init__(self, requires_grad: bool, device: Any, dtype: Any) -> None:
        like = empty(0, device=device, dtype=dtype, requires_grad=requires_grad)
        self._node = self._grad = self._view = None
        self._generation = 0
        self.wanted_dtype = like.dtype
        self.requires_grad_(requires_grad)

    @property
    def _array(self) -> Any:  # type: ignore[override]
        raise ArgumentError(
            complaint(type(self).__name__, "a shape and values", "none yet", "Call its module on an input first")
        )

    def materialize(self, shape: Sequence[int], device: Any = None, dtype: Any = None) -> None:
        """Become a Parameter or a Buffer of that shape, the same object, with arbitrary values."""
        made = empty(*shape, device=device, dtype=self.wanted_dtype if dtype is None else dtype)
        del self.wanted_dtype
        self.__class__ = self.plain_class  # type: ignore[assignment]
        self._array = made._array  # type: ignore[misc]

    @property
    def dtype(self) -> Any:
        """The type that the elements will have."""
        return self.wanted_dtype

    @property
    def data(self) -> Any:
        """The tensor itself."""
        return self

    @data.setter
    def data(self, other: Any) -> None:
        self.wanted_dtype = other.dtype
        if not is_lazy(other):
            self.materialize(other.shape)
            self.data = other

    def detach(self) -> Any:
        """The tensor itself."""
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Make it collect gradients later, or not."""
        if not requires_grad:
            self._rest()
        elif self._node is None:
            self._node = Leaf(self)
        return self

    def is_floating_point(self) -> bool:
        """Whether the elements will be floating-point numbers."""
        return self.wanted_dtype.is_floating_point

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """One like it of the dtype that `Tensor.to` would give."""
        made = self.__deepcopy__({})
        made.wanted_dtype = empty(0, dtype=self.wanted_dtype).to(*args, **kwargs).dtype
        return made

    def type(self, dtype: Any = None) -> Any:
        """As `Tensor.type`."""
        return empty(0, dtype=self.wanted_dtype).type() if dtype is None else self.to(dtype)

    def half(self) -> Any:
        """One like it of float16."""
        return self.to(float16)

    def float(self) -> Any:
        """One like it of float32."""
        return self.to(float32)

    def double(self) -> Any:
        """One like it of float64."""
        return self.to(float64)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            made, arguments = self.__reduce_ex__(4)
            memo[id(self)] = made(*arguments)
        return memo[id(self)]


class UninitializedParameter(_Uninitialized, Parameter):
    """A Parameter whose shape the first input will settle; see `nn.LazyLinear`."""

    __slots__ = ()

    plain_class = Parameter

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(requires_grad, device, dtype)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.requires_grad, None, self.wanted_dtype)


class UninitializedBuffer(_Uninitialized, Buffer):
    """A Buffer whose shape the first input will settle; see `nn.LazyBatchNorm2d`."""

    __slots__ = ()

    plain_class = Buffer

    def __init__(
        self, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> None:
        super().__init__(requires_grad, device, dtype)
        self.persistent = persistent

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.requires_grad, None, self.wanted_dtype, self.persistent)


def is_lazy(tensor: Any) -> bool:
    """Whether a tensor has no shape yet."""
    return isinstance(tensor, _Uninitialized)
