"""Images with labels, held in memory as uint8. Nothing is downloaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array
from nn.data.dataset import Dataset
from nn.data.idx import load_mnist

_CIFAR_RECORD = 1 + 3 * 32 * 32  # a label, then the red, the green and the blue plane


class ImageDataset(Dataset):
    """Samples `(image, label)` of `data` (N, H, W) or (N, H, W, C), uint8, and `targets` (N,).

    transform, target_transform: applied to the image, an array, and to the label, an int.
    """

    classes: tuple[str, ...] = ()

    def __init__(
        self,
        data: Array,
        targets: Array,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
    ) -> None:
        self.data = data
        self.targets = targets
        self.transform = transform
        self.target_transform = target_transform

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image, label = self.data[index], int(self.targets[index])
        return (
            image if self.transform is None else self.transform(image),
            label if self.target_transform is None else self.target_transform(label),
        )

    def __len__(self) -> int:
        return len(self.data)


class MNIST(ImageDataset):
    """Handwritten digits: 60,000 images (28, 28) to train, 10,000 to test, from the IDX files that lie in `root`,
    in `root/raw` or where torchvision puts them.

    Raises FileNotFoundError for missing files, ArgumentError for broken ones, as `load_mnist`.
    """

    classes = tuple("0123456789")

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
    ) -> None:
        folders = [Path(root) / type(self).__name__ / "raw", Path(root) / "raw"]
        folder = next((folder for folder in folders if folder.is_dir()), Path(root))
        super().__init__(*load_mnist(folder, "train" if train else "test"), transform, target_transform)
        self.train = train


class FashionMNIST(MNIST):
    """Pictures of clothes in the form of MNIST."""

    classes = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


class CIFAR10(ImageDataset):
    """Photographs (32, 32, 3) of ten kinds of things: 50,000 to train, 10,000 to test, from the binary version's files
    `data_batch_1.bin` to `_5.bin` and `test_batch.bin` in `root` or `root/cifar-10-batches-bin`.

    Raises FileNotFoundError for missing files, ArgumentError for one that is cut off or holds other labels.
    """

    classes = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
    ) -> None:
        folder = Path(root) / "cifar-10-batches-bin"
        folder = folder if folder.is_dir() else Path(root)
        names = [f"data_batch_{i}.bin" for i in range(1, 6)] if train else ["test_batch.bin"]
        records = np.concatenate([_cifar_records(folder / name) for name in names])
        images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        targets = records[:, 0].astype(np.int64)
        super().__init__(np.ascontiguousarray(images), targets, transform, target_transform)
        self.train = train


def _cifar_records(path: Path) -> Array:
    content = np.fromfile(path, np.uint8)
    if not len(content) or len(content) % _CIFAR_RECORD:
        expected = f"a multiple of {_CIFAR_RECORD} bytes"
        raise ArgumentError(complaint(f"CIFAR10, {path}", expected, f"{len(content)}", "Download the file again"))
    records = content.reshape(-1, _CIFAR_RECORD)
    if records[:, 0].max() > 9:
        raise ArgumentError(complaint(f"CIFAR10, {path}", "labels from 0 to 9", str(records[:, 0].max())))
    return records
