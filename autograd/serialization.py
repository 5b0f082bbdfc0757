"""Saving and loading: tensors and what is made of them, in safetensors, PyTorch's format, or NumPy's.

Files are written beside their place and moved there when whole: a crash leaves the old file as it was. What is loaded
is checked, is never executed, and takes no more memory than the file's own size.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from autograd.creation import from_numpy
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.files import numpy_file, pytorch_file, safetensors_file
from autograd.files.errors import FileFormatError, damaged
from autograd.files.saved_tree import OWN_DTYPES, Flattened, defined_classes, restored, safe_classes
from autograd.tensor import Tensor
from autograd.typing import Array

_TREE = "numbagrad"
_VERSION = 1


def save(obj: Any, f: Any, pickle_module: Any = None, pickle_protocol: int = 2,
         _use_new_zipfile_serialization: bool = True) -> None:  # fmt: skip
    """Write tensors, numbers, strings, bytes, generators, and nested containers of them, to a path or an open file.

    The name chooses the format: `.safetensors`, `.npz` (a flat dict of arrays or tensors), any other PyTorch's own,
    which `torch.load` reads; NumPy's arrays stay arrays, which it reads with weights_only=False. Whole modules make any
    file but `.npz` a safetensors one, whatever its name, since PyTorch could not read them. Tensors on one piece of
    memory share it in the file. The other arguments are accepted for PyTorch's sake.
    Raises OperandError, naming the place, for what a format does not hold; nothing is written then.
    """
    if hasattr(f, "write"):
        buffer = io.BytesIO()
        _write(buffer, obj, str(getattr(f, "name", "archive")))
        f.write(buffer.getbuffer())
        return
    path = Path(f)
    _replace(path, lambda file: _write(file, obj, path.name))


def load(f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool | None = True,
         mmap: bool | None = None, encoding: str = "utf-8", classes: Sequence[type] = ()) -> Any:  # fmt: skip
    """Read what `save`, or `torch.save`, or a safetensors or NumPy writer has written, from a path or an open file.

    The contents say which format it is. Foreign safetensors and `.npz` files give a dict of tensors, `.npy` one;
    bfloat16, which does not exist here, is widened to float32 without loss. PyTorch's files may be of any form that
    `torch.save` has had since 1.0, and may hold plain data of Python and NumPy besides tensors; `encoding` is that of
    strings of Python 2. The other arguments are accepted for PyTorch's sake; nothing in a file is ever executed.
    Modules come back where their classes, by name, are among `classes`, were given to `add_safe_globals` or
    `safe_globals`, or are layers of `nn`; with `weights_only=False` any module class will do that has been defined, if
    no other has its name.
    Raises FileFormatError for files that are cut off, damaged or foreign, OSError where there is none.
    """
    if weights_only is False:
        classes = [*defined_classes(), *classes]
    if hasattr(f, "read"):
        return _decoded(io.BytesIO(_contents(f)), str(getattr(f, "name", "file")), classes, encoding)
    path = Path(f)
    with path.open("rb") as file:
        return _decoded(file, path.name, classes, encoding)


def add_safe_globals(safe_globals: Sequence[Any]) -> None:
    """Let `load` make objects of these classes, which it knows by their names, from safetensors files.

    A pair (class, "package.Name") gives the name in the file. Functions, which PyTorch's files may refer to, are taken
    and never called. Raises ArgumentError for anything else.
    """
    safe_classes.update(dict(map(_named, safe_globals)))


def get_safe_globals() -> list[Any]:
    """What has been declared safe to load, beyond the layers of `nn`, which always are."""
    return list(safe_classes.values())


def clear_safe_globals() -> None:
    """Forget what has been declared safe to load."""
    safe_classes.clear()


class safe_globals:
    """`with safe_globals([Net]):` declares as `add_safe_globals` does, until the end of the block."""

    def __init__(self, safe_globals: Sequence[Any]) -> None:
        self.declared = dict(map(_named, safe_globals))

    def __enter__(self) -> None:
        self.before = {name: safe_classes[name] for name in self.declared if name in safe_classes}
        safe_classes.update(self.declared)

    def __exit__(self, *error: object) -> None:
        for name in self.declared:
            safe_classes.pop(name, None)
        safe_classes.update(self.before)


def _named(entry: Any) -> tuple[str, Any]:
    """The name by which files call a class, and the class."""
    kind, name = entry if isinstance(entry, tuple) and len(entry) == 2 else (entry, getattr(entry, "__name__", None))
    if not callable(kind) or not isinstance(name, str):
        expected = 'classes, functions, or pairs (class, "name")'
        raise ArgumentError(complaint("safe_globals", expected, repr(entry), "Give the class itself"))
    return name.rpartition(".")[2], kind


def _write(file: BinaryIO, obj: Any, name: str) -> None:
    suffix = Path(name).suffix
    if suffix == ".safetensors" or (suffix != ".npz" and _holds_modules(obj)):
        _write_safetensors(file, obj)
    elif suffix == ".npz":
        numpy_file.write(file, _flat_arrays(obj))
    else:
        pytorch_file.write(file, obj, name)


def _holds_modules(obj: Any) -> bool:
    """Whether there is a module, or another object that gives its state, anywhere in the data."""
    waiting, seen = [obj], set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict | list | tuple | set) and id(item) not in seen:
            seen.add(id(item))
            waiting += item.values() if isinstance(item, dict) else item
        elif hasattr(type(item), "__saved_state__"):
            return True
    return False


def _flat_arrays(obj: Any) -> dict[str, Array]:
    if not isinstance(obj, dict) or not all(isinstance(key, str) for key in obj):
        raise OperandError(complaint("save", "a dict of tensors for .npz", type(obj).__name__))
    return {key: _flat_array(key, value) for key, value in obj.items()}


def _flat_array(key: str, value: Any) -> Array:
    """An array of numbers for .npz. Raises OperandError for other values."""
    if not isinstance(value, Tensor | np.ndarray | np.generic | int | float):
        raise OperandError(complaint("save", "a dict of tensors for .npz", f"{type(value).__name__} at {key}"))
    array = value.detach().numpy() if isinstance(value, Tensor) else np.asarray(value)
    if array.dtype.newbyteorder("=") not in OWN_DTYPES:
        raise OperandError(complaint("save", "numbers for .npz", f"an array of dtype {array.dtype} at {key}"))
    return array


def _write_safetensors(file: BinaryIO, obj: Any) -> None:
    try:
        flat = Flattened(obj)
    except RecursionError as problem:
        raise OperandError(complaint("save", "data nested less deeply", "too many levels")) from problem
    tree = json.dumps({"version": _VERSION, "tree": flat.tree}, separators=(",", ":"))
    safetensors_file.write(file, flat.arrays, {_TREE: tree})


def _replace(path: Path, write: Callable[[Any], None]) -> None:
    """Write a file and put it in the place of an older one in a single step."""
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe has no place to put a file in
        with target.open("wb") as file:
            write(file)
        return
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _mode(target))
        os.replace(beside, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)


def _mode(target: Path) -> int:
    """The permissions of the file that is there, or those of a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _contents(file: Any) -> bytes:
    """What is left to read of an open file. Raises ArgumentError for one that is open for text."""
    if isinstance(file, io.TextIOBase):
        raise ArgumentError(complaint("load", "a file open for bytes", "one open for text", 'Open it with "rb"'))
    return bytes(file.read())


def _decoded(file: BinaryIO, name: str, classes: Sequence[type], encoding: str) -> Any:
    head = file.read(9)
    file.seek(0)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _from_archive(file, name, encoding)
    if head[:1] == b"\x80" and head[8:] != b"{":
        return pytorch_file.read_old(file.read(), name, encoding)
    if head.startswith(numpy_file.MAGIC):
        return from_numpy(numpy_file.read_array(file.read(), name))
    return _from_safetensors(file, name, classes)


def _from_archive(file: BinaryIO, name: str, encoding: str) -> Any:
    try:
        entries = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as problem:
        raise damaged(name, f"{type(problem).__name__}: {problem}") from problem
    if entries and all(entry.endswith(".npy") for entry in entries):
        return {key: from_numpy(array) for key, array in numpy_file.read(file, name).items()}
    return pytorch_file.read(file, name, encoding)


def _from_safetensors(file: BinaryIO, name: str, classes: Sequence[type]) -> Any:
    arrays, metadata = safetensors_file.read(file, name)
    if _TREE not in metadata:
        return {key: from_numpy(array) for key, array in arrays.items()}
    try:
        described = json.loads(metadata[_TREE])
        version, tree = described["version"], described["tree"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise damaged(name, f"a description that cannot be read: {problem}") from problem
    if version != _VERSION:
        cure = "Update numbagrad"
        raise FileFormatError(complaint("load", f"version {_VERSION} of the format", f"{version} in {name}", cure))
    return restored(tree, arrays, name, classes)
