"""Containers of modules: in sequence, in a list, by name."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import groupby
from typing import Any

from autograd.errors import ArgumentError, DimensionError, OperandError, complaint
from nn.module import Module, bracketed, indented


class _Numbered(Module):
    """What Sequential and ModuleList share: members numbered "0", "1", ... and the protocol of a list."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name_at(index), module)

    def __delitem__(self, index: int | slice) -> None:
        names = list(self._modules)[index] if isinstance(index, slice) else [self._name_at(index)]
        self._renumber([module for name, module in self._modules.items() if name not in names])

    def append(self, module: Module) -> Any:
        """Add a module at the end; returns the container."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Any:
        """Add modules at the end; returns the container."""
        if not isinstance(modules, Iterable):
            raise OperandError(complaint(f"{self._get_name()}.extend", "modules to iterate over", repr(modules)))
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Put a module before the one at `index`; returns the container. Raises DimensionError out of range."""
        if not -len(self) <= index <= len(self):
            raise DimensionError(self._out_of_range(index))
        modules = list(self)
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def pop(self, index: int | slice) -> Any:
        """Take out and return the module at `index`, or the container of those in a slice."""
        taken = self[index]
        del self[index]
        return taken

    def __getitem__(self, index: Any) -> Any:
        return self._modules[self._name_at(index)]

    def _name_at(self, index: int) -> str:
        at = operator.index(index)
        if not -len(self) <= at < len(self):
            raise DimensionError(self._out_of_range(at))
        return list(self._modules)[at]

    def _out_of_range(self, index: int) -> str:
        return complaint(f"{self._get_name()}[index]", f"an index of {len(self)} modules", str(index))

    def _renumber(self, modules: list[Any]) -> None:
        self._modules.clear()
        for module in modules:
            self.append(module)


class Sequential(_Numbered):
    """Modules called one after the other, each on the result of the one before.

    `Sequential(first, second, ...)`, or `Sequential(OrderedDict(name=module, ...))` to name them. Slices, `+` and `*`
    give new containers of the same modules.
    """

    def __init__(self, *modules: Any) -> None:
        super().__init__()
        named = modules[0] if len(modules) == 1 and isinstance(modules[0], Mapping) else enumerate(modules)
        for name, module in named.items() if isinstance(named, Mapping) else named:
            self.add_module(str(name), module)

    def forward(self, input: Any) -> Any:
        """The result of the last module; the input itself if there are none."""
        for module in self._modules.values():
            input = module(input)
        return input

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))
        return super().__getitem__(index)

    def __add__(self, other: Any) -> Sequential:
        return Sequential(*self, *_sequential("+", other))

    def __iadd__(self, other: Any) -> Sequential:
        self.extend(_sequential("+=", other))
        return self

    def __mul__(self, times: int) -> Sequential:
        return Sequential(*list(self) * _times("*", times))

    __rmul__ = __mul__

    def __imul__(self, times: int) -> Sequential:
        self.extend(list(self) * (_times("*=", times) - 1))
        return self


def _sequential(sign: str, other: Any) -> Sequential:
    if not isinstance(other, Sequential):
        raise ArgumentError(complaint(f"Sequential {sign}", "another Sequential", type(other).__name__))
    return other


def _times(sign: str, times: Any) -> int:
    if not isinstance(times, int):
        raise OperandError(complaint(f"Sequential {sign}", "an integer", type(times).__name__))
    if times <= 0:
        raise ArgumentError(complaint(f"Sequential {sign}", "a positive integer", str(times)))
    return times


class ModuleList(_Numbered):
    """A list of modules that belong to the module which holds it; it is not called itself."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return super().__getitem__(index)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __iadd__(self, other: Iterable[Module]) -> ModuleList:
        self.extend(other)
        return self

    def __repr__(self) -> str:
        lines, start = [], 0
        for text, run in groupby(repr(module) for module in self):
            count = len(list(run))
            label = f"({start})" if count == 1 else f"({start}-{start + count - 1})"
            lines.append(f"{label}: {'' if count == 1 else f'{count} x '}{indented(text)}")
            start += count
        return bracketed(self._get_name(), [], lines)


class ModuleDict(Module):
    """Modules by name, in the order in which they came, with the protocol of a dict; it is not called itself.

    `modules`: a mapping or pairs of names and modules.
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: object) -> bool:
        return key in self._modules

    def clear(self) -> None:
        """Take out all modules."""
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take out and return the module of that name. Raises KeyError where there is none."""
        return self._modules.pop(key)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._modules.keys()

    def items(self) -> ItemsView[str, Any]:
        """Names and modules."""
        return self._modules.items()

    def values(self) -> ValuesView[Any]:
        """The modules."""
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Add the modules of a mapping, or of pairs of names and modules; equal names are replaced."""
        for name, module in pairs("ModuleDict.update", modules):
            self[name] = module


def pairs(where: str, given: Any) -> list[tuple[str, Any]]:
    """The pairs of a mapping, or of an iterable of pairs. Raises OperandError for anything else."""
    if isinstance(given, Mapping) or hasattr(given, "items"):
        return list(given.items())
    try:
        return [(name, value) for name, value in given]
    except (TypeError, ValueError) as problem:
        raise OperandError(
            complaint(where, "a mapping, or pairs of names and values", type(given).__name__)
        ) from problem
