"""Pictures of points and classes: a plane of points, decisions over a plane, confusion of classes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import tensor
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from nn.plotting.figure import Place, finished, new_axes, new_figure, save_figure, styles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_points(
    points: Any,
    labels: Sequence[str],
    *,
    title: str,
    groups: Sequence[str] | None = None,
    ax: Axes | None = None,
    save: str | os.PathLike[str] | None = None,
) -> Axes:
    """Draw points of a plane, each with its label beside it; returns the Axes.

    points: Tensor or array (N, 2). groups: N names; each has its own colour and marker. ax: where to draw
    (default: a new figure). save: a file to write to.
    Raises ArgumentError where there are not as many labels and groups as points.
    """
    places = array_of(points)
    names = ["" for _ in labels] if groups is None else list(groups)
    if places.shape != (len(labels), 2) or len(names) != len(labels):
        given = f"{places.shape}, {len(labels)} labels and {len(names)} groups"
        raise ArgumentError(complaint("plot_points", "points (N, 2) with N labels and groups", given))
    axes = new_figure(1, 1, (8.0, 7.0)).axes[0] if ax is None else ax
    kinds = list(dict.fromkeys(names))
    for kind, style in zip(kinds, styles_of(len(kinds)), strict=True):
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


def confusion(targets: Any, predictions: Any, classes: int) -> np.ndarray[Any, Any]:
    """How often each class (row) was taken for each (column): (classes, classes)."""
    wanted, found = array_of(targets).ravel(), array_of(predictions).ravel()
    if wanted.shape != found.shape or not wanted.size or min(wanted.min(), found.min()) < 0:
        given = f"{wanted.size} targets and {found.size} predictions"
        raise ArgumentError(complaint("confusion", "as many predictions as targets, classes from 0 on", given))
    if max(wanted.max(), found.max()) >= classes:
        given = str(int(max(wanted.max(), found.max())))
        raise ArgumentError(complaint("confusion", f"classes below {classes}", given))
    counts = np.bincount(wanted.astype(np.int64) * classes + found.astype(np.int64), minlength=classes * classes)
    return counts.reshape(classes, classes)


def plot_confusion(
    targets: Any, predictions: Any, names: Sequence[str], *, title: str = "Confusion of classes",
    ax: Axes | None = None, save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw how often each class was taken for each, as numbers on shades of their share of the row; returns the Axes.

    targets, predictions: classes as integers (N,). names: of the classes. Raises ArgumentError where they do not fit.
    """
    counts = confusion(targets, predictions, len(names))
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    side = max(5.0, 0.34 * len(names) + 1.6)
    axes = new_figure(1, 1, (side + 0.6, side)).axes[0] if ax is None else ax
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        color = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=color, fontsize=8)
    long = max(map(len, names)) > 3
    axes.set_xticks(range(len(names)), names, rotation=45 if long else 0, ha="right" if long else "center")
    axes.set_yticks(range(len(names)), names)
    axes.figure.colorbar(picture, ax=axes, label="share of the true class", shrink=0.85)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(title)
    if save is not None:
        save_figure(axes, save)
    return axes


def plot_decisions(
    classify: Callable[[Any], Any], points: Any, labels: Any, *, title: str = "Decisions", steps: int = 200,
    ax: Axes | None = None, save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw the class that `classify` gives at every place round the points, and the points; returns the Axes.

    classify: from Tensors (M, 2) to scores (M, C), or (M,) of which positive ones mean class 1. points: (N, 2).
    labels: classes (N,) from 0 on. A module is put into evaluation mode for the while; it gets numbers of its own
    dtype.
    Raises ArgumentError where points and labels do not fit.
    """
    places, classes = array_of(points), array_of(labels).ravel().astype(np.int64)
    if places.ndim != 2 or places.shape[1:] != (2,) or len(places) != len(classes) or not len(places):
        given = f"points {places.shape} and {len(classes)} labels"
        raise ArgumentError(complaint("plot_decisions", "points (N, 2) with N labels", given))
    low, high = places.min(0), places.max(0)
    margin = 0.08 * np.maximum(high - low, 1e-6)
    sides = [np.linspace(a, b, steps) for a, b in zip(low - margin, high + margin, strict=True)]
    grid = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2).astype(_dtype_for(classify, places))
    chosen = _classes_of(classify, grid).reshape(steps, steps)
    axes = new_axes() if ax is None else ax
    count = int(max(chosen.max(), classes.max())) + 1
    styles = styles_of(count)
    axes.contourf(*sides, chosen, levels=np.arange(count + 1) - 0.5, colors=[s["color"] for s in styles], alpha=0.25)
    axes.contour(*sides, chosen, levels=np.arange(1, count) - 0.5, colors="black", linewidths=0.8)
    for number, style in enumerate(styles):
        mine = places[classes == number]
        axes.scatter(mine[:, 0], mine[:, 1], s=16, color=style["color"], marker=style["marker"], edgecolors="black",
                     linewidths=0.4, label=f"class {number}")  # fmt: skip
    return finished(axes, title, "first feature", "second feature", save)


def _dtype_for(classify: Any, places: np.ndarray[Any, Any]) -> Any:
    """The dtype of a module's parameters, or that of the points."""
    parameters = classify.parameters() if hasattr(classify, "parameters") else ()
    own = next((p.dtype.dtype for p in parameters if p.is_floating_point()), places.dtype)
    return own if np.issubdtype(own, np.floating) else np.float32


def _classes_of(classify: Any, grid: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    training = getattr(classify, "training", False)
    if training:
        classify.eval()
    try:
        with no_grad():
            scores = array_of(classify(tensor(grid)))
    finally:
        if training:
            classify.train()
    found = scores.reshape(len(grid), -1)
    return (found[:, 0] > 0).astype(np.int64) if found.shape[1] == 1 else found.argmax(1)
