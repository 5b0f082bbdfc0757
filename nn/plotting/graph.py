"""The graph that a tensor was computed by: as DOT text, and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, complaint
from nn.plotting.figure import Place, new_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _parts(tensor: Any, names: Mapping[str, Any] | None) -> tuple[dict[int, str], list[tuple[int, int]], set[int]]:
    """Labels of the nodes, edges from operand to result, and which nodes are leaves."""
    if tensor.grad_fn is None:
        raise ArgumentError(complaint("graph", "a tensor that was computed while recording", "one without a grad_fn"))
    known = {id(value._node): name for name, value in (names or {}).items() if value._node is not None}
    labels: dict[int, str] = {}
    edges, leaves, waiting = [], set(), [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if id(node) in labels:
            continue
        before = [parent for parent in getattr(node, "parents", ()) if parent is not None]
        labels[id(node)] = _label(node, known)
        if not before:
            leaves.add(id(node))
        for parent in before:
            edges.append((id(parent), id(node)))
            waiting.append(parent)
    return labels, edges, leaves


def _label(node: Any, known: Mapping[int, str]) -> str:
    if id(node) in known:
        return known[id(node)]
    operation = getattr(node, "operation", None)
    return operation.name if operation is not None else type(node).__name__.lower()


def graph_dot(tensor: Any, names: Mapping[str, Any] | None = None) -> str:
    """The graph behind a tensor in Graphviz's DOT language.

    names: Tensors by name, such as `dict(model.named_parameters())`; their nodes carry name and shape.
    """
    named = None if names is None else {f"{name} {tuple(x.shape)}": x for name, x in names.items()}
    labels, edges, leaves = _parts(tensor, named)
    numbers = {key: number for number, key in enumerate(labels)}
    lines = ["digraph {", "  rankdir=LR;"]
    for key, label in labels.items():
        shape = "box" if key in leaves else "ellipse"
        lines.append(f'  n{numbers[key]} [label="{label}", shape={shape}];')
    lines += [f"  n{numbers[a]} -> n{numbers[b]};" for a, b in edges]
    return "\n".join([*lines, "}"]) + "\n"


def plot_graph(
    tensor: Any, names: Mapping[str, Any] | None = None, *, title: str = "Computation", save: Place | None = None
) -> Axes:
    """Draw the graph behind a tensor, from leaves on the left to the tensor on the right; returns the Axes.

    names: as for `graph_dot`. Leaves stand in grey boxes.
    """
    named = None if names is None else {f"{name}\n{tuple(x.shape)}": x for name, x in names.items()}
    labels, edges, leaves = _parts(tensor, named)
    columns = _columns(labels, edges)
    heights: dict[int, float] = {}
    groups: dict[int, list[int]] = {}
    for key, column in columns.items():
        groups.setdefault(column, []).append(key)
    most = max(map(len, groups.values()))
    for members in groups.values():
        for number, key in enumerate(members):
            heights[key] = (number + 1) * most / (len(members) + 1)
    axes: Axes = new_figure(1, 1, (1.6 * len(groups) + 1.0, 0.8 * most + 1.4)).axes[0]
    for a, b in edges:
        axes.annotate("", (columns[b] - 0.28, heights[b]), (columns[a] + 0.28, heights[a]),
                      arrowprops={"arrowstyle": "->", "color": "#555555"})  # fmt: skip
    for key, label in labels.items():
        face = "#dddddd" if key in leaves else "white"
        axes.text(columns[key], heights[key], label, ha="center", va="center", fontsize=8,
                  bbox={"boxstyle": "square" if key in leaves else "round", "facecolor": face})  # fmt: skip
    axes.set_xlim(-0.6, max(columns.values()) + 0.6)
    axes.set_ylim(0, most + 0.5)
    axes.axis("off")
    axes.set_title(title)
    if save is not None:
        save_figure(axes, save)
    return axes


def _columns(labels: Mapping[int, str], edges: list[tuple[int, int]]) -> dict[int, int]:
    """For each node the length of the longest way to it from a leaf."""
    waits = dict.fromkeys(labels, 0)
    after: dict[int, list[int]] = {key: [] for key in labels}
    for a, b in edges:
        after[a].append(b)
        waits[b] += 1
    columns = dict.fromkeys(labels, 0)
    ready = [key for key, count in waits.items() if not count]
    while ready:
        key = ready.pop()
        for following in after[key]:
            columns[following] = max(columns[following], columns[key] + 1)
            waits[following] -= 1
            if not waits[following]:
                ready.append(following)
    return columns
