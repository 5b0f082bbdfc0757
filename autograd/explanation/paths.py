"""The gradient of one element as a sum over paths: every way from it to the end, and the product along each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine import run
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.explanation.steps import Steps
from autograd.node import Node
from autograd.tensor import Tensor

Element = tuple[Node, int]
Edge = tuple[Element, float]


@dataclass(frozen=True)
class GradPath:
    """One path from the end back to the element: `names` of all that it passes, and the derivative of each by the next.

    `factors[k]` is d names[k] / d names[k + 1].
    """

    names: tuple[str, ...]
    factors: tuple[float, ...]

    @property
    def product(self) -> float:
        """What this path adds to the gradient."""
        return math.prod(self.factors)

    def __str__(self) -> str:
        symbols = " · ".join(f"d {a}/d {b}" for a, b in zip(self.names, self.names[1:], strict=False))
        return f"{symbols} = {' · '.join(map(_number, self.factors))} = {self.product:.6g}"


@dataclass(frozen=True)
class GradPaths:
    """All paths whose product is not 0; `total` is the gradient. Its text is one line a path, and the sum."""

    end: str
    element: str
    paths: tuple[GradPath, ...]

    @property
    def total(self) -> float:
        """The sum of the products."""
        return math.fsum(path.product for path in self.paths)

    def __iter__(self) -> Iterator[GradPath]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> GradPath:
        return self.paths[number]

    def __str__(self) -> str:
        lines = [f"d {self.end}/d {self.element}: {len(self)} path{'' if len(self) == 1 else 's'}"]
        lines += [f"  {path}" for path in self.paths]
        if len(self) != 1:
            terms = [*(_number(path.product) for path in self.paths)] or ["nothing"]
            lines.append(f"  sum: {' + '.join(terms)} = {self.total:.6g}")
        return "\n".join(lines)


def grad_paths(element: Any, end: Any, names: Mapping[str, Any] | None = None, *, limit: int = 1000) -> GradPaths:
    """Every path from `end` back to one element of a tensor, with its factors; the products add up to the gradient.

        print(grad_paths(W[1, 1], loss, names={"W": W, "o": o}))

    element: a tensor of one element in the graph of `end`, or an element picked out of one. end: a tensor of one
    element. names: tensors by name, such as `dict(model.named_parameters())`; others go by their operation.
    Factors come from the rules of the operations themselves, called with a one and zeros; those that are 0, as of a
    ReLU that is off, end a path. Nothing is freed, no `.grad` changes.
    Raises ArgumentError for more than `limit` paths, or a graph of more than 20 · limit numbers, OperandError for what
    is no Tensor, GraphError after a backward pass that did not retain the graph.
    """
    steps = Steps("grad_paths", end, names)
    return paths_between(steps, _located(element, steps), limit)


def paths_between(steps: Steps, goal: Element, limit: int) -> GradPaths:
    """The same, in a graph at hand; `goal` is a place and the number of an element."""
    edges = _edges(steps, goal, 20 * limit)
    counts: dict[Element, int] = {goal: 1}
    for element in reversed(edges):
        counts[element] = sum(counts.get(after, 0) for after, _ in edges[element])
    start = (steps.end, 0)
    if counts.get(start, 0) > limit:
        raise ArgumentError(complaint("grad_paths", f"at most limit={limit} paths", f"{counts[start]}", _SMALLER))
    paths = []
    waiting: list[tuple[Element, tuple[str, ...], tuple[float, ...]]] = []
    if counts.get(start):
        waiting.append((start, (steps.element(*start),), ()))
    while waiting:
        at, passed, factors = waiting.pop()
        if at == goal:
            paths.append(GradPath(passed, factors))
            continue
        for after, factor in reversed(edges[at]):
            if counts.get(after):
                waiting.append((after, (*passed, steps.element(*after)), (*factors, factor)))
    return GradPaths(steps.element(*start), steps.element(*goal), tuple(paths))


_SMALLER = "Take fewer samples or a smaller network, an element nearer to the end, or raise limit"


def _edges(steps: Steps, goal: Element, limit: int) -> dict[Element, list[Edge]]:
    """From each element that the end depends on, as far as it leads to the goal: the factors that are not 0."""
    leading = {goal[0]}
    for place in reversed(steps.order):
        if not leading.isdisjoint(steps.parents(place)):
            leading.add(place)
    reached: dict[Node, set[int]] = {steps.end: {0}}
    edges: dict[Element, list[Edge]] = {}
    spent = 0
    for place in steps.order:
        if place not in leading or place is goal[0]:
            continue
        for number in sorted(reached.get(place, ())):
            found: list[Edge] = []
            for parent, slopes in zip(steps.parents(place), steps.derivative(place, number), strict=True):
                if parent not in leading or parent is None or slopes is None:
                    continue
                for i in np.flatnonzero(slopes):
                    reached.setdefault(parent, set()).add(int(i))
                    found.append(((parent, int(i)), float(slopes.flat[i])))
            edges[place, number] = found
            spent += 1 + len(found)
            if spent > limit:
                raise ArgumentError(complaint("grad_paths", f"a small graph, of {limit} numbers", "more", _SMALLER))
    return edges


def _located(element: Any, steps: Steps) -> Element:
    """The place in the graph that a tensor of one element stands for, and its number there."""
    if not isinstance(element, Tensor):
        raise OperandError(complaint("grad_paths", "a Tensor of one element", type(element).__name__))
    if element.numel() != 1:
        given, cure = f"shape {tuple(element.shape)}", "Pick one element: W[0, 0]"
        raise ArgumentError(complaint("grad_paths", "a tensor of one element", given, cure))
    element.refresh()
    picked: Any = element._node
    source = picked
    while source is not None and source not in steps.gradients:
        before = [parent for parent in source.parents if parent is not None]
        source = before[0] if len(before) == 1 else None
    if source is not None:
        root = picked, np.ones_like(element._array)
        (found,) = run([root], steps.kind, retain_graph=True, create_graph=False, targets=[source])
        places = np.flatnonzero(found)
        if len(places) == 1 and np.asarray(found).flat[places[0]] == 1:
            return source, int(places[0])
    raise ArgumentError(complaint("grad_paths", "an element of a tensor that the end was computed from",
                                  f"one of shape {tuple(element.shape)} that it does not depend on",
                                  "Pick it, while recording, from the very tensor: W[0, 0]"))  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.6g}" if value >= 0 else f"({value:.6g})"
