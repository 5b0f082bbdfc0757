"""PyTorch's own files: a zip archive of a pickle and the storages that it names, read and written without PyTorch."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from autograd import memory
from autograd.errors import DTypeError, complaint
from autograd.files.errors import FileFormatError, damaged, unknown_dtype
from autograd.files.pytorch_pickle import Reader
from autograd.files.pytorch_writer import Writer
from autograd.typing import Array

_WRONG = (EOFError, ValueError, TypeError, AttributeError, LookupError, OverflowError, MemoryError, struct.error)
"""What a damaged pickle makes its reader raise."""

_MAGIC, _OLD_VERSION = 0x1950A86A20F9469CFC6C, 1001

_ALIGNMENT = 64


def read(file: BinaryIO, name: str, encoding: str = "utf-8") -> Any:
    """The data of an open file, with strings of Python 2 in that encoding. Raises FileFormatError."""
    try:
        archive = zipfile.ZipFile(file)
        entries = {entry.filename: entry for entry in archive.infolist()}
        pickles = [path for path in entries if path.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise damaged(name, "an archive without data.pkl")
        root = pickles[0].removesuffix("data.pkl")
        order = root + "byteorder"
        if order in entries and _bytes(archive, entries[order], name) != b"little":
            raise damaged(name, "numbers in big-endian order")
        data = _bytes(archive, entries[pickles[0]], name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, KeyError) as problem:
        if isinstance(problem, FileFormatError):
            raise
        raise damaged(name, f"{type(problem).__name__}: {problem}") from problem

    def load(key: str, dtype: np.dtype[Any], count: int) -> Array:
        entry = entries.get(f"{root}data/{key}")
        if entry is None or count < 0 or entry.file_size < count * dtype.itemsize:
            raise damaged(name, f"a storage {key} that is missing or too short")
        return np.frombuffer(bytearray(_bytes(archive, entry, name)), dtype, count)

    return _checked(name, lambda: Reader(data, name, load, encoding=encoding).load())


def read_old(data: bytes, name: str, encoding: str = "utf-8") -> Any:
    """The contents of a file of PyTorch before 1.6: pickles, and behind them the storages. Raises FileFormatError."""
    return _checked(name, lambda: _old(data, name, encoding))


def _old(data: bytes, name: str, encoding: str) -> Any:
    promised: dict[str, tuple[np.dtype[Any], int]] = {}

    def promise(key: str, dtype: np.dtype[Any], count: int) -> Array:
        promised[key] = dtype, count
        if count < 0 or sum(kind.itemsize * n for kind, n in promised.values()) > len(data):
            raise damaged(name, "storages larger than the file")
        return np.zeros(count, dtype)

    at, parts = 0, []
    for _ in range(5):  # a magic number, a version, the writer's system, the data, the keys of its storages
        start, reader = at, Reader(data, name, promise, at, encoding)
        parts.append(reader.load())
        at = reader.at
        if parts[0] != _MAGIC:
            raise FileFormatError(complaint("load", "a file of PyTorch", f"a pickle of something else, {name}"))
        if len(parts) == 4:
            begin = start
    _, version, system, _, keys = parts
    if version != _OLD_VERSION or not system["little_endian"]:
        raise damaged(name, "a pickle that torch.save has not written")
    found = {}
    for key in map(str, keys):
        dtype, count = promised[key]
        if int.from_bytes(data[at : at + 8], "little") != count:
            raise damaged(name, f"a storage {key} of another size")
        found[key] = np.frombuffer(bytearray(data[at + 8 : at + 8 + count * dtype.itemsize]), dtype, count)
        at += 8 + count * dtype.itemsize
    return Reader(data, name, lambda key, dtype, count: found[key], begin, encoding).load()


def _checked(name: str, read: Callable[[], Any]) -> Any:
    """What `read` gives, with one kind of error for all that a damaged file can make it raise."""
    try:
        return read()
    except FileFormatError:
        raise
    except DTypeError as problem:
        raise unknown_dtype(name, problem) from problem
    except _WRONG as problem:
        raise damaged(name, f"{type(problem).__name__}: {problem}") from problem


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """The contents of an entry, which PyTorch never compresses: no file makes more memory than it has itself."""
    if entry.compress_type != zipfile.ZIP_STORED:
        raise damaged(name, f"a compressed entry {entry.filename}")
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, EOFError, OSError, struct.error) as problem:
        raise damaged(name, f"entry {entry.filename}: {problem}") from problem


def write(file: BinaryIO, data: Any, name: str) -> None:
    """Write data into an open file as PyTorch does. Raises OperandError for what the format does not hold."""
    storages = _Storages()
    pickled = Writer(storages.place).written(data)
    root = Path(name).stem or "archive"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, f"{root}/data.pkl", pickled)
        _add(archive, f"{root}/byteorder", b"little")
        for key, array in enumerate(storages.arrays):
            _add(archive, f"{root}/data/{key}", array.reshape(-1).view(np.uint8).data)
        _add(archive, f"{root}/version", b"3\n")


def _add(archive: zipfile.ZipFile, path: str, contents: Any) -> None:
    """Add an entry whose contents begin at a multiple of 64 bytes, so that a reader may map them into memory."""
    entry = zipfile.ZipInfo(path)
    header = archive.start_dir + 30 + len(path.encode())
    padding = -(header + 4) % _ALIGNMENT
    entry.extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
    archive.writestr(entry, contents)


class _Storages:
    """The pieces of memory that tensors lie in; several on one piece share it in the file too."""

    def __init__(self) -> None:
        self.arrays: list[Array] = []
        self._keys: dict[tuple[int, int, str], int] = {}

    def place(self, array: Array) -> tuple[Array, str, int, int]:
        """The array, or its copy, as it lies in its storage; key of that, offset and size in elements."""
        whole: Any = memory.owner(array)
        fits = isinstance(whole, np.ndarray) and whole.flags.c_contiguous and whole.dtype == array.dtype
        large = fits and whole.nbytes > 4 * max(array.nbytes, 1024) and _lies(whole) not in self._keys
        if not fits or large:
            array = whole = np.ascontiguousarray(array).reshape(array.shape)
        key = self._keys.setdefault(_lies(whole), len(self.arrays))
        if key == len(self.arrays):
            self.arrays.append(whole)
        offset = (_lies(array)[0] - _lies(whole)[0]) // array.itemsize
        return array, str(key), offset if array.size else 0, whole.size


def _lies(array: Array) -> tuple[int, int, str]:
    """Where a piece of memory begins, its size, and of what it is."""
    return array.__array_interface__["data"][0], array.size, array.dtype.str
