"""NumPy's files: an array, `.npy`, and archives of them, `.npz`, read in no more memory than their contents fill."""

from __future__ import annotations

import io
import zipfile
import zlib
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as layout

from autograd.dtypes import of
from autograd.errors import DTypeError
from autograd.files.errors import FileFormatError, damaged, unknown_dtype
from autograd.typing import Array

MAGIC = layout.MAGIC_PREFIX
_HEADERS = {(1, 0): layout.read_array_header_1_0, (2, 0): layout.read_array_header_2_0}
_MOST_THAT_DEFLATE_SAVES = 1100
_WRONG = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, TypeError, KeyError, SyntaxError,
          OverflowError, RecursionError, MemoryError, NotImplementedError)  # fmt: skip
"""What a damaged file makes its reader raise."""


def write(file: BinaryIO, arrays: dict[str, Array]) -> None:
    """Write an archive of arrays, which is not compressed."""
    np.savez(file, **arrays)  # type: ignore[arg-type]


def read(file: BinaryIO, name: str) -> dict[str, Array]:
    """The arrays of an archive by name. Raises FileFormatError."""
    try:
        archive = zipfile.ZipFile(file)
        entries = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
        size = file.seek(0, io.SEEK_END)
        if any(entry.file_size > _MOST_THAT_DEFLATE_SAVES * size for entry in entries.values()):
            raise ValueError("an entry larger than the file can hold")
        return {key: read_array(archive.read(entry), name) for key, entry in entries.items()}
    except FileFormatError:
        raise
    except _WRONG as problem:
        raise damaged(name, f"{type(problem).__name__}: {problem}") from problem


def read_array(contents: bytes, name: str) -> Array:
    """The array that the contents of a `.npy` file hold, in this machine's order of bytes. Raises FileFormatError."""
    file = io.BytesIO(contents)
    try:
        shape, turned, kind = _HEADERS[layout.read_magic(file)](file)
        if kind.hasobject or prod(shape) * kind.itemsize != len(contents) - file.tell():
            raise ValueError(f"shape {shape} of {kind} in {len(contents) - file.tell()} bytes")
        flat: Any = np.frombuffer(contents, kind, offset=file.tell()) if prod(shape) else np.empty(0, kind)
        array = flat.reshape(shape, order="F" if turned else "C")
        of(kind.newbyteorder("="))
    except DTypeError as problem:
        raise unknown_dtype(name, problem) from problem
    except _WRONG as problem:
        raise damaged(name, f"{type(problem).__name__}: {problem}") from problem
    return np.array(array, kind.newbyteorder("="), order="C")
