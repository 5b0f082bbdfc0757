"""The pickle inside PyTorch's files, written as plain opcodes."""

from __future__ import annotations

import io
import pickle
import struct
from argparse import Namespace
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import numpy as np

from autograd.creation import from_numpy
from autograd.device import device
from autograd.dtypes import dtype
from autograd.errors import DTypeError, OperandError, complaint
from autograd.files.pytorch_names import FACTORIES, STORAGE_NAMES
from autograd.random import Generator
from autograd.size import Size
from autograd.sparse import SparseTensor
from autograd.tensor import Tensor
from autograd.typing import Array

_PLAIN = (complex, bytes, bytearray, range, slice, PurePath)
_FIRST_MEMO = 256  # the memo numbers below are those of values that Python itself pickles
_KEPT_KINDS = "biufcSU"


class Writer:
    """Writes data as PyTorch pickles it.

    `place(array)` gives the array as it lies in its storage, and that storage's key, offset and count of elements.
    """

    def __init__(self, place: Callable[[Array], tuple[Array, str, int, int]] | None = None) -> None:
        self._place = place
        self._out = io.BytesIO()
        self._memo: dict[int, tuple[int, Any]] = {}

    def written(self, data: Any) -> bytes:
        """The pickle of the data. Raises OperandError for what it does not hold."""
        self._out.write(b"\x80\x02")
        try:
            self._put(data, "")
        except RecursionError as problem:
            raise OperandError(complaint("save", "data nested less deeply", "too many levels")) from problem
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
        elif isinstance(value, _PLAIN):
            write(pickle.dumps(value, 2)[2:-1])
        elif id(value) in self._memo:
            write(b"j" + struct.pack("<I", self._memo[id(value)][0]))
        else:
            self._object(value, path)

    def _remember(self, value: Any) -> None:
        """Number what has just been written, and keep it, so that no other takes its id."""
        number = _FIRST_MEMO + len(self._memo)
        self._memo[id(value)] = number, value
        self._out.write(b"r" + struct.pack("<I", number))

    def _int(self, value: int) -> None:
        if -(2**31) <= value < 2**31:
            self._out.write(b"J" + struct.pack("<i", value))
            return
        size = value.bit_length() // 8 + 1
        length = b"\x8a" + bytes([size]) if size < 256 else b"\x8b" + struct.pack("<i", size)
        self._out.write(length + value.to_bytes(size, "little", signed=True))

    def _object(self, value: Any, path: str) -> None:
        if isinstance(value, Tensor):
            self._tensor(value)
            self._remember(value)
        elif isinstance(value, np.ndarray):
            self._array(value, path)
        elif isinstance(value, SparseTensor):
            self._sparse(value)
        elif isinstance(value, dtype):
            self._name("torch", value.name)
        elif isinstance(value, device):
            self._call("torch", "device", str(value))
        elif isinstance(value, Generator):
            self._generator(value)
        elif isinstance(value, dict | Namespace):
            self._mapping(value, path)
        else:
            self._sequence(value, path)

    def _mapping(self, value: Any, path: str) -> None:
        write, items = self._out.write, value
        if isinstance(value, Namespace):
            self._name("argparse", "Namespace")
            write(b")\x81")
            items = vars(value)
        elif isinstance(value, defaultdict):
            self._default(value, path)
        elif isinstance(value, Counter | OrderedDict):
            self._name("collections", "Counter" if isinstance(value, Counter) else "OrderedDict")
            write(b")R")
        else:
            write(b"}")
        self._remember(value)
        write(b"}(" if isinstance(value, Namespace) else b"(")
        for name, item in items.items():
            self._put(name, f"{path}.key")
            self._put(item, f"{path}.{name}")
        write(b"ub" if isinstance(value, Namespace) else b"u")

    def _default(self, value: Any, path: str) -> None:
        factory = value.default_factory
        if factory is not None and factory not in FACTORIES:
            expected = "a defaultdict of a builtin type"
            raise OperandError(complaint("save", expected, f"one of {factory!r} at {_at(path)}", "Save a dict of it"))
        self._name("collections", "defaultdict")
        if factory is None:
            self._out.write(b")R")
        else:
            self._name("__builtin__", factory.__name__)
            self._out.write(b"\x85R")

    def _sequence(self, value: Any, path: str) -> None:
        write = self._out.write
        if isinstance(value, list):
            write(b"]")
            self._remember(value)
            write(b"(")
            self._each(value, path)
            write(b"e")
        elif type(value) is Size:
            self._call("torch", "Size", tuple(value))
        elif isinstance(value, tuple):
            self._tuple(value, path)
        elif isinstance(value, set | frozenset):
            self._name("__builtin__", "set" if isinstance(value, set) else "frozenset")
            self._tuple([list(value)], path)
            write(b"R")
        elif isinstance(value, deque):
            self._name("collections", "deque")
            self._tuple([list(value), value.maxlen], path)
            write(b"R")
        else:
            raise OperandError(
                complaint("save", "tensors, arrays, numbers, strings and containers of them",
                          f"{type(value).__name__} at {_at(path)}", "Save its state_dict(), or what it is made of")
            )  # fmt: skip

    def _each(self, items: Any, path: str) -> None:
        for i, item in enumerate(items):
            self._put(item, f"{path}.{i}")

    def _tuple(self, items: Any, path: str) -> None:
        self._out.write(b"(")
        self._each(items, path)
        self._out.write(b"t")

    def _name(self, module: str, name: str) -> None:
        self._out.write(f"c{module}\n{name}\n".encode())

    def _call(self, module: str, name: str, *arguments: Any) -> None:
        self._name(module, name)
        self._tuple(arguments, "")
        self._out.write(b"R")

    def _array(self, value: Array, path: str) -> None:
        if value.dtype.kind not in _KEPT_KINDS:
            expected = "arrays of numbers or of text"
            raise DTypeError(complaint("save", expected, f"one of dtype {value.dtype} at {_at(path)}"))
        native = np.array(value, value.dtype.newbyteorder("="), subok=False)
        self._out.write(pickle.dumps(native, 2)[2:-1])
        self._remember(value)

    def _generator(self, value: Generator) -> None:
        self._call("torch._C", "Generator", device())
        self._tuple([value.initial_seed(), None, from_numpy(value.get_state())], "")
        self._out.write(b"b")

    def _sparse(self, value: SparseTensor) -> None:
        self._name("torch._utils", "_rebuild_sparse_tensor")
        self._out.write(b"(")
        self._call("torch.serialization", "_get_layout", "torch.sparse_coo")
        indices, values = value.detach()._indices(), value.detach()._values()
        self._tuple([indices, values, Size(value.shape), value.is_coalesced()], "")
        self._out.write(b"tR")

    def _tensor(self, value: Tensor) -> None:
        array = value.detach().numpy()
        if any(step < 0 or step % array.itemsize for step in array.strides) or not array.dtype.isnative:
            array = np.ascontiguousarray(array)
        if self._place is None:
            raise OperandError(complaint("save", "plain data", "a tensor in a place of it"))
        array, key, offset, count = self._place(array)
        self._name("torch._utils", "_rebuild_tensor_v2")
        self._out.write(b"((")
        self._put("storage", "")
        self._name("torch", STORAGE_NAMES[array.dtype])
        for part in (key, "cpu", count):
            self._put(part, "")
        self._out.write(b"tQ")
        self._put(offset, "")
        self._tuple([int(n) for n in array.shape], "")
        self._tuple([step // array.itemsize for step in array.strides], "")
        self._put(value.is_leaf and value.requires_grad, "")
        self._name("collections", "OrderedDict")
        self._out.write(b")RtR")


def _at(path: str) -> str:
    return path.lstrip(".") or "the top"
