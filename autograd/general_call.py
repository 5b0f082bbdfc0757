"""`operation`: declare an operation that is not elementwise: reductions, views, products, fused kernels.

The declared function keeps its signature and docstring. On arrays it is the function itself; on Tensors it computes on
their arrays, wraps the results, and leaves a node when the thread records.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import memory
from autograd.dtypes import result_dtype
from autograd.errors import AutogradError, OperandError, ShapeError, complaint
from autograd.grad_mode import mode
from autograd.node import Node, Output, record, record_several
from autograd.operands import ALIASES, F, describe, dressed, not_a_tensor, recorded, value_of
from autograd.operation import Operation, Rule, as_dtype
from autograd.tensor_base import TensorBase, View, wrap


def operation(
    *rules: Rule | None,
    operands: Sequence[str] | None = None,
    joint: Rule | None = None,
    view: bool = False,
    promote: bool = False,
    decompose: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declare any other operation.

    `operands` names the parameters that are tensors: by default the first ones, as many as there are rules; a first
    parameter that is a sequence of tensors (`cat`) counts as one operand. `joint` is one rule that gives the gradients
    of all operands; it may ask for `needed`, which of them are wanted. With `view`, results that share the operand's
    memory are views of it. With `promote`, operands are first cast to their common dtype. `decompose` is the same
    function written out of smaller operations: under create_graph it is differentiated instead of calling the rules.
    """

    def declare(forward: F) -> F:
        names = tuple(inspect.signature(forward).parameters)
        chosen = tuple(operands) if operands is not None else names[: max(1, len(rules))]
        declared = Operation(forward, rules, chosen, joint=joint, decompose=decompose)
        return dressed(_General(declared, view, promote).as_function(), forward, declared)

    return declare


_MISSING = object()
_NO_ARRAY = (TensorBase, list)
_RESULT = (np.ndarray, tuple)
_ONLY = (True,)


class _General:
    """A declared operation: binds arguments, unwraps, computes, wraps and records."""

    def __init__(self, declared: Operation, view: bool, promote: bool) -> None:
        parameters = inspect.signature(declared.forward).parameters
        self.declared = declared
        self.name = declared.name
        self.view = view
        self.promote = promote
        self.names = tuple(parameters)
        own = {name: place for place, name in enumerate(self.names)}
        self.places = {**{alias: own[name] for alias, name in ALIASES.items() if name in own}, **own}
        self.filled = [_MISSING if p.default is p.empty else p.default for p in parameters.values()]
        self.required = [place for place, value in enumerate(self.filled) if value is _MISSING]
        self.by_position = sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters.values())
        self.options = tuple(enumerate(self.names))[self.by_position :]
        self.tail = [value for value in self.filled if value is not _MISSING]
        self.positions = tuple(self.names.index(name) for name in declared.operands)
        params = [f"{name!r}: values[{i}]" for i, name in enumerate(self.names) if name not in declared.operands]
        if declared.joint is not None and "needed" in inspect.signature(declared.joint).parameters:
            params.append("'needed': params")
        declared.reading = [f"values[{i}]" for i in self.positions], "{" + ", ".join(params) + "}"

    def as_function(self) -> Callable[..., Any]:
        """The call as a plain function, which can carry the signature of the declared one."""
        bind, run, forward, name = self.bind, self.run, self.declared.forward, self.name
        tail, required, most, passes_arrays = self.tail, len(self.required), self.by_position, not self.promote

        def call(*args: Any, **kwargs: Any) -> Any:
            if passes_arrays and not kwargs and args and args[0].__class__ is np.ndarray:
                for x in args:
                    if isinstance(x, _NO_ARRAY):
                        break
                else:
                    return forward(*args)
            given = len(args)
            try:
                if kwargs or not required <= given <= most:
                    return run(bind(args, kwargs))
                return run([*args, *tail[given - required :]])
            except OperandError:
                return recorded(call, name, args, kwargs)

        return self.declared.closed_over_by(call)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The arguments in their order, defaults filled in. Raises OperandError, a TypeError, where they do not fit."""
        given = len(args)
        values = [*args, *self.filled[given:]]
        for name, value in kwargs.items():
            place = self.places.get(name, -1)
            if place < given:
                raise OperandError(complaint(self.name, f"arguments {', '.join(self.names)}", f"{name}={value!r}"))
            values[place] = value
        if given > self.by_position or any([values[place] is _MISSING for place in self.required]):
            told = [*(describe(x) for x in args), *kwargs]
            raise OperandError(complaint(self.name, f"arguments {', '.join(self.names)}", ", ".join(told) or "none"))
        return values

    def run(self, values: list[Any]) -> Any:
        """Compute on the operands' arrays; wrap and record if any operand is a Tensor."""
        if self.promote:
            self._promote(values)
        source: TensorBase | None = None
        nodes: list[Node | None] = []
        for position in self.positions:
            operand = values[position]
            if isinstance(operand, TensorBase):
                values[position] = operand._array
                source = operand if source is None else source
                if operand._view is not None:
                    operand.refresh()
                nodes.append(operand._node)
            elif operand.__class__ is list or operand.__class__ is tuple:
                values[position] = value_of(self.name, operand)
                for x in operand:
                    source = x if source is None and isinstance(x, TensorBase) else source
                    nodes.append(_node_of(x))
            else:
                nodes.append(None)
                if operand is not None and not isinstance(operand, np.generic):
                    values[position] = value_of(self.name, operand)
        if source is None:
            return self._on_arrays(values)
        out = self._compute(values)
        if mode.listener is not None:
            mode.listener(self.name, dict(zip(self.names, values, strict=True)), out)
        kept: tuple[Any, ...] = ()
        records = nodes.count(None) < len(nodes) and mode.recording
        if records:
            kept = self._kept(values, out, nodes)
        if isinstance(out, tuple):
            return self._wrap_several(out, source, tuple(nodes) if records else None, kept, values)
        node = record(self.declared, tuple(nodes), kept) if records and out.dtype.kind == "f" else None
        result = wrap(source.result_class, out, node)
        if self.view and memory.owner(result._array) is memory.owner(source._array):
            result._view = View(source, self._again(values))
        return result

    def _on_arrays(self, values: list[Any]) -> Any:
        operands = [values[i] for i in self.positions]
        if not any(isinstance(x, np.ndarray | np.generic) for x in _flat(operands)):
            raise OperandError(not_a_tensor(self.name, operands))
        return self._forward(values)

    def _forward(self, values: list[Any]) -> Any:
        if not self.options:
            return self.declared.compute(*values)
        filled = self.filled
        options = {name: values[i] for i, name in self.options if values[i] is not filled[i]}
        return self.declared.compute(*values[: self.by_position], **options)

    def _kept(self, values: list[Any], out: Any, nodes: list[Node | None]) -> tuple[Any, ...]:
        needed = _ONLY if len(nodes) == 1 else tuple([node is not None for node in nodes])
        grouped = len(nodes) != len(self.positions) or values[self.positions[0]].__class__ is list
        return self.declared.keep((True,) * len(self.positions) if grouped else needed, values, out, needed)

    def _promote(self, values: list[Any]) -> None:
        """Replace the operands by operands of their common dtype; the casts are recorded."""
        flat = _flat([values[i] for i in self.positions])
        dtype = result_dtype(*(value_of(self.name, x) for x in flat))
        for i in self.positions:
            x = values[i]
            values[i] = [as_dtype(item, dtype) for item in x] if isinstance(x, list | tuple) else as_dtype(x, dtype)

    def _compute(self, values: list[Any]) -> Any:
        try:
            out = self._forward(values)
            return out if isinstance(out, _RESULT) else np.asarray(out)
        except AutogradError:
            raise
        except (ValueError, TypeError, IndexError, np.linalg.LinAlgError) as problem:
            given = ", ".join(f"{name}={describe(x)}" for name, x in zip(self.names, values, strict=True))
            raise ShapeError(
                complaint(self.name, "arguments that fit together", given, f"The reason: {problem}")
            ) from problem

    def _again(self, values: list[Any]) -> Callable[[Any], Any]:
        params = values[1:]
        return lambda source: self.run([source, *params])

    def _wrap_several(
        self,
        outs: tuple[Any, ...],
        source: TensorBase,
        nodes: tuple[Node | None, ...] | None,
        kept: tuple[Any, ...],
        values: list[Any],
    ) -> Any:
        outs_of = type(outs)
        node = None if nodes is None else record_several(self.declared, nodes, kept, outs)
        results = []
        for i, out in enumerate(outs):
            place = Output(node, i) if node is not None and out.dtype.kind == "f" else None
            result = wrap(source.result_class, out, place)
            if self.view and memory.owner(result._array) is memory.owner(source._array):
                result._view = View(source, _item(self._again(values), i))
            results.append(result)
        return tuple(results) if outs_of is tuple else outs_of(*results)


def _item(several: Callable[[Any], Any], i: int) -> Callable[[Any], Any]:
    return lambda start: several(start)[i]


def _node_of(operand: Any) -> Node | None:
    if not isinstance(operand, TensorBase):
        return None
    operand.refresh()
    return operand._node


def _flat(operands: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for x in operands:
        if isinstance(x, list | tuple):
            flat.extend(x)
        else:
            flat.append(x)
    return flat
