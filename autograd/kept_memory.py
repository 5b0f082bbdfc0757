"""What a graph keeps in memory for its backward pass: the buffers that its nodes hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd import memory
from autograd.engine import ancestors
from autograd.function import FunctionNode
from autograd.node import Node
from autograd.tensor_base import TensorBase


class Kept(NamedTuple):
    """One buffer: the oldest node that holds it, and its size in bytes."""

    node: Node
    size: int


def kept_buffers(tensors: Iterable[TensorBase], apart_from: Iterable[TensorBase] = ()) -> list[Kept]:
    """The buffers that the graph behind `tensors` holds, each once, but for those of the tensors `apart_from`.

    A view counts as the whole buffer that it keeps alive. What `checkpoint` will compute again is not there to count.
    """
    seen = {id(memory.owner(x._array)) for x in apart_from}
    found = []
    roots = [x._node for x in tensors if x._node is not None]
    for node in sorted(ancestors(roots), key=lambda node: node.birth):
        for array in arrays_in(held_by(node)):
            buffer = memory.owner(array)
            if id(buffer) not in seen:
                seen.add(id(buffer))
                found.append(Kept(node, buffer.nbytes if isinstance(buffer, np.ndarray) else array.nbytes))
    return found


def held_by(node: Node) -> Any:
    """What a node keeps; of a user's Function its context too."""
    if isinstance(node, FunctionNode):
        return node.kept, vars(node.context)
    return node.kept


def arrays_in(item: Any) -> list[np.ndarray[Any, Any]]:
    """The arrays in nested tuples, lists and dictionaries, in their order."""
    found, waiting = [], [item]
    while waiting:
        item = waiting.pop()
        if isinstance(item, np.ndarray):
            found.append(item)
        elif isinstance(item, TensorBase):
            found.append(item._array)
        elif isinstance(item, tuple | list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            waiting.extend(reversed(item.values()))
    return found
