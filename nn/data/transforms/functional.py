"""Transforms of images as functions that draw nothing at random, with torchvision's names and arguments.

Images are taken and given as the transforms of `nn.data.transforms` do: tensors (..., C, H, W), pictures in arrays, and
images of Pillow's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor
from nn.data.transforms import color, warping
from nn.data.transforms.conversion import ConvertImageDtype, PILToTensor, ToPILImage, ToTensor
from nn.data.transforms.drawing import InterpolationMode, in_floats, pair, resampling
from nn.data.transforms.framing import CenterCrop, Pad, Resize
from nn.data.transforms.pictures import ImageTransform

__all__ = [
    "InterpolationMode", "adjust_brightness", "adjust_contrast", "adjust_hue", "adjust_saturation", "affine",
    "center_crop", "convert_image_dtype", "crop", "erase", "gaussian_blur", "hflip", "normalize", "pad",
    "pil_to_tensor", "resize", "resized_crop", "rgb_to_grayscale", "rotate", "to_grayscale", "to_pil_image",
    "to_tensor", "vflip",
]  # fmt: skip


class _Applied(ImageTransform):
    """A function of planes as a transform of images of every kind."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def apply(self, image: Any) -> Any:
        return self.function(image)


def to_tensor(pic: Any) -> Tensor:
    """See `ToTensor`."""
    return ToTensor()(pic)


def pil_to_tensor(pic: Any) -> Tensor:
    """See `PILToTensor`."""
    return PILToTensor()(pic)


def to_pil_image(pic: Any, mode: str | None = None) -> Any:
    """See `ToPILImage`."""
    return ToPILImage(mode)(pic)


def convert_image_dtype(image: Any, dtype: Any) -> Any:
    """See `ConvertImageDtype`."""
    return ConvertImageDtype(dtype)(image)


def normalize(tensor: Any, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> Any:
    """See `Normalize`."""
    return color.Normalize(mean, std, inplace)(tensor)


def rgb_to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """See `Grayscale`."""
    return color.Grayscale(num_output_channels)(img)


to_grayscale = rgb_to_grayscale


def resize(
    img: Any, size: int | Sequence[int], interpolation: Any = "bilinear", max_size: int | None = None,
    antialias: bool | None = True,
) -> Any:  # fmt: skip
    """See `Resize`."""
    return Resize(size, interpolation, max_size, antialias is not False)(img)


def pad(img: Any, padding: int | Sequence[int], fill: float = 0, padding_mode: str = "constant") -> Any:
    """See `Pad`."""
    return Pad(padding, fill, padding_mode)(img)


def center_crop(img: Any, output_size: int | Sequence[int]) -> Any:
    """See `CenterCrop`."""
    return CenterCrop(output_size)(img)


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """The part of the image that begins at row `top` and column `left`; what lies outside the image is 0."""

    def cut(image: Any) -> Any:
        rows, columns = image.shape[-2:]
        borders = [max(-left, 0), max(-top, 0), max(left + width - columns, 0), max(top + height - rows, 0)]
        whole = Pad(borders).apply(image) if any(borders) else image
        first, start = top + borders[1], left + borders[0]
        return whole[..., first : first + height, start : start + width]

    return _Applied(cut)(img)


def resized_crop(
    img: Any, top: int, left: int, height: int, width: int, size: Sequence[int], interpolation: Any = "bilinear",
    antialias: bool | None = True,
) -> Any:  # fmt: skip
    """`crop`, then `resize`."""
    return resize(crop(img, top, left, height, width), size, interpolation, antialias=antialias)


def hflip(img: Any) -> Any:
    """Left and right changed."""
    return _Applied(lambda image: image.flip(-1))(img)


def vflip(img: Any) -> Any:
    """Top and bottom changed."""
    return _Applied(lambda image: image.flip(-2))(img)


def erase(img: Any, i: int, j: int, h: int, w: int, v: Any, inplace: bool = False) -> Any:
    """The image with `v`, a number or a tensor, from row `i` and column `j` on, `h` high and `w` wide."""

    def replaced(image: Any) -> Any:
        result = image if inplace else image.clone()
        result[..., i : i + h, j : j + w] = v
        return result

    return _Applied(replaced)(img)


def gaussian_blur(img: Any, kernel_size: int | Sequence[int], sigma: float | Sequence[float] | None = None) -> Any:
    """Smoothed by a Gaussian; sigma, by default 0.15·size + 0.35, is one number or those along x and y."""
    wide, tall = pair("gaussian_blur", kernel_size)  # torchvision's order is (x, y) here
    if sigma is None:
        sigma = [0.15 * size + 0.35 for size in (wide, tall)]
    sigmas = (sigma, sigma) if isinstance(sigma, int | float) else (sigma[0], sigma[-1])
    if wide % 2 == 0 or tall % 2 == 0 or min(sigmas) <= 0:
        given = f"kernel_size={kernel_size}, sigma={sigma}"
        raise ArgumentError(complaint("gaussian_blur", "odd sizes and 0 < sigma", given))
    return _Applied(lambda image: color.blurred(image, (tall, wide), sigmas))(img)


def adjust_brightness(img: Any, brightness_factor: float) -> Any:
    """Colours times the factor; 0 is black."""
    return _coloured(img, color.brighter, brightness_factor)


def adjust_contrast(img: Any, contrast_factor: float) -> Any:
    """Contrast times the factor; 0 is all grey."""
    return _coloured(img, color.contrasted, contrast_factor)


def adjust_saturation(img: Any, saturation_factor: float) -> Any:
    """Saturation times the factor; 0 is black and white."""
    return _coloured(img, color.saturated, saturation_factor)


def adjust_hue(img: Any, hue_factor: float) -> Any:
    """Turned about the colour circle by a part of it, from −0.5 to 0.5. Raises ArgumentError for other factors."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ArgumentError(complaint("adjust_hue", "hue_factor within [-0.5, 0.5]", str(hue_factor)))
    return _coloured(img, color.hued, hue_factor)


def _coloured(img: Any, change: Callable[[Any, float, float], Any], factor: float) -> Any:
    if factor < 0 and change is not color.hued:
        raise ArgumentError(complaint("adjustment of colours", "a factor of at least 0", str(factor)))

    def changed(image: Any) -> Any:
        white = 1.0 if image.is_floating_point() else 255.0
        plain = image.shape[-3] == 1 and change in (color.saturated, color.hued)
        return image if plain else in_floats(image, lambda batch: change(batch, factor, white))

    return _Applied(changed)(img)


def rotate(
    img: Any, angle: float, interpolation: Any = "nearest", expand: bool = False,
    center: Sequence[float] | None = None, fill: float = 0.0,
) -> Any:  # fmt: skip
    """Turned counter-clockwise by an angle in degrees; the rest as in `RandomRotation`."""
    mode = resampling("rotate", interpolation)

    def turned(image: Any) -> Any:
        matrix = warping.about(image, warping.inverse_affine(-angle, (0, 0), 1.0, (0, 0)), center)
        return warping.warped(image, matrix, mode, fill, warping.size_around(image, matrix) if expand else None)

    return _Applied(turned)(img)


def affine(
    img: Any, angle: float, translate: Sequence[float], scale: float, shear: float | Sequence[float] = (0.0, 0.0),
    interpolation: Any = "nearest", fill: float = 0.0, center: Sequence[float] | None = None,
) -> Any:  # fmt: skip
    """Sheared, turned clockwise (degrees), scaled and moved by `translate` (x, y) pixels; see `RandomAffine`."""
    mode = resampling("affine", interpolation)
    sheared = (shear, 0.0) if isinstance(shear, int | float) else (shear[0], shear[1] if len(shear) > 1 else 0.0)

    def moved(image: Any) -> Any:
        matrix = warping.inverse_affine(angle, (translate[0], translate[1]), scale, sheared)
        return warping.warped(image, warping.about(image, matrix, center), mode, fill)

    return _Applied(moved)(img)
