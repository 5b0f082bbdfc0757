"""Vectors for TensorBoard's projector: tables and pictures in files, and a list of them that the projector reads.

Source: TensorBoard's projector_config.proto; the list is in protobuf's text form.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array
from nn.plotting.images import save_image
from nn.tensorboard.values import as_array, real_numbers

_LIST = "projector_config.pbtxt"


def _table(path: Path, rows: Sequence[Any], header: Sequence[str] | None = None) -> None:
    lines = [header, *rows] if header else rows
    text = ("\t".join(map(_cell, line)) if isinstance(line, list | tuple) else _cell(line) for line in lines)
    path.write_text("".join(line + "\n" for line in text), encoding="utf-8")


def _cell(value: Any) -> str:
    return str(value).replace("\t", " ").replace("\n", " ")


def _checked(tag: str, vectors: Any, metadata: Any, header: Any, pictures: Any) -> tuple[Array, Any, Any]:
    """The vectors, the descriptions and the pictures. Raises ArgumentError unless there is one for each vector."""
    table = real_numbers("add_embedding", tag, vectors)
    if table.ndim != 2:
        raise ArgumentError(complaint("add_embedding", f"vectors (N, D) for {tag!r}", f"shape {table.shape}"))
    words = None if metadata is None else [_plain(each) for each in metadata]
    if words is not None and len(words) != len(table):
        raise ArgumentError(complaint("add_embedding", f"{len(table)} entries of metadata", str(len(words))))
    if header and any(not isinstance(each, list | tuple) or len(each) != len(header) for each in words or [None]):
        expected = f"{len(header)} texts in each entry of metadata, as in metadata_header"
        raise ArgumentError(complaint("add_embedding", expected, repr((words or [None])[0])))
    images = None if pictures is None else as_array("add_embedding", tag, pictures)
    if images is not None and images.dtype == np.uint8:
        images = images / np.float32(255)
    if images is not None and (images.ndim != 4 or len(images) != len(table) or images.shape[2] != images.shape[3]):
        expected = f"pictures ({len(table)}, C, S, S) for {tag!r}"
        raise ArgumentError(complaint("add_embedding", expected, f"shape {images.shape}"))
    return table, words, images


def _plain(entry: Any) -> Any:
    return entry.item() if hasattr(entry, "item") else entry


def write_embedding(
    log_dir: Path, tag: str, vectors: Any, metadata: Any, pictures: Any, step: int | None, header: Any
) -> None:
    """Write the files of one set of vectors, in a folder of its own, and enter it in the list."""
    table, words, images = _checked(tag, vectors, metadata, header, pictures)
    number = f"{step or 0:05d}"
    place = f"{number}/{quote(tag, safe=' ')}"
    folder = log_dir / place
    folder.mkdir(parents=True, exist_ok=True)
    _table(folder / "tensors.tsv", table.tolist())
    entry = [f"tensor_name: {json.dumps(f'{tag}:{number}', ensure_ascii=False)}", f'tensor_path: "{place}/tensors.tsv"']
    if words is not None:
        _table(folder / "metadata.tsv", words, header)
        entry.append(f'metadata_path: "{place}/metadata.tsv"')
    if images is not None:
        size = images.shape[-1]
        save_image(images, folder / "sprite.png", nrow=math.ceil(math.sqrt(len(images))), padding=0)
        dimensions = [f"single_image_dim: {size}"] * 2
        entry += ["sprite {", f'image_path: "{place}/sprite.png"', *dimensions, "}"]
    _enter(log_dir / _LIST, "\n".join(["embeddings {", *entry, "}", ""]))


def _enter(path: Path, entry: str) -> None:
    """Add an entry to the list, once."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    if entry not in known:
        path.write_text(known + entry, encoding="utf-8")
