"""Images turned, moved, stretched and sheared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.tensor import as_tensor_of
from autograd.typing import Array
from nn.data.transforms.drawing import around_zero, in_floats, resampling, uniform
from nn.data.transforms.pictures import ImageTransform
from nn.functional.grid_sampling import affine_grid, grid_sample


class RandomRotation(ImageTransform):
    """Turned counter-clockwise by an angle in degrees, within (−degrees, degrees) or the bounds given.

    interpolation: "nearest" (default) or "bilinear". expand: the result is as large as the turned image needs. center:
    the place (x, y) in pixels from the upper left that stays where it is, by default the middle; not with `expand`.
    What comes from outside the image is `fill`. Raises ArgumentError for center and expand together.
    """

    def __init__(
        self,
        degrees: float | Sequence[float],
        interpolation: str = "nearest",
        expand: bool = False,
        center: Sequence[float] | None = None,
        fill: float = 0.0,
    ) -> None:
        if expand and center is not None:
            raise ArgumentError(complaint("RandomRotation", "expand or a center", "both"))
        self.degrees = around_zero("RandomRotation", degrees)
        self.interpolation = resampling("RandomRotation", interpolation)
        self.expand = expand
        self.center = center
        self.fill = fill

    def apply(self, image: Any) -> Any:
        matrix = about(image, inverse_affine(-uniform(*self.degrees), (0, 0), 1.0, (0, 0)), self.center)
        size = size_around(image, matrix) if self.expand else None
        return warped(image, matrix, self.interpolation, self.fill, size)


class RandomAffine(ImageTransform):
    """Turned clockwise, moved, scaled and sheared about the centre, all by random amounts.

    degrees, shear: bounds, or a number for (−number, number); shear may have bounds for x and for y, in degrees.
    translate: largest shift as fractions of width and height. scale: bounds of the factor.
    interpolation, fill, center: as in RandomRotation. Raises ArgumentError for fractions outside [0, 1] and factors
    of 0 or less.
    """

    def __init__(
        self,
        degrees: float | Sequence[float],
        translate: tuple[float, float] | None = None,
        scale: tuple[float, float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: str = "nearest",
        fill: float = 0.0,
        center: Sequence[float] | None = None,
    ) -> None:
        if translate is not None and not all(0 <= part <= 1 for part in translate):
            raise ArgumentError(complaint("RandomAffine", "translate within [0, 1]", str(translate)))
        if scale is not None and min(scale) <= 0:
            raise ArgumentError(complaint("RandomAffine", "scale > 0", str(scale)))
        self.degrees = around_zero("RandomAffine", degrees)
        self.translate = translate
        self.scale = scale
        self.shear = None if shear is None else around_zero("RandomAffine", shear)
        self.interpolation = resampling("RandomAffine", interpolation)
        self.fill = fill
        self.center = center

    def apply(self, image: Any) -> Any:
        angle, shift, shear = uniform(*self.degrees), (0, 0), (0.0, 0.0)
        if self.translate is not None:
            most = [part * size for part, size in zip(self.translate, image.shape[:-3:-1], strict=True)]
            shift = (round(uniform(-most[0], most[0])), round(uniform(-most[1], most[1])))
        scale = 1.0 if self.scale is None else uniform(*self.scale)
        if self.shear is not None:
            shear = (uniform(*self.shear[:2]), uniform(*self.shear[2:]) if len(self.shear) == 4 else 0.0)
        matrix = about(image, inverse_affine(angle, shift, scale, shear), self.center)
        return warped(image, matrix, self.interpolation, self.fill)


def inverse_affine(angle: float, shift: tuple[float, float], scale: float, shear: tuple[float, float]) -> Array:
    """The matrix (2, 3) that takes a pixel of the result to its place in the image, both counted from the centre.

    angle clockwise and shear in degrees, shift (x, y) in pixels: the image is sheared, turned, scaled, then moved.
    """
    turn, sx, sy = math.radians(angle), math.radians(shear[0]), math.radians(shear[1])
    a, c = math.cos(turn - sy) / math.cos(sy), math.sin(turn - sy) / math.cos(sy)
    forward = scale * np.array([[a, -a * math.tan(sx) - math.sin(turn)], [c, -c * math.tan(sx) + math.cos(turn)]])
    inverse = np.linalg.inv(forward)
    return np.column_stack([inverse, -inverse @ np.array(shift, np.float64)])


def about(image: Any, matrix: Array, center: Sequence[float] | None) -> Array:
    """The matrix about another place of the image than its middle."""
    if center is None:
        return matrix
    away = np.array(center, np.float64) - np.array(image.shape[:-3:-1]) / 2
    return np.column_stack([matrix[:, :2], matrix[:, 2] + away - matrix[:, :2] @ away])


def size_around(image: Any, matrix: Array) -> tuple[int, int]:
    """Height and width of an image that holds the whole turned one; as large as Pillow makes it."""
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * np.array(image.shape[:-3:-1]) / 2
    places = corners @ np.linalg.inv(matrix[:, :2]).T + np.array(image.shape[:-3:-1]) / 2
    high, low = (np.trunc(each * 1e4) / 1e4 for each in (places.max(0), places.min(0)))
    whole = np.rint(high - low)
    right_angle = np.abs(high - low - whole).max() < 1e-3
    width, height = whole if right_angle else np.ceil(high) - np.floor(low)
    return int(height), int(width)


def warped(image: Any, matrix: Array, mode: str, fill: float, size: tuple[int, int] | None = None) -> Any:
    """The image (..., C, H, W) whose pixels come from where `matrix` (see `inverse_affine`) takes them.

    size: height and width of the result, by default those of the image.
    """
    height, width = image.shape[-2:] if size is None else size
    from_middle = np.array([width, height, 2.0]) / 2  # affine_grid counts in halves of the width and the height
    theta = matrix * from_middle / (np.array(image.shape[:-3:-1]) / 2)[:, None]

    def change(batch: Any) -> Any:
        kind = batch.detach().numpy().dtype
        thetas = as_tensor_of(np.broadcast_to(theta.astype(kind), (len(batch), 2, 3)).copy())
        grid = affine_grid(thetas, (*batch.shape[:2], height, width), align_corners=False)
        result = grid_sample(batch - fill if fill else batch, grid, mode, "zeros", align_corners=False)
        return result + fill if fill else result

    return in_floats(image, change)
