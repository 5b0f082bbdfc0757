"""Pictures of filters, and images as files."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, complaint
from nn.data.vision import make_grid
from nn.plotting.figure import check_by_name, panels, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_filters(
    weights: Mapping[str, Any],
    *,
    title: str,
    ax: Axes | Sequence[Axes] | None = None,
    save: str | os.PathLike[str] | None = None,
) -> list[Axes]:
    """Draw a convolution's filters as pictures, side by side for each entry of `weights`; returns the Axes.

    weights: by name, Tensors or arrays of one shape (O, C, KH, KW). With one channel, brightness shows the weight,
    on one scale for all entries; with three, colours are the filter's own, grey where it is 0. ax: where to draw, an
    Axes for each entry (default: a new figure). save: a file to write to.
    Raises ArgumentError for other shapes.
    """
    check_by_name("plot_filters", weights)
    arrays = {name: _filters(value) for name, value in weights.items()}
    if not arrays or len({array.shape for array in arrays.values()}) > 1:
        shapes = [array.shape for array in arrays.values()]
        raise ArgumentError(complaint("plot_filters", "one weight at least, and all of one shape", str(shapes)))
    largest = max(float(abs(array).max()) for array in arrays.values()) or 1.0
    drawn = panels(ax, 1, len(arrays), (4.2 * len(arrays) + 0.8, 4.6))
    figure: Any = drawn[0].figure
    if ax is None:
        figure.get_layout_engine().set(wspace=0.06)
    for axes, (name, array) in zip(drawn, arrays.items(), strict=True):
        picture = axes.imshow(_mosaic(array, largest), cmap="cividis", vmin=-largest, vmax=largest)
        axes.set_facecolor("white")  # between the tiles
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(name)
    if array.shape[-1] == 1:
        figure.colorbar(picture, ax=drawn, label="weight", shrink=0.8)
    return titled(drawn, ax, title, save)


def _filters(weight: Any) -> np.ndarray[Any, Any]:
    """A weight as pictures (O, KH, KW, C)."""
    array = array_of(weight)
    if array.ndim != 4 or array.shape[1] not in (1, 3) or not array.size:
        raise ArgumentError(complaint("plot_filters", "weights (O, C, KH, KW) with C = 1 or 3", f"shape {array.shape}"))
    return array.transpose(0, 2, 3, 1)


def _mosaic(filters: np.ndarray[Any, Any], largest: float) -> np.ndarray[Any, Any]:
    """The filters as tiles of one picture, about as wide as high, in frames without a value."""
    count, height, width, channels = filters.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    tiles = np.full((rows * columns, height + 1, width + 1, channels), np.nan)
    tiles[:count, 1:, 1:] = filters if channels == 1 else 0.5 + filters / (2 * largest)
    whole = tiles.reshape(rows, columns, height + 1, width + 1, channels).swapaxes(1, 2)
    whole = np.pad(whole.reshape(rows * (height + 1), columns * (width + 1), channels), ((0, 1), (0, 1), (0, 0)),
                   constant_values=np.nan)  # fmt: skip
    return whole[..., 0] if channels == 1 else np.nan_to_num(whole, nan=1.0)


def save_image(tensor: Any, fp: str | os.PathLike[str] | BinaryIO, **options: Any) -> None:
    """Write images with values from 0 to 1, one or several as `nn.data.vision.make_grid` lays them out, to a file.

    options: those of `make_grid`. The ending of the file's name says the format; an open file gets a PNG.
    """
    from matplotlib.image import imsave

    grid = make_grid(tensor, **options).numpy()
    imsave(fp, (np.clip(grid * 255 + 0.5, 0, 255)).astype(np.uint8).transpose(1, 2, 0).copy())
