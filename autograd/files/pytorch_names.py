"""What the names in PyTorch's files stand for: makers of tensors, arrays, containers and other plain values.

Every maker takes only what cannot make it compute for long or take more memory than the file itself.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections import Counter, OrderedDict, defaultdict, deque
from math import prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.array_like import array_of
from autograd.creation import from_numpy
from autograd.device import CPU, device
from autograd.files.pickle_machine import Maker, key
from autograd.random import Generator
from autograd.size import Size
from autograd.sparse import SparseTensor, sparse_coo_tensor
from autograd.tensor import Tensor
from autograd.typing import Array

STORAGES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1", "BoolStorage": "|b1", "BFloat16Storage": "<u2",
    "UntypedStorage": "<u1",
}  # fmt: skip
STORAGE_NAMES = {
    np.dtype(code): name for name, code in STORAGES.items() if name not in ("BFloat16Storage", "UntypedStorage")
}
_ABSENT = "complex64 complex128 uint16 uint32 uint64 float8_e4m3fn float8_e5m2"
_DTYPES = [*dtypes.ALL, dtypes.bfloat16, *map(dtypes.AbsentType, _ABSENT.split())]
FACTORIES: tuple[type, ...] = (list, dict, int, float, str, bool, set, tuple)
"""What a defaultdict may be of."""


class StorageKind:
    """What a storage type in a file stands for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dtype = np.dtype(STORAGES[name])


class _Class:
    """A class that a file names only to say what it made, such as torch.Tensor."""


class _Factory(Maker):
    """A builtin type: what a defaultdict makes of nothing. Only sets are made of something, too."""

    __slots__ = ("kind",)

    def __init__(self, kind: type) -> None:
        super().__init__(_set if kind is set else lambda: kind())
        self.kind = kind


def _sequence(items: Any) -> Any:
    """The items, if they lie in memory already."""
    if not isinstance(items, list | tuple | set | frozenset | dict):
        raise TypeError(f"{type(items).__name__} in place of a list")
    return items


def _keys(items: Any) -> list[Any]:
    return [key(item) for item in _sequence(items)]


def _set(items: Any = ()) -> set[Any]:
    return set(_keys(items))


def _tensor(elements: Array, offset: Any, size: Any, stride: Any, requires_grad: Any = False, *_: Any) -> Tensor:
    numbers = [offset, *_sequence(size), *_sequence(stride)]
    if len(size) != len(stride) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError("sizes and strides that do not fit")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if 0 not in size and last >= elements.size:
        raise ValueError("a tensor beyond the end of its storage")
    bytes_apart = tuple(step * elements.itemsize for step in stride)
    if 0 in size:
        array = np.zeros(tuple(size), elements.dtype)
    else:
        array = np.lib.stride_tricks.as_strided(elements[offset:], tuple(size), bytes_apart)
    return from_numpy(array).requires_grad_(bool(requires_grad) and elements.dtype.kind == "f")


def _tensor_of_dtype(elements: Array, offset: Any, size: Any, stride: Any, grad: Any, hooks: Any, kind: Any) -> Tensor:
    """A tensor on a storage without a dtype. Raises DTypeError for those that do not exist here."""
    return _tensor(elements.view(kind.dtype), offset, size, stride, grad)


def _parameter(data: Tensor, requires_grad: Any = True, hooks: Any = None, state: Any = None) -> Tensor:
    made = data.detach().requires_grad_(bool(requires_grad) and data.is_floating_point())
    _attributes(made, state or {})
    return made


def _tensor_of_class(maker: Any, kind: Any, arguments: Any, state: Any) -> Any:
    """A tensor with attributes, or of a class of PyTorch's own."""
    made = maker.make(*_sequence(arguments))
    _attributes(made, state or {})
    return made


def _sparse(layout: Any, parts: Any) -> SparseTensor:
    indices, values, size, *coalesced = _sequence(parts)
    if layout != "torch.sparse_coo" or len(size) != 2 or any(type(n) is not int for n in size):
        raise ValueError(f"a tensor of layout {layout}, sizes {size}")
    if not all(array_of(x).flags.c_contiguous or array_of(x).flags.f_contiguous for x in (indices, values)):
        raise ValueError("a sparse tensor of entries that overlap")
    return sparse_coo_tensor(indices, values, tuple(size), is_coalesced=bool(coalesced and coalesced[0]))


def _device(kind: str = "cpu", index: Any = None) -> device:
    """The device of that name; in place of others, which do not exist here, the CPU."""
    return device(kind, index) if kind == "cpu" else CPU


def _encoded(text: str, encoding: str = "latin1") -> bytes:
    """The bytes that pickles of protocol 2 keep as text."""
    if encoding != "latin1":
        raise ValueError(f"bytes as {encoding}")
    return text.encode(encoding)


def _bytes(text: Any = b"", *encoding: str) -> bytes:
    return text if isinstance(text, bytes) else _encoded(text, *encoding)


def _complex(real: float, imaginary: float) -> complex:
    return complex(float(real), float(imaginary))


def _range(*bounds: Any) -> range:
    return range(*map(int, bounds))


def _slice(*bounds: Any) -> slice:
    if any(bound is not None and type(bound) is not int for bound in bounds):
        raise TypeError("a slice between no integers")
    return slice(*bounds)


def _default(factory: Any = None) -> Any:
    if factory is None:
        return defaultdict()
    if not isinstance(factory, _Factory):
        raise ValueError("a defaultdict of something else than a builtin type")
    return defaultdict(factory.kind)


def _dtype(code: str, *_: Any) -> np.dtype[Any]:
    if not re.fullmatch(r"\?|[biufcUS]\d+", code):
        raise ValueError(f"an array of dtype {code}")
    return np.dtype(code, copy=True)


def _scalar(kind: Any, contents: bytes) -> Any:
    if not isinstance(kind, np.dtype):
        raise TypeError("a number of no dtype")
    return np.frombuffer(contents, kind, 1)[0]


def _fill_array(made: Array, state: Any) -> None:
    _, shape, kind, turned, contents = _sequence(state)
    raw = contents.encode("latin1") if isinstance(contents, str) else contents
    sizes = tuple(_sequence(shape))
    if made.size or not isinstance(kind, np.dtype) or not isinstance(raw, bytes):
        raise ValueError("an array of objects")
    if any(type(n) is not int or n < 0 for n in sizes) or prod(sizes) * kind.itemsize != len(raw):
        raise ValueError("an array whose size does not fit")
    made.__setstate__((1, sizes, kind, bool(turned), raw))  # type: ignore[arg-type]


def _fill_dtype(made: np.dtype[Any], state: Any) -> None:
    if state[1] not in ("<", "|", "=") or state[3] is not None:
        raise ValueError("an array of big-endian numbers, or of records")


def _fill_generator(made: Generator, state: Any) -> None:
    made.set_state(state[-1])


def _attributes(made: Any, state: Any) -> None:
    """Give an object attributes, but none that would hide one of its class."""
    for name, value in state.items():
        if not isinstance(name, str) or hasattr(type(made), name):
            raise ValueError(f"an attribute {name} of {type(made).__name__}")
        vars(made)[name] = value


FILLERS = {
    np.ndarray: _fill_array, np.dtype: _fill_dtype, Generator: _fill_generator, Namespace: _attributes,
    SimpleNamespace: _attributes, OrderedDict: _attributes,
}  # fmt: skip
"""For each class whose objects take a state after they are made, how they take it."""

_MAKERS: dict[str, Any] = {
    "torch._utils._rebuild_tensor_v2": _tensor, "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v3": _tensor_of_dtype, "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter, "torch._utils._rebuild_sparse_tensor": _sparse,
    "torch._tensor._rebuild_from_type_v2": _tensor_of_class, "torch.serialization._get_layout": str,
    "torch.Size": lambda sizes=(): Size(_sequence(sizes)), "torch.device": _device,
    "torch._C.Generator": lambda *_: Generator(),
    "collections.OrderedDict": lambda pairs=(): OrderedDict((key(name), value) for name, value in _sequence(pairs)),
    "collections.Counter": lambda counts=(): Counter(counts if type(counts) is dict else _keys(counts)),
    "collections.defaultdict": _default,
    "collections.deque": lambda items=(), longest=None: deque(_sequence(items), longest),
    "builtins.frozenset": lambda items=(): frozenset(_keys(items)), "builtins.complex": _complex,
    "builtins.range": _range, "builtins.slice": _slice, "builtins.bytes": _bytes,
    "builtins.bytearray": lambda *given: bytearray(_bytes(*given)), "_codecs.encode": _encoded,
    "argparse.Namespace": Namespace, "types.SimpleNamespace": SimpleNamespace,
    "pathlib.PosixPath": Path, "pathlib.WindowsPath": Path,
    "numpy.dtype": _dtype,
    **{f"numpy.{core}.multiarray._reconstruct": lambda *_: np.zeros(0, np.uint8) for core in ("core", "_core")},
    **{f"numpy.{core}.multiarray.scalar": _scalar for core in ("core", "_core")},
}  # fmt: skip

NAMES: dict[str, Any] = {
    **{name: Maker(make) for name, make in _MAKERS.items()},
    **{f"builtins.{kind.__name__}": _Factory(kind) for kind in FACTORIES},
    **{f"torch.{kind.name}": kind for kind in _DTYPES},
    **{f"torch.{name}": StorageKind(name) for name in STORAGES},
    "torch.storage.UntypedStorage": StorageKind("UntypedStorage"),
    **{f"torch.{name}": _Class() for name in ("Tensor", "nn.parameter.Parameter", "nn.parameter.Buffer")},
    "numpy.ndarray": _Class(),
}
"""All names that may stand in a file, of Python 3."""

PYTHON_2 = {"__builtin__.xrange": "builtins.range", "__builtin__.long": "builtins.int",
            "__builtin__.unicode": "builtins.str"}  # fmt: skip
