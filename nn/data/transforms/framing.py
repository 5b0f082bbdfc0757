"""Which part of an image is shown, how large and which way round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError, ShapeError, complaint
from nn.data.transforms.drawing import below, chance, in_floats, pair, probability, resampling, uniform
from nn.data.transforms.pictures import ImageTransform
from nn.functional.padding import pad
from nn.functional.resampling import interpolate

_PAD_MODES = {"constant": "constant", "reflect": "reflect", "edge": "replicate"}


class Resize(ImageTransform):
    """Resample to `size`: (height, width), or the shorter side alone, the other in proportion and at most `max_size`.

    interpolation: "bilinear" (default), "bicubic", "nearest", "nearest-exact".
    antialias: smooth first where an image shrinks.
    """

    def __init__(
        self,
        size: int | Sequence[int],
        interpolation: str = "bilinear",
        max_size: int | None = None,
        antialias: bool = True,
    ) -> None:
        self.size = size
        self.interpolation = resampling("Resize", interpolation)
        self.max_size = max_size
        self.antialias = antialias
        pair("Resize", size)

    def apply(self, image: Any) -> Any:
        return resized(image, self._target(*image.shape[-2:]), self.interpolation, self.antialias)

    def _target(self, height: int, width: int) -> tuple[int, int]:
        if not isinstance(self.size, int) and len(self.size) == 2:
            return pair("Resize", self.size)
        short, long = sorted((height, width))
        new_short = self.size if isinstance(self.size, int) else self.size[0]
        new_long = int(new_short * long / short)
        if self.max_size is not None and new_long > self.max_size:
            new_short, new_long = int(self.max_size * new_short / new_long), self.max_size
        return (new_short, new_long) if height <= width else (new_long, new_short)


def resized(image: Any, size: tuple[int, int], mode: str = "bilinear", antialias: bool = True) -> Any:
    """The image at another size; `mode` and `antialias` as in `Resize`."""
    smooth = antialias and not mode.startswith("nearest")
    return in_floats(image, lambda batch: interpolate(batch, size=size, mode=mode, antialias=smooth))


class CenterCrop(ImageTransform):
    """The middle of an image, `size` high and wide; a smaller image is padded with zeros."""

    def __init__(self, size: int | Sequence[int]) -> None:
        self.size = pair("CenterCrop", size)

    def apply(self, image: Any) -> Any:
        height, width = self.size
        tall, wide = max(height - image.shape[-2], 0), max(width - image.shape[-1], 0)
        if tall or wide:
            image = pad(image, [wide // 2, (wide + 1) // 2, tall // 2, (tall + 1) // 2])
        top, left = round((image.shape[-2] - height) / 2), round((image.shape[-1] - width) / 2)
        return image[..., top : top + height, left : left + width]


class Pad(ImageTransform):
    """A border: one width for all sides, two for left/right and top/bottom, or left, top, right, bottom.

    padding_mode: "constant" (`fill`), "edge", "reflect".
    """

    def __init__(self, padding: int | Sequence[int], fill: float = 0, padding_mode: str = "constant") -> None:
        widths = [padding] if isinstance(padding, int) else list(padding)
        if len(widths) not in (1, 2, 4) or padding_mode not in _PAD_MODES:
            expected = f"1, 2 or 4 widths and a padding_mode among {', '.join(_PAD_MODES)}"
            raise ArgumentError(complaint("Pad", expected, f"{padding!r} and {padding_mode!r}"))
        self.left, self.top, self.right, self.bottom = widths * (4 // len(widths))
        self.fill = fill
        self.padding_mode = padding_mode

    def apply(self, image: Any) -> Any:
        widths, mode = [self.left, self.right, self.top, self.bottom], _PAD_MODES[self.padding_mode]
        return pad(image, widths, mode, self.fill if mode == "constant" else None)


class RandomCrop(ImageTransform):
    """A part of an image `size` high and wide, anywhere, after `padding` as in `Pad`.

    pad_if_needed: widen smaller images on both sides. Raises ShapeError for an image that is too small.
    """

    def __init__(
        self,
        size: int | Sequence[int],
        padding: int | Sequence[int] | None = None,
        pad_if_needed: bool = False,
        fill: float = 0,
        padding_mode: str = "constant",
    ) -> None:
        self.size = pair("RandomCrop", size)
        self.padding = padding
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self.padding_mode = padding_mode

    def apply(self, image: Any) -> Any:
        height, width = self.size
        if self.padding is not None:
            image = Pad(self.padding, self.fill, self.padding_mode)(image)
        missing = [max(width - image.shape[-1], 0), max(height - image.shape[-2], 0)]
        if self.pad_if_needed and any(missing):
            image = Pad(missing, self.fill, self.padding_mode)(image)
        down, right = image.shape[-2] - height, image.shape[-1] - width
        if down < 0 or right < 0:
            given = f"shape {tuple(image.shape)}"
            cure = "Pass padding=, or pad_if_needed=True"
            raise ShapeError(complaint("RandomCrop", f"an image of {self.size} or more", given, cure))
        if down == right == 0:
            return image
        top, left = below(down + 1), below(right + 1)
        return image[..., top : top + height, left : left + width]


class RandomResizedCrop(ImageTransform):
    """A part of random area (a fraction within `scale`) and aspect (within `ratio`), resampled to `size`."""

    def __init__(
        self,
        size: int | Sequence[int],
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3 / 4, 4 / 3),
        interpolation: str = "bilinear",
        antialias: bool = True,
    ) -> None:
        self.size = pair("RandomResizedCrop", size)
        self.scale = scale
        self.ratio = ratio
        self.interpolation = resampling("RandomResizedCrop", interpolation)
        self.antialias = antialias

    def apply(self, image: Any) -> Any:
        top, left, height, width = self._part(*image.shape[-2:])
        part = image[..., top : top + height, left : left + width]
        return resized(part, self.size, self.interpolation, self.antialias)

    def _part(self, height: int, width: int) -> tuple[int, int, int, int]:
        low, high = (math.log(ratio) for ratio in self.ratio)
        for _ in range(10):
            area = height * width * uniform(*self.scale)
            ratio = math.exp(uniform(low, high))
            w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < w <= width and 0 < h <= height:
                return below(height - h + 1), below(width - w + 1), h, w
        ratio = min(max(width / height, self.ratio[0]), self.ratio[1])
        h, w = min(height, round(width / ratio)), min(width, round(height * ratio))
        return (height - h) // 2, (width - w) // 2, h, w


class RandomHorizontalFlip(ImageTransform):
    """Left and right changed with probability `p`."""

    def __init__(self, p: float = 0.5) -> None:
        self.p = probability("RandomHorizontalFlip", p)

    def apply(self, image: Any) -> Any:
        return image.flip(-1) if chance(self.p) else image


class RandomVerticalFlip(ImageTransform):
    """Top and bottom changed with probability `p`."""

    def __init__(self, p: float = 0.5) -> None:
        self.p = probability("RandomVerticalFlip", p)

    def apply(self, image: Any) -> Any:
        return image.flip(-2) if chance(self.p) else image
