"""Files of safetensors, by the package of that name: arrays and a metadata of texts.

A file on disk is mapped into memory and its arrays are copied one by one, so that loading takes no more than its size.
"""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO

import numpy as np

from autograd.errors import DTypeError, complaint
from autograd.files.errors import FileFormatError, damaged, unknown_dtype
from autograd.typing import Array

_KINDS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U8": "|u1",
    "BOOL": "|b1", "BF16": "<u2",
}  # fmt: skip


def write(file: BinaryIO, arrays: dict[str, Array], metadata: dict[str, str]) -> None:
    """Write arrays of types that exist here."""
    from safetensors.numpy import save

    file.write(save({name: np.asarray(array, order="C") for name, array in arrays.items()}, metadata or None))


def read(file: BinaryIO, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the metadata of an open file, which is mapped if it has a path. Raises FileFormatError."""
    from safetensors import SafetensorError

    header = _header(file, name)
    metadata = header.pop("__metadata__", None)
    codes = {key: str(entry.get("dtype")) for key, entry in header.items() if isinstance(entry, dict)}
    for key, code in codes.items():
        if code not in _KINDS:
            raise unknown_dtype(name, DTypeError(f"{key} of type {code}"))
    path = getattr(file, "name", None)
    try:
        arrays = _mapped(path) if isinstance(path, str) and "BF16" not in codes.values() else _decoded(file)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError) as problem:
        raise damaged(name, str(problem) or type(problem).__name__) from problem
    return arrays, metadata if isinstance(metadata, dict) else {}


def _mapped(path: str) -> dict[str, Array]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as opened:
        return {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118 - no mapping


def _decoded(file: BinaryIO) -> dict[str, Array]:
    """The arrays of a file that is not on disk, or holds bfloat16, which the package gives as bytes only."""
    from safetensors import deserialize

    file.seek(0)
    arrays = {}
    for key, entry in deserialize(file.read()):
        array = np.frombuffer(entry["data"], _KINDS[entry["dtype"]]).reshape(entry["shape"])
        arrays[key] = widened(array) if entry["dtype"] == "BF16" else array
    return arrays


def widened(halves: Array) -> Array:
    """The bits of bfloat16 numbers, uint16, as float32."""
    return np.asarray((halves.astype(np.uint32) << 16).view(np.float32))


def _header(file: BinaryIO, name: str) -> dict[str, Any]:
    """The header, its length checked before it is read."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    if length < 10:
        raise damaged(name, f"{length} bytes")
    size = int.from_bytes(file.read(8), "little")
    text = file.read(size) if size <= length - 8 else b""
    if text[:1] != b"{":
        expected = "a file of safetensors, PyTorch or NumPy"
        raise FileFormatError(complaint("load", expected, f"something else, or a part, in {name}"))
    try:
        return dict(json.loads(text))
    except (ValueError, RecursionError) as problem:
        raise damaged(name, f"a header that cannot be read: {problem}") from problem
