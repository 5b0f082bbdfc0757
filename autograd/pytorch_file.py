"""PyTorch's own files: a zip archive of a pickle and the storages that it names, read and written without PyTorch."""

from __future__ import annotations

import pickle
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from autograd import memory
from autograd.file_errors import FileFormatError, damaged
from autograd.pytorch_pickle import Reader, Writer
from autograd.typing import Array

_WRONG = (
    pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError,
    RecursionError, UnicodeDecodeError, MemoryError, struct.error,
)  # fmt: skip
"""What a damaged pickle makes its reader raise."""

_ALIGNMENT = 64


def read(file: BinaryIO, name: str) -> Any:
    """The data of an open file. Raises FileFormatError."""
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

    try:
        return Reader(data, name, load).load()
    except FileFormatError:
        raise
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
            _add(archive, f"{root}/data/{key}", array.tobytes())
        _add(archive, f"{root}/version", b"3\n")


def _add(archive: zipfile.ZipFile, path: str, contents: bytes) -> None:
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
        self._keys: dict[tuple[int, str], int] = {}

    def place(self, array: Array) -> tuple[Array, str, int, int]:
        """The array, or its copy, as it lies in its storage; key of that, offset and size in elements."""
        whole: Any = memory.owner(array)
        fits = isinstance(whole, np.ndarray) and whole.flags.c_contiguous and whole.dtype == array.dtype
        if not fits or whole.nbytes > 4 * max(array.nbytes, 1024):
            array = whole = np.ascontiguousarray(array).reshape(array.shape)
        start = whole.__array_interface__["data"][0]
        key = self._keys.setdefault((start, array.dtype.str), len(self.arrays))
        if key == len(self.arrays):
            self.arrays.append(whole)
        offset = (array.__array_interface__["data"][0] - start) // array.itemsize
        return array, str(key), offset if array.size else 0, self.arrays[key].size
