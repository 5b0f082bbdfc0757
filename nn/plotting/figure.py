"""What all pictures share: styles that stay apart in greyscale, new axes, writing to a file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, complaint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = str | os.PathLike[str]

_MOST_INSIDE = 6  # entries of a legend, up to which there is room for it within the Axes

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


def check_by_name(where: str, values: Any) -> None:
    """Raise ArgumentError for what is not given by name, in a dict."""
    if not isinstance(values, Mapping):
        raise ArgumentError(complaint(where, "entries by name, in a dict", type(values).__name__))


def panels(ax: Axes | Sequence[Axes] | None, rows: int, columns: int, size: tuple[float, float]) -> list[Axes]:
    """The Axes that are given, as many as rows·columns, or those of a new figure. Raises ArgumentError for others."""
    if ax is None:
        return list(new_figure(rows, columns, size).axes)
    given = list(ax) if isinstance(ax, Sequence) else [ax]
    if len(given) != rows * columns:
        raise ArgumentError(complaint("ax", f"{rows * columns} Axes, one for each panel", str(len(given))))
    return given


def titled(drawn: Sequence[Axes], ax: Any, title: str, save: Place | None) -> list[Axes]:
    """The title over all panels of a new figure; the file, if one is wanted."""
    if ax is None:
        figure: Any = drawn[0].figure
        figure.suptitle(title)
    if save is not None:
        save_figure(drawn[0], save)
    return list(drawn)


def styles_of(count: int) -> list[dict[str, Any]]:
    """Colour, dash and marker for so many curves; where styles come again, their markers are hollow."""
    hollow = {"markerfacecolor": "white"}
    return [dict(STYLES[i % len(STYLES)]) | (hollow if i >= len(STYLES) else {}) for i in range(count)]


def finished(axes: Axes, title: str, xlabel: str, ylabel: str, save: Place | None, legend: bool = True) -> Axes:
    """Title, labels, grid and legend, a long one beside the Axes; the file, if one is wanted."""
    axes.set_title(title)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)
    entries = len(axes.get_legend_handles_labels()[0]) if legend else 0
    if entries > _MOST_INSIDE:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    elif entries:
        axes.legend()
    if save is not None:
        save_figure(axes, save)
    return axes
