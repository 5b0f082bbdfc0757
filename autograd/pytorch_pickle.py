"""The pickle inside PyTorch's files: written as plain opcodes, read by a machine that knows tensors and containers.

Nothing is imported or called that a file names: names stand for a fixed table of our own makers.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.creation import from_numpy
from autograd.errors import OperandError, complaint
from autograd.file_errors import damaged, refused
from autograd.size import Size
from autograd.tensor import Tensor
from autograd.typing import Array

STORAGES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1", "BoolStorage": "|b1", "BFloat16Storage": "<u2",
}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in STORAGES.items() if name != "BFloat16Storage"}


def widened(halves: Array) -> Array:
    """The bits of bfloat16 numbers, uint16, as float32."""
    return np.asarray((halves.astype(np.uint32) << 16).view(np.float32))


class _StorageKind:
    """What a storage type in a file stands for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dtype = np.dtype(STORAGES[name])


class Reader(pickle.Unpickler):
    """Reads the pickle of a file whose storages `load(key, dtype, count)` gives."""

    def __init__(self, data: bytes, file: str, load: Callable[[str, np.dtype[Any], int], Array]) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")
        self._file = file
        self._load = load
        self._storages: dict[str, Array] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Our maker for a name; nothing is imported."""
        if module == "torch" and name in STORAGES:
            return _StorageKind(name)
        made = _MAKERS.get((module, name))
        if made is None:
            raise refused(self._file, f"{module}.{name}, which is not loaded")
        return made

    def persistent_load(self, pid: Any) -> Array:
        """The storage that a persistent id names."""
        try:
            tag, kind, key, _, count = pid
        except (TypeError, ValueError):
            raise damaged(self._file, "a storage without a name") from None
        if tag != "storage" or not isinstance(kind, _StorageKind) or not isinstance(count, int):
            raise damaged(self._file, "a storage of no known kind")
        if key not in self._storages:
            elements = self._load(str(key), kind.dtype, count)
            if kind.name == "BFloat16Storage":
                elements = widened(elements)
            self._storages[key] = elements
        return self._storages[key]


def _tensor(elements: Array, offset: Any, size: Any, stride: Any, requires_grad: Any = False, *_: Any) -> Tensor:
    size, stride = tuple(size), tuple(stride)
    numbers = [offset, *size, *stride]
    if len(size) != len(stride) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError("sizes and strides that do not fit")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if 0 not in size and last >= elements.size:
        raise ValueError("a tensor beyond the end of its storage")
    bytes_apart = tuple(step * elements.itemsize for step in stride)
    if 0 in size:
        array = np.zeros(size, elements.dtype)
    else:
        array = np.lib.stride_tricks.as_strided(elements[offset:], size, bytes_apart)
    return from_numpy(array).requires_grad_(bool(requires_grad) and elements.dtype.kind == "f")


def _parameter(data: Tensor, requires_grad: Any = True, *_: Any) -> Tensor:
    return data.detach().requires_grad_(bool(requires_grad) and data.is_floating_point())


def _ordered(*pairs: Any) -> OrderedDict[Any, Any]:
    return OrderedDict(*pairs)


_MAKERS: dict[tuple[str, str], Callable[..., Any]] = {
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("collections", "OrderedDict"): _ordered,
    ("collections", "Counter"): Counter,
    ("torch", "Size"): Size,
    ("builtins", "set"): set,
}


def storage_name(dtype: np.dtype[Any]) -> str:
    """PyTorch's name of the storages of a dtype."""
    return _NAMES[dtype]


class Writer:
    """Writes data as PyTorch pickles it.

    `place(array)` gives the array as it lies in its storage, and that storage's key, offset and count of elements.
    """

    def __init__(self, place: Callable[[Array], tuple[Array, str, int, int]]) -> None:
        self._place = place
        self._out = io.BytesIO()

    def written(self, data: Any) -> bytes:
        """The pickle of the data. Raises OperandError for what it does not hold."""
        self._out.write(b"\x80\x02")
        self._put(data, "")
        self._out.write(b".")
        return self._out.getvalue()

    def _put(self, value: Any, path: str) -> None:
        write = self._out.write
        if isinstance(value, np.generic):
            value = value.item()
        if value is None:
            write(b"N")
        elif isinstance(value, bool):
            write(b"\x88" if value else b"\x89")
        elif isinstance(value, int):
            self._int(value)
        elif isinstance(value, float):
            write(b"G" + struct.pack(">d", value))
        elif isinstance(value, str):
            encoded = value.encode("utf-8", "surrogatepass")
            write(b"X" + struct.pack("<I", len(encoded)) + encoded)
        elif isinstance(value, Tensor | np.ndarray):
            self._tensor(value)
        else:
            self._container(value, path)

    def _int(self, value: int) -> None:
        if -(2**31) <= value < 2**31:
            self._out.write(b"J" + struct.pack("<i", value))
        else:
            size = value.bit_length() // 8 + 1
            self._out.write(b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True))

    def _container(self, value: Any, path: str) -> None:
        write = self._out.write
        if isinstance(value, Counter | OrderedDict):
            self._name("collections", type(value).__name__)
            write(b")R(")
            self._items(value, path)
        elif isinstance(value, dict):
            write(b"}(")
            self._items(value, path)
        elif isinstance(value, list):
            write(b"](")
            self._each(value, path)
            write(b"e")
        elif type(value) is Size:
            self._name("torch", "Size")
            self._tuple([tuple(value)], path)
            write(b"R")
        elif isinstance(value, tuple):
            self._tuple(value, path)
        elif isinstance(value, set):
            self._name("builtins", "set")
            self._tuple([list(value)], path)
            write(b"R")
        else:
            raise OperandError(
                complaint("save", "tensors, arrays, numbers, strings and containers of them",
                          f"{type(value).__name__} at {path.lstrip('.') or 'the top'}",
                          "Save its state_dict(), or what it is made of")
            )  # fmt: skip

    def _items(self, mapping: Any, path: str) -> None:
        for key, item in mapping.items():
            self._put(key, f"{path}.key")
            self._put(item, f"{path}.{key}")
        self._out.write(b"u")

    def _each(self, items: Any, path: str) -> None:
        for i, item in enumerate(items):
            self._put(item, f"{path}.{i}")

    def _tuple(self, items: Any, path: str) -> None:
        self._out.write(b"(")
        self._each(items, path)
        self._out.write(b"t")

    def _name(self, module: str, name: str) -> None:
        self._out.write(f"c{module}\n{name}\n".encode())

    def _tensor(self, value: Any) -> None:
        array = value.detach().numpy() if isinstance(value, Tensor) else value
        if any(step < 0 or step % array.itemsize for step in array.strides) or not array.dtype.isnative:
            array = np.ascontiguousarray(array)
        array, key, offset, count = self._place(array)
        self._name("torch._utils", "_rebuild_tensor_v2")
        self._out.write(b"((")
        self._put("storage", "")
        self._name("torch", storage_name(array.dtype))
        for part in (key, "cpu", count):
            self._put(part, "")
        self._out.write(b"tQ")
        self._put(offset, "")
        self._tuple([int(n) for n in array.shape], "")
        self._tuple([step // array.itemsize for step in array.strides], "")
        self._put(isinstance(value, Tensor) and value.is_leaf and value.requires_grad, "")
        self._name("collections", "OrderedDict")
        self._out.write(b")RtR")
