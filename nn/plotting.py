"""Pictures of a training run. Matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, complaint
from nn.data.vision import make_grid
from nn.history import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Dark to light, each with its own dash and marker: the curves stay apart in greyscale.
_STYLES = (
    {"color": "#1f3b73", "linestyle": "-", "marker": "o"},
    {"color": "#d9822b", "linestyle": "--", "marker": "s"},
    {"color": "#2f8f5b", "linestyle": "-.", "marker": "^"},
    {"color": "#9b9b9b", "linestyle": ":", "marker": "D"},
)


def plot_curves(
    history: History,
    names: dict[str, str],
    *,
    ylabel: str,
    title: str,
    best: str | None = None,
    ax: Axes | None = None,
    save: str | os.PathLike[str] | None = None,
) -> Axes:
    """Draw scalars of a history against the epoch; returns the Axes.

    names: the scalars to draw and their labels. best: the scalar whose best epoch is marked (largest where its name
    ends in "accuracy", else smallest). ax: where to draw (default: a new figure). save: a file to write the figure to.
    Raises ArgumentError for a history without epochs.
    """
    if not len(history):
        raise ArgumentError(complaint("plot_curves", "a history with at least one epoch", "none"))
    axes = _new_axes() if ax is None else ax
    epochs = range(1, len(history) + 1)
    for (name, label), style in zip(names.items(), _cycle(len(names)), strict=True):
        axes.plot(epochs, history[name], label=label, linewidth=1.8, markersize=3.5, **style)
    if best is not None:
        values = history[best]
        value = max(values) if best.endswith("accuracy") else min(values)
        epoch = values.index(value) + 1
        axes.axvline(epoch, color="black", linewidth=0.8, alpha=0.5)
        axes.plot([epoch], [value], marker="*", markersize=13, color="black", linestyle="none",
                  label=f"best: {value:.4g} at epoch {epoch}")  # fmt: skip
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("epoch")
    axes.set_ylabel(ylabel)
    axes.set_title(title)
    axes.grid(alpha=0.3)
    axes.legend()
    if save is not None:
        save_figure(axes, save)
    return axes


def plot_training(history: History, *, title: str, save: str | os.PathLike[str] | None = None) -> tuple[Axes, Axes]:
    """Loss and accuracy of training and validation, side by side; returns the two Axes.

    history: with the scalars train_loss, val_loss, train_accuracy and val_accuracy (fractions of 1).
    save: a file to write the figure to.
    """
    left, right = _figure(1, 2, (11.0, 4.2)).axes
    plot_curves(history, {"train_loss": "training", "val_loss": "validation"}, ylabel="cross entropy (nats)",
                title="Loss", best="val_loss", ax=left)  # fmt: skip
    plot_curves(history, {"train_accuracy": "training", "val_accuracy": "validation"},
                ylabel="accuracy (share correct)", title="Accuracy", best="val_accuracy", ax=right)  # fmt: skip
    left.set_yscale("log")
    left.figure.suptitle(title)
    if save is not None:
        save_figure(left, save)
    return left, right


def plot_filters(
    weights: Mapping[str, Any],
    *,
    title: str,
    save: str | os.PathLike[str] | None = None,
) -> list[Axes]:
    """Draw a convolution's filters as pictures, side by side for each entry of `weights`; returns the Axes.

    weights: by name, Tensors or arrays of one shape (O, C, KH, KW). With one channel, colours show the sign, on one
    scale for all entries; with three, they are the filter's own, grey where it is 0. save: a file to write to.
    Raises ArgumentError for other shapes.
    """
    arrays = {name: _filters(value) for name, value in weights.items()}
    if not arrays or len({array.shape for array in arrays.values()}) > 1:
        shapes = [array.shape for array in arrays.values()]
        raise ArgumentError(complaint("plot_filters", "one weight at least, and all of one shape", str(shapes)))
    largest = max(float(abs(array).max()) for array in arrays.values()) or 1.0
    figure = _figure(1, len(arrays), (4.2 * len(arrays) + 0.8, 4.6))
    figure.get_layout_engine().set(wspace=0.06)
    for axes, (name, array) in zip(figure.axes, arrays.items(), strict=True):
        picture = axes.imshow(_mosaic(array, largest), cmap="RdBu_r", vmin=-largest, vmax=largest)
        axes.set_facecolor("#606060")  # between the tiles
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(name)
    panels: list[Axes] = list(figure.axes)
    if array.shape[-1] == 1:
        figure.colorbar(picture, ax=panels, label="weight", shrink=0.8)
    figure.suptitle(title)
    if save is not None:
        save_figure(panels[0], save)
    return panels


def plot_points(
    points: Any,
    labels: Sequence[str],
    *,
    title: str,
    groups: Sequence[str] | None = None,
    save: str | os.PathLike[str] | None = None,
) -> Axes:
    """Draw points of a plane, each with its label beside it; returns the Axes.

    points: Tensor or array (N, 2). groups: N names; each has its own colour and marker. save: a file to write to.
    Raises ArgumentError where there are not as many labels and groups as points.
    """
    places = array_of(points)
    names = ["" for _ in labels] if groups is None else list(groups)
    if places.shape != (len(labels), 2) or len(names) != len(labels):
        given = f"{places.shape}, {len(labels)} labels and {len(names)} groups"
        raise ArgumentError(complaint("plot_points", "points (N, 2) with N labels and groups", given))
    axes: Axes = _figure(1, 1, (8.0, 7.0)).axes[0]
    kinds = list(dict.fromkeys(names))
    for kind, style in zip(kinds, _cycle(len(kinds)), strict=True):
        chosen = places[[name == kind for name in names]]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=14, color=style["color"], marker=style["marker"], label=kind)
    for label, place in zip(labels, places, strict=True):
        axes.annotate(label, place, xytext=(3, 2), textcoords="offset points", fontsize=7)
    axes.set_xlabel("first component")
    axes.set_ylabel("second component")
    axes.set_title(title)
    axes.grid(alpha=0.3)
    if groups is not None:
        axes.legend()
    if save is not None:
        save_figure(axes, save)
    return axes


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


def save_figure(axes: Axes, path: str | os.PathLike[str]) -> None:
    """Write the figure that `axes` belong to; the ending of `path` decides the format."""
    figure: Any = axes.figure
    figure.savefig(path, dpi=150)


def _figure(rows: int, columns: int, size: tuple[float, float]) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    figure.subplots(rows, columns)
    return figure


def _new_axes() -> Axes:
    axes: Axes = _figure(1, 1, (6.4, 4.2)).axes[0]
    return axes


def _cycle(count: int) -> list[dict[str, Any]]:
    return [dict(_STYLES[i % len(_STYLES)]) for i in range(count)]


def save_image(tensor: Any, fp: str | os.PathLike[str], **options: Any) -> None:
    """Write images with values from 0 to 1, one or several as `nn.data.vision.make_grid` lays them out, to a file.

    options: those of `make_grid`. The ending of the file's name says the format.
    """
    from matplotlib.image import imsave

    grid = make_grid(tensor, **options).numpy()
    imsave(fp, (np.clip(grid * 255 + 0.5, 0, 255)).astype(np.uint8).transpose(1, 2, 0).copy())
