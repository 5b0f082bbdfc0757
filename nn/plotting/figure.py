"""What all pictures share: styles that stay apart in greyscale, new axes, writing to a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = str | os.PathLike[str]

# Each has its own marker, neighbours differ in lightness and dash: the curves stay apart in greyscale.
STYLES = (
    {"color": "#1f3b73", "linestyle": "-", "marker": "o"},
    {"color": "#d9822b", "linestyle": "--", "marker": "s"},
    {"color": "#2f8f5b", "linestyle": "-.", "marker": "^"},
    {"color": "#9b9b9b", "linestyle": ":", "marker": "D"},
    {"color": "#7a3b8f", "linestyle": "-", "marker": "v"},
    {"color": "#e38fb5", "linestyle": "--", "marker": "P"},
    {"color": "#8a4b22", "linestyle": "-.", "marker": "X"},
    {"color": "#3fb0c9", "linestyle": ":", "marker": "<"},
    {"color": "#b03a3a", "linestyle": "-", "marker": ">"},
    {"color": "#000000", "linestyle": "--", "marker": "*"},
)


def save_figure(axes: Axes, path: str | os.PathLike[str]) -> None:
    """Write the figure that `axes` belong to; the ending of `path` decides the format."""
    figure: Any = axes.figure
    figure.savefig(path, dpi=150)


def new_figure(rows: int, columns: int, size: tuple[float, float]) -> Any:
    """A figure with a grid of Axes; `size` in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    figure.subplots(rows, columns)
    return figure


def new_axes() -> Axes:
    """The one Axes of a new figure."""
    axes: Axes = new_figure(1, 1, (6.4, 4.2)).axes[0]
    return axes


def styles_of(count: int) -> list[dict[str, Any]]:
    """Colour, dash and marker for so many curves."""
    return [dict(STYLES[i % len(STYLES)]) for i in range(count)]


def finished(axes: Axes, title: str, xlabel: str, ylabel: str, save: Place | None, legend: bool = True) -> Axes:
    """Title, labels and grid; the file, if one is wanted."""
    axes.set_title(title)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(alpha=0.3)
    if legend and axes.get_legend_handles_labels()[0]:
        axes.legend()
    if save is not None:
        save_figure(axes, save)
    return axes
