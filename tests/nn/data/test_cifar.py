"""CIFAR's files in both forms, and pickled files that are damaged or would run something."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd.errors import ArgumentError
from nn.data.datasets import CIFAR10, CIFAR100

PLANES = np.random.default_rng(0).integers(0, 256, (4, 3, 32, 32)).astype(np.uint8)
LABELS = [3, 0, 9, 1]


def pickled(protocol: int = 2, **entries: Any) -> bytes:
    return pickle.dumps({"data": PLANES.reshape(4, -1), **entries}, protocol)


def check(dataset: Any) -> None:
    assert len(dataset) == 4 and dataset.targets.tolist() == LABELS and dataset[2][1] == 9
    for i, c in np.ndindex(4, 3):
        np.testing.assert_array_equal(dataset[i][0][:, :, c], PLANES[i, c])


@pytest.mark.parametrize("folder", ["", "cifar-10-batches-bin"])
def test_binary(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "test_batch.bin"
    path.parent.mkdir(exist_ok=True)
    records = np.concatenate([np.array(LABELS, np.uint8)[:, None], PLANES.reshape(4, -1)], 1)
    path.write_bytes(records.tobytes())
    dataset = CIFAR10(tmp_path, train=False, download=True)
    check(dataset)
    assert dataset.class_to_idx["truck"] == 9
    path.write_bytes(records.tobytes()[:-1])
    with pytest.raises(ArgumentError, match="3073 bytes"):
        CIFAR10(tmp_path, train=False)
    path.write_bytes(b"\x0a" + records.tobytes()[1:])
    with pytest.raises(ArgumentError, match="labels from 0 to 9, got 0 to 10"):
        CIFAR10(tmp_path, train=False)


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_pickled(tmp_path: Path, protocol: int) -> None:
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"data_batch_{number}").write_bytes(pickled(protocol, labels=LABELS, batch_label="x"))
    dataset = CIFAR10(tmp_path)
    assert dataset.targets.tolist() == LABELS * 5
    np.testing.assert_array_equal(dataset[19][0], PLANES[3].transpose(1, 2, 0))
    with pytest.raises(FileNotFoundError, match=r"test_batch.bin or test_batch in .*nothing is downloaded"):
        CIFAR10(tmp_path, train=False)


def test_a_pickle_of_python_2(tmp_path: Path) -> None:
    """Written out: there, a string is bytes, and names are those of old NumPy."""
    short = lambda text: b"U" + bytes([len(text)]) + text  # noqa: E731
    content = PLANES.tobytes()
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00t" + short(b"b") + b"tR(K\x01(K\x04M\x00\x0ct"
        + b"cnumpy\ndtype\n(" + short(b"u1") + b"K\x00K\x01tR(K\x03" + short(b"|") + b"NNNJ" + b"\xff" * 4 + b"J"
        + b"\xff" * 4 + b"K\x00tb" + b"\x89" + b"T" + len(content).to_bytes(4, "little") + content + b"tb"
    )  # fmt: skip
    labels = b"](K\x03K\x00K\x09K\x01e"
    (tmp_path / "test_batch").write_bytes(b"\x80\x02}(" + short(b"data") + array + short(b"labels") + labels + b"u.")
    check(CIFAR10(tmp_path, train=False))


def test_a_hundred_classes(tmp_path: Path) -> None:
    names = [f"kind {i}" for i in range(100)]
    python, binary = tmp_path / "a" / "cifar-100-python", tmp_path / "b" / "cifar-100-binary"
    for folder in (python, binary):
        folder.mkdir(parents=True)
    (python / "test").write_bytes(pickled(fine_labels=LABELS, coarse_labels=[0] * 4))
    (python / "meta").write_bytes(pickle.dumps({"fine_label_names": names}))
    records = np.concatenate(
        [np.full((4, 1), 77, np.uint8), np.array(LABELS, np.uint8)[:, None], PLANES.reshape(4, -1)], 1
    )
    (binary / "test.bin").write_bytes(records.tobytes())
    (binary / "fine_label_names.txt").write_text("\n".join(f"kind_{i}" for i in range(100)))
    for root, first in ((tmp_path / "a", "kind 0"), (tmp_path / "b", "kind_0")):
        dataset = CIFAR100(root, train=False)
        check(dataset)
        assert dataset.classes[0] == first and len(dataset.classes) == 100 and dataset.class_to_idx[first] == 0


class Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    (tmp_path / "test_batch").write_bytes(pickled(labels=LABELS, more=Runs(tmp_path / "made")))
    with pytest.raises(ArgumentError, match="mkdir, which is not loaded"):
        CIFAR10(tmp_path, train=False)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("entries", [
    {}, {"labels": 3}, {"labels": []}, {"labels": [[0], 1, 2, 3]}, {"labels": ["a"] * 4},
    {"labels": [1]}, {"labels": [0, 1, 2, 10]}, {"labels": [[0]] * 4}, {"labels": LABELS, "data": 1},
    {"labels": LABELS, "data": PLANES}, {"labels": LABELS, "data": PLANES.reshape(4, -1).astype(np.float32)},
    {"labels": LABELS, "data": np.array([None])},
])  # fmt: skip
def test_other_contents(tmp_path: Path, entries: dict[str, Any]) -> None:
    (tmp_path / "test_batch").write_bytes(pickled(**{"data": PLANES.reshape(4, -1), **entries}))
    with pytest.raises(ArgumentError, match="CIFAR10, .*test_batch"):
        CIFAR10(tmp_path, train=False)


def test_damaged_files(tmp_path: Path) -> None:
    """Cut anywhere, or with other bytes in the header: a clear error, or the same pixels count."""
    whole = pickled(labels=LABELS)
    source = np.random.default_rng(1)
    places = [*range(0, 300), *source.integers(300, len(whole), 20).tolist()]
    refused = 0
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << int(source.integers(8))
        for content in (whole[:place], bytes(flipped)):
            (tmp_path / "test_batch").write_bytes(content)
            try:
                assert CIFAR10(tmp_path, train=False).data.shape == (4, 32, 32, 3)
            except ArgumentError:
                refused += 1
    assert refused > len(places)
