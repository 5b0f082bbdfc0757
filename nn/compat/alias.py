"""Modules named as PyTorch's whose names are looked up in ours, and the finder that gives them to `import`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from autograd.dtypes import show_package
from nn.compat.names import CONSTANTS, RENAMED, SOURCES

__all__ = ["AliasModule", "install"]

_ROOTS = frozenset(name.partition(".")[0] for name in SOURCES)


class AliasModule(ModuleType):
    """A module of PyTorch's name. A name that this library lacks raises AttributeError with the nearest ones."""

    def __getattr__(self, name: str) -> Any:
        full = f"{self.__name__}.{name}"
        if full in SOURCES:
            return import_module(full)
        if full in CONSTANTS:
            return CONSTANTS[full]
        if name == "__all__":
            return sorted(self._offered())
        if full in RENAMED:
            value = _at(RENAMED[full])
        else:
            value = self._looked_up(name)
        self.__dict__[name] = value
        return value

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self._offered()})

    def _looked_up(self, name: str) -> Any:
        for source in _places(self.__name__):
            value = getattr(source, name, _MISSING)
            internal = isinstance(value, ModuleType) and name not in getattr(source, "__all__", ())
            if value is not _MISSING and not internal and not (name.startswith("__") and name.endswith("__")):
                return value
        raise AttributeError(_lacking(self.__name__, name, self._offered()), name=name, obj=self)

    def _offered(self) -> set[str]:
        listed = {name for source in _places(self.__name__) for name in getattr(source, "__all__", vars(source))}
        return {name for name in listed if not name.startswith("_")} | set(_below(self.__name__))


_MISSING = object()


def _places(name: str) -> Iterator[Any]:
    """Our modules and objects behind one of PyTorch's; those that are not there are left out."""
    for source in SOURCES[name]:
        module = source.partition(":")[0]
        parent = module.rpartition(".")[0]
        if (not parent or find_spec(parent)) and find_spec(module):
            yield _at(source)


def _at(place: str) -> Any:
    """The module `a.b`, or the object `a.b:c`."""
    module, _, name = place.partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found


def _below(name: str) -> Iterator[str]:
    for full in (*SOURCES, *RENAMED, *CONSTANTS):
        parent, _, last = full.rpartition(".")
        if parent == name:
            yield last


def _lacking(module: str, name: str, offered: set[str]) -> str:
    near = difflib.get_close_matches(name, offered, n=3, cutoff=0.5)
    nearest = f"; the nearest names: {', '.join(near)}" if near else ""
    return f"module '{module}' has no attribute '{name}': this library does not have it{nearest}"


class AliasFinder(MetaPathFinder, Loader):
    """Gives `import torch` and `import torchvision`, with what lies below, alias modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for PyTorch's names, None for others. Raises ModuleNotFoundError for what has no counterpart."""
        if fullname.partition(".")[0] not in _ROOTS:
            return None
        if fullname not in SOURCES:
            near = difflib.get_close_matches(fullname, SOURCES, n=3)
            nearest = f"; the nearest names: {', '.join(near)}" if near else ""
            raise ModuleNotFoundError(f"No module named '{fullname}': this library does not have it{nearest}",
                                      name=fullname)  # fmt: skip
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> AliasModule:
        """An empty alias module."""
        return AliasModule(spec.name, f"`{spec.name}` by this library.")

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: names are looked up when they are asked for."""


def install(*others: MetaPathFinder) -> None:
    """Make `import torch` give this library in this process, and dtypes be printed as PyTorch's.

    `others` are more finders to put first.

    Raises ImportError if real PyTorch is imported already.
    """
    loaded = sys.modules.get("torch")
    if loaded is not None and not isinstance(loaded, AliasModule):
        raise ImportError("nn.compat.install: PyTorch is imported already; use `python -m nn.compat script.py`")
    if not any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        sys.meta_path[:0] = [AliasFinder(), *others]
        show_package("torch")
