"""Images with labels, held in memory as uint8. Nothing is downloaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd.typing import Array
from nn.data.dataset import Dataset
from nn.data.idx import load_mnist


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


class StoredImages(ImageDataset):
    """Images of a known set, from its files in `root`. train: those to train with, else those to test with.

    download: accepted; nothing is downloaded.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        download: bool = False,
    ) -> None:
        super().__init__(*self._stored(Path(root), train), transform, target_transform)
        self.train = train

    def _stored(self, root: Path, train: bool) -> tuple[Array, Array]:
        """The images and the labels that the files hold."""
        raise NotImplementedError


class MNIST(StoredImages):
    """Handwritten digits: 60,000 images (28, 28) to train, 10,000 to test, from the IDX files that lie in `root`,
    in `root/raw` or where torchvision puts them. download: accepted; nothing is downloaded.

    Raises FileNotFoundError for missing files, ArgumentError for broken ones, as `load_mnist`.
    """

    classes = tuple("0123456789")

    def _stored(self, root: Path, train: bool) -> tuple[Array, Array]:
        folders = [root / type(self).__name__ / "raw", root / "raw"]
        folder = next((folder for folder in folders if folder.is_dir()), root)
        return load_mnist(folder, "train" if train else "test")


class FashionMNIST(MNIST):
    """Pictures of clothes in the form of MNIST."""

    classes = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
