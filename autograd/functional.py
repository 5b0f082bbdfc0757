"""Products with Jacobians and Hessians, and the matrices themselves, of functions of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, GraphError, OperandError, ShapeError, complaint
from autograd.grad_mode import enable_grad
from autograd.gradients import grad
from autograd.ops.broadcasting import clone
from autograd.ops.joining import stack
from autograd.tensor_base import TensorBase, wrap

Tensors = Any
"""A tensor, or a tuple of tensors."""


def vjp(
    func: Callable[..., Tensors], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensors, Tensors]:
    """`func(*inputs)` and the product of `v` (of the outputs' shapes) with its Jacobian (of the inputs' shapes).

    `v` may be left out where the output has one element. With `strict`, an output that does not depend on an input is
    a GraphError instead of zeros. Raises ShapeError where `v` does not fit.
    """
    with enable_grad():
        arguments, outputs = _evaluated("vjp", func, inputs, create_graph)
        seeds = _vectors("vjp", v, outputs)
        found = _gradients("vjp", outputs, arguments, seeds, create_graph, strict)
    return _shown(outputs, create_graph), _packed(found, inputs)


def jvp(
    func: Callable[..., Tensors], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensors, Tensors]:
    """`func(*inputs)` and the product of its Jacobian with `v` (of the inputs' shapes), of the outputs' shapes.

    Computed as the derivative of `u -> vjp(u)`, which is linear in `u`. Raises as `vjp`.
    """
    with enable_grad():
        arguments, outputs = _evaluated("jvp", func, inputs, create_graph)
        directions = _vectors("jvp", v, arguments)
        dummies = [_zeros(y).requires_grad_() for y in outputs]
        linear = _gradients("jvp", outputs, arguments, dummies, True, strict)
        reached = [(g, d) for g, d in zip(linear, directions, strict=True) if g.requires_grad]
        if reached:
            found = _gradients("jvp", [g for g, _ in reached], dummies, [d for _, d in reached], create_graph, False)
        else:
            found = [_zeros(y) for y in outputs]
    return _shown(outputs, create_graph), found[0] if len(outputs) == 1 else tuple(found)


def jacobian(
    func: Callable[..., Tensors], inputs: Tensors, create_graph: bool = False, strict: bool = False,
    vectorize: bool = False, strategy: str = "reverse-mode",
) -> Tensors:  # fmt: skip
    """The Jacobian of `func`: for one input and one output a tensor of shape `output.shape + input.shape`.

    For tuples of inputs or outputs, a tuple (of tuples) of those. `vectorize` and `strategy` are accepted: the
    computation is row by row, in reverse mode.
    """
    with enable_grad():
        arguments, outputs = _evaluated("jacobian", func, inputs, create_graph)
        rows = tuple(_jacobian_of(y, arguments, inputs, create_graph, strict) for y in outputs)
    return rows[0] if len(outputs) == 1 else rows


def _jacobian_of(output: Any, arguments: list[Any], inputs: Tensors, create_graph: bool, strict: bool) -> Tensors:
    flat = output.reshape(-1)
    columns: list[list[Any]] = [[] for _ in arguments]
    for row in range(flat.shape[0]):
        found = _gradients("jacobian", [flat[row]], arguments, None, create_graph, strict)
        for column, gradient in zip(columns, found, strict=True):
            column.append(gradient.reshape(-1))
    matrices = []
    for argument, column in zip(arguments, columns, strict=True):
        if not column:
            matrices.append(
                wrap(output.result_class, np.zeros(output.shape + argument.shape, argument._array.dtype), None)
            )
            continue
        matrices.append(stack(column).reshape(output.shape + argument.shape))
    return matrices[0] if isinstance(inputs, TensorBase) else tuple(matrices)


def hessian(
    func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False,
    vectorize: bool = False, outer_jacobian_strategy: str = "reverse-mode",
) -> Tensors:  # fmt: skip
    """The matrix of second derivatives of a `func` with one output element: shape `input.shape + input.shape`.

    For a tuple of inputs, a tuple of tuples. Raises GraphError if the output has more elements.
    """

    def gradient(*arguments: Any) -> Tensors:
        value = _scalar("hessian", func(*arguments))
        return tuple(_gradients("hessian", [value], list(arguments), None, True, strict))

    rows = jacobian(gradient, inputs, create_graph=create_graph, strict=strict)
    if isinstance(inputs, TensorBase):
        return rows
    return rows if len(inputs) > 1 else (rows,)


def hvp(
    func: Callable[..., Any], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Tensors]:
    """The value of a one-element `func` and the product of its Hessian with `v` (of the inputs' shapes)."""
    return vhp(func, inputs, v, create_graph, strict)


def vhp(
    func: Callable[..., Any], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Tensors]:
    """As `hvp`: the Hessian is symmetric, and this order is the cheaper one in reverse mode."""
    with enable_grad():
        arguments, outputs = _evaluated("hvp", func, inputs, create_graph)
        value = _scalar("hvp", outputs[0])
        directions = _vectors("hvp", v, arguments)
        first = _gradients("hvp", [value], arguments, None, True, strict)
        reached = [(g, d) for g, d in zip(first, directions, strict=True) if g.requires_grad]
        if reached:
            parts = [g for g, _ in reached]
            found = _gradients("hvp", parts, arguments, [d for _, d in reached], create_graph, strict)
        else:
            found = [_zeros(x) for x in arguments]
    return _shown([value], create_graph), _packed(found, inputs)


def _evaluated(
    where: str, func: Callable[..., Tensors], inputs: Tensors, create_graph: bool
) -> tuple[list[Any], list[Any]]:
    """The inputs as tensors whose gradients can be asked for, and the outputs on them."""
    given: Sequence[Any] = (inputs,) if isinstance(inputs, TensorBase) else tuple(inputs)
    if not all(isinstance(x, TensorBase) for x in given) or not given:
        kinds = ", ".join(type(x).__name__ for x in given) or "none"
        raise OperandError(complaint(where, "a Tensor or a tuple of Tensors", kinds))
    connected = [create_graph and x._node is not None for x in given]
    arguments = [clone(x) if keep else x.detach().requires_grad_() for x, keep in zip(given, connected, strict=True)]
    result = func(*arguments)
    outputs = [result] if isinstance(result, TensorBase) else list(result)
    if not outputs or not all(isinstance(y, TensorBase) for y in outputs):
        raise OperandError(complaint(where, "a function that returns Tensors", type(result).__name__))
    return arguments, outputs


def _gradients(
    where: str, outputs: list[Any], inputs: list[Any], seeds: list[Any] | None, create_graph: bool, strict: bool
) -> list[Any]:
    reached = [i for i, y in enumerate(outputs) if y.requires_grad]
    found: Sequence[Any] = [None] * len(inputs)
    if reached:
        chosen = None if seeds is None else [seeds[i] for i in reached]
        found = grad(
            [outputs[i] for i in reached],
            inputs,
            chosen,
            retain_graph=True,
            create_graph=create_graph,
            allow_unused=True,
        )
    if strict and any(g is None for g in found):
        raise GraphError(complaint(where, "outputs that depend on every input (strict=True)", "one that does not"))
    return [_zeros(x) if g is None else g for g, x in zip(found, inputs, strict=True)]


def _zeros(like: Any) -> Any:
    return wrap(like.result_class, np.zeros(like.shape, like._array.dtype), None)


def _vectors(where: str, v: Tensors, like: list[Any]) -> list[Any]:
    if v is None:
        if len(like) != 1 or like[0]._array.size != 1:
            raise ArgumentError(complaint(where, "v, as there is more than one element", "None"))
        return [wrap(like[0].result_class, np.ones(like[0].shape, like[0]._array.dtype), None)]
    vectors = [v] if isinstance(v, TensorBase) else list(v)
    if [x.shape for x in vectors] != [x.shape for x in like]:
        raise ShapeError(
            complaint(where, f"v of shapes {[tuple(x.shape) for x in like]}", str([tuple(x.shape) for x in vectors]))
        )
    return vectors


def _scalar(where: str, value: Any) -> Any:
    value = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    if not isinstance(value, TensorBase) or value._array.size != 1:
        shape = value.shape if isinstance(value, TensorBase) else type(value).__name__
        raise GraphError(complaint(where, "a function with one output element", str(shape), "Sum the output first"))
    return value


def _packed(found: list[Any], inputs: Tensors) -> Tensors:
    return found[0] if isinstance(inputs, TensorBase) else tuple(found)


def _shown(outputs: list[Any], create_graph: bool) -> Tensors:
    results = [y if create_graph else y.detach() for y in outputs]
    return results[0] if len(results) == 1 else tuple(results)
