"""Pictures as people keep them, arrays (H, W) or (H, W, C) and Pillow's images, and how transforms take them.

Transforms work on planes, tensors (..., C, H, W), in one implementation. A picture becomes planes and comes back as
what it was. Pillow is optional: an image of its can only be given where it is imported.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograd.errors import OperandError, complaint
from autograd.tensor import Tensor, as_tensor_of
from autograd.typing import Array
from nn.data.transforms.drawing import Described, image_of

_CHANNELS = (1, 3, 4)
_DTYPES: dict[str, Any] = {"I": np.int32, "I;16": np.uint16, "I;16B": np.uint16, "F": np.float32}
_MODES = {(1, "u1"): "L", (1, "u2"): "I;16", (1, "i2"): "I;16", (1, "i4"): "I", (1, "f4"): "F",
          (2, "u1"): "LA", (3, "u1"): "RGB", (4, "u1"): "RGBA"}  # fmt: skip


class ImageTransform(Described):
    """Base of transforms of one image: define `apply`, from planes (..., C, H, W) to planes.

    Called with a tensor, or an array (..., C, H, W), it gives a tensor; with a picture, an array (H, W) or (H, W, C)
    of 1, 3 or 4 channels or an image of Pillow's, it gives a picture of the same kind. An array whose first size is
    1, 3 or 4 too is taken for (C, H, W). Palettes count as their colours, and black-and-white images as grey.
    """

    def __call__(self, image: Any) -> Any:
        if is_pillow(image):
            image = image.convert("RGB") if image.mode == "P" else image.convert("L") if image.mode == "1" else image
            changed = array_of_planes(self.apply(planes_of(array_of_pillow(image))))
            channels = changed.shape[2] if changed.ndim == 3 else 1
            return pillow_of(changed, image.mode if channels == len(image.getbands()) else None)
        if is_array(image):
            return array_of_planes(self.apply(planes_of(image)))
        return self.apply(image_of(type(self).__name__, image))

    def apply(self, image: Any) -> Any:
        """The image changed."""
        raise NotImplementedError(f"{type(self).__name__}: define apply(image)")


def is_pillow(image: Any) -> bool:
    """Whether it is an image of Pillow's."""
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(image, pillow.Image)


def is_array(image: Any) -> bool:
    """Whether it is a picture in an array; see `ImageTransform`."""
    if not isinstance(image, np.ndarray):
        return False
    return image.ndim == 2 or (image.ndim == 3 and image.shape[2] in _CHANNELS and image.shape[0] not in _CHANNELS)


def array_of_pillow(image: Any) -> Array:
    """The pixels of an image of Pillow's, (H, W) or (H, W, C): uint8, for modes I, I;16 and F int32, uint16, float32.

    Black and white are 0 and 255; a palette's pixels are their numbers in it.
    """
    if image.mode == "1":
        image = image.convert("L")
    return np.array(image, _DTYPES.get(image.mode, np.uint8))


def planes_of(array: Array) -> Tensor:
    """(H, W) or (H, W, C) as planes (C, H, W)."""
    return as_tensor_of(np.ascontiguousarray(np.moveaxis(np.atleast_3d(array), 2, 0)))


def array_of_planes(planes: Any) -> Array:
    """Planes (C, H, W) as (H, W, C), or (H, W) where there is one."""
    array = np.moveaxis(planes.detach().numpy(), 0, 2)
    return np.ascontiguousarray(array[..., 0] if array.shape[2] == 1 else array)


def pillow_of(array: Array, mode: str | None = None) -> Any:
    """An image of Pillow's from (H, W) or (H, W, C), of the mode given or of the one that goes with the channels.

    Raises ImportError without Pillow, OperandError for numbers of channels and dtypes that no mode holds.
    """
    image = pillow("ToPILImage")
    channels = array.shape[2] if array.ndim == 3 else 1
    fitting = _MODES.get((channels, array.dtype.str[1:]))
    if fitting is None:
        raise OperandError(
            complaint("ToPILImage", "1 to 4 channels of uint8, or one of int16, int32 or float32",
                      f"{array.dtype} of shape {array.shape}")
        )  # fmt: skip
    chosen = mode or fitting
    if chosen not in {"RGB": ("RGB", "YCbCr", "HSV", "LAB"), "RGBA": ("RGBA", "CMYK", "RGBX")}.get(fitting, (fitting,)):
        given = f"{chosen} for {array.dtype} of shape {array.shape}"
        raise OperandError(complaint("ToPILImage", f"mode {fitting} or another of as many channels", given))
    return image.frombytes(chosen, array.shape[1::-1], np.ascontiguousarray(array).tobytes())


def pillow(where: str) -> Any:
    """The module `PIL.Image`. Raises ImportError that says what needs it."""
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(f"{where}: needs Pillow: pip install pillow") from error
    return Image
