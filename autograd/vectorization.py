"""`vmap`: a function of single items made one of batches."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.ops.indexing import select
from autograd.ops.joining import stack
from autograd.random import get_rng_state, set_rng_state
from autograd.tensor_base import TensorBase
from autograd.trees import Tree, filled, leaves

__all__ = ["vmap"]


def vmap(
    func: Callable[..., Tree], in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error",
    *, chunk_size: int | None = None,
) -> Callable[..., Tree]:  # fmt: skip
    """`func` over the items of batches: its tensors get one dimension more, at `out_dims`.

    in_dims: where the batch dimension of the arguments lies: one number, or one for each argument or leaf of it; None
    for what is the same for all items. Keyword arguments are batched along their first dimension.
    randomness: with "same", the function draws the same random numbers for every item; otherwise others for each.
    The items are computed one after another and stacked, so that any function will do: the shapes are those of PyTorch,
    the speed is that of a loop. `chunk_size` is accepted.
    Raises ArgumentError for batches of different sizes, without items, and for results that are no tensors.
    Source: PyTorch, `torch.func.vmap`.
    """

    @functools.wraps(func)
    def batched(*args: Any, **kwargs: Any) -> Tree:
        given = (args, kwargs)
        values = leaves(given)
        dims = [*_spread(in_dims, args), *[0] * len(leaves(kwargs))]
        state = get_rng_state() if randomness == "same" else None
        results = []
        for i in range(_size(values, dims)):
            if state is not None:
                set_rng_state(state)
            items = [x if dim is None else select(x, dim, i) for x, dim in zip(values, dims, strict=True)]
            positional, named = filled(given, items)
            results.append(func(*positional, **named))
        return _stacked(results, out_dims)

    return batched


def _spread(dims: Any, tree: Tree) -> list[Any]:
    """The dimension for each leaf; one number stands for all leaves below it."""
    if dims is None or isinstance(dims, int):
        return [dims] * len(leaves(tree))
    if isinstance(dims, dict) and isinstance(tree, dict) and dims.keys() == tree.keys():
        return [dim for key, item in tree.items() for dim in _spread(dims[key], item)]
    if isinstance(dims, tuple | list) and isinstance(tree, tuple | list) and len(dims) == len(tree):
        return [dim for below, item in zip(dims, tree, strict=True) for dim in _spread(below, item)]
    raise ArgumentError(complaint("vmap", "in_dims and out_dims of the form of what they are for", repr(dims)))


def _size(values: list[Any], dims: list[Any]) -> int:
    sizes = set()
    for x, dim in zip(values, dims, strict=True):
        if dim is not None:
            if not isinstance(x, TensorBase) or not x.shape:
                given = f"{type(x).__name__} with in_dims {dim}"
                raise ArgumentError(complaint("vmap", "tensors with dimensions", given, "Give None as its in_dims"))
            sizes.add(x.shape[dim])
    if len(sizes) != 1 or 0 in sizes:
        raise ArgumentError(complaint("vmap", "batches of one size, at least 1", f"sizes {sorted(sizes)}"))
    return int(sizes.pop())


def _stacked(results: list[Tree], out_dims: Any) -> Tree:
    columns = [leaves(result) for result in results]
    for x in columns[0]:
        if not isinstance(x, TensorBase):
            raise ArgumentError(complaint("vmap", "a function that returns Tensors", type(x).__name__))
    dims = _spread(out_dims, results[0])
    return filled(results[0], [stack(list(x), dim) for x, dim in zip(zip(*columns, strict=True), dims, strict=True)])
