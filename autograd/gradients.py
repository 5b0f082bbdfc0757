"""`backward` and `grad`: the two ways to ask for gradients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd.engine import run
from autograd.errors import ArgumentError, GraphError, OperandError, ShapeError, complaint
from autograd.grad_mode import mode
from autograd.hooks import Retained
from autograd.node import Leaf, Node
from autograd.tensor_base import TensorBase, wrap


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add the gradients of `tensors` to the `grad` of the leaves that they depend on.

    `grad_tensors` are the gradients of the tensors themselves, of their shapes; None stands for 1 where a tensor has
    one element. `inputs` restricts which tensors receive gradients. `create_graph` records the pass, for higher
    orders; `retain_graph` (default: as `create_graph`) keeps what a second pass needs.
    Raises GraphError where a tensor requires no grad, has several elements and no gradient, or was freed before.
    """
    roots, kind = _roots("backward", tensors, grad_tensors, create_graph)
    if not roots:
        return
    keep = create_graph if retain_graph is None else retain_graph
    if inputs is None:
        run(roots, kind, retain_graph=keep, create_graph=create_graph)
        return
    chosen = _tensors("backward", inputs)
    if not chosen:
        raise GraphError(complaint("backward", "inputs to be None or not empty", "an empty list"))
    nodes = _input_nodes("backward", chosen)
    found = run(roots, kind, retain_graph=keep, create_graph=create_graph, targets=nodes)
    for tensor, node, gradient in zip(chosen, nodes, found, strict=True):
        if gradient is None:
            continue
        if isinstance(node, Leaf):
            node.accumulate(gradient, False)
        elif not tensor.retains_grad:  # whose hook has stored the gradient during the pass
            Retained(tensor)(gradient if isinstance(gradient, TensorBase) else wrap(kind, gradient, None))


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of `outputs` with respect to `inputs`, one tensor an input; nothing is accumulated.

    `grad_outputs` as `grad_tensors` of `backward`. An input that no output depends on is a GraphError, unless
    `allow_unused` (then None is returned for it) or `materialize_grads` (then zeros). `only_inputs` is accepted.
    """
    if is_grads_batched:
        raise ArgumentError(complaint("grad", "is_grads_batched=False", "True", "Call grad once for each grad_outputs"))
    chosen = _tensors("grad", inputs)
    if not chosen:
        raise GraphError(complaint("grad", "at least one input", "none"))
    roots, kind = _roots("grad", outputs, grad_outputs, create_graph)
    nodes = _input_nodes("grad", chosen)
    keep = create_graph if retain_graph is None else retain_graph
    found = run(roots, kind, retain_graph=keep, create_graph=create_graph, targets=nodes)
    results: list[Any] = []
    taken = {id(gradient) for _, gradient in roots}
    for i, (tensor, gradient) in enumerate(zip(chosen, found, strict=True)):
        if gradient is None and materialize_grads:
            gradient = np.zeros(tensor.shape, tensor._array.dtype)
        elif gradient is None and not allow_unused:
            raise GraphError(
                complaint(
                    "grad",
                    "outputs that depend on every input",
                    f"input {i} of shape {tensor.shape}, which appears not to have been used",
                    "Pass allow_unused=True to get None for it",
                )
            )
        if gradient is not None and not isinstance(gradient, TensorBase):
            gradient = wrap(kind, _unshared(gradient, taken), None)
        results.append(gradient)
    return tuple(results)


def _unshared(gradient: Any, taken: set[int]) -> Any:
    """The array of a gradient, a copy where it is a view or given out already."""
    if gradient.__class__ is not np.ndarray or gradient.base is not None or id(gradient) in taken:
        return np.array(gradient)
    taken.add(id(gradient))
    return gradient


def _roots(
    where: str, tensors: Any, gradients: Any, create_graph: bool
) -> tuple[list[tuple[Node, Any]], type[TensorBase]]:
    outputs = _tensors(where, tensors)
    if gradients is None:
        gradients = [None] * len(outputs)
    elif not isinstance(gradients, tuple | list):
        gradients = [gradients]
    if len(gradients) != len(outputs):
        raise GraphError(complaint(where, f"{len(outputs)} gradients, one an output", str(len(gradients))))
    roots = []
    for output, gradient in zip(outputs, gradients, strict=True):
        output.refresh()
        if output._node is None:
            raise GraphError(
                complaint(
                    where,
                    "a tensor that requires grad",
                    f"one of shape {output.shape} that does not require grad and has no grad_fn",
                    "Set requires_grad on the leaves it is computed from"
                    + ("" if mode.recording else ", outside no_grad"),
                )
            )
        roots.append((output._node, _root_gradient(where, output, gradient, create_graph)))
    return roots, outputs[0].result_class if outputs else TensorBase


def _tensors(where: str, given: Any) -> list[Any]:
    """A tensor, or a sequence of tensors, as a list. Raises OperandError for anything else."""
    if isinstance(given, TensorBase):
        return [given]
    tensors = list(given) if isinstance(given, Iterable) else [given]
    for item in tensors:
        if not isinstance(item, TensorBase):
            raise OperandError(complaint(where, "a Tensor, or a sequence of Tensors", type(item).__name__))
    return tensors


def _root_gradient(where: str, output: TensorBase, gradient: Any, create_graph: bool) -> Any:
    if gradient is None:
        if output._array.size != 1:
            raise GraphError(
                complaint(
                    where,
                    "a scalar output, or its gradient",
                    f"shape {output.shape}: grad can be implicitly created only for scalar outputs",
                    "Reduce it with sum() or mean(), or pass the gradient",
                )
            )
        one = np.empty(output.shape, output._array.dtype)
        one.fill(1)
        gradient = wrap(output.result_class, one, None)
    elif not isinstance(gradient, TensorBase):
        gradient = wrap(output.result_class, np.asarray(gradient, output._array.dtype), None)
    if gradient.shape != output.shape:
        raise ShapeError(complaint(where, f"a gradient of shape {output.shape}", f"shape {gradient.shape}"))
    if gradient._array.dtype != output._array.dtype:
        gradient = gradient.to(output._array.dtype)
    return gradient if create_graph else gradient._array


def _input_nodes(where: str, inputs: Sequence[Any]) -> list[Node]:
    nodes = []
    for i, tensor in enumerate(inputs):
        tensor.refresh()
        if tensor._node is None:
            raise GraphError(
                complaint(where, "inputs that require grad", f"input {i} of shape {tensor.shape} that does not")
            )
        nodes.append(tensor._node)
    return nodes
