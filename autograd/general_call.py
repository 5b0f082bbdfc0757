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
from autograd.operands import ALIASES, F, cast_value, describe, dressed, not_a_tensor, value_of
from autograd.operation import Operation, Rule
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


class _General:
    """A declared operation: binds arguments, unwraps, computes, wraps and records."""

    def __init__(self, declared: Operation, view: bool, promote: bool) -> None:
        parameters = inspect.signature(declared.forward).parameters
        self.declared = declared
        self.forward = declared.forward
        self.name = declared.name
        self.view = view
        self.promote = promote
        self.names = tuple(parameters)
        self.known = frozenset(self.names)
        self.defaults = {p.name: p.default for p in parameters.values() if p.default is not p.empty}
        self.required = tuple(name for name in self.names if name not in self.defaults)
        self.params = tuple(name for name in self.names if name not in declared.operands)
        self.tells_needed = declared.joint is not None and "needed" in inspect.signature(declared.joint).parameters

    def as_function(self) -> Callable[..., Any]:
        """The call as a plain function, which can carry the signature of the declared one."""
        bind, run = self.bind, self.run

        def call(*args: Any, **kwargs: Any) -> Any:
            return run(bind(args, kwargs))

        return call

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments by name, defaults filled in. Raises OperandError, a TypeError, for a call that does not fit."""
        bound = dict(self.defaults)
        bound.update(zip(self.names, args, strict=False))
        for name, value in kwargs.items():
            known = name if name in self.known else ALIASES.get(name)
            if known not in self.known or known in self.names[: len(args)]:
                raise OperandError(complaint(self.name, f"arguments {', '.join(self.names)}", f"{name}={value!r}"))
            bound[known] = value
        if len(args) > len(self.names) or any(name not in bound for name in self.required):
            given = [*(describe(x) for x in args), *kwargs]
            raise OperandError(complaint(self.name, f"arguments {', '.join(self.names)}", ", ".join(given) or "none"))
        return bound

    def run(self, bound: dict[str, Any]) -> Any:
        """Compute on the operands' arrays; wrap and record if any operand is a Tensor."""
        if self.promote:
            self._promote(bound)
        operands = [bound[name] for name in self.declared.operands]
        flat = _flat(operands)
        tensors = [x for x in flat if isinstance(x, TensorBase)]
        if not tensors:
            if not any(isinstance(x, np.ndarray | np.generic) for x in flat):
                raise OperandError(not_a_tensor(self.name, flat))
            return self.forward(**bound)
        for tensor in tensors:
            if tensor._view is not None:
                tensor.refresh()
        values = [value_of(self.name, x) for x in operands]
        bound.update(zip(self.declared.operands, values, strict=True))
        out = self._compute(bound)
        nodes = tuple([x._node if isinstance(x, TensorBase) else None for x in flat])
        records = mode.recording and any(n is not None for n in nodes)
        kept: tuple[Any, ...] = ()
        if records:
            wanted = tuple(n is not None for n in nodes)
            params = {name: bound[name] for name in self.params}
            if self.tells_needed:
                params["needed"] = wanted
            pattern = wanted if len(flat) == len(operands) else (True,) * len(operands)
            kept = self.declared.keep(pattern, values, out, params)
        if isinstance(out, tuple):
            return self._wrap_several(out, tensors[0], nodes if records else None, kept, bound)
        node = record(self.declared, nodes, kept) if records and out.dtype.kind == "f" else None
        result = wrap(tensors[0].result_class, out, node)
        if self.view and memory.owner(result._array) is memory.owner(tensors[0]._array):
            result._view = View(tensors[0], self._again(bound))
        return result

    def _promote(self, bound: dict[str, Any]) -> None:
        """Replace the operands by operands of their common dtype; the casts are recorded."""
        flat = _flat([bound[name] for name in self.declared.operands])
        dtype = result_dtype(*(value_of(self.name, x) for x in flat))
        for name in self.declared.operands:
            x = bound[name]
            bound[name] = [_cast(item, dtype) for item in x] if isinstance(x, list | tuple) else _cast(x, dtype)

    def _compute(self, bound: dict[str, Any]) -> Any:
        try:
            out = self.forward(**bound)
            return out if isinstance(out, tuple | np.ndarray) else np.asarray(out)
        except AutogradError:
            raise
        except (ValueError, TypeError, IndexError, np.linalg.LinAlgError) as problem:
            given = ", ".join(f"{name}={describe(bound[name])}" for name in self.names)
            raise ShapeError(
                complaint(self.name, "arguments that fit together", given, f"The reason: {problem}")
            ) from problem

    def _again(self, bound: dict[str, Any]) -> Callable[[Any], Any]:
        params = {name: bound[name] for name in self.params}
        first = self.declared.operands[0]
        return lambda source: self.run({**params, first: source})

    def _wrap_several(
        self,
        outs: tuple[Any, ...],
        source: TensorBase,
        nodes: tuple[Node | None, ...] | None,
        kept: tuple[Any, ...],
        bound: dict[str, Any],
    ) -> Any:
        outs_of = type(outs)
        node = None if nodes is None else record_several(self.declared, nodes, kept, outs)
        results = []
        for i, out in enumerate(outs):
            place = Output(node, i) if node is not None and out.dtype.kind == "f" else None
            result = wrap(source.result_class, out, place)
            if self.view and memory.owner(result._array) is memory.owner(source._array):
                again = self._again(bound)
                result._view = View(source, lambda start, again=again, i=i: again(start)[i])
            results.append(result)
        return tuple(results) if outs_of is tuple else outs_of(*results)


def _flat(operands: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for x in operands:
        if isinstance(x, list | tuple):
            flat.extend(x)
        else:
            flat.append(x)
    return flat


def _cast(operand: Any, dtype: np.dtype[Any]) -> Any:
    if isinstance(operand, TensorBase):
        return operand if operand._array.dtype == dtype else operand.to(dtype)  # type: ignore[attr-defined]
    return cast_value(operand, dtype)
