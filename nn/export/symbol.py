"""Tracing: a model runs once on a stand-in for its input, which notes every operation that it meets."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import as_tensor
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from autograd.ops import comparison
from autograd.ops.broadcasting import cast
from autograd.ops.indexing import read
from autograd.tensor import Tensor
from nn.export.decompositions import DECOMPOSITIONS
from nn.export.graph import Graph
from nn.export.lowering import CONVERSIONS, FORM_METHODS, LOWERINGS, MOVES, moved

OPERATIONS = tuple(sorted({*LOWERINGS, *MOVES, *DECOMPOSITIONS}))
"""The operations that files can be written of, besides those that are made of them."""


_ONE_INPUT = "Export a module around it, whose forward takes the one input and holds the rest"


class ExportError(ArgumentError):
    """A model does what cannot be exported."""


def _with_arrays(operator: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """An operator for which NumPy's arrays and numbers beside a Symbol are tensors."""
    return lambda self, other: operator(self, as_tensor(other) if isinstance(other, np.ndarray | np.generic) else other)


class Symbol:
    """A value of the model while it is traced: the tensor of the example, and its name in the graph.

    It is no Tensor, so that every operation refuses it and then asks it to record the call; methods are Tensor's.
    Without a name it is what files do not hold: the places of maxima, and what is computed from them.
    """

    __array_ufunc__ = None
    __hash__ = object.__hash__

    def __init__(self, graph: Graph, name: str | None, value: Tensor) -> None:
        self.graph = graph
        self.name = name
        self.value = value

    @property
    def __example__(self) -> Tensor:
        """What a check of arguments may look at."""
        return self.value

    def __getattr__(self, name: str) -> Any:
        if name == "_array":
            cure = "Compute with tensor operations alone, or leave that part outside the exported model"
            raise ExportError(complaint("export", "operations on tensors", "a look at the values of one", cure))
        if name in ("detach", "contiguous"):
            return lambda **_: self
        if name.endswith("_") and not name.startswith("_"):
            return self._in_place(name[:-1])
        found = getattr(Tensor, name)
        if isinstance(found, property) and isinstance(getattr(self.value, name), Tensor):
            return self if name == "data" else self._checked(name, found.__get__(self))
        if isinstance(found, property) or not callable(found):
            return getattr(self.value, name)
        if name in FORM_METHODS:
            return getattr(self.value, name)
        if name in CONVERSIONS:
            return lambda *args, **kwargs: self._converted(getattr(self.value, name)(*_values(args), **kwargs))
        return lambda *args, **kwargs: self._checked(name, found(self, *args, **kwargs))

    def _checked(self, name: str, made: Any) -> Any:
        """A result of a method, which must not have fallen out of the graph."""
        if all(isinstance(x, Symbol) for x in (made if isinstance(made, list | tuple) else (made,))):
            return made
        raise ExportError(complaint("export", "methods that give tensors of the graph", f"{name}()"))

    def _converted(self, made: Any) -> Any:
        """This value in the dtype that it was converted to; anything else, such as the name of a type, as it is."""
        if not isinstance(made, Tensor) or made.dtype == self.value.dtype:
            return self if isinstance(made, Tensor) else made
        return cast(self, made.dtype.dtype)

    def _in_place(self, name: str) -> Callable[..., Any]:
        def change(*args: Any, **kwargs: Any) -> Symbol:
            return self.__take_over__(getattr(self, name)(*args, **kwargs))

        return change

    def __take_over__(self, made: Symbol) -> Symbol:
        """Become what was written over this value."""
        self.name, self.value = made.name, made.value
        return self

    def __record_operation__(self, call: Any, name: str, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Compute the call on the example and enter it into the graph, by a step or by its decomposition."""
        if any(map(_holds_symbols, params.values())):
            args, params = _by_position(call, name, args, params)
            return call(*args, **params)
        with no_grad():
            result = call(*_values(args), **params)
        if any(isinstance(x, Symbol) and x.name is None for x in args):
            return Symbol(self.graph, None, result)
        made = self._lowered(call, name, args, params, result)
        if made is None:
            whole = DECOMPOSITIONS.get(name) or getattr(getattr(call, "operation", None), "decompose", None)
            # Decompositions compute with booleans; on integers every bit would count.
            if whole is None or (name.startswith("bitwise_") and result.dtype.dtype.kind != "b"):
                cure = "Leave it outside the exported model, or write it with those of nn.export.OPERATIONS"
                raise ExportError(complaint("export", "an operation that files can be written of", name, cure))
            return whole(*args, **params)
        if isinstance(result, tuple):
            names = [*made, *(None,) * (len(result) - len(made))]
            several = [Symbol(self.graph, n, as_tensor(r)) for n, r in zip(names, result, strict=True)]
            return tuple(several) if type(result) is tuple else type(result)(*several)
        return Symbol(self.graph, made, result)

    def _lowered(self, call: Any, name: str, args: tuple[Any, ...], params: dict[str, Any], result: Any) -> Any:
        """The name, or names, of what a call gives; None where no single step computes it."""
        if name in MOVES and not any(isinstance(x, Symbol) for x in args[1:]):
            rest = tuple(_plain(x) for x in args[1:])
            return moved(self.graph, call, self._names(args[:1]), rest, params)
        if name in LOWERINGS:
            return LOWERINGS[name](self.graph, result, self._names(args), *_values(args[1:]), **params)
        return None

    def _names(self, operands: tuple[Any, ...]) -> list[Any]:
        return [self._name(x) for x in operands]

    def _name(self, operand: Any) -> Any:
        if isinstance(operand, Symbol):
            return operand.name
        if isinstance(operand, list | tuple) and any(isinstance(x, Symbol | Tensor) for x in operand):
            return [self._name(x) for x in operand]
        if isinstance(operand, Tensor | np.ndarray | np.generic | float | int):
            return self.graph.constant(np.asarray(array_of(operand)))
        return None

    def __bool__(self) -> bool:
        cure = "Use where(...) for what depends on values"
        given = "a condition on one"
        raise ExportError(complaint("export", "a model whose course does not depend on its values", given, cure))

    def __float__(self) -> float:
        return float(self._array)  # which tells that there is none

    def __int__(self) -> int:
        return int(self._array)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise ExportError(complaint("export", "new tensors", "a write into one", "Use where(...) or cat(...)"))

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Any:
        return iter([self[i] for i in range(len(self.value))])

    def __getitem__(self, key: Any) -> Any:
        if any(isinstance(x, Symbol) for x in (key if isinstance(key, tuple) else (key,))):
            raise ExportError(complaint("export", "an index that is known", "a computed one", "Use where(...)"))
        return self._checked("index", read(self, key))

    __neg__, __pos__, __abs__, __invert__ = Tensor.__neg__, Tensor.__pos__, Tensor.__abs__, Tensor.__invert__
    __add__, __radd__ = _with_arrays(Tensor.__add__), _with_arrays(Tensor.__radd__)
    __sub__, __rsub__ = _with_arrays(Tensor.__sub__), _with_arrays(Tensor.__rsub__)
    __mul__, __rmul__ = _with_arrays(Tensor.__mul__), _with_arrays(Tensor.__rmul__)
    __truediv__, __rtruediv__ = _with_arrays(Tensor.__truediv__), _with_arrays(Tensor.__rtruediv__)
    __floordiv__, __rfloordiv__ = _with_arrays(Tensor.__floordiv__), _with_arrays(Tensor.__rfloordiv__)
    __mod__, __rmod__ = _with_arrays(Tensor.__mod__), _with_arrays(Tensor.__rmod__)
    __pow__, __rpow__ = _with_arrays(Tensor.__pow__), _with_arrays(Tensor.__rpow__)
    __matmul__, __rmatmul__ = _with_arrays(Tensor.__matmul__), _with_arrays(Tensor.__rmatmul__)
    __and__ = __rand__ = _with_arrays(Tensor.__and__)
    __or__ = __ror__ = _with_arrays(Tensor.__or__)
    __xor__ = __rxor__ = _with_arrays(Tensor.__xor__)
    __lt__, __le__ = _with_arrays(Tensor.__lt__), _with_arrays(Tensor.__le__)
    __gt__, __ge__ = _with_arrays(Tensor.__gt__), _with_arrays(Tensor.__ge__)
    __eq__, __ne__ = _with_arrays(comparison.eq), _with_arrays(comparison.ne)


def _holds_symbols(x: Any) -> bool:
    return isinstance(x, Symbol) or (isinstance(x, list | tuple) and any(map(_holds_symbols, x)))


def _by_position(call: Any, name: str, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, Any]:
    """The arguments of a call whose operands were given by name."""
    declared = getattr(getattr(call, "__self__", None), "forward", call)
    try:
        given = inspect.signature(declared).bind(*args, **params)
    except TypeError:
        given = None
    if given is None or any(map(_holds_symbols, given.kwargs.values())):
        raise ExportError(complaint("export", f"operands of {name} by position", f"by name: {', '.join(params)}"))
    return given.args, given.kwargs


def _value(x: Any) -> Any:
    if isinstance(x, Symbol):
        return x.value
    if isinstance(x, list | tuple) and any(isinstance(item, Symbol) for item in x):
        return type(x)(_value(item) for item in x)
    return x


def _values(operands: tuple[Any, ...]) -> list[Any]:
    return [_value(x) for x in operands]


def _plain(x: Any) -> Any:
    """An argument beside the first operand, with arrays in place of tensors."""
    if isinstance(x, tuple | list) and any(isinstance(item, Tensor) for item in x):
        return type(x)(_plain(item) for item in x)
    return array_of(x) if isinstance(x, Tensor) else x


def traced(model: Any, example_input: Any) -> Graph:
    """The graph of a model on inputs of the example's shape. Raises ExportError, naming the module, for the rest.

    The model is traced on another input too, which must give the same steps and constants.
    """
    if getattr(model, "training", False):
        raise ExportError(complaint("export", "a model in evaluation mode", "training mode", "Call model.eval() first"))
    if isinstance(example_input, list | tuple) and any(isinstance(x, Tensor | np.ndarray) for x in example_input):
        given = f"{len(example_input)} of them in a {type(example_input).__name__}"
        raise ExportError(complaint("export", "an example of the one input", given, _ONE_INPUT))
    example = as_tensor(example_input).detach()
    _check_input(model, example)
    graph = _traced_once(model, example)
    other = example.flip(tuple(range(example.ndim)))
    if not graph.same_as(_traced_once(model, other * 0.875 if example.is_floating_point() else other)):
        cure = "Compute with operations on the input, write into no view, and draw no numbers"
        raise ExportError(complaint("export", "the same computation for each input", "another one", cure))
    return graph


def _traced_once(model: Any, example: Tensor) -> Graph:
    graph = Graph(shapes={"x": tuple(example.shape)}, example=array_of(example))
    start = graph.elementwise("float", ["x"]) if graph.whole else "x"
    with no_grad():
        wanted = model(example.clone())
        found = model(Symbol(graph, start, example))
    if not isinstance(found, Symbol) or found.name is None:
        given = {Symbol: "the places of maxima", Tensor: "a constant one"}.get(type(found), type(found).__name__)
        cure = "Export a module around it that returns the one that is needed"
        raise ExportError(complaint("export", "a model that gives one tensor, computed from its input", given, cure))
    if not np.allclose(array_of(wanted), array_of(found.value), rtol=1e-4, atol=1e-5, equal_nan=True):
        cure = "Write into no view, and draw no numbers"
        raise ExportError(complaint("export", "the same result in each call", "another one", cure))
    graph.output, graph.expected = found.name, array_of(found.value)
    graph.prune()
    return graph


def _check_input(model: Any, example: Tensor) -> None:
    if not example.numel():
        raise ExportError(complaint("export", "an example with elements", f"shape {tuple(example.shape)}"))
    try:
        inspect.signature(model.forward if hasattr(model, "forward") else model).bind(example)
    except TypeError as problem:
        given = f"{type(model).__name__}.forward ({problem})"
        raise ExportError(complaint("export", "a model of one input", given, _ONE_INPUT)) from problem
