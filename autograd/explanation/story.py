"""explain: a small graph told from its end, what each result is, how it depends on the one before, what arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.explanation.paths import GradPaths, paths_between
from autograd.explanation.steps import Steps
from autograd.node import Leaf, Node
from autograd.typing import Array

LARGEST = 64
"""Elements of a result up to which its derivatives are worked out one by one."""


@dataclass(frozen=True)
class Factor:
    """How a result depends on one operand: `derivative` has the shape of the one followed by that of the other.

    None for a result of more than 64 elements.
    """

    toward: str
    derivative: Array | None


@dataclass(frozen=True)
class Step:
    """One result, or one leaf, which has no factors: its value (None: not kept anywhere) and the arriving gradient."""

    name: str
    value: Array | None
    gradient: Array
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class Explanation:
    """The steps in the order of the backward pass; for leaves of one element also the sums over paths."""

    steps: tuple[Step, ...]
    chains: tuple[GradPaths, ...]

    def __getitem__(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name:
                return step
        raise ArgumentError(complaint("Explanation", f"one of {', '.join(s.name for s in self.steps)}", repr(name)))

    def __str__(self) -> str:
        lines = []
        for step in self.steps:
            lines.append(f"{step.name} = {_shown(step.value)}, gradient {_shown(step.gradient)}")
            lines += [f"    d {step.name}/d {factor.toward} = {_slope(step, factor)}" for factor in step.factors]
        return "\n".join([*lines, *map(str, self.chains)])


def explain(end: Any, names: Mapping[str, Any] | None = None, *, limit: int = 100) -> Explanation:
    """The chain rule behind a tensor of one element, step by step; print it.

        x = tensor(0.5, requires_grad=True)
        print(explain(exp(sin(x**2)), names={"x": x}))

    names: tensors by name, such as `dict(model.named_parameters())`; others go by their operation, numbered in the
    order of the calls. For each leaf of one element the derivative is also written out as the product of the factors
    along each path. Factors come from the operations' own rules, called with a one and zeros. Nothing is freed and no
    `.grad` changes; hooks on tensors are called as in a backward pass.
    Raises ArgumentError for a tensor without a graph, of more than one element, or a graph of more than `limit` steps;
    GraphError after a backward pass that did not retain the graph.
    """
    steps = Steps("explain", end, names)
    if len(steps.order) > limit:
        cure = "Explain a part, a smaller network, or raise limit; nn.summary and plot_graph show large ones"
        raise ArgumentError(
            complaint("explain", f"a graph of at most limit={limit} steps", f"{len(steps.order)}", cure)
        )
    told = tuple(
        Step(steps.names[place], steps.values.get(place), steps.gradients[place], _factors(steps, place))
        for place in steps.order
    )
    leaves = [x for x in steps.order if isinstance(x, Leaf) and steps.gradients[x].size == 1 and x is not steps.end]
    return Explanation(told, tuple(chain for leaf in leaves if (chain := _chain(steps, leaf)) is not None))


def _factors(steps: Steps, place: Node) -> tuple[Factor, ...]:
    parents = steps.parents(place)
    size, shape = steps.gradients[place].size, steps.gradients[place].shape
    if isinstance(place, Leaf):
        return ()
    if size > LARGEST:
        return tuple(Factor(steps.names[parent], None) for parent in parents if parent is not None)
    rows = [steps.derivative(place, i) for i in range(size)]
    found = []
    for operand, parent in enumerate(parents):
        if parent is not None:
            taken = np.stack([np.asarray(row[operand]) for row in rows])
            found.append(Factor(steps.names[parent], taken.reshape(shape + taken.shape[1:])))
    return tuple(found)


def _chain(steps: Steps, leaf: Node) -> GradPaths | None:
    """The paths to a leaf of one element, None where they are too many to read."""
    try:
        return paths_between(steps, (leaf, 0), 8)
    except ArgumentError:
        return None


def _slope(step: Step, factor: Factor) -> str:
    """A derivative: in full if small, along the diagonal where each element depends on its own."""
    slopes = factor.derivative
    if slopes is None:
        return f"(not listed: {step.gradient.size} elements)"
    own, size = step.gradient.shape, step.gradient.size
    if size > 1 and slopes.shape == own + own:
        square = slopes.reshape(size, size)
        if not (square - np.diag(np.diag(square))).any():
            return f"{_shown(np.diag(square).reshape(own))}, element by element"
    return _shown(slopes)


def _shown(value: Array | None) -> str:
    if value is None:
        return "(not kept)"
    if value.size == 1:
        return f"{float(value.reshape(())):.6g}"
    if value.size > 16:
        return f"{value.shape}, norm {np.linalg.norm(value):.6g}"
    text = np.array2string(value, formatter={"float_kind": lambda x: f"{x:.6g}"}, separator=", ")
    return " ".join(text.split())
