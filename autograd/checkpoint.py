"""Trading time for memory: forget what a function's operations kept, and run it again when the backward pass asks."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

from autograd import memory
from autograd.engine import ancestors
from autograd.errors import GraphError, complaint
from autograd.function import FunctionNode
from autograd.grad_mode import enable_grad, is_grad_enabled
from autograd.node import Leaf, Node, Output, deferred, renewed
from autograd.random import default_generator, fork_rng
from autograd.tensor_base import TensorBase, wrap


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """The result of `function(*args, **kwargs)`, without the memory that its operations keep for the backward pass.

    The backward pass runs the function once more, with the same random numbers (unless `preserve_rng_state=False`),
    and finds there what it needs; any order of gradient works. `use_reentrant` is accepted for PyTorch's sake.
    The backward pass raises GraphError if the second run records other operations, or an argument was overwritten.
    Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost" (2016).
    """
    if not is_grad_enabled():
        return function(*args, **kwargs)
    for tensor in (*args, *kwargs.values()):
        if isinstance(tensor, TensorBase):
            tensor.refresh()
    start = memory.tick()
    state = default_generator.get_state() if preserve_rng_state else None
    result = function(*args, **kwargs)
    nodes = _recorded_since(start, result)
    if nodes:
        rerun = _Rerun(function, tuple(_unplaced(x) for x in args), kwargs, state, len(nodes), start)
        for i, node in enumerate(nodes):
            node.kept = None
            deferred[node] = rerun
            rerun.positions[node] = i
    return result


class _Rerun:
    """The second run of a checkpointed function: fills in what its nodes had kept."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        state: Any,
        count: int,
        start: int,
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.state = state
        self.count = count
        self.positions: weakref.WeakKeyDictionary[Node, int] = weakref.WeakKeyDictionary()
        self.start = start

    def __call__(self, wanted: Node) -> None:
        for tensor in self.args:
            if isinstance(tensor, TensorBase) and memory.written_since(tensor._array, self.start):
                raise GraphError(
                    complaint(
                        "checkpoint",
                        f"its argument of shape {tensor.shape} as it was in the forward pass",
                        "memory that an in-place operation has overwritten since",
                        "clone() the argument, or write out of place",
                    )
                )
        again = self._run_again()
        if len(again) != self.count:
            raise GraphError(
                complaint(
                    "checkpoint",
                    f"a function that records the same {self.count} operations each time",
                    f"{len(again)} in the second run",
                    "It must not depend on state that changes between forward and backward",
                )
            )
        for node, position in self.positions.items():
            if deferred.pop(node, None) is not None:
                node.kept = again[position].kept
                renewed[node] = again[position].birth
                if node.kept is None:  # a checkpoint within this one will fill it in
                    deferred[node] = partial(_take_over, again[position])

    def _run_again(self) -> list[Node]:
        start = memory.tick()
        with enable_grad():
            if self.state is None:
                return _recorded_since(start, self.function(*self.args, **self.kwargs))
            with fork_rng():
                default_generator.set_state(self.state)
                return _recorded_since(start, self.function(*self.args, **self.kwargs))


def _take_over(copy: Node, node: Node) -> None:
    node.kept = copy.values()


def _unplaced(argument: Any) -> Any:
    """A tensor as a new object at the same place: what is done in place to the caller's does not reach it."""
    if not isinstance(argument, TensorBase):
        return argument
    return wrap(argument.result_class, argument._array, argument._node)


def _recorded_since(start: int, result: Any) -> list[Node]:
    """The nodes behind `result` that were made after the moment `start`, in the order of their making."""
    results = result if isinstance(result, tuple | list) else (result,)
    roots = [x._node for x in results if isinstance(x, TensorBase) and x._node is not None]
    fresh = [n for n in ancestors(roots, start) if not isinstance(n, Leaf | Output | FunctionNode)]
    return sorted(fresh, key=lambda node: node.birth)
