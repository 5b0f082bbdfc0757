"""The pickle inside PyTorch's files, read by a machine that knows tensors and plain data.

Nothing is imported or called that a file names: names stand for a fixed table of our own makers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.files.errors import damaged, refused
from autograd.files.pickle_machine import Machine
from autograd.files.pytorch_names import FILLERS, NAMES, PYTHON_2, StorageKind
from autograd.files.safetensors_file import widened
from autograd.typing import Array

_Storage = Callable[[str, np.dtype[Any], int], Array]


class Reader(Machine):
    """Reads a pickle at a place in the data of a file whose storages `storage(key, dtype, count)` gives."""

    def __init__(
        self, data: bytes, file: str, storage: _Storage | None = None, at: int = 0, encoding: str = "utf-8"
    ) -> None:
        super().__init__(data, at, encoding)
        self._file = file
        self._storage = storage
        self._storages: dict[str, tuple[str, Array]] = {}

    def named(self, module: str, name: str) -> Any:
        """What a name stands for; nothing is imported."""
        whole = f"{module}.{name}"
        whole = PYTHON_2.get(whole, whole).replace("__builtin__.", "builtins.", 1)
        if whole not in NAMES:
            raise refused(self._file, f"{module}.{name}, which is not loaded")
        return NAMES[whole]

    def fill(self, made: Any, state: Any) -> None:
        """Give an array, a generator or a namespace its contents."""
        filler: Any = FILLERS.get(type(made))
        if filler is None and isinstance(made, np.dtype):
            filler = FILLERS[np.dtype]
        if filler is None:
            raise refused(self._file, f"a state for {type(made).__name__}")
        filler(made, state)

    def stored(self, place: Any) -> Array:
        """The storage of a place ("storage", kind, key, device, count, ...)."""
        if not isinstance(place, tuple) or len(place) < 5:
            raise damaged(self._file, "a storage without a name")
        tag, kind, key, _, count, *views = place
        if (
            self._storage is None
            or tag != "storage"
            or not isinstance(kind, StorageKind)
            or type(count) is not int
            or any(views)
        ):
            raise damaged(self._file, "a storage of no known kind")
        if str(key) not in self._storages:
            elements = self._storage(str(key), kind.dtype, count)
            found = widened(elements) if kind.name == "BFloat16Storage" else elements
            self._storages[str(key)] = kind.name, found
        name, elements = self._storages[str(key)]
        if name != kind.name:
            raise damaged(self._file, f"a storage {key} of two kinds")
        return elements
