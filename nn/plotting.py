"""Pictures of a training run. Matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, complaint
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
