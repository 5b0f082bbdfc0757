"""Functions made from functions: gradients, products with Jacobians, Jacobians, Hessians, batches.

Arguments may be nested tuples, lists and dicts of tensors, so that `grad` of a loss takes a model's parameters as they
are. What these functions return has a graph of its own only where an argument, or a tensor that the function uses,
requires grad outside: they can be nested, to any order. Source: PyTorch, `torch.func`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd import gradients, memory
from autograd.creation import ones_like, zeros_like
from autograd.errors import ArgumentError, GraphError, ShapeError, complaint
from autograd.grad_mode import enable_grad, is_grad_enabled
from autograd.node import Node
from autograd.ops.broadcasting import clone
from autograd.ops.joining import stack
from autograd.tensor import Tensor
from autograd.trees import Tree, filled, leaves
from autograd.vectorization import vmap

__all__ = ["grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp", "vmap"]

ArgNums = int | tuple[int, ...]


def grad(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Tree]:
    """The function that gives the gradient of `func`, whose value has one element, for the arguments `argnums`.

    For a tuple of `argnums`, a tuple. With `has_aux`, `func` returns (value, more) and the result is (gradient, more).
    """

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Tree:
        found, value = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def grad_and_value(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Tree]:
    """As `grad`, but the pair of the gradient and the value; with `has_aux`, (gradient, (value, more))."""

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Tree:
        call = _Call("grad", func, args, kwargs, argnums, has_aux)
        if len(call.outputs) != 1 or call.outputs[0].numel() != 1:
            given = str([tuple(y.shape) for y in call.outputs])
            raise GraphError(complaint("grad", "a function with one output element", given, "Sum the output first"))
        found = call.pulled([ones_like(call.outputs[0])])
        return found, ((call.value(), call.more()) if has_aux else call.value())

    return both


def vjp(func: Callable[..., Tree], *primals: Tree, has_aux: bool = False) -> tuple[Any, ...]:
    """`func(*primals)` and the function from gradients of its value to the tuple of gradients of `primals`.

    With `has_aux`, what else `func` returns comes third.
    """
    call = _Call("vjp", func, primals, {}, tuple(range(len(primals))), has_aux)

    def pull(cotangents: Tree) -> Tree:
        return call.pulled(_fitting("vjp", cotangents, call.outputs), keep=True)

    return (call.value(), pull, call.more()) if has_aux else (call.value(), pull)


def jvp(
    func: Callable[..., Tree], primals: tuple[Tree, ...], tangents: tuple[Tree, ...], *, has_aux: bool = False
) -> tuple[Any, ...]:
    """`func(*primals)` and the product of its Jacobian with `tangents`; with `has_aux`, what else `func` returns.

    Computed as the derivative of `u -> vjp(u)`, which is linear in `u`.
    """
    call = _Call("jvp", func, primals, {}, tuple(range(len(primals))), has_aux)
    directions = _fitting("jvp", tangents, call.inputs)
    dummies = [zeros_like(y).detach().requires_grad_() for y in call.outputs]
    with enable_grad():
        linear = call.gradients(dummies, create_graph=True)
    reached = [(g, d) for g, d in zip(linear, directions, strict=True) if g.requires_grad]
    found: Any = [None] * len(dummies)
    if reached:
        rows, vectors = zip(*reached, strict=True)
        found = gradients.grad(rows, dummies, vectors, create_graph=call.connected, allow_unused=True)
    pushed = [zeros_like(y) if g is None else g for g, y in zip(found, dummies, strict=True)]
    result = (call.value(), filled(call.output, pushed))
    return (*result, call.more()) if has_aux else result


def jacrev(
    func: Callable[..., Tree], argnums: ArgNums = 0, has_aux: bool = False, *, chunk_size: int | None = None
) -> Callable[..., Tree]:
    """The function that gives the Jacobian of `func`, row by row: for one tensor each, shape output + input.

    For nests of outputs, a nest of what `grad` would give for each. `chunk_size` is accepted.
    """

    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Tree:
        call = _Call("jacrev", func, args, kwargs, argnums, has_aux)
        blocks = []
        for i, output in enumerate(call.outputs):
            rows = [call.gradients(_unit(call.outputs, i, row), keep=True) for row in range(output.numel())]
            columns = zip(*rows, strict=True) if rows else [()] * len(call.inputs)
            blocks.append(call.arranged([_block(c, output, x) for c, x in zip(columns, call.inputs, strict=True)]))
        found = filled(call.output, blocks)
        return (found, call.more()) if has_aux else found

    return jacobian


def jacfwd(
    func: Callable[..., Tree], argnums: ArgNums = 0, has_aux: bool = False, *, chunk_size: int | None = None,
    randomness: str = "error",
) -> Callable[..., Tree]:  # fmt: skip
    """As `jacrev`, which computes it: this library differentiates in reverse. `randomness` is accepted."""
    return jacrev(func, argnums, has_aux)


def hessian(func: Callable[..., Any], argnums: ArgNums = 0) -> Callable[..., Tree]:
    """The function that gives the matrix of second derivatives of `func`, shape output + input + input."""
    return jacrev(jacrev(func, argnums), argnums)


class _Call:
    """A call of a function on copies of its arguments, from which its graph starts."""

    def __init__(
        self, where: str, func: Callable[..., Any], args: Any, kwargs: Any, argnums: ArgNums, has_aux: bool
    ) -> None:
        outside, start = is_grad_enabled(), memory.tick()
        self.chosen = [argnums] if isinstance(argnums, int) else list(argnums)
        if not self.chosen or not all(-len(args) <= i < len(args) for i in self.chosen):
            raise ArgumentError(complaint(where, f"argnums among {len(args)} arguments", repr(argnums)))
        copies = list(args)
        with enable_grad():
            for i in self.chosen:
                copies[i] = filled(args[i], [_start(where, x) for x in leaves(args[i])])
            result = func(*copies, **kwargs)
        self.output: Tree
        self.aux: Tree
        self.output, self.aux = result if has_aux else (result, None)
        self.outputs = leaves(self.output)
        if not self.outputs or not all(isinstance(y, Tensor) for y in self.outputs):
            raise ArgumentError(complaint(where, "a function that returns Tensors", type(self.output).__name__))
        self.trees = [copies[i] for i in self.chosen]
        self.inputs = leaves(self.trees)
        self.single = isinstance(argnums, int)
        self.connected = outside and _reach_behind(start, [*self.outputs, *leaves(self.aux)])

    def gradients(self, seeds: list[Any], keep: bool = False, create_graph: bool = False) -> list[Any]:
        """The gradients of the inputs, zeros where no output depends on them."""
        reached = [(y, seed) for y, seed in zip(self.outputs, seeds, strict=True) if y.requires_grad]
        found: Any = [None] * len(self.inputs)
        if reached:
            outputs, chosen = zip(*reached, strict=True)
            create = create_graph or self.connected
            found = gradients.grad(
                outputs, self.inputs, chosen, retain_graph=keep or create, create_graph=create, allow_unused=True
            )
        return [zeros_like(x).detach() if g is None else g for g, x in zip(found, self.inputs, strict=True)]

    def pulled(self, seeds: list[Any], keep: bool = False) -> Tree:
        """The gradients of the inputs, as `argnums` and their nests ask for them."""
        return self.arranged(self.gradients(seeds, keep))

    def arranged(self, values: list[Any]) -> Tree:
        """One value an input, in the form of the arguments."""
        trees = filled(self.trees, values)
        return trees[0] if self.single else tuple(trees)

    def value(self) -> Tree:
        """What the function returned."""
        return self._shown(self.output)

    def more(self) -> Tree:
        """What the function returned beside it."""
        return self._shown(self.aux)

    def _shown(self, tree: Tree) -> Tree:
        if self.connected:
            return tree
        return filled(tree, [x.detach() if isinstance(x, Tensor) else x for x in leaves(tree)])


def _start(where: str, x: Any) -> Any:
    """A copy of an argument, which the graph starts from; it stays joined to the graph of the original."""
    if not isinstance(x, Tensor):
        raise ArgumentError(complaint(where, "Tensors as the arguments to differentiate for", type(x).__name__))
    return clone(x) if x.requires_grad else x.detach().requires_grad_()


def _reach_behind(start: int, outputs: list[Any]) -> bool:
    """Whether the outputs depend on anything that required grad before the moment `start`."""
    waiting: list[Node | None] = [y._node for y in outputs if isinstance(y, Tensor)]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        if node.birth < start:
            return True
        seen.add(id(node))
        waiting.extend(node.parents)
    return False


def _fitting(where: str, vectors: Tree, like: list[Any]) -> list[Any]:
    found = leaves(vectors)
    shapes, wanted = [getattr(v, "shape", None) for v in found], [x.shape for x in like]
    if shapes != wanted:
        raise ShapeError(complaint(where, f"tensors of shapes {[tuple(s) for s in wanted]}", str(shapes)))
    return found


def _unit(outputs: list[Any], which: int, row: int) -> list[Any]:
    """The gradients of the outputs that pick one element of one of them."""
    units = [zeros_like(y).detach() for y in outputs]
    units[which].view(-1)[row] = 1.0
    return units


def _block(rows: tuple[Any, ...], output: Any, x: Any) -> Any:
    shape = (*output.shape, *x.shape)
    return stack(list(rows)).reshape(shape) if rows else zeros_like(x).detach().new_zeros(shape)
