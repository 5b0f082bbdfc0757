"""Nested data as a flat table of arrays and a tree of JSON, and back.

Tensors and arrays become entries of the table; tensors on one piece of memory share an entry. In the tree a marked
object {"$kind": ...} stands for everything that JSON has no form for.
"""

from __future__ import annotations

import base64
import struct
from argparse import Namespace
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.creation import from_numpy
from autograd.device import device
from autograd.errors import DTypeError, OperandError, complaint
from autograd.files.errors import FileFormatError, damaged, unknown_class
from autograd.files.pytorch_pickle import Reader
from autograd.files.pytorch_writer import Writer
from autograd.random import Generator
from autograd.size import Size
from autograd.sparse import SparseTensor, sparse_coo_tensor
from autograd.tensor import Tensor
from autograd.typing import Array

_CONTAINERS: dict[type, str] = {tuple: "tuple", Size: "size", set: "set", frozenset: "frozenset"}
_MAPPINGS: dict[type, str] = {dict: "dict", OrderedDict: "ordered", Counter: "counter"}
_PLAIN = (complex, bytearray, range, slice, PurePath, device)
OWN_DTYPES = {kind.dtype for kind in dtypes.ALL}


class Flattened:
    """The table and the tree of some data."""

    def __init__(self, data: Any) -> None:
        self.arrays: dict[str, Array] = {}
        self._names: dict[tuple[Any, ...], str] = {}
        self._objects: dict[int, int] = {}
        self._kept: list[Array] = []
        self.tree = self._node(data, "")

    def _node(self, value: Any, path: str) -> Any:
        if isinstance(value, Tensor):
            return self._tensor(value, path)
        if isinstance(value, np.ndarray):
            if value.dtype.newbyteorder("=") not in OWN_DTYPES:
                raise DTypeError(complaint("save", "arrays of dtypes that exist here", f"{value.dtype} at {_at(path)}"))
            return {"$array": self._entry(value, path)}
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | float | np.generic):
            return _number(value)
        if type(value) in _MAPPINGS:
            return self._mapping(value, path)
        if type(value) is list:
            return [self._node(item, f"{path}.{i}") for i, item in enumerate(value)]
        return self._marked(value, path)

    def _marked(self, value: Any, path: str) -> Any:
        if type(value) in _CONTAINERS:
            items = [self._node(item, f"{path}.{i}") for i, item in enumerate(value)]
            return {f"${_CONTAINERS[type(value)]}": items}
        if isinstance(value, bytes):
            return {"$bytes": base64.b64encode(value).decode()}
        if isinstance(value, Generator):
            return {"$generator": self._entry(value.get_state(), path)}
        if isinstance(value, dtypes.dtype):
            return {"$dtype": repr(value).rpartition(".")[2]}
        if hasattr(type(value), "__saved_state__"):
            return self._object(value, path)
        if isinstance(value, _PLAIN):
            return {"$pickled": base64.b64encode(Writer().written(value)).decode()}
        if isinstance(value, Namespace):
            return {"$namespace": self._node(vars(value), path)}
        if isinstance(value, deque):
            return {"$deque": [self._node(list(value), path), value.maxlen]}
        if isinstance(value, SparseTensor):
            parts = [value._indices(), value._values(), tuple(value.shape), value.is_coalesced()]
            return {"$sparse": self._node(parts, path)}
        if isinstance(value, defaultdict):
            empty = base64.b64encode(Writer().written(defaultdict(value.default_factory))).decode()
            return {"$default": [empty, self._node(dict(value), path)]}
        if isinstance(value, dict | tuple):
            return self._node(dict(value) if isinstance(value, dict) else tuple(value), path)
        raise OperandError(
            complaint("save", "tensors, arrays, numbers, strings and containers of them",
                      f"{type(value).__name__} at {_at(path)}",
                      "Save its state_dict(), or what it is made of")
        )  # fmt: skip

    def _object(self, value: Any, path: str) -> Any:
        """The name of an object's class and its state; one met again is referred to by its number."""
        if id(value) in self._objects:
            return {"$again": self._objects[id(value)]}
        self._objects[id(value)] = len(self._objects)
        name = type(value).__name__
        mark = "$object" if layer_classes.get(name) is type(value) else "$own_object"
        return {mark: [name, self._node(value.__saved_state__(), path)]}

    def _mapping(self, value: Any, path: str) -> Any:
        plain = type(value) is dict and all(type(key) is str and not key.startswith("$") for key in value)
        if plain:
            return {key: self._node(item, f"{path}.{key}") for key, item in value.items()}
        pairs = [[self._node(k, f"{path}.key"), self._node(v, f"{path}.{k}")] for k, v in value.items()]
        return {f"${_MAPPINGS[type(value)]}": pairs}

    def _tensor(self, value: Tensor, path: str) -> Any:
        node: dict[str, Any] = {"$tensor": self._entry(value.detach().numpy(), path)}
        if value.requires_grad and value.is_leaf:
            node["requires_grad"] = True
        return node

    def _entry(self, array: Array, path: str) -> str:
        place = array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str
        if place not in self._names or not array.size:
            name = path.lstrip(".") or "data"
            while name in self.arrays or name == "__metadata__":  # {"a.b": x, "a": {"b": y}} has two of one path
                name += "'"
            native = array.astype(array.dtype.newbyteorder("="), copy=False)
            self.arrays[name] = np.ascontiguousarray(native).reshape(array.shape)
            self._names[place] = name
            self._kept.append(array)  # no other array may take its place in memory
        return self._names[place]


def _at(path: str) -> str:
    return path.lstrip(".") or "the top"


def _number(value: Any) -> Any:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, int | bool):
        return plain
    if isinstance(plain, float):
        return plain if np.isfinite(plain) else {"$float": repr(plain)}
    raise DTypeError(complaint("save", "real numbers", repr(value)))


layer_classes: dict[str, type] = {}
"""Classes whose objects may always be loaded, by name: the layers of `nn`."""

safe_classes: dict[str, Any] = {}
"""What users have declared safe to load, by name."""


def defined_classes() -> list[type]:
    """The classes that derive from one of `layer_classes`, users' own too, but for those that share a name."""
    found = set(layer_classes.values())
    waiting: list[Any] = list(found)
    while waiting:
        below = [kind for kind in waiting.pop().__subclasses__() if kind not in found]
        found.update(below)
        waiting += below
    names = Counter(kind.__name__ for kind in found)
    return [kind for kind in found if names[kind.__name__] == 1]


def restored(tree: Any, arrays: dict[str, Array], file: str, classes: Sequence[type] = ()) -> Any:
    """The data of a tree and a table; objects of `classes`, of safe ones, and layers.

    Raises FileFormatError where tree and table do not fit together, or for objects of other classes.
    """
    own = safe_classes | {kind.__name__: kind for kind in classes}
    try:
        return _Restoring(arrays, own | layer_classes, own, file).value(tree)
    except FileFormatError:
        raise
    except (
        LookupError, ValueError, TypeError, AttributeError, RecursionError, EOFError, OverflowError, struct.error,
    ) as problem:  # fmt: skip
        raise damaged(file, f"a tree of contents that does not fit: {type(problem).__name__} {problem}") from problem


class _Restoring:
    def __init__(self, arrays: dict[str, Array], known: dict[str, type], own: dict[str, type], file: str) -> None:
        self.arrays = arrays
        self.file = file
        self.objects: list[Any] = []
        self.tensors: dict[tuple[str, bool], Tensor] = {}
        self.makers: dict[str, Callable[[Any], Any]] = {
            "$array": lambda name: self.arrays[name],
            "$generator": self._generator,
            "$object": partial(self._object, known),
            "$own_object": partial(self._object, own),
            "$again": lambda number: self.objects[number],
            "$bytes": base64.b64decode,
            "$dtype": lambda name: getattr(dtypes, {"bool": "bool_"}.get(name, name)),
            "$float": lambda text: {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}[text],
            "$dict": self._pairs,
            "$ordered": lambda pairs: OrderedDict(self._pairs(pairs)),
            "$counter": lambda pairs: Counter(self._pairs(pairs)),
            "$tuple": lambda items: tuple(self.value(items)),
            "$size": lambda items: Size(self.value(items)),
            "$set": lambda items: set(self.value(items)),
            "$frozenset": lambda items: frozenset(self.value(items)),
            "$pickled": self._unpickled,
            "$namespace": lambda node: Namespace(**self.value(node)),
            "$deque": lambda node: deque(self.value(node[0]), node[1]),
            "$sparse": self._sparse,
            "$default": self._default,
        }

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.value(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$tensor" in node:
            return self._tensor(node["$tensor"], bool(node.get("requires_grad")))
        mark = next(iter(node), "")
        if mark.startswith("$"):
            return self.makers[mark](node[mark])
        return {key: self.value(item) for key, item in node.items()}

    def _tensor(self, name: str, requires_grad: bool) -> Tensor:
        if (name, requires_grad) not in self.tensors:
            self.tensors[name, requires_grad] = from_numpy(self.arrays[name]).requires_grad_(requires_grad)
        return self.tensors[name, requires_grad]

    def _object(self, classes: dict[str, type], node: Any) -> Any:
        name, state = node
        kind: Any = classes.get(name)
        if kind is None or not hasattr(kind, "__restore_state__"):
            raise unknown_class(self.file, name)
        made = object.__new__(kind)
        self.objects.append(made)
        made.__restore_state__(self.value(state))
        return made

    def _pairs(self, pairs: Any) -> dict[Any, Any]:
        return {self.value(key): self.value(item) for key, item in pairs}

    def _unpickled(self, text: str) -> Any:
        return Reader(base64.b64decode(text), self.file).load()

    def _default(self, node: Any) -> Any:
        made = self._unpickled(node[0])
        made.update(self.value(node[1]))
        return made

    def _sparse(self, node: Any) -> SparseTensor:
        indices, values, size, coalesced = self.value(node)
        return sparse_coo_tensor(indices, values, size, is_coalesced=coalesced)

    def _generator(self, name: str) -> Generator:
        generator = Generator()
        generator.set_state(self.arrays[name])
        return generator
