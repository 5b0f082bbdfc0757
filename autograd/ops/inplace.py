"""Writing into a tensor: the one step that all in-place operations share, and how gradients follow through views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import memory
from autograd.dtypes import can_cast, of
from autograd.elementwise_call import elementwise
from autograd.errors import DTypeError, GraphError, ShapeError, complaint
from autograd.general_call import operation
from autograd.grad_mode import mode
from autograd.node import Leaf, Node
from autograd.ops.broadcasting import cast
from autograd.tensor_base import TensorBase
from autograd.typing import A


def overwrite(target: Any, result: Any, name: str = "in-place operation") -> Any:
    """Store `result` in the memory of `target`, which takes over its place in the graph.

    Raises ShapeError or DTypeError where the result does not fit, GraphError for a leaf that requires grad.
    """
    if not isinstance(target, TensorBase):  # a stand-in for one, of nn.export
        return target.__take_over__(result)
    check_writable(target, name)
    if not isinstance(result, TensorBase):
        result = target._wrapped(np.asarray(result, target._array.dtype))
    if result.shape != target.shape:
        raise ShapeError(
            complaint(name, f"a result of the tensor's own shape {target.shape}", f"shape {result.shape}",
                      "Use the out-of-place form")
        )  # fmt: skip
    _keep_old_values(result._node, target._array)
    if result._array.dtype != target._array.dtype:
        if not can_cast(result._array.dtype, target._array.dtype):
            raise DTypeError(
                complaint(name, f"a result that can be stored as {of(target._array.dtype)!r}",
                          f"{of(result._array.dtype)!r}", "Use the out-of-place form, or cast the tensor first")
            )  # fmt: skip
        result = cast(result, target._array.dtype)
    np.copyto(target._array, result._array)
    memory.wrote(target._array)
    adopt(target, result)
    return target


def _keep_old_values(node: Node | None, array: np.ndarray[Any, Any]) -> None:
    """Let the node whose result is about to overwrite its own operand keep a copy of it, if its rules need it."""
    if node is not None and node.kept is not None and any(item is array for item in node.kept):
        old = array.copy()
        node.kept = tuple([old if item is array else item for item in node.kept])


def check_writable(target: TensorBase, name: str) -> None:
    """Raise GraphError where writing would change a leaf that requires grad, or memory shared by several elements."""
    view = target._view
    root = target if view is None else view.root
    if mode.recording and (isinstance(root._node, Leaf) or isinstance(target._node, Leaf)):
        which = "a leaf" if isinstance(target._node, Leaf) else "a view of a leaf"
        raise GraphError(
            complaint(name, "a tensor that is not a leaf requiring grad", f"{which} of shape {target.shape}",
                      "Do it inside no_grad(), or on a clone()")
        )  # fmt: skip
    if mode.recording and view is not None and target._node is None and root._node is not None:
        target.refresh()
        if target._node is None:
            raise GraphError(
                complaint(name, "a view whose history is known", f"one of shape {target.shape} made inside no_grad()",
                          "Make the view outside no_grad(), or write inside it")
            )  # fmt: skip
    if not target._array.flags.writeable or _overlaps(target._array):
        raise GraphError(
            complaint(name, "memory of its own for each element",
                      f"an expanded or read-only tensor of shape {target.shape}", "clone() it first")
        )  # fmt: skip


def _overlaps(array: np.ndarray[Any, Any]) -> bool:
    return array.size > 0 and any(
        stride == 0 and size > 1 for stride, size in zip(array.strides, array.shape, strict=True)
    )


def adopt(target: TensorBase, result: TensorBase) -> None:
    """Give `target`, whose memory now holds `result`, the place of `result` in the graph; views follow."""
    if not mode.recording:
        return
    target.refresh()
    view = target._view
    if view is None:
        if result._node is not None or target._node is not None:
            target.stand_at(result._node)
            target._generation += 1
        return
    root = view.root
    if result._node is None and root._node is None:
        return
    root.stand_at(write_region(root, result, view.replay())._node)
    root._generation += 1
    target.refresh()


@operation(
    lambda g, replay: outside(g, replay),
    lambda g, replay: replay(g),
)
def write_region(input: Any, value: Any, replay: Callable[[Any], Any]) -> Any:
    """A tensor whose region `replay(input)` was overwritten by `value`; the memory holds the result already."""
    return input


def outside(g: Any, replay: Callable[[Any], Any]) -> Any:
    """`g` with zeros in the region that `replay` selects."""
    shape = g.shape
    keep = np.ones(shape, dtype=bool)
    region = replay(keep)
    if memory.owner(region) is memory.owner(keep):
        region[...] = False
    else:
        keep.reshape(-1)[replay(np.arange(keep.size).reshape(shape)).ravel()] = False
    return keep_where(g, keep)


@elementwise(lambda g, mask: keep_where(g, mask), None, result="any")
def keep_where(input: A, mask: A) -> A:
    """The tensor where the mask holds (is not zero), exact zeros elsewhere."""
    # Multiplying the bits is many times faster than choosing by an irregular mask, and exact for NaN and infinity too.
    chosen = np.asarray(mask)
    bits = input.view(_BITS[input.dtype.itemsize])
    return (bits * (chosen if chosen.dtype.kind == "b" else chosen != 0)).view(input.dtype)


_BITS = {size: np.dtype(f"int{8 * size}") for size in (1, 2, 4, 8)}
