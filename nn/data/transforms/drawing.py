"""What all transforms need: an image as a tensor, and random numbers in torchvision's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.random import default_generator
from autograd.tensor import Tensor, as_tensor_of


class InterpolationMode(StrEnum):
    """Names of ways to resample, for `interpolation`."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


_PILLOWS = {0: "nearest", 2: "bilinear", 3: "bicubic"}


def resampling(where: str, mode: Any) -> str:
    """The name of a way to resample, also from the number that Pillow has for it. Raises ArgumentError for others."""
    name = _PILLOWS.get(mode, mode) if isinstance(mode, int) else mode
    if name not in tuple(InterpolationMode):
        raise ArgumentError(complaint(where, f"interpolation one of {', '.join(InterpolationMode)}", repr(mode)))
    return str(name)


class Described:
    """Base of transforms: shown by the names of their classes and their settings."""

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


def image_of(where: str, image: Any) -> Any:
    """The image as a tensor. Raises ShapeError unless it is (..., C, H, W)."""
    tensor = image if isinstance(image, Tensor) else as_tensor_of(np.asarray(image))
    if tensor.ndim < 3:
        cure = "ToTensor() makes one of an array (H, W) or (H, W, C)"
        raise ShapeError(complaint(where, "an image (..., C, H, W)", f"shape {tuple(tensor.shape)}", cure))
    return tensor


def in_floats(image: Any, change: Callable[[Any], Any]) -> Any:
    """`change` of a batch of images in floating point; one image stays one, whole numbers are rounded and clipped."""
    exact = image if image.is_floating_point() else image.to(Tensor([0.0]).dtype)
    batch = exact.reshape(-1, *exact.shape[-3:])
    changed = change(batch)
    changed = changed.reshape(*image.shape[:-3], *changed.shape[-3:])
    if exact is image:
        return changed
    bounds = np.iinfo(image.detach().numpy().dtype)
    return changed.round().clamp(int(bounds.min), int(bounds.max)).to(image.dtype)


def uniform(low: float, high: float) -> float:
    """One number from [low, high)."""
    return float(default_generator.uniform((1,), np.float32, low, high)[0])


def below(stop: int) -> int:
    """One of the integers from 0 to stop − 1."""
    return int(default_generator.integers(0, stop, (1,))[0])


def chance(p: float) -> bool:
    """Whether what has probability `p` happens."""
    return uniform(0.0, 1.0) < p


def probability(where: str, p: float) -> float:
    """`p`, if it is from 0 to 1. Raises ArgumentError."""
    if not 0 <= p <= 1:
        raise ArgumentError(complaint(where, "0 <= p <= 1", str(p)))
    return p


def pair(where: str, size: int | Sequence[int]) -> tuple[int, int]:
    """(height, width) of a number or two. Raises ArgumentError for other counts and for what is not positive."""
    sizes = [size, size] if isinstance(size, int) else list(size) * (2 if len(size) == 1 else 1)
    if len(sizes) != 2 or min(sizes) < 1:
        raise ArgumentError(complaint(where, "one or two positive sizes", repr(size)))
    return sizes[0], sizes[1]


def around_zero(where: str, width: float | Sequence[float]) -> tuple[float, ...]:
    """(−width, width) of a number, else the bounds given. Raises ArgumentError for a negative number."""
    if not isinstance(width, int | float):
        return tuple(width)
    if width < 0:
        raise ArgumentError(complaint(where, "a number >= 0, or bounds", str(width)))
    return -width, width
