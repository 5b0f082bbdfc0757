"""The operations of a model as the nodes of a graph, each in the scope of the module that called it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from autograd import memory
from autograd.engine import ancestors
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.function import FunctionNode
from autograd.grad_mode import enable_grad
from autograd.node import Leaf, Node, Output
from autograd.random import fork_rng
from autograd.tensor import Tensor
from nn.module import Module
from nn.tensorboard.summaries import graph_node


class _Call:
    """A call of a module: between `begin` and `end` on the clock of the graph."""

    def __init__(self, scope: str) -> None:
        self.scope, self.begin, self.end = scope, memory.tick(), 0


def model_graph(model: Any, inputs: Any) -> list[bytes]:
    """The nodes of the graph that `model(*inputs)` records, in evaluation mode; inputs: a tensor or a tuple of them.

    Raises OperandError for a model that is no module, ArgumentError for a result that depends on no parameter and on
    no floating-point input.
    """
    if not isinstance(model, Module):
        raise OperandError(complaint("add_graph", "an nn.Module", type(model).__name__))
    given = [_watched(x) for x in (inputs if isinstance(inputs, tuple | list) else (inputs,))]
    outputs, calls = _recorded(model, given)
    known: dict[Any, str] = {
        x._node: f"input/{i}" for i, x in enumerate(given) if isinstance(x, Tensor) and x.requires_grad
    }
    root = type(model).__name__
    known |= {x._node: _scope(root, name) for name, x in model.named_parameters() if x.requires_grad}
    found = [(i, x._node, tuple(x.shape)) for i, x in enumerate(outputs) if x._node is not None]
    if not found:
        raise ArgumentError(complaint("add_graph", "a result that was recorded", "one that requires no gradient"))
    nodes = sorted(ancestors(node for _, node, _ in found), key=lambda node: node.birth)
    names = _names(nodes, known, calls, root)
    written = [graph_node(names[node], *_content(node, names)) for node in nodes if not isinstance(node, Output)]
    return written + [graph_node(f"output/{i}", "Output", [names[node]], shape) for i, node, shape in found]


def _watched(value: Any) -> Any:
    """Inputs show in the graph where they can require gradients."""
    return value.detach().requires_grad_() if isinstance(value, Tensor) and value.is_floating_point() else value


def _scope(root: str, path: str) -> str:
    return "/".join([root, *filter(None, path.split("."))])


def _recorded(model: Module, inputs: list[Any]) -> tuple[list[Tensor], list[_Call]]:
    """The tensors that the model returns, and the calls of its modules. Modes and random numbers stay as they were."""
    root, calls = type(model).__name__, []
    modes = {module: module.training for module in model.modules()}
    with ExitStack() as stack:
        stack.enter_context(fork_rng())
        stack.enter_context(enable_grad())
        for path, module in model.named_modules():
            waiting: list[_Call] = []

            def begin(*_: Any, scope: str = _scope(root, path), waiting: list[_Call] = waiting) -> None:
                calls.append(_Call(scope))
                waiting.append(calls[-1])

            def end(*_: Any, waiting: list[_Call] = waiting) -> None:
                waiting.pop().end = memory.tick()

            for handle in (module.register_forward_pre_hook(begin), module.register_forward_hook(end)):
                stack.callback(handle.remove)
        try:
            outputs = list(_tensors(model.eval()(*inputs)))
        finally:
            for module, mode in modes.items():
                module.training = mode
    return outputs, calls


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping | tuple | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _tensors(part)


def _names(nodes: list[Node], known: Mapping[Node, str], calls: list[_Call], root: str) -> dict[Node, str]:
    """A name for each node, parents first; the results of a call with several share that of the call."""
    names: dict[Node, str] = {}
    counts: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, Output):
            names[node] = names[node.source]
        elif node in known:
            names[node] = known[node]
        else:
            # Of the calls under way at a node's birth the one that began last is the innermost.
            around = [call for call in calls if call.begin < node.birth < call.end]
            scope = around[-1].scope if around else root
            name = f"{scope}/{'constant' if isinstance(node, Leaf) else _operation(node)}"
            names[node] = f"{name}_{counts[name]}" if counts[name] else name
            counts[name] += 1
    return names


def _operation(node: Node) -> str:
    return node.function.__name__ if isinstance(node, FunctionNode) else node.operation.name


def _content(node: Node, names: Mapping[Node, str]) -> tuple[str, list[str], tuple[int, ...] | None]:
    """What the node does, whence its operands come, and its shape where it is a leaf."""
    if isinstance(node, Leaf):
        variable = node.variable
        return type(variable).__name__, [], None if variable is None else tuple(variable.shape)
    return _operation(node), [names[parent] for parent in node.parents if parent is not None], None
