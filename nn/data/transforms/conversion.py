"""From pictures to tensors and back, and from one dtype to another."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import DTypeError, OperandError, ShapeError, complaint
from autograd.tensor import Tensor, as_tensor_of
from autograd.typing import Array
from nn.data.transforms.drawing import Described, image_of
from nn.data.transforms.pictures import array_of_pillow, is_pillow, pillow_of, planes_of

_ROUNDING = 1e-3  # how far below the next whole number white stays, so that all integers have equal shares


class ToTensor(Described):
    """A picture (H, W) or (H, W, C), or an image of Pillow's, as a tensor (C, H, W); uint8 becomes float32, 0 to 1.

    Other dtypes keep their values; uint16 becomes int32. Raises OperandError for what is no picture, a tensor too,
    ShapeError for other numbers of dimensions.
    """

    def __call__(self, image: Any) -> Tensor:
        planes = _planes("ToTensor", image).numpy()
        return as_tensor_of(planes / np.float32(255) if planes.dtype == np.uint8 else planes)


class PILToTensor(Described):
    """As ToTensor, but uint8 stays uint8."""

    def __call__(self, image: Any) -> Tensor:
        return _planes("PILToTensor", image)


def _planes(where: str, image: Any) -> Tensor:
    array = array_of_pillow(image) if is_pillow(image) else image
    if not isinstance(array, np.ndarray):
        cure = f"A tensor needs no {where}: leave it out" if isinstance(image, Tensor) else "Pass numpy.asarray(image)"
        raise OperandError(complaint(where, "an array or an image of Pillow's", type(image).__name__, cure))
    if array.ndim not in (2, 3):
        raise ShapeError(complaint(where, "an array (H, W) or (H, W, C)", f"shape {array.shape}"))
    return planes_of(array.astype(np.int32) if array.dtype == np.uint16 else array)


class ToPILImage(Described):
    """A tensor (C, H, W) or (H, W), or an array (H, W) or (H, W, C), as an image of Pillow's.

    Floating-point tensors are taken for 0 to 1 and become bytes, unless `mode` is "F". mode: Pillow's name of the
    colours, by default L, LA, RGB or RGBA for bytes and I;16, I or F for int16, int32 and float32.
    Raises ImportError without Pillow, ShapeError for other numbers of dimensions, OperandError, a TypeError, for
    channels, dtypes and modes that do not go together.
    """

    def __init__(self, mode: str | None = None) -> None:
        self.mode = mode

    def __call__(self, image: Any) -> Any:
        array = self._pixels(image) if isinstance(image, Tensor) else np.asarray(image)
        if array.ndim not in (2, 3):
            expected = "a tensor (C, H, W) or (H, W), or an array (H, W) or (H, W, C)"
            raise ShapeError(complaint("ToPILImage", expected, f"shape {array.shape}"))
        return pillow_of(array[..., 0] if array.shape[2:] == (1,) else array, self.mode)

    def _pixels(self, image: Tensor) -> Array:
        array = image.detach().numpy()
        if array.dtype.kind == "f" and self.mode != "F":
            array = (array * 255).astype(np.int64).astype(np.uint8)
        return np.moveaxis(array, 0, 2) if array.ndim == 3 else array


class ConvertImageDtype(Described):
    """An image in another dtype, its values scaled: integers have white at their largest value, floats at 1.

    Raises DTypeError for float32 to int32 or int64 and float64 to int64, which would not be exact.
    Source: torchvision, `transforms.ConvertImageDtype`.
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype

    def __call__(self, image: Any) -> Any:
        tensor = image_of("ConvertImageDtype", image)
        array, kind = tensor.detach().numpy(), to_numpy(self.dtype)
        if array.dtype == kind:
            return tensor
        return as_tensor_of(np.ascontiguousarray(_converted(array, kind)))


def _converted(array: Array, kind: Any) -> Array:
    if array.dtype.kind == "f":
        if kind.kind == "f":
            return array.astype(kind)
        if kind.itemsize == 8 or (array.dtype.itemsize < 8 and kind.itemsize == 4):
            raise DTypeError(complaint("ConvertImageDtype", "a conversion that is exact", f"{array.dtype} to {kind}"))
        return (array * array.dtype.type(np.iinfo(kind).max + 1 - _ROUNDING)).astype(kind)
    white = int(np.iinfo(array.dtype).max)
    if kind.kind == "f":
        return array.astype(kind) / kind.type(white)
    if white > np.iinfo(kind).max:
        return (array // ((white + 1) // (int(np.iinfo(kind).max) + 1))).astype(kind)
    return array.astype(kind) * kind.type((int(np.iinfo(kind).max) + 1) // (white + 1))
