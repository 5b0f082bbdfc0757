"""Tracing: a model runs once on a stand-in for its input, which notes every operation that it meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import as_tensor
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.indexing import read
from autograd.tensor import Tensor
from nn.export.graph import Graph
from nn.export.lowering import LOWERINGS, SOURCES_KEPT


class ExportError(ArgumentError):
    """A model does what cannot be exported."""


class Symbol:
    """A value of the model while it is traced: the tensor of the example, and its name in the graph.

    It is no Tensor, so that every operation refuses it and then asks it to record the call; methods are Tensor's.
    """

    __array_ufunc__ = None

    def __init__(self, graph: Graph, name: str, value: Tensor) -> None:
        self.graph = graph
        self.name = name
        self.value = value

    def __getattr__(self, name: str) -> Any:
        if name == "_array":
            raise ExportError(complaint("export", "operations on tensors", "a look at the values of one"))
        if name == "detach":
            return lambda: self
        if name.endswith("_") and not name.startswith("_"):
            return self._in_place(name[:-1])
        found = getattr(Tensor, name)
        if isinstance(found, property) or not callable(found):
            return getattr(self.value, name)
        if name in SOURCES_KEPT:
            return getattr(self.value, name)
        return lambda *args, **kwargs: self._checked(name, found(self, *args, **kwargs))

    def _checked(self, name: str, made: Any) -> Any:
        """A result of a method, which must not have fallen out of the graph."""
        if all(isinstance(x, Symbol) for x in (made if isinstance(made, list | tuple) else (made,))):
            return made
        raise ExportError(complaint("export", "methods that give tensors of the graph", f"{name}()"))

    def _in_place(self, name: str) -> Callable[..., Any]:
        def change(*args: Any, **kwargs: Any) -> Symbol:
            return self.__take_over__(getattr(self, name)(*args, **kwargs))

        return change

    def __take_over__(self, made: Symbol) -> Symbol:
        """Become what was written over this value."""
        self.name, self.value = made.name, made.value
        return self

    def __record_operation__(self, call: Any, name: str, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Compute the call on the example and enter it into the graph."""
        lower = LOWERINGS.get(name)
        if lower is None:
            kinds = ", ".join(sorted(LOWERINGS))
            raise ExportError(complaint("export", f"operations {kinds}", name, "Leave it outside the exported model"))
        with no_grad():
            result = call(*_values(args), **{key: _value(x) for key, x in params.items()})
        name_of = lower(self.graph, result, self._names(args), *_values(args[1:]), **params)
        if isinstance(result, tuple):
            pairs = zip(name_of, result, strict=False)
            return type(result)([Symbol(self.graph, n, as_tensor(r)) for n, r in pairs])
        return Symbol(self.graph, name_of, result)

    def _names(self, operands: tuple[Any, ...]) -> list[Any]:
        return [self._name(x) for x in operands]

    def _name(self, operand: Any) -> Any:
        if isinstance(operand, Symbol):
            return operand.name
        if isinstance(operand, list | tuple) and any(isinstance(x, Symbol | Tensor) for x in operand):
            return [self._name(x) for x in operand]
        if isinstance(operand, Tensor | np.ndarray | float | int) and not isinstance(operand, bool):
            return self.graph.constant(np.asarray(array_of(operand)))
        return None

    def __bool__(self) -> bool:
        raise ExportError(complaint("export", "a model whose course does not depend on its values", "a condition"))

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Any:
        return iter([self[i] for i in range(len(self.value))])

    def _compared(self, other: Any) -> Any:
        raise ExportError(complaint("export", "operations that can be exported", "a comparison"))

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    def __getitem__(self, key: Any) -> Any:
        return self._checked("index", read(self, key))

    __add__, __radd__, __sub__, __rsub__ = Tensor.__add__, Tensor.__radd__, Tensor.__sub__, Tensor.__rsub__
    __mul__, __rmul__, __neg__ = Tensor.__mul__, Tensor.__rmul__, Tensor.__neg__
    __truediv__, __rtruediv__ = Tensor.__truediv__, Tensor.__rtruediv__


def _value(x: Any) -> Any:
    if isinstance(x, Symbol):
        return x.value
    if isinstance(x, list | tuple) and any(isinstance(item, Symbol) for item in x):
        return type(x)(_value(item) for item in x)
    return x


def _values(operands: tuple[Any, ...]) -> list[Any]:
    return [_value(x) for x in operands]


def traced(model: Any, example_input: Any) -> Graph:
    """The graph of a model on inputs of the example's shape. Raises ExportError, naming the module, for the rest."""
    if getattr(model, "training", False):
        raise ExportError(complaint("export", "a model in evaluation mode", "training mode", "Call model.eval() first"))
    example = as_tensor(example_input).detach()
    graph = Graph(shapes={"x": tuple(example.shape)}, example=array_of(example))
    with no_grad():
        wanted = model(example.clone())
        found = model(Symbol(graph, "x", example))
    if not isinstance(found, Symbol):
        given = type(found).__name__
        raise ExportError(complaint("export", "a model that gives one tensor", given, "Return the one that is needed"))
    if not np.allclose(array_of(wanted), array_of(found.value), rtol=1e-4, atol=1e-5):
        raise ExportError(
            complaint(
                "export", "the same result in each call", "another one", "Write into no view, and draw no numbers"
            )
        )
    graph.output, graph.expected = found.name, array_of(found.value)
    graph.prune()
    return graph
