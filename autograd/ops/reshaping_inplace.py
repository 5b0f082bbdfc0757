"""Giving a tensor itself another shape: `squeeze_` and its like change no element, only how they are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.errors import GraphError, complaint
from autograd.grad_mode import enable_grad, mode
from autograd.node import Leaf
from autograd.tensor_base import TensorBase, View


def reshape_itself(target: Any, step: Callable[[Any], Any], name: str) -> Any:
    """Make `target` what `step(target)` is, a view of the same memory, with its place in the graph.

    Raises GraphError for a leaf that requires grad, as other in-place operations do.
    """
    if mode.recording and isinstance(target._node, Leaf):
        raise GraphError(
            complaint(name, "a tensor that is not a leaf requiring grad", f"a leaf of shape {target.shape}",
                      "Do it inside no_grad(), or use the out-of-place form")
        )  # fmt: skip
    target.refresh()
    with enable_grad():
        seen: TensorBase = step(target)
    before = target._view
    if before is not None:
        target._view = _through(before, step)
    if not isinstance(target._node, Leaf):
        target.stand_at(seen._node)
    target._array = seen._array
    return target


def _through(before: View, step: Callable[[Any], Any]) -> View:
    """The view that `step` makes of an earlier one."""
    again = before.again
    made = View(before.parent, lambda start: step(again(start)))
    made.generation = before.generation
    return made
