"""Images turned, moved, stretched and sheared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.tensor import as_tensor_of
from autograd.typing import Array
from nn.data.transforms.drawing import around_zero, in_floats, uniform
from nn.data.transforms.pictures import ImageTransform
from nn.functional.grid_sampling import affine_grid, grid_sample


class RandomRotation(ImageTransform):
    """Turned counter-clockwise by an angle in degrees, within (−degrees, degrees) or the bounds given.

    interpolation: "nearest" (default) or "bilinear". What comes from outside the image is `fill`.
    """

    def __init__(self, degrees: float | Sequence[float], interpolation: str = "nearest", *, fill: float = 0.0) -> None:
        self.degrees = around_zero("RandomRotation", degrees)
        self.interpolation = interpolation
        self.fill = fill

    def apply(self, image: Any) -> Any:
        angle = uniform(*self.degrees)
        return warped(image, inverse_affine(-angle, (0, 0), 1.0, (0, 0)), self.interpolation, self.fill)


class RandomAffine(ImageTransform):
    """Turned clockwise, moved, scaled and sheared about the centre, all by random amounts.

    degrees, shear: bounds, or a number for (−number, number); shear may have bounds for x and for y, in degrees.
    translate: largest shift as fractions of width and height. scale: bounds of the factor.
    interpolation, fill: as in RandomRotation. Raises ArgumentError for fractions outside [0, 1] or factors <= 0.
    """

    def __init__(
        self,
        degrees: float | Sequence[float],
        translate: tuple[float, float] | None = None,
        scale: tuple[float, float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: str = "nearest",
        fill: float = 0.0,
    ) -> None:
        if translate is not None and not all(0 <= part <= 1 for part in translate):
            raise ArgumentError(complaint("RandomAffine", "translate within [0, 1]", str(translate)))
        if scale is not None and min(scale) <= 0:
            raise ArgumentError(complaint("RandomAffine", "scale > 0", str(scale)))
        self.degrees = around_zero("RandomAffine", degrees)
        self.translate = translate
        self.scale = scale
        self.shear = None if shear is None else around_zero("RandomAffine", shear)
        self.interpolation = interpolation
        self.fill = fill

    def apply(self, image: Any) -> Any:
        angle, shift, shear = uniform(*self.degrees), (0, 0), (0.0, 0.0)
        if self.translate is not None:
            most = [part * size for part, size in zip(self.translate, image.shape[:-3:-1], strict=True)]
            shift = (round(uniform(-most[0], most[0])), round(uniform(-most[1], most[1])))
        scale = 1.0 if self.scale is None else uniform(*self.scale)
        if self.shear is not None:
            shear = (uniform(*self.shear[:2]), uniform(*self.shear[2:]) if len(self.shear) == 4 else 0.0)
        return warped(image, inverse_affine(angle, shift, scale, shear), self.interpolation, self.fill)


def inverse_affine(angle: float, shift: tuple[float, float], scale: float, shear: tuple[float, float]) -> Array:
    """The matrix (2, 3) that takes a pixel of the result to its place in the image, both counted from the centre.

    angle clockwise and shear in degrees, shift (x, y) in pixels: the image is sheared, turned, scaled, then moved.
    """
    turn, sx, sy = math.radians(angle), math.radians(shear[0]), math.radians(shear[1])
    a, c = math.cos(turn - sy) / math.cos(sy), math.sin(turn - sy) / math.cos(sy)
    forward = scale * np.array([[a, -a * math.tan(sx) - math.sin(turn)], [c, -c * math.tan(sx) + math.cos(turn)]])
    inverse = np.linalg.inv(forward)
    return np.column_stack([inverse, -inverse @ np.array(shift, np.float64)])


def warped(image: Any, matrix: Array, mode: str, fill: float) -> Any:
    """The image (..., C, H, W) whose pixels come from where `matrix` (see `inverse_affine`) takes them."""
    half = np.array([image.shape[-1], image.shape[-2], 2.0]) / 2
    theta = matrix * half / half[:2, None]  # affine_grid counts in halves of the width and the height

    def change(batch: Any) -> Any:
        kind = batch.detach().numpy().dtype
        thetas = as_tensor_of(np.broadcast_to(theta.astype(kind), (len(batch), 2, 3)).copy())
        grid = affine_grid(thetas, batch.shape, align_corners=False)
        result = grid_sample(batch - fill if fill else batch, grid, mode, "zeros", align_corners=False)
        return result + fill if fill else result

    return in_floats(image, change)
