"""CIFAR-10 and CIFAR-100, from either form of their files: binary, or pickled for Python."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.files.pytorch_pickle import Reader
from autograd.typing import Array
from nn.data.datasets.images import StoredImages

_PIXELS = 3 * 32 * 32  # the red, the green and the blue plane


class CIFAR10(StoredImages):
    """Photographs (32, 32, 3) of ten kinds of things: 50,000 to train, 10,000 to test.

    root: where the binary version's files `data_batch_1.bin` to `_5.bin` and `test_batch.bin` lie, or those of the
    Python version without `.bin`; or what holds `cifar-10-batches-bin` or `cifar-10-batches-py`. Nothing in a pickled
    file is imported or called. download: accepted; nothing is downloaded.
    Raises FileNotFoundError for missing files, ArgumentError for one that is cut off, no such file or holds other
    labels.
    """

    classes: tuple[str, ...] = (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    )  # fmt: skip
    _folders = ("cifar-10-batches-bin", "cifar-10-batches-py")
    _parts = {True: [f"data_batch_{i}" for i in range(1, 6)], False: ["test_batch"]}
    _labels_each, _key, _count = 1, "labels", 10  # bytes before the pixels, the last being the label; its pickled name

    def _stored(self, root: Path, train: bool) -> tuple[Array, Array]:
        self.folder = next((root / name for name in self._folders if (root / name).is_dir()), root)
        pairs = [self._read(self.folder / name) for name in self._parts[train]]
        images = np.concatenate([pixels for pixels, _ in pairs]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        self.classes = self.classes or self._names()
        self.class_to_idx = {name: number for number, name in enumerate(self.classes)}
        return np.ascontiguousarray(images), np.concatenate([labels for _, labels in pairs]).astype(np.int64)

    def _read(self, path: Path) -> tuple[Array, Array]:
        """Pixels (N, 3072) and labels (N,)."""
        binary = path.with_name(f"{path.name}.bin")
        where = f"{type(self).__name__}, {binary if binary.is_file() else path}"
        if binary.is_file():
            pixels, labels = self._records(where, binary)
        elif path.is_file():
            content = unpickled(where, path)
            pixels, labels = _entry(where, content, "data"), _entry(where, content, self._key)
        else:
            raise FileNotFoundError(
                f"{type(self).__name__}: no file {binary.name} or {path.name} in {self.folder}; nothing is downloaded"
            )
        fitting = labels.ndim == 1 and labels.dtype.kind in "iu" and pixels.shape == (len(labels), _PIXELS)
        if not fitting or pixels.dtype != np.uint8:
            given = f"{pixels.dtype} of shape {pixels.shape} and {labels.dtype} of shape {labels.shape}"
            raise ArgumentError(complaint(where, f"bytes (N, {_PIXELS}) and whole numbers (N,)", given))
        if not 0 <= labels.min() <= labels.max() < self._count:
            expected = f"labels from 0 to {self._count - 1}"
            raise ArgumentError(complaint(where, expected, f"{labels.min()} to {labels.max()}"))
        return pixels, labels

    def _records(self, where: str, path: Path) -> tuple[Array, Array]:
        content, size = np.fromfile(path, np.uint8), self._labels_each + _PIXELS
        if not len(content) or len(content) % size:
            given = str(len(content))
            raise ArgumentError(complaint(where, f"a multiple of {size} bytes", given, "Download the file again"))
        records = content.reshape(-1, size)
        return records[:, self._labels_each :], records[:, self._labels_each - 1]

    def _names(self) -> tuple[str, ...]:
        """The names of the classes, where a file tells them."""
        text, meta = self.folder / "fine_label_names.txt", self.folder / "meta"
        if text.is_file():
            return tuple(text.read_text(encoding="utf-8").split())
        if not meta.is_file():
            return ()
        where = f"{type(self).__name__}, {meta}"
        return tuple(map(str, _entry(where, unpickled(where, meta), "fine_label_names").tolist()))


class CIFAR100(CIFAR10):
    """Photographs (32, 32, 3) of a hundred kinds of things: 50,000 to train, 10,000 to test.

    Files `train.bin` and `test.bin`, or `train` and `test`, in `root`, `root/cifar-100-binary` or
    `root/cifar-100-python`, with the names of the classes in `fine_label_names.txt` or `meta`. All else as CIFAR10.
    """

    classes = ()
    _folders = ("cifar-100-binary", "cifar-100-python")
    _parts = {True: ["train"], False: ["test"]}
    _labels_each, _key, _count = 2, "fine_labels", 100


def unpickled(where: str, path: Path) -> Any:
    """What is in a pickled file of containers, numbers, text and arrays of bytes; strings of Python 2 as Latin-1.

    Raises ArgumentError for anything else, and for a damaged file.
    """
    try:
        return Reader(path.read_bytes(), path.name, encoding="latin1").load()
    except (EOFError, ValueError, TypeError, LookupError, AttributeError, OverflowError, struct.error) as error:
        text = complaint(where, "a pickled file of CIFAR", f"what cannot be read: {error}", "Download the file again")
        raise ArgumentError(text) from error


def _entry(where: str, content: Any, key: str) -> Array:
    value = content.get(key) if isinstance(content, dict) else None
    if not isinstance(value, np.ndarray) and not (isinstance(value, list) and {type(x) for x in value} <= {int, str}):
        given = type(value).__name__
        raise ArgumentError(
            complaint(where, f"an entry {key!r} that is an array, or a list of numbers or names", given)
        )
    return np.asarray(value)
