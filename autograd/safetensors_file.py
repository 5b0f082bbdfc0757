"""The safetensors format: a header of JSON that says where each array lies, and behind it their elements.

Arrays are read one by one into memory of their own, so that a file takes no more than its own size. Source: the
format's description at github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import os
from math import prod
from typing import Any, BinaryIO

import numpy as np

from autograd.errors import DTypeError, complaint
from autograd.file_errors import FileFormatError, damaged, unknown_dtype
from autograd.typing import Array

_CODES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U8": "|u1",
    "BOOL": "|b1", "BF16": "<u2",
}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in _CODES.items() if name != "BF16"}
_LARGEST_HEADER = 100_000_000  # the format's own limit


def write(file: BinaryIO, arrays: dict[str, Array], metadata: dict[str, str]) -> None:
    """Write arrays of types that exist here, the widest first, so that all lie at multiples of their size."""
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    header: dict[str, Any] = {"__metadata__": metadata}
    start = 0
    for name in names:
        array = arrays[name]
        end = start + array.nbytes
        header[name] = {"dtype": _NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [start, end]}
        start = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
    for name in names:
        file.write(np.ascontiguousarray(arrays[name]).data.cast("B") if arrays[name].size else b"")


def read(file: BinaryIO, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the metadata of an open file. Raises FileFormatError."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    header = _header(file, length, name)
    metadata = header.pop("__metadata__", {})
    start = file.tell()
    arrays = {}
    for key, kind, shape, first, _ in _entries(header, length - start, name):
        try:
            array = np.empty(shape, kind)
        except ValueError as problem:
            raise damaged(name, f"{key} of shape {shape}") from problem
        file.seek(start + first)
        if array.size and file.readinto(array.reshape(-1).view(np.uint8)) != array.nbytes:  # type: ignore[attr-defined]
            raise damaged(name, f"an end within {key}")
        arrays[key] = widened(array) if header[key]["dtype"] == "BF16" else array
    return arrays, metadata if isinstance(metadata, dict) else {}


def widened(halves: Array) -> Array:
    """The bits of bfloat16 numbers, uint16, as float32."""
    return np.asarray((halves.astype(np.uint32) << 16).view(np.float32))


def _header(file: BinaryIO, length: int, name: str) -> dict[str, Any]:
    if length < 10:
        raise damaged(name, f"{length} bytes")
    size = int.from_bytes(file.read(8), "little")
    text = b"" if size > min(length - 8, _LARGEST_HEADER) else file.read(size)
    if text[:1] != b"{":
        expected = "a file of safetensors, PyTorch or NumPy"
        raise FileFormatError(complaint("load", expected, f"something else, or a part, in {name}"))
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise damaged(name, f"a header that cannot be read: {problem}") from problem
    return dict(header)


def _entries(
    header: dict[str, Any], size: int, name: str
) -> list[tuple[str, np.dtype[Any], tuple[int, ...], int, int]]:
    """Name, dtype, shape, begin and end of each array, in the order of the file, which they fill without a gap."""
    found = []
    for key, entry in header.items():
        try:
            code, shape, (first, last) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
            numbers = [first, last, *shape]
            kind = None if code not in _CODES else np.dtype(_CODES[code])
        except (KeyError, TypeError, ValueError) as problem:
            raise damaged(name, f"an entry {key} that cannot be read: {problem}") from problem
        if any(type(n) is not int or n < 0 for n in numbers):
            raise damaged(name, f"an entry {key} of sizes that are none")
        if kind is None:
            raise unknown_dtype(name, DTypeError(f"{key} of type {code}"))
        if prod(shape) * kind.itemsize != last - first:
            raise damaged(name, f"{key} of shape {shape} in {last - first} bytes")
        found.append((key, kind, shape, first, last))
    found.sort(key=lambda entry: entry[3:])
    ends = [0, *(last for *_, last in found)]
    if ends[-1] != size or any(first != end for (*_, first, _), end in zip(found, ends, strict=False)):
        raise damaged(name, f"arrays that do not fill its {size} bytes")
    return found
