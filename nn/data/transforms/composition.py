"""Transforms made of others, of functions, and the first of all: from an array of bytes to a tensor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.tensor import Tensor, as_tensor_of


class Compose:
    """Transforms one after the other."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, image: Any) -> Any:
        for transform in self.transforms:
            image = transform(image)
        return image

    def __repr__(self) -> str:
        lines = "".join(f"    {transform}\n" for transform in self.transforms)
        return f"Compose(\n{lines})"


class Lambda:
    """A function as a transform. Raises ArgumentError for what cannot be called."""

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        if not callable(lambd):
            raise ArgumentError(complaint("Lambda", "a function", type(lambd).__name__))
        self.lambd = lambd

    def __call__(self, image: Any) -> Any:
        return self.lambd(image)


class ToTensor:
    """An array (H, W) or (H, W, C) as a tensor (C, H, W); uint8 from 0 to 255 becomes float32 from 0 to 1.

    Other dtypes keep their values. Raises ShapeError for other numbers of dimensions.
    """

    def __call__(self, image: Any) -> Tensor:
        array = np.asarray(array_of(image))
        if array.ndim not in (2, 3):
            raise ShapeError(complaint("ToTensor", "an array (H, W) or (H, W, C)", f"shape {array.shape}"))
        planes = np.ascontiguousarray(np.moveaxis(np.atleast_3d(array), 2, 0))
        return as_tensor_of(planes / np.float32(255) if planes.dtype == np.uint8 else planes)
