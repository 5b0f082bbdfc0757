"""Pictures of recurrent networks: gates over time, gradients that vanish or explode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, complaint
from nn.layers.recurrent import LSTM
from nn.plotting.figure import Place, check_by_name, finished, new_axes, panels, styles_of, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_gradient_norms(
    norms: Mapping[str, Sequence[float]], *, title: str = "Gradients along the sequence", ax: Axes | None = None,
    save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw the size of the loss's gradient for the state of each step; returns the Axes.

    norms: by name, what `nn.utils.gradient_norms_per_step` gives (T,). Zeros, which a logarithm has no place for, are
    left out. Raises ArgumentError for no or empty norms.
    """
    check_by_name("plot_gradient_norms", norms)
    arrays = {name: np.asarray(array_of(values), np.float64) for name, values in norms.items()}
    if not arrays or not all(array.ndim == 1 and array.size for array in arrays.values()):
        shapes = str({name: array.shape for name, array in arrays.items()})
        raise ArgumentError(complaint("plot_gradient_norms", "norms (T,) by name", shapes))
    axes = new_axes() if ax is None else ax
    for (name, array), style in zip(arrays.items(), styles_of(len(arrays)), strict=True):
        shown = np.where(array > 0, array, np.nan)
        axes.plot(range(1, len(array) + 1), shown, label=name, linewidth=1.8, markersize=4,
                  markevery=max(1, len(array) // 12), **style)  # fmt: skip
    axes.set_yscale("log")
    axes.locator_params(axis="x", integer=True)
    return finished(axes, title, "step", "|∂loss / ∂h|", save)


def lstm_gates(layer: Any, input: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Gates i, f, g, o and the states c and h (T, H) of the first layer of an LSTM over one sequence (T, I).

    Raises ArgumentError for any other layer, and for an LSTM in both directions or with a projection.
    """
    if type(layer) is not LSTM or layer.bidirectional or layer.proj_size:
        expected = "an nn.LSTM in one direction without projection"
        raise ArgumentError(complaint("lstm_gates", expected, repr(layer)))
    x = np.asarray(array_of(input), np.float64)
    if x.ndim != 2 or x.shape[1] != layer.input_size:
        expected = f"one sequence (T, {layer.input_size})"
        raise ArgumentError(complaint("lstm_gates", expected, f"shape {x.shape}"))
    weights = {name: array_of(p).astype(np.float64) for name, p in layer.named_parameters()}
    bias = sum((weights[name] for name in ("bias_ih_l0", "bias_hh_l0") if name in weights), np.zeros(1))
    size = layer.hidden_size
    h = c = np.zeros(size)
    rows: dict[str, list[np.ndarray[Any, Any]]] = {name: [] for name in ("i", "f", "g", "o", "c", "h")}
    for step in x:
        total = weights["weight_ih_l0"] @ step + weights["weight_hh_l0"] @ h + bias
        squashed = 1 / (1 + np.exp(-total))
        i, f, o, g = (
            squashed[:size],
            squashed[size : 2 * size],
            squashed[3 * size :],
            np.tanh(total[2 * size : 3 * size]),
        )
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in zip(rows, (i, f, g, o, c, h), strict=True):
            rows[name].append(value)
    return {name: np.array(values) for name, values in rows.items()}


def plot_gates(
    layer: Any, input: Any, *, title: str = "An LSTM's gates over time", ax: Sequence[Axes] | None = None,
    save: Place | None = None,
) -> list[Axes]:  # fmt: skip
    """Draw input, forget and output gate, candidate and states of an LSTM's first layer over time; returns the Axes.

    layer: an `nn.LSTM` in one direction without projection. input: one sequence (T, I). A row for each hidden unit.
    ax: where to draw, six Axes (default: a new figure).
    """
    names = {"i": "input gate", "f": "forget gate", "o": "output gate", "g": "candidate", "c": "cell", "h": "output"}
    found = lstm_gates(layer, input)
    drawn = panels(ax, 2, 3, (11.0, 5.6))
    for axes, (key, name) in zip(drawn, names.items(), strict=True):
        values, signed = found[key].T, key in "gch"
        high = max(1.0, float(abs(values).max())) if signed else 1.0
        low, colors = (-high, "cividis") if signed else (0.0, "gray")
        picture = axes.imshow(values, aspect="auto", interpolation="nearest", cmap=colors, vmin=low, vmax=high)
        axes.set_title(name)
        axes.set_xlabel("step")
        axes.set_ylabel("hidden unit")
        axes.figure.colorbar(picture, ax=axes)
    return titled(drawn, ax, title, save)
