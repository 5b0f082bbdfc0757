"""What changes the values of pixels: normalisation, colours, blur, and parts rubbed out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.joining import cat
from autograd.random import default_generator
from autograd.tensor import as_tensor_of
from nn.data.transforms.drawing import below, chance, in_floats, pair, probability, uniform
from nn.data.transforms.pictures import ImageTransform
from nn.functional.convolution import conv2d
from nn.functional.padding import pad

_GREY = (0.2989, 0.587, 0.114)  # ITU-R 601-2 luma, as torchvision rounds it


class Normalize(ImageTransform):
    """(image − mean) / std, channel by channel. Raises ArgumentError for a std of 0, DTypeError for integers,
    ShapeError for other numbers of channels.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> None:
        if not np.all(np.asarray(std)):
            raise ArgumentError(complaint("Normalize", "std != 0", str(std)))
        self.mean = mean
        self.std = std
        self.inplace = inplace

    def apply(self, image: Any) -> Any:
        if not image.is_floating_point():
            raise DTypeError(
                complaint("Normalize", "a floating-point image", str(image.dtype), "Apply ToTensor() first")
            )
        counts = {np.size(self.mean), np.size(self.std)} - {1, image.shape[-3]}
        if counts:
            expected = f"{image.shape[-3]} means and deviations, one for each channel"
            raise ShapeError(complaint("Normalize", expected, f"{np.size(self.mean)} and {np.size(self.std)}"))
        kind = image.detach().numpy().dtype
        mean, std = (as_tensor_of(np.asarray(x, kind).reshape(-1, 1, 1)) for x in (self.mean, self.std))
        return image.sub_(mean).div_(std) if self.inplace else (image - mean) / std


class Grayscale(ImageTransform):
    """Brightness 0.2989 R + 0.587 G + 0.114 B, in 1 or 3 equal channels (`num_output_channels`); grey stays grey."""

    def __init__(self, num_output_channels: int = 1) -> None:
        if num_output_channels not in (1, 3):
            raise ArgumentError(complaint("Grayscale", "1 or 3 channels", str(num_output_channels)))
        self.num_output_channels = num_output_channels

    def apply(self, image: Any) -> Any:
        grey = image
        if image.shape[-3] != 1:
            _require_colour("Grayscale", image)
            grey = in_floats(image, _grey)
        return cat([grey] * self.num_output_channels, -3)


def _require_colour(where: str, image: Any) -> None:
    if image.shape[-3] != 3:
        raise ShapeError(complaint(where, "3 channels", f"shape {tuple(image.shape)}"))


def _grey(batch: Any) -> Any:
    if batch.shape[1] == 1:
        return batch
    red, green, blue = (batch[:, i : i + 1] for i in range(3))
    return red * _GREY[0] + green * _GREY[1] + blue * _GREY[2]


class ColorJitter(ImageTransform):
    """Brightness, contrast, saturation and hue of images from 0 to 1 (or of uint8) changed at random, in random order.

    Each factor is drawn from [max(0, 1 − x), 1 + x] or the bounds given; hue from [−x, x], x <= 0.5, a part of the
    colour circle. Grey images have neither saturation nor hue to change. Raises ArgumentError for bounds out of range,
    ShapeError for other than 1 or 3 channels.
    """

    def __init__(
        self,
        brightness: float | Sequence[float] = 0,
        contrast: float | Sequence[float] = 0,
        saturation: float | Sequence[float] = 0,
        hue: float | Sequence[float] = 0,
    ) -> None:
        self.brightness = _bounds("brightness", brightness, 1, 0, math.inf)
        self.contrast = _bounds("contrast", contrast, 1, 0, math.inf)
        self.saturation = _bounds("saturation", saturation, 1, 0, math.inf)
        self.hue = _bounds("hue", hue, 0, -0.5, 0.5)

    def apply(self, image: Any) -> Any:
        grey = image.shape[-3] == 1
        if not grey:
            _require_colour("ColorJitter", image)
        order = default_generator.permutation(4).tolist()
        ranges = (self.brightness, self.contrast, self.saturation, self.hue)
        factors = [None if bounds is None else uniform(*bounds) for bounds in ranges]
        white = 1.0 if image.is_floating_point() else 255.0
        changes: list[Callable[[Any, float, float], Any]] = [brighter, contrasted, saturated, hued]
        for i in order:
            factor, change = None if grey and i > 1 else factors[i], changes[i]
            if factor is not None:
                image = in_floats(image, lambda batch, f=factor, c=change: c(batch, f, white))  # type: ignore[misc]
        return image


def _bounds(name: str, value: Any, centre: float, least: float, most: float) -> tuple[float, float] | None:
    if isinstance(value, int | float):
        low, high = max(centre - value, least) if centre else -value, centre + value
    else:
        low, high = value
    if not least <= low <= high <= most:
        raise ArgumentError(complaint("ColorJitter", f"{name} within [{least}, {most}]", str(value)))
    return None if low == high == centre else (low, high)


def brighter(batch: Any, factor: float, white: float) -> Any:
    """Colours times the factor, up to `white`."""
    return (batch * factor).clamp(0, white)


def contrasted(batch: Any, factor: float, white: float) -> Any:
    """Colours away from the image's mean grey, by the factor."""
    grey = _grey(batch).floor() if white == 255.0 else _grey(batch)
    return (batch * factor + grey.mean((1, 2, 3), keepdim=True) * (1 - factor)).clamp(0, white)


def saturated(batch: Any, factor: float, white: float) -> Any:
    """Colours away from the grey of each pixel, by the factor."""
    return (batch * factor + _grey(batch) * (1 - factor)).clamp(0, white)


def hued(batch: Any, shift: float, white: float) -> Any:
    """Turned about the colour circle: to hue, saturation, value (Smith, 1978) and back; no gradient."""
    red, green, blue = np.moveaxis(batch.detach().numpy() / white, 1, 0)
    value, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    chroma = value - least
    safe = np.where(chroma > 0, chroma, 1)
    sector = np.where(value == red, (green - blue) / safe,
                      np.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe))  # fmt: skip
    turned = 6 * ((sector / 6 + shift) % 1.0)
    planes = [value - chroma * np.clip(np.minimum((n + turned) % 6, 4 - (n + turned) % 6), 0, 1) for n in (5, 3, 1)]
    return as_tensor_of((np.stack(planes, 1) * white).astype(batch.detach().numpy().dtype))


class GaussianBlur(ImageTransform):
    """Smoothed by a Gaussian of odd `kernel_size`, its sigma in pixels fixed or drawn from the bounds given."""

    def __init__(self, kernel_size: int | Sequence[int], sigma: float | Sequence[float] = (0.1, 2.0)) -> None:
        self.kernel_size = pair("GaussianBlur", kernel_size)
        low, high = (sigma, sigma) if isinstance(sigma, int | float) else sigma
        if any(size % 2 == 0 for size in self.kernel_size) or not 0 < low <= high:
            given = f"kernel_size={kernel_size}, sigma={sigma}"
            raise ArgumentError(complaint("GaussianBlur", "odd sizes and 0 < sigma", given))
        self.sigma = (low, high)

    def apply(self, image: Any) -> Any:
        sigma = uniform(*self.sigma)
        return blurred(image, self.kernel_size, (sigma, sigma))


def blurred(image: Any, kernel_size: tuple[int, int], sigma: tuple[float, float]) -> Any:
    """The image smoothed by a Gaussian; height first in the sizes, width first in the sigmas."""
    tall, wide = kernel_size

    def change(batch: Any) -> Any:
        kernel = np.outer(_bell(tall, sigma[1]), _bell(wide, sigma[0])).astype(batch.detach().numpy().dtype)
        planes = batch.reshape(-1, 1, *batch.shape[-2:])
        edged = pad(planes, [wide // 2, wide // 2, tall // 2, tall // 2], "reflect")
        return conv2d(edged, as_tensor_of(kernel[None, None])).reshape(*batch.shape)

    return in_floats(image, change)


def _bell(size: int, sigma: float) -> Any:
    places = np.arange(size) - (size - 1) / 2
    heights = np.exp(-0.5 * (places / sigma) ** 2)
    return heights / heights.sum()


class RandomErasing(ImageTransform):
    """With probability `p`, a rectangle of random area (`scale`), aspect (`ratio`) and place is replaced by `value`.

    value: a number, one a channel, or "random" for normal noise.
    """

    def __init__(
        self,
        p: float = 0.5,
        scale: tuple[float, float] = (0.02, 0.33),
        ratio: tuple[float, float] = (0.3, 3.3),
        value: float | Sequence[float] | str = 0,
        inplace: bool = False,
    ) -> None:
        self.p = probability("RandomErasing", p)
        self.scale = scale
        self.ratio = ratio
        self.value = value
        self.inplace = inplace

    def apply(self, image: Any) -> Any:
        if not chance(self.p):
            return image
        channels, height, width = image.shape[-3:]
        low, high = (math.log(ratio) for ratio in self.ratio)
        for _ in range(10):
            area, ratio = height * width * uniform(*self.scale), math.exp(uniform(low, high))
            h, w = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if h < height and w < width:
                value = self._value((channels, h, w), image)
                top, left = below(height - h + 1), below(width - w + 1)
                result = image if self.inplace else image.clone()
                result[..., top : top + h, left : left + w] = value
                return result
        return image

    def _value(self, shape: tuple[int, ...], image: Any) -> Any:
        kind = image.detach().numpy().dtype
        if isinstance(self.value, str):
            return as_tensor_of(default_generator.normal(shape).astype(kind))
        return as_tensor_of(np.broadcast_to(np.asarray(self.value, kind).reshape(-1, 1, 1), shape).copy())
