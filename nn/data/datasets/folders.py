"""Samples in files, one folder for each class."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array
from nn.data.dataset import Dataset
from nn.data.transforms.pictures import array_of_pillow, pillow

__all__ = ["IMG_EXTENSIONS", "DatasetFolder", "ImageFolder", "default_loader"]

Path_: TypeAlias = "str | os.PathLike[str]"

IMG_EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp", ".npy")


class DatasetFolder(Dataset):
    """Samples `(loader(path), class)` of the files below `root/CLASS/`, class by class, each in the order of the paths.

    Files count that end in one of `extensions`, or of which `is_valid_file(path)` is true: one of the two is given.
    transform, target_transform: applied to what the loader gives, and to the number of the class.
    `classes` are the folders' names, sorted; `class_to_idx` their numbers; `samples` the pairs (path, number);
    `targets` the numbers. Raises FileNotFoundError where there is no folder, or none of a class's files counts unless
    `allow_empty`; ArgumentError for both or neither of `extensions` and `is_valid_file`.
    Source: torchvision, `datasets.DatasetFolder`.
    """

    def __init__(
        self,
        root: Path_,
        loader: Callable[[str], Any],
        extensions: str | Sequence[str] | None = None,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        self.root = os.fspath(root)
        self.loader = loader
        self.extensions = (extensions,) if isinstance(extensions, str) else extensions
        self.transform = transform
        self.target_transform = target_transform
        self.classes, self.class_to_idx = self.find_classes(self.root)
        self.samples = self.make_dataset(self.root, self.class_to_idx, self.extensions, is_valid_file, allow_empty)
        self.targets = [number for _, number in self.samples]

    def find_classes(self, directory: Path_) -> tuple[list[str], dict[str, int]]:
        """The classes in `directory` and their numbers; override it for another arrangement."""
        classes = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir())
        if not classes:
            raise FileNotFoundError(f"{type(self).__name__}: no folder of a class in {os.fspath(directory)}")
        return classes, {name: number for number, name in enumerate(classes)}

    @staticmethod
    def make_dataset(
        directory: Path_,
        class_to_idx: dict[str, int],
        extensions: Sequence[str] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> list[tuple[str, int]]:
        """The pairs (path, number of the class); what the arguments mean and what is raised says the class."""
        if (extensions is None) == (is_valid_file is None):
            given = "neither" if extensions is None else "both"
            raise ArgumentError(complaint("DatasetFolder", "either extensions or is_valid_file", given))
        endings = tuple(extensions or ())
        valid = is_valid_file or (lambda path: path.lower().endswith(endings))
        samples: list[tuple[str, int]] = []
        empty = []
        for name in sorted(class_to_idx):
            paths = [path for path in _files(os.path.join(directory, name)) if valid(path)]
            samples += [(path, class_to_idx[name]) for path in paths]
            if not paths:
                empty.append(name)
        if empty and not allow_empty:
            wanted = f" that ends in {', '.join(endings)}" if endings else ""
            raise FileNotFoundError(f"DatasetFolder: no file{wanted} for the classes {', '.join(empty)} in {directory}")
        return samples

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, label = self.samples[index]
        sample = self.loader(path)
        return (
            sample if self.transform is None else self.transform(sample),
            label if self.target_transform is None else self.target_transform(label),
        )

    def __len__(self) -> int:
        return len(self.samples)


def _files(folder: str) -> list[str]:
    """All files below the folder, folder by folder."""
    walk = sorted(os.walk(folder, followlinks=True))
    return [os.path.join(place, name) for place, _, names in walk for name in sorted(names)]


class ImageFolder(DatasetFolder):
    """Images below `root/CLASS/`: a DatasetFolder whose samples are arrays (H, W, 3) of bytes, see `default_loader`.

    `imgs` is another name of `samples`.
    """

    def __init__(
        self,
        root: Path_,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        loader: Callable[[str], Any] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        extensions = IMG_EXTENSIONS if is_valid_file is None else None
        super().__init__(
            root, loader or default_loader, extensions, transform, target_transform, is_valid_file, allow_empty
        )
        self.imgs = self.samples


def default_loader(path: Path_) -> Array:
    """The image in a file as an array (H, W, 3) of bytes, read by Pillow; what is in a `.npy` file as it is.

    Raises ImportError without Pillow, and ArgumentError that names the file if it holds no image.
    """
    try:
        if Path(path).suffix.lower() == ".npy":
            return np.asarray(np.load(path, allow_pickle=False))
        images = pillow("ImageFolder")
        with Path(path).open("rb") as file, images.open(file) as image:
            return array_of_pillow(image.convert("RGB"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ArgumentError(
            complaint(f"ImageFolder, {path}", "an image", f"a file that cannot be read: {error}")
        ) from error
