"""Noise in the form of labelled images, for trying a program out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import DimensionError, complaint
from autograd.random import fork_rng, manual_seed
from autograd.sampling import randint, randn
from nn.data.dataset import Dataset


class FakeData(Dataset):
    """Samples `(image, label)`: an array (H, W, C) of random bytes and an int, the same ones for an index each time.

    image_size: (C, H, W). random_offset: added to the index, which seeds the draws. transform, target_transform:
    applied to the image and to the label. Raises DimensionError for an index outside 0 … size - 1.
    Source: torchvision, `datasets.FakeData`, whose images are noise too.
    """

    def __init__(
        self,
        size: int = 1000,
        image_size: Sequence[int] = (3, 224, 224),
        num_classes: int = 10,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        random_offset: int = 0,
    ) -> None:
        self.size = size
        self.image_size = tuple(image_size)
        self.num_classes = num_classes
        self.transform = transform
        self.target_transform = target_transform
        self.random_offset = random_offset

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if not 0 <= index < self.size:
            raise DimensionError(complaint("FakeData", f"an index from 0 to {self.size - 1}", str(index)))
        with fork_rng():
            manual_seed(index + self.random_offset)
            noise = randn(*self.image_size).numpy()
            label = int(randint(0, self.num_classes, (1,)).item())
        image = np.moveaxis((noise * 255).astype(np.int64).astype(np.uint8), 0, 2)
        return (
            image if self.transform is None else self.transform(image),
            label if self.target_transform is None else self.target_transform(label),
        )

    def __len__(self) -> int:
        return self.size
