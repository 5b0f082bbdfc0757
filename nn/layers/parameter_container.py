"""Containers of parameters: in a list, by name."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, KeysView
from typing import Any

from autograd.errors import DimensionError, GraphError, OperandError, complaint
from autograd.tensor import Tensor
from nn.layers.container import pairs
from nn.module import Module
from nn.parameter import Parameter


class _ParameterContainer(Module):
    """What ParameterList and ParameterDict share: values under names, Tensors made Parameters, texts."""

    def _set(self, name: str, value: Any) -> None:
        setattr(
            self, name, Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value
        )

    def _named_values(self) -> list[tuple[Any, Any]]:
        raise NotImplementedError

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise GraphError(f"{self._get_name()} is a container and cannot be called: use its members")

    def extra_repr(self) -> str:
        """One line a member."""
        return "\n".join(f"  ({name}): {_described(value)}" for name, value in self._named_values())


def _described(value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    return f"{kind} containing: [{value.dtype} of size {'x'.join(map(str, value.shape))}]"


class ParameterList(_ParameterContainer):
    """A list of parameters, which belong to the module that holds it; Tensors put in become Parameters."""

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)([self[i] for i in range(*index.indices(len(self)))])
        return getattr(self, self._name_at(index))

    def __setitem__(self, index: int, value: Any) -> None:
        self._set(self._name_at(index), value)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __iadd__(self, values: Iterable[Any]) -> ParameterList:
        self.extend(values)
        return self

    def append(self, value: Any) -> ParameterList:
        """Add a value at the end; returns the list."""
        self._size += 1
        self[-1] = value
        return self

    def extend(self, values: Iterable[Any]) -> ParameterList:
        """Add values at the end; returns the list."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise OperandError(complaint("ParameterList.extend", "values to iterate over", type(values).__name__))
        for value in list(values):
            self.append(value)
        return self

    def _name_at(self, index: int) -> str:
        at = operator.index(index)
        if not -len(self) <= at < len(self):
            raise DimensionError(complaint("ParameterList[index]", f"an index of {len(self)} values", str(at)))
        return str(at % len(self))

    def _named_values(self) -> list[tuple[Any, Any]]:
        return list(enumerate(self))


class ParameterDict(_ParameterContainer):
    """Parameters by name, in the order in which they came, with the protocol of a dict; Tensors become Parameters.

    `parameters`: a mapping or pairs of names and values.
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._names: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self._names:
            raise KeyError(key)
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise OperandError(complaint("ParameterDict", "a string as key", type(key).__name__))
        self._names[key] = None
        self._set(key, value)

    def __delitem__(self, key: str) -> None:
        del self._names[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._names)

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._names.keys()

    def items(self) -> list[tuple[str, Any]]:
        """Names and values."""
        return [(name, self[name]) for name in self._names]

    def values(self) -> list[Any]:
        """The values."""
        return [self[name] for name in self._names]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of that name, or `default`."""
        return self[key] if key in self._names else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of that name, which is `default` from now on if there was none."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str) -> Any:
        """Take out and return the value of that name. Raises KeyError where there is none."""
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Take out and return the last pair of name and value."""
        name = next(reversed(self._names))
        return name, self.pop(name)

    def clear(self) -> None:
        """Take out all values."""
        for name in list(self._names):
            del self[name]

    def update(self, parameters: Any) -> None:
        """Add the values of a mapping, or of pairs of names and values; equal names are replaced."""
        for name, value in pairs("ParameterDict.update", parameters):
            self[name] = value

    def copy(self) -> ParameterDict:
        """A new ParameterDict of the same parameters."""
        return ParameterDict(self.items())

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """A new ParameterDict with `default` under each name."""
        return ParameterDict([(name, default) for name in keys])

    def __or__(self, other: Any) -> ParameterDict:
        made = self.copy()
        made.update(other)
        return made

    def __ior__(self, other: Any) -> ParameterDict:
        self.update(other)
        return self

    def _named_values(self) -> list[tuple[Any, Any]]:
        return self.items()
