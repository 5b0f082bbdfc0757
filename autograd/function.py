"""Users' own operations in PyTorch's style: a class with `forward(ctx, ...)` and `backward(ctx, *gradients)`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import memory
from autograd.anomaly import note_origin, watch
from autograd.errors import GraphError, complaint
from autograd.grad_mode import mode, no_grad
from autograd.node import Node, Output
from autograd.tensor_base import TensorBase, wrap


class FunctionContext:
    """What `forward` leaves for `backward`; further attributes may be set on it freely."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self.materialize_grads = True
        self.dirty: tuple[TensorBase, ...] = ()
        self.non_differentiable: tuple[TensorBase, ...] = ()
        self.to_save: tuple[TensorBase | None, ...] = ()
        self.saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: TensorBase | None) -> None:
        """Keep inputs or outputs for `backward`, which finds them in `saved_tensors`."""
        self.to_save = tensors

    def mark_dirty(self, *tensors: TensorBase) -> None:
        """Declare inputs that `forward` has changed in place and returns."""
        self.dirty = tensors

    def mark_non_differentiable(self, *tensors: TensorBase) -> None:
        """Declare outputs through which no gradient flows."""
        self.non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether `backward` gets zeros (the default) or None for outputs that were not used."""
        self.materialize_grads = value


class Function:
    """Base of users' own differentiable operations.

    Define the static methods `forward(ctx, *args)` and `backward(ctx, *gradients)`; the latter returns one gradient
    (or None) for each argument of the former. Or `forward(*args)` with `setup_context(ctx, inputs, output)`. Call the
    operation with `MyFunction.apply(*args)`. Higher orders work when `backward` uses differentiable operations only.
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """The result, a Tensor or a tuple that holds Tensors; runs unrecorded."""
        raise NotImplementedError("Function: define the static method forward(ctx, *args)")

    @staticmethod
    def setup_context(ctx: FunctionContext, inputs: tuple[Any, ...], output: Any) -> None:
        """Fill `ctx` after a `forward` that takes no ctx."""
        raise NotImplementedError

    @staticmethod
    def backward(ctx: FunctionContext, *gradients: Any) -> Any:
        """The gradients of the arguments of `forward`."""
        raise NotImplementedError("Function: define the static method backward(ctx, *gradients)")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Call the operation, and record it if an argument requires grad."""
        for argument in args:
            if isinstance(argument, TensorBase):
                argument.refresh()
        parents = tuple(x._node if isinstance(x, TensorBase) else None for x in args)
        ctx = FunctionContext(tuple(p is not None for p in parents))
        with no_grad():
            if cls.setup_context is Function.setup_context:
                output = cls.forward(ctx, *args)
            else:
                output = cls.forward(*args)
                cls.setup_context(ctx, args, output)
        if not (mode.recording and any(ctx.needs_input_grad)):
            return output
        return _recorded(cls, ctx, args, parents, output)


class FunctionNode(Node):
    """A call of a Function: its class and context stand in for an operation and what it keeps."""

    __slots__ = ("context", "function", "kind", "likes", "saved", "several")

    def name(self) -> str:
        """The class's name, as PyTorch gives it."""
        return f"{self.function.__name__}Backward"

    def gradients(self, gradient: Any, create_graph: bool) -> Sequence[Any]:
        """Call the user's `backward`; its results as arrays, or as Tensors under `create_graph`."""
        if self.kept is None:
            self.values()
        self.context.saved_tensors = tuple(self._restored(*entry) for entry in self.saved)
        results = self.function.backward(self.context, *self._incoming(gradient))
        self.context.saved_tensors = ()
        results = results if isinstance(results, tuple | list) else (results,)
        if len(results) != len(self.parents):
            raise GraphError(
                complaint(f"{self.function.__name__}.backward", f"{len(self.parents)} gradients, one an argument of forward",
                          f"{len(results)}", "Return None for arguments without one")
            )  # fmt: skip
        return [x if x is None or create_graph else x._array for x in results]

    def _restored(self, array: Any, parent: Node | None, output: int | None) -> Any:
        if array is None:
            return None
        if memory.written_since(array, self.birth):
            raise GraphError(
                complaint(f"{self.function.__name__}.saved_tensors", "a tensor as it was when saved",
                          f"one of shape {array.shape} overwritten in place since", "clone() it before saving")
            )  # fmt: skip
        if output is not None:
            parent = Output(self, output) if self.several else self
        return wrap(self.kind, array, parent)

    def _incoming(self, gradient: Any) -> list[Any]:
        gradients = gradient if self.several else {0: gradient}
        incoming = []
        for i, (shape, dtype) in enumerate(self.likes):
            found = gradients.get(i)
            if found is None and self.context.materialize_grads:
                found = np.zeros(shape, dtype)
            incoming.append(wrap(self.kind, found, None) if isinstance(found, np.ndarray | np.generic) else found)
        return incoming


def _recorded(
    cls: type[Function], ctx: FunctionContext, args: tuple[Any, ...], parents: tuple[Node | None, ...], output: Any
) -> Any:
    several = isinstance(output, tuple)
    outputs = list(output) if several else [output]
    kind = next(x.result_class for x in args if isinstance(x, TensorBase))
    node = object.__new__(FunctionNode)
    node.function, node.context, node.kind, node.several = cls, ctx, kind, several
    node.likes = [
        (x.shape, x._array.dtype) if isinstance(x, TensorBase) else ((), np.dtype("float32")) for x in outputs
    ]
    saved = []
    for tensor in ctx.to_save:
        index = next((i for i, x in enumerate(outputs) if x is tensor and x is not None), None)
        saved.append((None, None, None) if tensor is None else (tensor._array, tensor._node, index))
    ctx.to_save = ()
    node.saved, node.kept, node.parents, node.hooks, node.birth = saved, (), parents, None, memory.tick()
    if watch.active:
        note_origin(node)
    results = [_placed(x, node, i if several else None, ctx, args) for i, x in enumerate(outputs)]
    ctx.dirty = ctx.non_differentiable = ()
    return tuple(results) if several else results[0]


def _placed(x: Any, node: FunctionNode, index: int | None, ctx: FunctionContext, args: tuple[Any, ...]) -> Any:
    if not isinstance(x, TensorBase) or x._array.dtype.kind != "f" or any(x is y for y in ctx.non_differentiable):
        return x
    place: Node = node if index is None else Output(node, index)
    if any(x is y for y in ctx.dirty):
        memory.wrote(x._array)
        x._node = place
        x._generation += 1
        return x
    if any(x is y for y in args):
        return wrap(node.kind, x._array, place)
    x._node = place
    return x


class _Once(Function):
    """Passes values through; a gradient that comes back this way is an error."""

    @staticmethod
    def forward(ctx: FunctionContext, name: str, *tensors: Any) -> Any:
        ctx.name = name  # type: ignore[attr-defined]
        return tuple(wrap(t.result_class, t._array, None) if isinstance(t, TensorBase) else t for t in tensors)

    @staticmethod
    def backward(ctx: FunctionContext, *gradients: Any) -> Any:
        raise GraphError(
            complaint(ctx.name, "one differentiation, as it is marked once_differentiable", "a second",  # type: ignore[attr-defined]
                      "Write its backward with differentiable operations and drop the mark")
        )  # fmt: skip


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a `backward` that is not differentiable itself: differentiating it raises GraphError."""

    @functools.wraps(backward)
    def once(ctx: FunctionContext, *gradients: Any) -> Any:
        with no_grad():
            results = backward(ctx, *gradients)
        if not mode.recording or not any(isinstance(g, TensorBase) and g._node is not None for g in gradients):
            return results
        several = isinstance(results, tuple)
        tensors = results if several else (results,)
        anchor = next(g for g in gradients if isinstance(g, TensorBase) and g._node is not None)
        guarded = _Once.apply(backward.__qualname__, *tensors, anchor)[:-1]
        return guarded if several else guarded[0]

    return once
