"""TensorBase: an array, its place in the graph, and nothing of mathematics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.errors import GraphError, complaint
from autograd.grad_mode import enable_grad
from autograd.hooks import Retained
from autograd.size import Size
from autograd.typing import Array

if TYPE_CHECKING:
    from autograd.node import Leaf, Node

create = object.__new__


class View:
    """How a view came about: from which tensor, by which call, and which history of the root it has seen."""

    __slots__ = ("again", "array", "generation", "parent", "root")

    root: TensorBase

    def __init__(self, parent: TensorBase, again: Callable[[Any], Any]) -> None:
        self.parent = parent
        self.array = parent._array
        self.root = parent if parent._view is None else parent._view.root
        self.again = again
        self.generation = self.root._generation

    def require_same_parent(self) -> None:
        """Raise GraphError where the tensor that this is a view of was itself given another shape since."""
        if self.parent._array is not self.array:
            raise GraphError(
                complaint("writing through a view", f"a tensor of shape {self.array.shape} as when the view was made",
                          f"one that an in-place operation gave the shape {self.parent._array.shape}",
                          "Make the view anew, or use the out-of-place form of transpose, squeeze or unsqueeze")
            )  # fmt: skip

    def replay(self) -> Callable[[Any], Any]:
        """The calls that lead from the root to this view, as one function that holds no tensor."""
        self.require_same_parent()
        steps, view = [self.again], self.parent._view
        while view is not None:
            view.require_same_parent()
            steps.append(view.again)
            view = view.parent._view
        steps.reverse()

        def again(start: Any) -> Any:
            for step in steps:
                start = step(start)
            return start

        return again


class _Results:
    """The class that results of operations have, Tensor, where every short call reads it quickest: not on the class."""

    __slots__ = ("kind",)
    kind: type[TensorBase]


results_of = _Results()


class TensorBase:
    """State that every tensor has.

    `_array` the values; `_node` its place in the graph (None: requires no grad); `_grad` the accumulated gradient of a
    leaf; `_view` how it was derived from a tensor that shares its memory; `_generation` how often the history of a
    root was replaced by an in-place write; `_resting` the place of a leaf that does not require grad for now.
    """

    __slots__ = ("__weakref__", "_array", "_generation", "_grad", "_node", "_resting", "_view")

    _array: Array
    _node: Node | None
    _grad: Any
    _view: View | None
    _generation: int
    _resting: Leaf
    result_class: ClassVar[type[TensorBase]]

    def __init_subclass__(cls, results: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if results:
            cls.result_class = results_of.kind = cls

    @property
    def shape(self) -> Size:
        """The sizes of the dimensions."""
        return Size(self._array.shape)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    def _wrapped(self, array: Array) -> Any:
        """An array as a tensor without history."""
        return wrap(self.result_class, array, None)

    def refresh(self) -> None:
        """Bring the place in the graph of a view up to date after its memory was written through another tensor."""
        view = self._view
        if view is None or view.generation == view.root._generation:
            return
        stale = [self]
        while (before := stale[-1]._view) is not None and before.parent._view is not None:
            stale.append(before.parent)
        with enable_grad():
            for tensor in reversed(stale):
                if (step := tensor._view) is not None:
                    step.require_same_parent()
                    tensor.stand_at(step.again(step.parent)._node)
                    step.generation = step.root._generation

    def stand_at(self, node: Node | None) -> None:
        """Take another place in the graph; what `retain_grad` left at the old one moves along."""
        before, self._node = self._node, node
        if node is None or before is None or before.hooks is None:
            return
        moving = [hook for hook in before.hooks if isinstance(hook, Retained) and hook.tensor() is self]
        if moving:
            before.hooks[:] = [hook for hook in before.hooks if hook not in moving]
            node.hook_list().extend(moving)


def wrap(kind: type[TensorBase], array: Any, node: Node | None) -> Any:
    """A tensor of class `kind` over `array` at the place `node`."""
    tensor = create(kind)
    tensor._array = array if array.__class__ is np.ndarray else np.asarray(array)
    tensor._node = node
    tensor._grad = None
    tensor._view = None
    tensor._generation = 0
    return tensor
