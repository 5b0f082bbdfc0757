"""Numbers against time: losses and accuracies of runs, schedules of learning rates."""

from __future__ import annotations

import copy
import inspect
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from nn.history import History
from nn.plotting.figure import Place, check_by_name, finished, new_axes, panels, save_figure, styles_of, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    axes = new_axes() if ax is None else ax
    epochs = range(1, len(history) + 1)
    for (name, label), style in zip(names.items(), styles_of(len(names)), strict=True):
        axes.plot(epochs, history[name], label=label, linewidth=1.8, markersize=3.5, **style)
    if best is not None:
        epoch = _best(history[best], best.endswith("accuracy")) + 1
        value = history[best][epoch - 1]
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


def _best(values: Sequence[float], largest: bool = False) -> int:
    """The place of the smallest number, or the largest; nan counts as the worst."""
    worst = -np.inf if largest else np.inf
    numbers = np.where(np.isnan(values), worst, values)
    return int(numbers.argmax() if largest else numbers.argmin())


def plot_training(
    history: History, *, title: str, ax: Sequence[Axes] | None = None, save: Place | None = None
) -> tuple[Axes, Axes]:
    """Loss and accuracy of training and validation, side by side; returns the two Axes.

    history: with the scalars train_loss, val_loss, train_accuracy and val_accuracy (fractions of 1).
    ax: where to draw, two Axes (default: a new figure). save: a file to write the figure to.
    """
    left, right = panels(ax, 1, 2, (11.0, 4.2))
    plot_curves(history, {"train_loss": "training", "val_loss": "validation"}, ylabel="cross entropy (nats)",
                title="Loss", best="val_loss", ax=left)  # fmt: skip
    plot_curves(history, {"train_accuracy": "training", "val_accuracy": "validation"},
                ylabel="accuracy (share correct)", title="Accuracy", best="val_accuracy", ax=right)  # fmt: skip
    left.set_yscale("log")
    titled((left, right), ax, title, save)
    return left, right


def smoothed(values: Sequence[float], share: float) -> list[float]:
    """The exponential average of values, in which what was before counts `share`, corrected for its start."""
    if not 0 <= share < 1:
        raise ArgumentError(complaint("smoothed", "a share of at least 0 and below 1", str(share)))
    found, average = [], 0.0
    for number, value in enumerate(values, 1):
        average = share * average + (1 - share) * value
        found.append(average / (1 - share**number))
    return found


def plot_runs(
    runs: Mapping[str, Sequence[float]], *, ylabel: str = "loss", title: str = "Runs", xlabel: str = "epoch",
    smoothing: float = 0.0, log: bool = False, mark_best: bool = True, ax: Axes | None = None,
    save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw one curve for each run; returns the Axes.

    runs: by name, a value for each epoch or step, as numbers or as tensors of one element. smoothing: share of the
    past in an exponential average; the values themselves are then drawn thin behind it. log: a logarithmic axis.
    mark_best: a star at each run's lowest value. ax, save: as for `plot_curves`. Raises ArgumentError for no runs or an
    empty one.
    """
    check_by_name("plot_runs", runs)
    if not runs or not all(len(values) for values in runs.values()):
        raise ArgumentError(
            complaint("plot_runs", "one run at least, each with a value", str({k: len(v) for k, v in runs.items()}))
        )
    axes = new_axes() if ax is None else ax
    for (name, given), style in zip(runs.items(), styles_of(len(runs)), strict=True):
        values, places = [float(value) for value in given], range(1, len(given) + 1)
        shown = smoothed(values, smoothing) if smoothing else values
        every = max(1, len(values) // 12)
        axes.plot(places, shown, label=name, linewidth=1.8, markersize=4, markevery=every, **style)
        if smoothing:
            axes.plot(places, values, color=style["color"], linewidth=0.6, alpha=0.35)
        if mark_best:
            best = _best(values)
            axes.plot([best + 1], [values[best]], marker="*", markersize=12, color=style["color"],
                      markeredgecolor="black", linestyle="none")  # fmt: skip
    if log:
        axes.set_yscale("log")
    axes.locator_params(axis="x", integer=True)
    return finished(axes, title, xlabel, ylabel, save)


def plot_schedule(
    scheduler: Any, steps: int, *, title: str = "Learning rate", xlabel: str = "step", ax: Axes | None = None,
    save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw the learning rates of each parameter group over the next `steps` steps; returns the Axes.

    A copy of the scheduler takes the steps: the scheduler, its optimizer and the parameters stay as they are.
    Raises ArgumentError for fewer than one step, and for a schedule that waits for a measure.
    """
    if steps < 1:
        raise ArgumentError(complaint("plot_schedule", "one step at least", str(steps)))
    if "metrics" in inspect.signature(scheduler.step).parameters:
        raise ArgumentError(complaint("plot_schedule", "a schedule that steps without a measure", repr(scheduler)))
    trial = copy.deepcopy(scheduler)
    trial.optimizer.steps_taken += 1
    rates = []
    for _ in range(steps):
        rates.append([float(group["lr"]) for group in trial.optimizer.param_groups])
        trial.step()
    axes = new_axes() if ax is None else ax
    for number, (column, style) in enumerate(zip(zip(*rates, strict=True), styles_of(len(rates[0])), strict=True)):
        every = max(1, steps // 12)
        label = f"group {number}" if len(rates[0]) > 1 else None
        axes.plot(range(steps), column, label=label, linewidth=1.8, markersize=4, markevery=every, **style)
    return finished(axes, title, xlabel, "learning rate", save)
