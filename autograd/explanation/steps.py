"""A recorded graph as a list of results: what each is called, its gradient, its derivatives by what it came from."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.engine import ancestors, local_gradients, run
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.node import Leaf, Node, Output
from autograd.tensor import Tensor
from autograd.typing import Array


class Steps:
    """The graph behind a tensor of one element. `order`: the places of results and leaves, from the end back.

    Several results of one call are several places. Raises OperandError, ArgumentError for another tensor.
    """

    def __init__(self, where: str, end: Any, names: Mapping[str, Any] | None) -> None:
        if not isinstance(end, Tensor):
            raise OperandError(complaint(where, "a Tensor", type(end).__name__))
        end.refresh()
        if end.numel() != 1 or end._node is None:
            given = f"shape {tuple(end.shape)}" + ("" if end._node is not None else ", without a graph")
            cure = "Take .sum() or one element of it, and record: no parameter frozen, no no_grad"
            raise ArgumentError(complaint(where, "one element, computed while recording", given, cure))
        self.end: Node = end._node
        self.kind = end.result_class
        found = sorted(ancestors([self.end]), key=lambda node: node.birth, reverse=True)
        calls_of_several = {node.source for node in found if isinstance(node, Output)}
        places = [node for node in found if node not in calls_of_several]
        seed = np.ones_like(end._array)
        gradients = run([(self.end, seed)], self.kind, retain_graph=True, create_graph=False, targets=places)
        self.gradients: dict[Node, Array] = {
            node: np.asarray(g) for node, g in zip(places, gradients, strict=True) if g is not None
        }
        self.order = [node for node in places if node in self.gradients]
        self.names = _named(self.order, names or {})
        given_values = [(x._node, x._array) for x in (names or {}).values() if isinstance(x, Tensor)]
        self.values = _values(self.order, [(self.end, end._array), *given_values])

    def parents(self, place: Node) -> list[Node | None]:
        """What a result came from, operand by operand; None for what no gradient goes to."""
        return [p if p in self.gradients else None for p in _call(place).parents]

    def derivative(self, place: Node, element: int) -> list[Array | None]:
        """The derivatives of one element of a result by each operand: what the rules make of a one and zeros."""
        like = self.gradients[place]
        one = np.zeros(like.shape, like.dtype)
        one.flat[element] = 1
        incoming = {place.index: one} if isinstance(place, Output) else one
        found = local_gradients(_call(place), incoming, self.kind)
        return [None if x is None else np.asarray(x) for x in found]

    def element(self, place: Node, number: int) -> str:
        """The name of one element, such as `W[0, 2]`."""
        shape = self.gradients[place].shape
        if self.gradients[place].size == 1:
            return self.names[place]
        return f"{self.names[place]}[{', '.join(str(int(i)) for i in np.unravel_index(number, shape))}]"


def _call(place: Node) -> Node:
    return place.source if isinstance(place, Output) else place


def _named(order: list[Node], names: Mapping[str, Any]) -> dict[Node, str]:
    """The user's names; else operations and leaves by their kind, with numbers where one occurs again."""
    given = {x._node: name for name, x in names.items() if isinstance(x, Tensor) and x._node is not None}
    kinds = {place: _kind(place) for place in order if place not in given}
    repeated = {kind for kind, count in Counter(kinds.values()).items() if count > 1}
    numbers: Counter[str] = Counter()
    found = {}
    for place in reversed(order):
        kind = kinds.get(place)
        if kind is None:
            found[place] = given[place]
            continue
        numbers[kind] += 1
        found[place] = f"{kind}#{numbers[kind]}" if kind in repeated else kind
    return found


def _kind(place: Node) -> str:
    if isinstance(place, Leaf):
        return "leaf"
    operation = getattr(_call(place), "operation", None)
    name = _call(place).name().removesuffix("Backward") if operation is None else operation.name
    return f"{name}.{place.index}" if isinstance(place, Output) else name


def _values(order: list[Node], given: list[tuple[Node | None, Array]]) -> dict[Node, Array]:
    """The values at the places, as far as tensors, or nodes for their rules, still have what tells them."""
    found = {node: value for node, value in given if node is not None}
    for place in order:
        if isinstance(place, Leaf):
            if place.variable is not None:
                found.setdefault(place, place.variable._array)
            continue
        for parent, value in zip(_call(place).parents, _operands(_call(place)), strict=False):
            if parent is not None and isinstance(value, np.ndarray):
                found.setdefault(parent, value)
        out = _result(place)
        if out is not None:
            found.setdefault(place, out)
    for place in reversed(order):
        if place not in found and (out := _again(place, found)) is not None:
            found[place] = out
    return found


def _operands(call: Node) -> list[Any]:
    """The operands that a node kept, one a parent; None for one that it did not."""
    operation = getattr(call, "operation", None)
    if operation is None:
        return []
    kept = (*call.values(), *[None] * len(operation.operands))[: len(operation.operands)]
    if len(kept) == len(call.parents):
        return list(kept)
    flat: list[Any] = []
    for item in kept:
        flat.extend(item if isinstance(item, tuple | list) else [item])
    return flat if len(flat) == len(call.parents) else []


def _result(place: Node) -> Array | None:
    """The result that a node kept."""
    operation = getattr(_call(place), "operation", None)
    if operation is None:
        return None
    out = next(iter(_call(place).values()[len(operation.operands) :]), None)
    if isinstance(place, Output):
        out = out[place.index] if isinstance(out, tuple) else None
    return out if isinstance(out, np.ndarray) else None


def _again(place: Node, known: Mapping[Node, Array]) -> Array | None:
    """The result computed once more, of operations whose operands and arguments are all known."""
    operation = getattr(place, "operation", None)
    if operation is None or isinstance(place, Output):
        return None
    kept, n = place.values(), len(operation.operands)
    given = _operands(place) or [None] * len(place.parents)
    values = [known.get(p) if p is not None else x for p, x in zip(place.parents, given, strict=True)]
    parameters = inspect.signature(operation.forward).parameters
    takes_list = n == 1 and str(parameters[operation.operands[0]].annotation).startswith("Sequence")
    if any(x is None for x in values) or (len(values) != n and not takes_list):
        return None
    operands = dict(zip(operation.operands, [values] if takes_list else values, strict=True))
    arguments = kept[3 * n + 1] if len(kept) > 3 * n + 1 else {}
    plain = all(x is None or isinstance(x, bool | int | float | str | tuple) for x in arguments.values())
    if not plain or parameters.keys() != operands.keys() | arguments.keys():
        return None
    return np.asarray(operation.forward(**operands, **arguments))
