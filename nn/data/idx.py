"""The IDX format of the MNIST files: a big-endian header, then the elements (LeCun, Cortes, Burges, 1998)."""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array

__all__ = ["load_mnist", "read_idx"]

_DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_LARGEST_RATIO = (
    1032  # deflate cannot shrink further, so a small file cannot hold more than this many times its size
)
_DOWNLOAD_AGAIN = "The file may be damaged: download it again."


def read_idx(path: str | os.PathLike[str]) -> Array:
    """The array in an IDX file, in this machine's byte order.

    path: a plain or gzip-compressed file, whatever its name.
    Raises FileNotFoundError for a missing file, ArgumentError (a ValueError) for one that is not IDX, is truncated,
    or holds more or less than its header says.
    """
    path = Path(path)
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        if not compressed:
            return _read(file, path, capacity=path.stat().st_size)
        try:
            with gzip.open(file) as unpacked:
                return _read(cast(BinaryIO, unpacked), path, capacity=path.stat().st_size * _GZIP_LARGEST_RATIO)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ArgumentError(
                complaint("read_idx", "a whole gzip file", f"{path}: {error}", _DOWNLOAD_AGAIN)
            ) from error


def _read(file: BinaryIO, path: Path, capacity: int) -> Array:
    """Header and elements; `capacity` bounds what the file can hold, so that a foreign header reserves no memory."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _DTYPES or magic[3] == 0:
        _refuse(
            path, "an IDX file, which starts with two zero bytes, a dtype code and a count of dimensions", magic.hex()
        )
    dtype, ndim = np.dtype(_DTYPES[magic[2]]), magic[3]
    header = file.read(4 * ndim)
    if len(header) < 4 * ndim:
        _refuse(path, f"the sizes of {ndim} dimensions", f"{len(header)} bytes")
    shape = struct.unpack(f">{ndim}I", header)
    size = math.prod(shape) * dtype.itemsize
    if size > capacity:
        _refuse(path, f"{size} bytes of elements for shape {shape}", f"a file that holds at most {capacity}")
    elements = file.read(size + 1)
    if len(elements) != size:
        given = "more" if len(elements) > size else f"{len(elements)}"
        _refuse(path, f"{size} bytes of elements for shape {shape}", given)
    return np.frombuffer(elements, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _refuse(path: Path, expected: str, given: str) -> NoReturn:
    raise ArgumentError(complaint(f"read_idx, {path}", expected, given or "an empty file", _DOWNLOAD_AGAIN))


def load_mnist(directory: str | os.PathLike[str], split: str = "train") -> tuple[Array, Array]:
    """Images `(N, H, W)` and labels `(N,)`, both uint8, of one split of MNIST or a set in the same files.

    directory: where `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the two `t10k-` files lie, each plain or
    with `.gz`; `-images.idx3-ubyte` with a point is understood too.
    split: "train" or "test" (the `t10k-` files).
    Raises FileNotFoundError naming the missing file, ArgumentError for files that are broken or do not belong together.
    """
    prefixes = {"train": "train", "test": "t10k"}
    if split not in prefixes:
        raise ArgumentError(complaint("load_mnist", "split to be 'train' or 'test'", repr(split)))
    images = read_idx(_find(Path(directory), f"{prefixes[split]}-images", "idx3-ubyte"))
    labels = read_idx(_find(Path(directory), f"{prefixes[split]}-labels", "idx1-ubyte"))
    if images.ndim != 3 or images.dtype != np.uint8:
        given = f"{images.dtype} of shape {images.shape}"
        raise ArgumentError(complaint("load_mnist", "images to be uint8 of shape (N, H, W)", given))
    if labels.shape != images.shape[:1] or labels.dtype != np.uint8:
        given = f"{labels.dtype} of shape {labels.shape}"
        raise ArgumentError(complaint("load_mnist", f"labels to be uint8 of shape ({len(images)},)", given))
    return images, labels


def _find(directory: Path, name: str, kind: str) -> Path:
    """The first of the file's usual names that exists."""
    candidates = [directory / f"{name}{joint}{kind}{ending}" for joint in "-." for ending in ("", ".gz")]
    for path in candidates:
        if path.is_file():
            return path
    raise FileNotFoundError(f"load_mnist: no file {candidates[0].name} or {candidates[1].name} in {directory}")
