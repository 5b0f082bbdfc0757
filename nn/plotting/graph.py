"""The graph that a tensor was computed by: as DOT text, and drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.engine import ancestors, run
from autograd.errors import ArgumentError, GraphError, OperandError, complaint
from autograd.node import Leaf, Node
from autograd.tensor import Tensor
from nn.plotting.figure import Place, new_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class _Drawn(NamedTuple):
    """A graph to be drawn: for each node its name and its shape, None if unknown; edges from operand to result."""

    nodes: dict[Node, tuple[str, tuple[int, ...] | None]]
    edges: list[tuple[Node, Node]]
    leaves: set[Node]


def _graph(tensor: Any, names: Mapping[str, Any] | None) -> _Drawn:
    if not isinstance(tensor, Tensor):
        raise OperandError(complaint("graph", "a Tensor", type(tensor).__name__))
    if tensor.grad_fn is None or tensor._node is None:
        raise ArgumentError(complaint("graph", "a tensor that was computed while recording", "one without a grad_fn"))
    known = {value._node: name for name, value in (names or {}).items() if value._node is not None}
    found = sorted(ancestors([tensor._node]), key=lambda node: -node.birth)
    shapes = _shapes(tensor, found)
    edges = [(parent, node) for node in found for parent in getattr(node, "parents", ()) if parent is not None]
    leaves = set(found) - {result for _, result in edges}
    return _Drawn({node: (known.get(node) or _kind(node), shapes.get(node)) for node in found}, edges, leaves)


def _kind(node: Node) -> str:
    operation = getattr(node, "operation", None)
    return operation.name if operation is not None else type(node).__name__.lower()


def _shapes(tensor: Any, nodes: list[Node]) -> dict[Node, tuple[int, ...]]:
    """The shapes of results: those of their gradients, as far as a backward pass still finds what it needs."""
    found: dict[Node, tuple[int, ...]] = {}
    for node in nodes:
        if isinstance(node, Leaf) and node.variable is not None:
            found[node] = tuple(node.variable.shape)
    seed = np.ones_like(tensor._array)
    with suppress(GraphError):
        gradients = run([(tensor._node, seed)], tensor.result_class, retain_graph=True, create_graph=False,
                        targets=nodes)  # fmt: skip
        found |= {node: np.shape(g) for node, g in zip(nodes, gradients, strict=True) if isinstance(g, np.ndarray)}
    return found


def graph_dot(tensor: Any, names: Mapping[str, Any] | None = None) -> str:
    """The graph behind a tensor in Graphviz's DOT language, with the shapes of leaves and results.

    names: Tensors by name, such as `dict(model.named_parameters())`, for their nodes. A backward pass that leaves no
    gradient anywhere finds the shapes of results; they are left out where an earlier one has freed the graph.
    """
    drawn = _graph(tensor, names)
    numbers = {node: number for number, node in enumerate(drawn.nodes)}
    lines = ["digraph {", "  rankdir=LR;"]
    for node, (name, size) in drawn.nodes.items():
        label = name if size is None else f"{name} {size}"
        lines.append(f'  n{numbers[node]} [label="{label}", shape={"box" if node in drawn.leaves else "ellipse"}];')
    lines += [f"  n{numbers[a]} -> n{numbers[b]};" for a, b in drawn.edges]
    return "\n".join([*lines, "}"]) + "\n"


def plot_graph(
    tensor: Any, names: Mapping[str, Any] | None = None, *, title: str = "Computation", ax: Axes | None = None,
    save: Place | None = None,
) -> Axes:  # fmt: skip
    """Draw the graph behind a tensor, from leaves on the left to the tensor on the right; returns the Axes.

    names: as for `graph_dot`. Leaves stand in grey boxes. ax: where to draw (default: a figure as large as is needed).
    """
    drawn = _graph(tensor, names)
    columns = _columns(drawn)
    heights, most = _heights(columns, _results(drawn)), max(Counter(columns.values()).values())
    width = max(columns.values())
    axes = new_figure(1, 1, (1.6 * width + 2.6, 0.8 * most + 1.4)).axes[0] if ax is None else ax
    for a, b in drawn.edges:
        span = columns[b] - columns[a]
        bend = 0.0 if span == 1 else 0.5 / span  # round what stands between
        axes.annotate("", (columns[b] - 0.3, heights[b]), (columns[a] + 0.3, heights[a]), arrowprops={
            "arrowstyle": "->", "color": "#555555", "connectionstyle": f"arc3,rad={bend}",
        })  # fmt: skip
    for node, (name, size) in drawn.nodes.items():
        leaf = node in drawn.leaves
        axes.text(columns[node], heights[node], name if size is None else f"{name}\n{size}", ha="center", va="center",
                  fontsize=8, bbox={"boxstyle": "square" if leaf else "round",
                                    "facecolor": "#dddddd" if leaf else "white"})  # fmt: skip
    axes.set_xlim(-0.6, width + 0.6)
    axes.set_ylim(0, most + 0.5)
    axes.axis("off")
    axes.set_title(title)
    if save is not None:
        save_figure(axes, save)
    return axes


def _columns(drawn: _Drawn) -> dict[Node, int]:
    """For each result the length of the longest way to it from a leaf; a leaf stands before its first use."""
    columns, after = dict.fromkeys(drawn.nodes, 0), _results(drawn)
    for node in reversed(drawn.nodes):  # the oldest first: every operand before its results
        for following in after[node]:
            columns[following] = max(columns[following], columns[node] + 1)
    for leaf in drawn.leaves:
        columns[leaf] = min((columns[following] for following in after[leaf]), default=1) - 1
    return columns


def _results(drawn: _Drawn) -> dict[Node, list[Node]]:
    """For each node those that were made of it."""
    found: dict[Node, list[Node]] = {node: [] for node in drawn.nodes}
    for operand, result in drawn.edges:
        found[operand].append(result)
    return found


def _heights(columns: Mapping[Node, int], after: Mapping[Node, list[Node]]) -> dict[Node, float]:
    """Places from below, spread evenly over each column, in the order of what their results' places are."""
    groups: dict[int, list[Node]] = {}
    for node, column in columns.items():
        groups.setdefault(column, []).append(node)
    most = max(map(len, groups.values()))
    heights: dict[Node, float] = {}
    for column in sorted(groups, reverse=True):
        wanted = {node: sum(heights[b] for b in after[node]) / max(1, len(after[node])) for node in groups[column]}
        for number, node in enumerate(sorted(groups[column], key=lambda node: wanted[node])):
            heights[node] = (number + 1) * most / (len(groups[column]) + 1)
    return heights
