"""The graph: what a call of an operation leaves behind for the backward pass."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import memory
from autograd.anomaly import note_origin, watch
from autograd.errors import GraphError, complaint
from autograd.operation import Operation, place
from autograd.tensor_base import TensorBase, create, wrap

deferred: weakref.WeakKeyDictionary[Node, Callable[[Node], None]] = weakref.WeakKeyDictionary()
"""Nodes that kept nothing, and how to fill in what they would have kept (see `autograd.checkpoint`)."""

renewed: weakref.WeakKeyDictionary[Node, int] = weakref.WeakKeyDictionary()
"""When what a node kept was computed anew, if it was: writes before that do not count."""

_turn = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_turn.acquire, after_in_parent=_turn.release, after_in_child=_turn.release)

Gradient = Any
"""An array in a first-order pass, a Tensor under create_graph, None where nothing flows."""


class Node:
    """One call of an operation: the operation, what its rules need, and the nodes of its operands.

    Nodes refer to nodes, never to tensors, so an intermediate dies as soon as no rule keeps it. `birth` orders them:
    a node is younger than everything that it depends on.
    """

    __slots__ = ("__weakref__", "birth", "hooks", "kept", "operation", "parents")

    birth: int
    hooks: list[Callable[[Any], Any]] | None
    kept: tuple[Any, ...] | None
    operation: Operation
    parents: tuple[Node | None, ...]

    def name(self) -> str:
        """The operation's name in PyTorch's style, `MulBackward0`."""
        return "".join(word[:1].upper() + word[1:] for word in self.operation.name.split("_")) + "Backward0"

    def __repr__(self) -> str:
        return f"<{self.name()}>"

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The nodes of the operands, each with the number of its output, as PyTorch shows them."""
        return tuple((p.source, p.index) if isinstance(p, Output) else (p, 0) for p in self.parents)

    def hook_list(self) -> list[Callable[[Any], Any]]:
        """The hooks of this node, as a list to add to."""
        if self.hooks is None:
            self.hooks = []
        return self.hooks

    def values(self) -> tuple[Any, ...]:
        """What was kept. Raises GraphError if it was freed, or written in place since."""
        while self.kept is None and (refill := deferred.get(self)) is not None:
            refill(self)
        kept = self.kept
        if kept is None:
            raise GraphError(
                complaint(
                    "backward",
                    f"the values that {self.name()} kept",
                    "nothing: an earlier backward pass freed them",
                    "If the state of a recurrent network was carried over from an earlier window, cut the graph there: "
                    f"h = h.detach(). If two losses share the part of the graph below {self.name()}, detach() the "
                    "shared part or call backward once on the sum of the losses; or pass retain_graph=True to the "
                    "first call",
                )
            )
        if self.birth < memory.clock.last_write:
            self._check_unwritten(kept)
        return kept

    def _check_unwritten(self, kept: tuple[Any, ...]) -> None:
        moment = renewed.get(self, self.birth) if renewed else self.birth
        for array in self.operation.kept_arrays(kept):
            if memory.written_since(array, moment):
                name, before, now = self.operation.name, memory.version_at(array, moment), memory.version(array)
                raise GraphError(
                    complaint(
                        f"backward of {name}",
                        f"the tensor of shape {array.shape} that it needs at version {before}",
                        f"version {now}: an in-place operation has overwritten it",
                        f"Use the out-of-place form of that operation, or clone() the tensor before {name}. If it is "
                        "a parameter that an optimizer's step has changed, the graph is older than the step: run the "
                        "forward pass again, and cut off a state that was carried over: h = h.detach()",
                    )
                )

    def lifted(self, kind: type[TensorBase]) -> tuple[Any, ...]:
        """What was kept, as Tensors that stand at their places in the graph."""
        kept, n = list(self.values()), len(self.operation.operands)
        parents = iter(self.parents)
        for i, item in enumerate(kept[:n]):
            if isinstance(item, tuple | list):
                kept[i] = tuple(place(kind, x, next(parents)) for x in item)
            else:
                parent = next(parents)
                if item is not None:
                    kept[i] = place(kind, item, parent)
        if len(kept) > n and kept[n] is not None:
            out = kept[n]
            many = isinstance(out, tuple)
            kept[n] = (
                tuple(place(kind, x, Output(self, i)) for i, x in enumerate(out)) if many else place(kind, out, self)
            )
        return tuple(kept)


class Output(Node):
    """One of several results of a call; its gradient waits at the node of the call until all have come."""

    __slots__ = ("index", "source")

    def __init__(self, source: Node, index: int) -> None:
        self.source = source
        self.index = index
        self.parents = (source,)
        self.hooks = None
        self.birth = memory.tick()
        self.kept = ()

    def name(self) -> str:
        """The name of the call that it is an output of."""
        return self.source.name()


class Several(Node):
    """A call with several results; `likes` holds their shapes and dtypes, to make zeros for unused ones."""

    __slots__ = ("likes",)

    likes: list[tuple[tuple[int, ...], np.dtype[Any]]]


class Leaf(Node):
    """Where the gradient of a tensor that the user made comes to rest: in the tensor's `grad`."""

    __slots__ = ("after", "tensor")

    def __init__(self, tensor: TensorBase) -> None:
        self.tensor = weakref.ref(tensor)
        self.parents = ()
        self.hooks = None
        self.after: list[Callable[[Any], Any]] | None = None
        self.birth = memory.tick()
        self.kept = ()

    def name(self) -> str:
        """PyTorch's name for it."""
        return "AccumulateGrad"

    @property
    def variable(self) -> TensorBase | None:
        """The tensor, while it lives."""
        return self.tensor()

    def accumulate(self, gradient: Gradient, fresh: bool) -> None:
        """Add `gradient` to the tensor's; take it over as it is where it is `fresh`: held by nobody else."""
        tensor = self.tensor()
        if tensor is None or tensor._node is not self:  # gone, or requires no grad for now
            return
        with _turn:  # two threads may bring gradients to one leaf
            _add_to(tensor, gradient, fresh)
        for hook in list(self.after or ()):
            hook(tensor)


def _add_to(tensor: TensorBase, gradient: Gradient, fresh: bool) -> None:
    held = tensor._grad
    if isinstance(gradient, TensorBase):
        tensor._grad = gradient.clone() if held is None else held + gradient  # type: ignore[attr-defined]
    elif held is None:
        tensor._grad = wrap(tensor.result_class, _own(gradient, tensor._array.dtype, fresh), None)
    elif held._node is not None or not held._array.flags.writeable:
        tensor._grad = wrap(tensor.result_class, held._array + gradient, None)
    else:
        np.add(held._array, gradient, out=held._array, casting="same_kind")
        memory.wrote(held._array)


def _own(gradient: Any, dtype: np.dtype[Any], fresh: bool) -> Any:
    if fresh and gradient.__class__ is np.ndarray and gradient.dtype == dtype and gradient.flags.c_contiguous:
        return gradient
    return np.array(gradient, dtype=dtype, order="C")


def record(operation: Operation, parents: tuple[Node | None, ...], kept: tuple[Any, ...]) -> Node:
    """A new node for a call of `operation`."""
    node = create(Node)
    _fill(node, operation, parents, kept)
    return node


def record_several(
    operation: Operation, parents: tuple[Node | None, ...], kept: tuple[Any, ...], outputs: Sequence[Any]
) -> Several:
    """A new node for a call with several results."""
    node = create(Several)
    node.likes = [(x.shape, x.dtype) for x in outputs]
    _fill(node, operation, parents, kept)
    return node


def _fill(node: Node, operation: Operation, parents: tuple[Node | None, ...], kept: tuple[Any, ...]) -> None:
    node.operation = operation
    node.kept = kept
    node.parents = parents
    node.hooks = None
    node.birth = memory.tick()
    if watch.active:
        note_origin(node)
