"""Datasets from files that the tests write."""

import struct
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError
from nn.data import ChainDataset, DataLoader, DistributedSampler, IterableDataset, StackDataset
from nn.data.datasets import MNIST, CSVDataset, FashionMNIST, TextDataset
from nn.data.transforms import ToTensor


def write_idx(path: Any, array: np.ndarray) -> None:
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes())


@pytest.mark.parametrize("kind", [MNIST, FashionMNIST])
@pytest.mark.parametrize("folder", ["", "raw", "{name}/raw"])
def test_mnist(tmp_path: Any, kind: Any, folder: str) -> None:
    images = np.arange(5 * 28 * 28).astype(np.uint8).reshape(5, 28, 28)
    place = tmp_path / folder.format(name=kind.__name__)
    place.mkdir(parents=True, exist_ok=True)
    write_idx(place / "t10k-images-idx3-ubyte", images)
    write_idx(place / "t10k-labels-idx1-ubyte", np.arange(5, dtype=np.uint8))
    dataset = kind(tmp_path, train=False, download=True, transform=ToTensor(), target_transform=lambda label: -label)
    ((batch, labels),) = list(DataLoader(dataset, 5))
    np.testing.assert_array_equal(batch.numpy(), images[:, None] / np.float32(255))
    assert labels.tolist() == [0, -1, -2, -3, -4] and len(kind.classes) == 10


def test_csv(tmp_path: Any) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("length,width,kind\n1,2.5,b\n\n3,4,a\n5,6,b\n")
    dataset = CSVDataset(path)
    assert dataset.columns == ("length", "width") and dataset.classes == ("a", "b")
    assert dataset.tensors[0].tolist() == [[1, 2.5], [3, 4], [5, 6]] and dataset.tensors[1].tolist() == [1, 0, 1]
    path.write_text("7;1;2\n8;3;4\n")
    dataset = CSVDataset(path, label=0, delimiter=";")
    assert dataset.tensors[0].tolist() == [[1, 2], [3, 4]] and dataset.tensors[1].tolist() == [7, 8]
    assert dataset.tensors[1].dtype == ag.int64 and dataset.columns == ()
    path.write_text("x,y\n1,0.5\n2,1\n")
    assert CSVDataset(path, label="y").tensors[1].dtype == ag.float32
    assert CSVDataset(path, label=None).tensors[0].shape == (2, 2)
    path.write_text("1,2\n3\n")
    with pytest.raises(ArgumentError, match="line 2.*2 cells"):
        CSVDataset(path)
    path.write_text("1,2,0\n3,x,1\n")
    with pytest.raises(ArgumentError, match="line 2.*numbers, got 'x'"):
        CSVDataset(path)


def test_text(tmp_path: Any) -> None:
    path = tmp_path / "text.txt"
    path.write_text("abcabd", encoding="utf-8")
    dataset = TextDataset.from_file(path, length=3)
    assert dataset.vocabulary == "abcd" and len(dataset) == 3
    assert [[part.tolist() for part in dataset[i]] for i in (0, -1)] == [[[0, 1, 2], [1, 2, 0]], [[2, 0, 1], [0, 1, 3]]]
    assert dataset.decode(dataset[0][1]) == "bca" and len(TextDataset("abcabd", 2, stride=2)) == 2
    with pytest.raises(ArgumentError, match="'z'"):
        TextDataset("abz", 2, vocabulary="ab")
    with pytest.raises(ArgumentError, match="longer than length"):
        TextDataset("ab", 2)


def test_side_by_side_and_one_after_the_other() -> None:
    assert StackDataset([1, 2], "ab")[1] == (2, "b")
    assert StackDataset(x=[1, 2], y="ab")[0] == {"x": 1, "y": "a"}
    with pytest.raises(ValueError, match=r"lengths \[1, 2\]"):
        StackDataset([1], [1, 2])

    class Stream(IterableDataset):
        def __iter__(self) -> Any:
            return iter(range(3))

        def __len__(self) -> int:
            return 3

    both = Stream() + Stream()
    assert isinstance(both, ChainDataset) and list(both) == [0, 1, 2, 0, 1, 2] and len(both) == 6


@pytest.mark.parametrize("size", [10, 12, 2])
@pytest.mark.parametrize("options", [{}, {"drop_last": True}, {"shuffle": False}, {"seed": 5}])
def test_shares_of_processes_are_pytorchs(size: int, options: dict[str, Any]) -> None:
    theirs = pytest.importorskip("torch.utils.data")
    for rank in range(3):
        ours = DistributedSampler(range(size), 3, rank, **options)
        expected = theirs.DistributedSampler(range(size), 3, rank, **options)
        for epoch in range(2):
            ours.set_epoch(epoch)
            expected.set_epoch(epoch)
            assert list(ours) == list(expected)
            assert len(ours) == len(expected)
