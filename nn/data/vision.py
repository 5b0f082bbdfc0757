"""Many images in one: what torchvision keeps in `utils`. `nn.plotting.save_image` writes it to a file."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ShapeError, complaint
from autograd.tensor import Tensor, as_tensor_of

__all__ = ["make_grid"]


def make_grid(
    tensor: Any,
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: tuple[float, float] | None = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
) -> Tensor:
    """Images (N, C, H, W), or a list of images (C, H, W), as one (C or 3, H', W'), `nrow` in each row.

    Grey images get three channels; one image alone has no border. padding: pixels of `pad_value` between images.
    normalize: shift and stretch from `value_range` (default: the least and the largest value, of each image with
    scale_each) to 0 … 1. Raises ShapeError for other shapes. Source: torchvision, `utils.make_grid`.
    """
    given = [np.asarray(array_of(image)) for image in tensor] if isinstance(tensor, list | tuple) else array_of(tensor)
    images = np.stack(given) if isinstance(given, list) else np.asarray(given)
    if images.ndim in (2, 3):
        images = images.reshape(1, -1, *images.shape[-2:])
    if images.ndim != 4 or not len(images):
        raise ShapeError(complaint("make_grid", "images (N, C, H, W) with N > 0", f"shape {images.shape}"))
    if images.shape[1] == 1:
        images = np.repeat(images, 3, 1)
    if normalize:
        images = _stretched(images, value_range, scale_each)
    if len(images) == 1:
        return as_tensor_of(images[0])
    columns = min(nrow, len(images))
    rows = -(-len(images) // columns)
    height, width = images.shape[2] + padding, images.shape[3] + padding
    shape = (images.shape[1], rows * height + padding, columns * width + padding)
    grid = np.full(shape, pad_value, images.dtype)
    for number, image in enumerate(images):
        top, left = (
            place * size + padding for place, size in zip(divmod(number, columns), (height, width), strict=True)
        )
        grid[:, top : top + image.shape[1], left : left + image.shape[2]] = image
    return as_tensor_of(grid)


def _stretched(images: Any, value_range: tuple[float, float] | None, each: bool) -> Any:
    axes = (1, 2, 3) if each else None
    if value_range is None:
        low, high = images.min(axes, keepdims=True), images.max(axes, keepdims=True)
    else:
        low, high = (np.asarray(bound, images.dtype) for bound in value_range)
    return (np.clip(images, low, high) - low) / np.maximum(high - low, 1e-5).astype(images.dtype)
