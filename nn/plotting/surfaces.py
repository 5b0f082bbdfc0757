"""Pictures of surfaces: optimizers racing down a function of two variables, the loss round a model's weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import tensor
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from autograd.random import default_generator
from nn.parameter import Parameter
from nn.plotting.figure import Place, finished, new_axes, styles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_GONE = 1e30  # how far a path may go before its places count as infinite


def race(
    function: Callable[[Any], Any], start: tuple[float, float], optimizers: Mapping[str, Callable[[Any], Any]],
    steps: int,
) -> dict[str, np.ndarray[Any, Any]]:  # fmt: skip
    """The places (steps + 1, 2) of each optimizer from `start` down the function of a Tensor (2,).

    optimizers: by name, functions that make one of a list of parameters: `lambda p: optim.SGD(p, lr=0.1)`. Each step
    is given a closure, as L-BFGS wants it.
    """
    paths = {}
    for name, make in optimizers.items():
        place = Parameter(tensor(np.array(start, np.float64)))
        optimizer, path = make([place]), [array_of(place).copy()]

        def evaluate(optimizer: Any = optimizer, place: Any = place) -> Any:
            optimizer.zero_grad()
            height = function(place)
            height.backward()
            return height

        for _ in range(steps):
            optimizer.step(evaluate)
            path.append(array_of(place).copy())
        paths[name] = np.array(path)
    return paths


def plot_race(
    function: Callable[[Any], Any], paths: Mapping[str, Any], *, title: str = "Optimizers", levels: int = 25,
    ax: Axes | None = None, save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw paths (S, 2), such as `race` gives, over the function's contour lines; returns the Axes.

    What goes more than three times as far from the first path's start as half of the paths do is out of the picture.
    """
    places = {name: np.asarray(array_of(path), np.float64) for name, path in paths.items()}
    if not places or not all(path.ndim == 2 and path.shape[1] == 2 and len(path) for path in places.values()):
        shapes = str({name: path.shape for name, path in places.items()})
        raise ArgumentError(complaint("plot_race", "paths (S, 2) by name", shapes))
    first = next(iter(places.values()))[0]
    finite = [path[(np.abs(path) < _GONE).all(1)] for path in places.values()]
    ways = [np.hypot(*(path - first).T) for path in finite]
    limit = 3 * np.median([way.max() for way in ways])
    every = np.concatenate([path[way <= limit] for path, way in zip(finite, ways, strict=True)])
    middle, reach = (every.max(0) + every.min(0)) / 2, 0.6 * np.maximum(every.max(0) - every.min(0), 1e-3)
    sides = [np.linspace(m - r, m + r, 80) for m, r in zip(middle, reach, strict=True)]
    with no_grad():
        heights = np.array([[float(function(tensor(np.array([x, y])))) for x in sides[0]] for y in sides[1]])
    axes = new_axes() if ax is None else ax
    lowest = heights.min()
    spaced = lowest + np.geomspace(1e-3, 1, levels) * max(heights.max() - lowest, 1e-12)
    axes.contour(*sides, heights, levels=spaced, colors="#c4c4c4", linewidths=0.7)
    for (name, path), style in zip(places.items(), styles_of(len(places)), strict=True):
        axes.plot(path[:, 0], path[:, 1], label=name, linewidth=1.6, markersize=4,
                  markevery=max(1, len(path) // 15), **style)  # fmt: skip
    axes.set(xlim=sides[0][[0, -1]], ylim=sides[1][[0, -1]])
    axes.plot([first[0]], [first[1]], marker="*", markersize=14, color="black", linestyle="none", label="start")
    return finished(axes, title, "first weight", "second weight", save)


def landscape(
    model: Any, loss: Callable[[], Any], *, reach: float = 1.0, steps: int = 21
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Shifts (steps,) and the losses (steps, steps) round the model's weights along two random directions.

    loss: evaluates the model on whatever data. Each direction has, filter by filter, the weights' own size. The
    middle is the loss at the weights, if `steps` is odd; weights and random stream are left as they were, also by an
    exception. Source: Li et al., "Visualizing the loss landscape of neural nets" (2018).
    """
    parameters = [p for p in model.parameters() if p.numel()]
    kept, before = [array_of(p).copy() for p in parameters], default_generator.get_state()
    shifts = np.linspace(-reach, reach, steps)
    found = np.empty((steps, steps))
    try:
        source = np.random.default_rng(0)
        ways = [[_like_filters(np.asarray(source.standard_normal(w.shape)), w) for w in kept] for _ in range(2)]
        with no_grad():
            for row, column in np.ndindex(steps, steps):
                for p, w, a, b in zip(parameters, kept, *ways, strict=True):
                    p.copy_(tensor((w + shifts[column] * a + shifts[row] * b).astype(w.dtype)))
                found[row, column] = float(loss())
    finally:
        with no_grad():
            for p, w in zip(parameters, kept, strict=True):
                p.copy_(tensor(w))
        default_generator.set_state(before)
    return shifts, found


def _like_filters(direction: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The direction with the norm of the weight in each filter; none for vectors, as biases are."""
    if weight.ndim < 2:
        return np.zeros_like(direction)
    axes = tuple(range(1, weight.ndim))
    sizes = [np.sqrt((each.astype(np.float64) ** 2).sum(axes, keepdims=True)) for each in (weight, direction)]
    return direction * sizes[0] / np.maximum(sizes[1], 1e-12)


def plot_landscape(
    shifts: Any, losses: Any, *, title: str = "Loss round the weights", ax: Axes | None = None,
    save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw what `landscape` gives as contour lines, with a star at the weights; returns the Axes."""
    sides, heights = np.asarray(array_of(shifts)), np.asarray(array_of(losses))
    if heights.shape != (len(sides), len(sides)):
        given = f"{sides.shape} and {heights.shape}"
        raise ArgumentError(complaint("plot_landscape", "shifts (S,) and losses (S, S)", given))
    axes = new_axes() if ax is None else ax
    filled = axes.contourf(sides, sides, heights, levels=20, cmap="viridis")
    axes.contour(sides, sides, heights, levels=20, colors="white", linewidths=0.4)
    axes.plot([0], [0], marker="*", markersize=14, color="white", markeredgecolor="black", linestyle="none",
              label="the weights")  # fmt: skip
    axes.figure.colorbar(filled, ax=axes, label="loss")
    return finished(axes, title, "along the first direction", "along the second direction", save)
