"""Users' own operations in PyTorch's style: a class with `forward(ctx, ...)` and `backward(ctx, *gradients)`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import memory
from autograd.anomaly import note_origin, watch
from autograd.errors import GraphError, OperandError, ShapeError, complaint
from autograd.grad_mode import mode, no_grad
from autograd.node import Leaf, Node, Output
from autograd.observation import observed
from autograd.operation import fit
from autograd.tensor_base import TensorBase, View, wrap


class FunctionContext:
    """What `forward` leaves for `backward`; further attributes may be set on it freely."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

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
        observer = observed.observer
        forward = cls.forward if observer is None else observer.timed(cls.__name__, cls.forward, "op")
        with no_grad():
            if cls.setup_context is Function.setup_context:
                output = forward(ctx, *args)
            else:
                output = forward(*args)
                cls.setup_context(ctx, args, output)
        if not (mode.recording and any(ctx.needs_input_grad)):
            return output
        return _recorded(cls, ctx, args, parents, output)


class FunctionNode(Node):
    """A call of a Function: its class and context stand in for an operation; it keeps what was saved.

    `wanted` and `likes` are the shapes and dtypes of the arguments and of the results, None for what is no tensor.
    """

    __slots__ = ("context", "function", "kind", "likes", "several", "wanted")

    context: FunctionContext
    function: type[Function]
    kind: type[TensorBase]
    likes: list[Any]
    several: bool
    wanted: list[Any]

    def name(self) -> str:
        """The class's name, as PyTorch gives it."""
        return f"{self.function.__name__}Backward"

    def gradients(self, gradient: Any, create_graph: bool) -> Sequence[Any]:
        """Call the user's `backward`; its results as arrays, or as Tensors under `create_graph`."""
        saved = self.values() if self.kept is None else self.kept
        self.context.saved_tensors = tuple(self._restored(*entry) for entry in saved)
        results = self.function.backward(self.context, *self._incoming(gradient))
        self.context.saved_tensors = ()
        results = results if isinstance(results, tuple | list) else (results,)
        n = len(self.parents)
        if len(results) < n or any(x is not None for x in results[n:]):
            raise GraphError(
                complaint(f"{self.function.__name__}.backward", f"{n} gradients, one an argument of forward",
                          f"{len(results)}", "Return None for arguments without one")
            )  # fmt: skip
        fitted = [None if x is None else self._fitted(i, x) for i, x in enumerate(results[:n])]
        return [x if x is None or create_graph else x._array for x in fitted]

    def _fitted(self, i: int, result: Any) -> Any:
        """A result of `backward` in the shape and dtype of argument `i`; None if that takes no gradient."""
        if self.parents[i] is None:
            return None
        where, (shape, dtype) = f"{self.function.__name__}.backward", self.wanted[i]
        if not isinstance(result, TensorBase):
            raise OperandError(complaint(where, f"a Tensor or None as gradient of argument {i}", type(result).__name__))
        if result.shape != shape:
            spread = len(shape) <= len(result.shape) and all(
                small in (1, large) for small, large in zip(reversed(shape), reversed(result.shape), strict=False)
            )
            if not spread:
                raise ShapeError(complaint(where, f"a gradient of argument {i} of shape {shape}", str(result.shape)))
        return fit(result, shape, dtype)

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
        for i, like in enumerate(self.likes):
            found = gradients.get(i)
            if found is None and like is not None and self.context.materialize_grads:
                found = np.zeros(*like)
            incoming.append(wrap(self.kind, found, None) if isinstance(found, np.ndarray | np.generic) else found)
        return incoming


def _recorded(
    cls: type[Function], ctx: FunctionContext, args: tuple[Any, ...], parents: tuple[Node | None, ...], output: Any
) -> Any:
    several = isinstance(output, tuple)
    outputs = list(output) if several else [output]
    _check_dirty(cls.__name__, ctx.dirty, outputs)
    kind = next(x.result_class for x in args if isinstance(x, TensorBase))
    node = object.__new__(FunctionNode)
    node.function, node.context, node.kind, node.several = cls, ctx, kind, several
    node.likes, node.wanted = _likes(outputs), _likes(args)
    saved = []
    for tensor in ctx.to_save:
        index = next((i for i, x in enumerate(outputs) if x is tensor and x is not None), None)
        saved.append((None, None, None) if tensor is None else (tensor._array, tensor._node, index))
    ctx.to_save = ()
    for tensor in ctx.dirty:
        memory.wrote(tensor._array)
    node.kept, node.parents, node.hooks, node.birth = tuple(saved), parents, None, memory.tick()
    if watch.active:
        note_origin(node)
    results = [_placed(x, node, i if several else None, ctx, args) for i, x in enumerate(outputs)]
    ctx.dirty = ctx.non_differentiable = ()
    return tuple(results) if several else results[0]


def _likes(tensors: Sequence[Any]) -> list[Any]:
    return [(tuple(x.shape), x._array.dtype) if isinstance(x, TensorBase) else None for x in tensors]


def _check_dirty(name: str, dirty: tuple[TensorBase, ...], outputs: list[Any]) -> None:
    for tensor in dirty:
        if isinstance(tensor._node, Leaf):
            given, cure = f"a leaf of shape {tensor.shape} that requires grad", "Pass a clone()"
        elif tensor._view is not None:
            given, cure = f"a view of shape {tensor.shape}", "Pass a clone(), or write to the whole tensor"
        elif not any(tensor is x for x in outputs):
            given, cure = f"a tensor of shape {tensor.shape} that forward does not return", "Return it"
        else:
            continue
        raise GraphError(complaint(f"{name}.mark_dirty", "a returned tensor that may be overwritten", given, cure))


def _unfollowed(name: str) -> Callable[[Any], Any]:
    """What the view of an argument does that `forward` returned, when its memory is overwritten."""

    def again(source: Any) -> Any:
        raise GraphError(
            complaint(name, "a result that shares memory with an argument to stay as it is", "an in-place write to one",
                      "clone() the result, or the argument")
        )  # fmt: skip

    return again


def _placed(x: Any, node: FunctionNode, index: int | None, ctx: FunctionContext, args: tuple[Any, ...]) -> Any:
    if not isinstance(x, TensorBase) or x._array.dtype.kind != "f" or any(x is y for y in ctx.non_differentiable):
        return x
    place: Node = node if index is None else Output(node, index)
    if any(x is y for y in ctx.dirty):
        x.stand_at(place)
        x._generation += 1
        return x
    if any(x is y for y in args):
        same = wrap(node.kind, x._array, place)
        same._view = View(x, _unfollowed(node.function.__name__))
        return same
    if x._view is not None:
        x._view.again = _unfollowed(node.function.__name__)
    x._node = place
    return x


class _Once(Function):
    """Passes values through; a gradient that comes back this way is an error."""

    @staticmethod
    def forward(ctx: FunctionContext, name: str, *tensors: Any) -> Any:
        ctx.name = name
        return tuple(wrap(t.result_class, t._array, None) if isinstance(t, TensorBase) else t for t in tensors)

    @staticmethod
    def backward(ctx: FunctionContext, *gradients: Any) -> Any:
        raise GraphError(
            complaint(ctx.name, "one differentiation, as it is marked once_differentiable", "a second",
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
