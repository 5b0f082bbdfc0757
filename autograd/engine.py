"""The backward pass: from the roots down to the leaves, each node once, younger nodes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from autograd.anomaly import origin
from autograd.errors import GraphError, OperandError, ShapeError, complaint
from autograd.function import FunctionNode
from autograd.grad_mode import mode, set_grad_enabled
from autograd.hooks import in_order
from autograd.memory import clock, owner
from autograd.node import Leaf, Node, Output, Several
from autograd.observation import Observer, observed
from autograd.operands import describe
from autograd.tensor_base import TensorBase, wrap

_birth = attrgetter("birth")


def run(
    roots: Sequence[tuple[Node, Any]],
    kind: type[TensorBase],
    *,
    retain_graph: bool,
    create_graph: bool,
    targets: Sequence[Node] | None = None,
) -> list[Any]:
    """Send gradients from the roots through the graph.

    Without `targets` the gradients come to rest in the leaves; with them only the part of the graph that leads to the
    targets is walked, nothing is accumulated, and the targets' gradients are returned (None: not reached).
    """
    order = ancestors([node for node, _ in roots])
    order.reverse()
    order.sort(key=_birth)
    if targets is not None:
        order = _leading_to(order, set(targets))
    allowed = None if targets is None else set(order)
    observer = observed.observer
    options = kind, allowed, create_graph, retain_graph
    walk = _Walk(*options) if observer is None else _ObservedWalk(observer, *options)
    for node, gradient in roots:
        _add(walk.grads, walk.owned, node, gradient, create_graph)
    with set_grad_enabled(create_graph):
        found = walk.down(order, frozenset(targets or ()))
    return [found.get(node) for node in targets or ()]


class _Walk:
    """A pass: the gradients under way, which of them are sums that the pass made, and how nodes pass them on."""

    deliver = staticmethod(Leaf.accumulate)

    def __init__(
        self, kind: type[TensorBase], allowed: set[Node] | None, create_graph: bool, retain_graph: bool
    ) -> None:
        self.grads: dict[Node, Any] = {}
        self.owned: set[Node] = set()
        self.kind = kind
        self.allowed = allowed
        self.create_graph = create_graph
        self.free = not retain_graph
        self.checks = self.stepwise = mode.anomaly == "check"

    def down(self, order: list[Node], wanted: frozenset[Node]) -> dict[Node, Any]:
        """Visit the nodes from the end of `order`; the gradients of the wanted ones."""
        grads, found, accumulates, deliver = self.grads, {}, self.allowed is None, self.deliver
        while order:
            if order[-1].__class__ is Node and not self.stepwise:
                self._plain_steps(order, wanted)
                if not order:
                    break
            node = order.pop()
            gradient = grads.pop(node, None)
            if gradient is None:
                continue
            if node.hooks is not None:
                gradient = _call_hooks(node, gradient, self.kind, self.create_graph)
            if node in wanted:
                found[node] = gradient
            if isinstance(node, Leaf):
                if accumulates:
                    deliver(node, gradient, node in self.owned and node.hooks is None)
            elif self.allowed is None or not self.allowed.isdisjoint(node.parents):
                self._step(node, gradient)
        return found

    def _plain_steps(self, order: list[Node], wanted: frozenset[Node]) -> None:
        """`_step` for nodes of the usual kind, up to the next other one: one result, a rule an operand, no hooks."""
        grads, owned, allowed, on_tensors, free = self.grads, self.owned, self.allowed, self.create_graph, self.free
        while order:
            node = order[-1]
            if node.__class__ is not Node or node.hooks is not None or (wanted and node in wanted):
                return
            short = node.operation.short
            if not short:
                return
            order.pop()
            gradient = grads.pop(node, None)
            if gradient is None:
                continue
            kept = node.kept
            if on_tensors:
                kept = node.lifted(self.kind)
            elif kept is None or node.birth < clock.last_write:
                kept = node.values()
            if free:
                node.kept = None
            for (rule, place), parent in zip(short, node.parents, strict=True):
                if parent is None or (allowed is not None and parent not in allowed):
                    continue
                if place >= 0:
                    contribution = rule(gradient, kept[place])
                else:
                    contribution = rule(gradient) if place == -1 else rule(gradient, kept)
                before = grads.get(parent)
                if before is None:
                    grads[parent] = contribution
                    if parent.__class__ is Leaf and _is_fresh(contribution, (gradient, *kept), ()):
                        owned.add(parent)
                elif parent in owned and not on_tensors:
                    before += contribution
                    grads[parent] = before
                elif contribution is not None:
                    grads[parent] = before + contribution
                    owned.add(parent)

    def _step(self, node: Node, gradient: Any) -> None:
        """Pass the gradient of `node` on to its parents, and free what it kept."""
        if isinstance(node, Output):
            self._wait(node, gradient)
            return
        allowed = self.allowed
        wanted = [p is not None and (allowed is None or p in allowed) for p in node.parents]
        gradients = self._gradients(node, gradient, wanted)
        kept = node.kept
        if self.free:
            node.kept = None
        if self.checks:
            _check_numbers(node, gradients)
        grads, owned, made_here = self.grads, self.owned, not isinstance(node, FunctionNode)
        for parent, contribution, want in zip(node.parents, gradients, wanted, strict=True):
            if parent is None or not want or contribution is None:
                continue
            fresh = made_here and isinstance(parent, Leaf) and parent not in grads
            _add(grads, owned, parent, contribution, self.create_graph)
            if fresh and _is_fresh(contribution, (gradient, *(kept or ())), gradients):
                owned.add(parent)

    def _gradients(self, node: Node, gradient: Any, wanted: list[bool]) -> Sequence[Any]:
        if isinstance(node, FunctionNode):
            return node.gradients(gradient, self.create_graph)
        if isinstance(node, Several):
            gradient = _filled(gradient, node, self.kind if self.create_graph else None)
        operation = node.operation
        if not self.create_graph:
            return operation.gradients(gradient, node.values(), wanted)
        if operation.decompose is not None:
            return self._decomposed(node, gradient)
        return operation.gradients(gradient, node.lifted(self.kind), wanted)

    def _wait(self, output: Any, gradient: Any) -> None:
        """Put the gradient of one of several results where the node of the call will find it."""
        source = output.source
        slots = self.grads.get(source)
        if slots is None:
            slots = self.grads[source] = {}
        before = slots.get(output.index)
        slots[output.index] = gradient if before is None else before + gradient

    def _decomposed(self, node: Node, gradient: Any) -> Sequence[Any]:
        """The gradients by way of the operation's smaller parts, on operands that stand apart from their history."""
        operation, kept = node.operation, node.lifted(self.kind)
        n = len(operation.operands)
        apart, ends = [], []
        parents = iter(node.parents)
        for operand in kept[:n]:
            parent = next(parents)
            stands = isinstance(operand, TensorBase) and parent is not None
            apart.append(operand.view_as(operand) if stands else operand)
            ends.append(apart[-1]._node if stands else None)
        params = {name: value for name, value in kept[-1].items() if name != "needed"}
        out = operation.decompose(*apart, **params)  # type: ignore[misc]
        outs = out if isinstance(out, tuple) else (out,)
        incoming = gradient if isinstance(gradient, tuple) else (gradient,)
        roots = [(o._node, g) for o, g in zip(outs, incoming, strict=False) if g is not None and o._node is not None]
        targets = [end for end in ends if end is not None]
        results = iter(run(roots, self.kind, retain_graph=True, create_graph=True, targets=targets))
        return [None if end is None else next(results) for end in ends]


class _ObservedWalk(_Walk):
    """A pass that shows an observer what each node takes."""

    def __init__(self, observer: Observer, *args: Any) -> None:
        super().__init__(*args)
        self.observer = observer
        self.stepwise = True

    def _gradients(self, node: Node, gradient: Any, wanted: list[bool]) -> Sequence[Any]:
        return self.observer.backward(node, super()._gradients, node, gradient, wanted)

    def deliver(self, leaf: Leaf, gradient: Any, fresh: bool) -> None:
        self.observer.backward(leaf, leaf.accumulate, gradient, fresh)


def local_gradients(node: Node, gradient: Any, kind: type[TensorBase]) -> Sequence[Any]:
    """What this node alone sends to its parents, None to those without a rule; nothing is freed.

    The gradient of a node with several results comes as a dictionary by their numbers.
    """
    walk = _Walk(kind, allowed=None, create_graph=False, retain_graph=True)
    with set_grad_enabled(False):
        return walk._gradients(node, gradient, [p is not None for p in node.parents])


def ancestors(roots: Iterable[Node], since: int = 0) -> list[Node]:
    """All nodes that the roots depend on, the roots among them, as far as they were born after `since`."""
    found = list(dict.fromkeys(root for root in roots if root.birth > since))
    seen = set(found)
    stack = list(found)
    while stack:
        for parent in stack.pop().parents:
            if parent is not None and parent not in seen and parent.birth > since:
                seen.add(parent)
                stack.append(parent)
                found.append(parent)
    return found


def _leading_to(order: list[Node], targets: set[Node]) -> list[Node]:
    """The nodes, parents first, from which a target can be reached, and the targets."""
    leading: set[Any] = set()
    for node in order:
        if node in targets or not leading.isdisjoint(node.parents):
            leading.add(node)
    return [node for node in order if node in leading]


def _add(grads: dict[Node, Any], owned: set[Node], node: Node, gradient: Any, on_tensors: bool) -> None:
    """Sum at `node`: the first two out of place, later ones into the buffer that the sum made."""
    before = grads.get(node)
    if before is None:
        grads[node] = gradient
    elif on_tensors or node not in owned:
        grads[node] = before + gradient
        owned.add(node)
    else:
        before += gradient
        grads[node] = before


def _is_fresh(contribution: Any, given: tuple[Any, ...], siblings: Sequence[Any]) -> bool:
    """Whether a rule's result lies in memory that the rule made: none of what it was given, nor another's result.

    Not asked of small ones: to copy them is quicker than to find out.
    """
    if contribution.__class__ is not np.ndarray or contribution.nbytes < 8192:
        return False
    home = owner(contribution)
    for item in given:
        for x in item if isinstance(item, tuple | list) else (item,):
            if x.__class__ is np.ndarray and owner(x) is home:
                return False
    return sum([x.__class__ is np.ndarray and owner(x) is home for x in siblings]) <= 1


def _filled(gradients: dict[int, Any], node: Several, kind: type[TensorBase] | None) -> tuple[Any, ...]:
    """The gradients of all results, zeros for those that were not used, None for those that have none."""
    filled = []
    for i, (shape, dtype) in enumerate(node.likes):
        gradient = gradients.get(i)
        if gradient is None and dtype.kind == "f":
            gradient = np.zeros(shape, dtype)
            gradient = gradient if kind is None else wrap(kind, gradient, None)
        filled.append(gradient)
    return tuple(filled)


def _call_hooks(node: Node, gradient: Any, kind: type[TensorBase], create_graph: bool) -> Any:
    tensor = gradient if isinstance(gradient, TensorBase) else wrap(kind, gradient, None)
    for hook in in_order(node.hooks or []):
        replaced = hook(tensor)
        if replaced is not None:
            tensor = _checked(node, replaced, tensor)
    return tensor if create_graph else tensor._array


def _checked(node: Node, replaced: Any, tensor: TensorBase) -> TensorBase:
    """What a hook put in the place of the gradient `tensor`, if it is of the same shape and dtype."""
    where = f"hook on {node.name()}"
    if not isinstance(replaced, TensorBase):
        raise OperandError(complaint(where, "it to return a Tensor or None", type(replaced).__name__))
    if replaced.shape != tensor.shape or replaced._array.dtype != tensor._array.dtype:
        raise ShapeError(complaint(where, f"it to return a gradient of {describe(tensor)}", describe(replaced)))
    return replaced


def _check_numbers(node: Node, gradients: Sequence[Any]) -> None:
    for i, gradient in enumerate(gradients):
        array = gradient._array if isinstance(gradient, TensorBase) else gradient
        if array is not None and np.isnan(array).any():
            raise GraphError(
                complaint(
                    f"backward of {node.name()}",
                    "numbers",
                    f"NaN in the gradient of operand {i} (shape {np.shape(array)})",
                    f"The forward call was at {origin(node)}",
                )
            )
