"""What happens inside a model in training: gradients by layer, sizes of updates, spreads of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor
from nn.plotting.figure import Place, check_by_name, finished, new_axes, new_figure, panels, styles_of, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_WIDE = 20  # parameters, up to which each has room for a slanted name


def plot_gradient_flow(
    model: Any, *, title: str = "Gradients by layer", ax: Axes | None = None, save: Place | None = None
) -> Axes:
    """Draw the mean and the largest size of each parameter's gradient after a backward pass; returns the Axes.

    Raises ArgumentError where no parameter has a gradient.
    """
    found = {name: abs(array_of(p.grad)) for name, p in model.named_parameters() if p.grad is not None and p.numel()}
    if not found:
        raise ArgumentError(complaint("plot_gradient_flow", "gradients", "none", "Call loss.backward() first"))
    wide = len(found) <= _WIDE
    axes = new_figure(1, 1, (max(6.4, (0.42 if wide else 0.2) * len(found) + 2.5), 4.8)).axes[0] if ax is None else ax
    places = np.arange(len(found))
    largest, mean = ([float(each(values)) for values in found.values()] for each in (np.max, np.mean))
    axes.bar(places, largest, width=0.75, color="#c9d3e6", edgecolor="#1f3b73", label="largest")
    axes.bar(places, mean, width=0.45, color="#1f3b73", label="mean")
    if max(largest) > 0:
        axes.set_yscale("log")
    turn = {"rotation": 60, "ha": "right", "fontsize": 8} if wide else {"rotation": 90, "fontsize": 7}
    axes.set_xticks(places, list(found), **turn)
    axes.set_xlim(-0.8, len(found) - 0.2)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, borderaxespad=0.1)
    axes.set_title(title, loc="left")
    return finished(axes, "", "parameter, from input to output", "size of the gradient", save, legend=False)


def plot_update_ratios(
    ratios: Mapping[str, Sequence[float]], *, title: str = "Updates relative to weights", ax: Axes | None = None,
    save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw how large updates are relative to the weights, step by step; returns the Axes.

    ratios: by parameter, |update| / |weight| of each step, as `update_ratios` gives one step's. A line marks 0.001.
    """
    check_by_name("plot_update_ratios", ratios)
    if not ratios:
        raise ArgumentError(complaint("plot_update_ratios", "one parameter at least", "none"))
    axes = new_axes() if ax is None else ax
    for (name, values), style in zip(ratios.items(), styles_of(len(ratios)), strict=True):
        every = max(1, len(values) // 12)
        shown = [value if 0 < value < np.inf else np.nan for value in values]
        axes.plot(range(1, len(values) + 1), shown, label=name, linewidth=1.6, markersize=4, markevery=every, **style)
    axes.axhline(1e-3, color="black", linewidth=0.8, linestyle=(0, (6, 4)))
    axes.set_yscale("log")
    axes.locator_params(axis="x", integer=True)
    return finished(axes, title, "step", "|update| / |weight|", save)


def update_ratios(model: Any, before: Mapping[str, Any]) -> dict[str, float]:
    """|w − w_before| / |w_before| of each parameter; `before` by name, copies as `state_dict` clones give them.

    Infinite where all weights were 0, as biases often are at first; `plot_update_ratios` leaves such steps out.
    """
    found = {}
    for name, parameter in model.named_parameters():
        old = array_of(before[name])
        size, change = float(np.linalg.norm(old)), float(np.linalg.norm(array_of(parameter) - old))
        found[name] = change / size if size else np.inf if change else 0.0
    return found


@contextmanager
def record_activations(model: Any, names: Sequence[str] | None = None) -> Iterator[dict[str, np.ndarray[Any, Any]]]:
    """Within the block, keep what layers give: by name, in the order in which they are called.

    names: of layers as `model.named_modules()` has them; by default all that hold no other modules. Each entry is a
    copy of the layer's latest output, of its first part where it gives several, as an LSTM does. For `plot_histograms`:

        with record_activations(model) as found:
            model(x)
        plot_histograms(found)

    Raises ArgumentError for names that the model lacks, and where a layer's output is no Tensor.
    """
    modules = dict(model.named_modules())
    if names is None:
        names = [name for name, module in modules.items() if not any(True for _ in module.children())]
    missing = [name for name in names if name not in modules]
    if missing:
        raise ArgumentError(complaint("record_activations", f"names among {sorted(modules)}", str(missing)))
    found: dict[str, np.ndarray[Any, Any]] = {}

    def keep(name: str, output: Any) -> None:
        values = output[0] if isinstance(output, tuple) and output else output
        if not isinstance(values, Tensor):
            expected = f"a Tensor from layer {name!r}"
            raise ArgumentError(complaint("record_activations", expected, type(values).__name__, "Name other layers"))
        found[name or type(model).__name__] = array_of(values).copy()

    handles = [
        modules[name].register_forward_hook(lambda module, args, output, name=name: keep(name, output))
        for name in names
    ]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def plot_histograms(
    values: Mapping[str, Any], *, title: str = "Values", xlabel: str = "value", bins: int = 50,
    ax: Axes | Sequence[Axes] | None = None, save: Place | None = None,
) -> list[Axes]:  # fmt: skip
    """Draw the spread of each entry, activations of layers or weights, one above the other; returns the Axes.

    values: by name, Tensors or arrays of any shape; `record_activations` gives such. Numbers that are not finite are
    left out and counted in the title. ax: where to draw, an Axes for each entry (default: a new figure).
    """
    check_by_name("plot_histograms", values)
    arrays = {name: array_of(value).ravel().astype(np.float64) for name, value in values.items()}
    if not arrays or not all(array.size for array in arrays.values()):
        raise ArgumentError(complaint("plot_histograms", "one entry at least, none of them empty", str(list(arrays))))
    drawn = panels(ax, len(arrays), 1, (6.4, 1.0 + 1.7 * len(arrays)))
    for axes, (name, array) in zip(drawn, arrays.items(), strict=True):
        finite = array[np.isfinite(array)]
        axes.hist(finite, bins=bins, color="#1f3b73")
        lost = f", {array.size - finite.size} not finite" if finite.size < array.size else ""
        spread = f"mean {finite.mean():.3g}, deviation {finite.std():.3g}" if finite.size else "nothing finite"
        axes.set_title(f"{name}: {spread}{lost}", fontsize=9, loc="left")
        axes.set_ylabel("count")
        axes.grid(alpha=0.3)
    drawn[-1].set_xlabel(xlabel)
    return titled(drawn, ax, title, save)
