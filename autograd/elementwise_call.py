"""`elementwise`: declare an operation on elements, with broadcasting and PyTorch's promotion of dtypes.

The declared function keeps its signature and docstring. On arrays it is the function itself; on Tensors it computes on
their arrays, wraps the result, and leaves a node when the thread records. Most calls have operands of one dtype and
shape: they take a short way, and `general` does the rest.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import memory
from autograd.anomaly import note_origin, watch
from autograd.dtypes import as_float, result_dtype
from autograd.errors import AutogradError, DTypeError, OperandError, ShapeError, complaint
from autograd.grad_mode import mode
from autograd.node import Node, record
from autograd.operands import ALIASES, NUMBERS, F, describe, dressed, not_a_tensor, recorded, value_of
from autograd.operation import Operation, Rule, as_dtype
from autograd.tensor_base import TensorBase, create, results_of, wrap

_ndarray = np.ndarray
_tick = memory.tick
_MISSING: Any = object()


def elementwise(*rules: Rule | None, result: str = "same") -> Callable[[F], F]:
    """Declare an operation on elements, with broadcasting and promotion; positional parameters are its operands.

    `result`: "same" computes in the promoted dtype, "float" in a floating-point one, "any" leaves dtypes alone.
    """

    def declare(forward: F) -> F:
        call = _Elementwise(forward, rules, result)
        arity = len(call.plain.operands)
        chosen = _unary(call) if arity == 1 else _binary(call) if arity == 2 else _many(call)
        return dressed(chosen, forward, call.plain)

    return declare


class _Elementwise:
    """A declared elementwise operation: the record for equal operands and the one for operands to be adapted."""

    def __init__(self, forward: Callable[..., Any], rules: Sequence[Rule | None], result: str) -> None:
        parameters = inspect.signature(forward).parameters.values()
        self.operands = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
        self.defaults = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
        self.optional = {p.name: p.default for p in parameters if p.name in self.operands and p.default is not p.empty}
        self.forward = forward
        self.result = result
        self.float_only = result == "float"
        self.records = any(rule is not None for rule in rules)
        self.plain = Operation(forward, rules, self.operands)
        self.adapting = Operation(forward, rules, self.operands, adapting=True)

    def general(self, *args: Any, **params: Any) -> Any:
        """The call in full: named operands, parameters, arrays, numbers, mixed dtypes and shapes."""
        try:
            return self._general(args, dict(params))
        except OperandError:
            return recorded(self.general, self.plain.name, args, params)

    def _general(self, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        operands = self._operands(args, params)
        first = next((x for x in operands if isinstance(x, TensorBase)), None)
        if first is None:
            if not any(isinstance(x, np.ndarray | np.generic) for x in operands):
                raise OperandError(not_a_tensor(self.plain.name, operands))
            return self.plain.compute(*operands, **params)
        values = [x._array if isinstance(x, TensorBase) else self._single(x) for x in operands]
        dtype, cast_values = None, values
        if self.result != "any":
            dtype = as_float(result_dtype(*values)) if self.float_only else result_dtype(*values)
            cast_values = [as_dtype(x, dtype) for x in values]
        try:
            out = self.plain.compute(*cast_values, **params)
        except AutogradError:
            raise
        except OverflowError:
            out = self.plain.compute(*[_wrapped(x, dtype) for x in cast_values], **params)
        except ValueError as problem:
            raise self._misfit(values, problem) from problem
        except TypeError as problem:
            raise self._undefined(values, params, problem) from problem
        return self._finish(type(first).result_class, operands, values, out, {**self.defaults, **params})

    def _single(self, operand: Any) -> Any:
        if isinstance(operand, list | tuple):
            raise OperandError(not_a_tensor(self.plain.name, [operand]))
        return value_of(self.plain.name, operand)

    def _operands(self, args: tuple[Any, ...], params: dict[str, Any]) -> list[Any]:
        if len(args) == len(self.operands):
            return list(args)
        if len(args) > len(self.operands):
            raise OperandError(
                complaint(self.plain.name, f"operands {', '.join(self.operands)}", f"{len(args)} of them")
            )
        for alias in ALIASES.keys() & params.keys():
            params[ALIASES[alias]] = params.pop(alias)
        given = dict(zip(self.operands, args, strict=False))
        for name in self.operands[len(args) :]:
            if name in params:
                given[name] = params.pop(name)
            elif name in self.optional:
                given[name] = self.optional[name]
            else:
                raise OperandError(complaint(self.plain.name, f"operands {', '.join(self.operands)}", f"no {name}"))
        return [given[name] for name in self.operands]

    def _misfit(self, values: list[Any], problem: ValueError) -> Exception:
        shapes = [np.shape(x) for x in values if isinstance(x, np.ndarray)]
        try:
            np.broadcast_shapes(*shapes)
        except ValueError:
            return ShapeError(
                complaint(
                    self.plain.name,
                    "shapes that broadcast (sizes equal or 1, aligned at the last dimension)",
                    " and ".join(map(str, shapes)),
                    "Use view, unsqueeze or expand to align them",
                )
            )
        return problem

    def _undefined(self, values: list[Any], params: dict[str, Any], problem: TypeError) -> Exception:
        unknown = params.keys() - self.defaults.keys()
        if unknown:
            known = ", ".join((*self.operands, *self.defaults))
            return OperandError(complaint(self.plain.name, f"arguments {known}", ", ".join(sorted(unknown))))
        if any(x is None and name not in self.optional for name, x in zip(self.operands, values, strict=True)):
            return OperandError(not_a_tensor(self.plain.name, [None]))
        given = ", ".join(describe(x) for x in values)
        return DTypeError(complaint(self.plain.name, "dtypes that it is defined for", given, f"The reason: {problem}"))

    def _finish(
        self, kind: type[TensorBase], operands: list[Any], values: list[Any], out: Any, params: dict[str, Any]
    ) -> Any:
        tensors = [x if isinstance(x, TensorBase) else None for x in operands]
        for tensor in tensors:
            if tensor is not None and tensor._view is not None:
                tensor.refresh()
        nodes = tuple(None if x is None else x._node for x in tensors)
        node = None
        if mode.recording and any(nodes) and self.records:
            chosen = self.plain
            for tensor in tensors:
                if tensor is not None and (tensor._array.dtype != out.dtype or tensor._array.shape != out.shape):
                    chosen = self.adapting
            kept = chosen.keep(tuple(n is not None for n in nodes), values, np.asarray(out), params)
            node = record(chosen, nodes, kept)
        return wrap(kind, out, node)


def _unary(call: _Elementwise) -> Callable[..., Any]:
    """The call for one operand, short where it can be."""
    forward, operation, general, float_only = call.forward, call.plain, call.general, call.float_only
    needs = operation.plan((True,))
    direct = needs.isdisjoint((2, 3))
    keep_input, keep_out = 0 in needs, 1 in needs
    tail = (None, None, call.defaults) if 4 in needs else ()
    records = operation.rules != (None,)

    def unary(input: Any = _MISSING, **params: Any) -> Any:
        if params or not direct or not isinstance(input, TensorBase):
            if params or not isinstance(input, _ndarray):
                return general(*_given(input), **params)
            return forward(input)
        array = input._array
        if float_only and array.dtype.kind != "f":
            return general(input)
        if input._view is not None:
            input.refresh()
        parent = input._node
        try:
            out = forward(array)
        except TypeError:
            return general(input)
        tensor = create(results_of.kind)
        tensor._array = out = out if out.__class__ is _ndarray else np.asarray(out)
        tensor._node = tensor._grad = tensor._view = None
        tensor._generation = 0
        if parent is not None and records and mode.recording:
            node = tensor._node = create(Node)
            node.operation = operation
            kept = (array if keep_input else None, out if keep_out else None)
            node.kept = kept + tail if tail else kept
            node.parents = (parent,)
            node.hooks = None
            node.birth = _tick()
            if watch.active:
                note_origin(node)
        return tensor

    return operation.closed_over_by(unary)


def _binary(call: _Elementwise) -> Callable[..., Any]:
    """The call for two operands, short where both have one dtype and shape or one is a number beside a float tensor."""
    forward, operation, general, float_only = call.forward, call.plain, call.general, call.float_only
    direct, records, keep_one, keep_other, keep_both, tail = plan = _binary_plan(call)
    otherwise, unlike = _not_tensor_first(call, plan), _of_unlike(call)

    def binary(input: Any = _MISSING, other: Any = _MISSING, **params: Any) -> Any:
        if params or not direct or not isinstance(input, TensorBase):
            return otherwise(input, other, params)
        if input._view is not None:
            input.refresh()
        a, one = input._array, input._node
        if other.__class__ is input.__class__ or isinstance(other, TensorBase):
            if other._view is not None:
                other.refresh()
            b, two = other._array, other._node
            if a.shape != b.shape or a.dtype is not b.dtype or (float_only and a.dtype.kind != "f"):
                return unlike(input, other)
        elif other.__class__ in NUMBERS and a.dtype.kind == "f":
            b, two = other, None
        else:
            return otherwise(input, other, params)
        try:
            out = forward(a, b)
        except (TypeError, ValueError):
            return general(input, other)
        tensor = create(results_of.kind)
        tensor._array = out = out if out.__class__ is _ndarray else np.asarray(out)
        tensor._generation, tensor._node, tensor._grad, tensor._view = 0, None, None, None
        if (one is not None or two is not None) and records and mode.recording:
            keep_a, keep_b, keep_out = keep_one if two is None else keep_other if one is None else keep_both
            node = tensor._node = create(Node)
            kept = (a if keep_a else None, b if keep_b else None, out if keep_out else None)
            node.kept = kept + tail if tail else kept
            node.operation, node.parents, node.hooks, node.birth = operation, (one, two), None, _tick()
            if watch.active:
                note_origin(node)
        return tensor

    return operation.closed_over_by(binary)


def _of_unlike(call: _Elementwise) -> Callable[[TensorBase, TensorBase], Any]:
    """The call for two tensors, short where they have one dtype, which the operation takes, and different shapes."""
    forward, operation, general, records = call.forward, call.adapting, call.general, call.records
    float_only = call.float_only

    def unlike(input: TensorBase, other: TensorBase) -> Any:
        a, b, one, two = input._array, other._array, input._node, other._node
        if a.dtype is not b.dtype or (float_only and a.dtype.kind != "f"):
            return general(input, other)
        try:
            out = np.asarray(forward(a, b))
        except (TypeError, ValueError):
            return general(input, other)
        node = None
        if (one is not None or two is not None) and records and mode.recording:
            kept = operation.keep((one is not None, two is not None), (a, b), out, call.defaults)
            node = record(operation, (one, two), kept)
        return wrap(results_of.kind, out, node)

    return call.plain.closed_over_by(unlike)


def _not_tensor_first(call: _Elementwise, plan: tuple[Any, ...]) -> Callable[[Any, Any, dict[str, Any]], Any]:
    """The rest of `_binary`: short on arrays and for a number before a float tensor."""
    forward, operation, general = call.forward, call.plain, call.general
    direct, records, _, (keep_number, keep_other, keep_out), _, tail = plan

    def otherwise(input: Any, other: Any, params: dict[str, Any]) -> Any:
        if params or not direct:
            return general(*_given(input, other), **params)
        if isinstance(input, _ndarray) and other is not _MISSING and not isinstance(other, TensorBase):
            return forward(input, other)
        if input.__class__ not in NUMBERS or not isinstance(other, TensorBase) or other._array.dtype.kind != "f":
            return general(*_given(input, other))
        if other._view is not None:
            other.refresh()
        array, node = other._array, None
        try:
            out = np.asarray(forward(input, array))
        except (TypeError, ValueError):
            return general(input, other)
        if other._node is not None and records and mode.recording:
            kept = (input if keep_number else None, array if keep_other else None, out if keep_out else None, *tail)
            node = record(operation, (None, other._node), kept)
        return wrap(other.result_class, out, node)

    return operation.closed_over_by(otherwise)


def _binary_plan(call: _Elementwise) -> tuple[Any, ...]:
    """What the short call needs to know: whether it serves, whether it records, what it keeps in which case."""
    operation = call.plain
    needs = [operation.plan(wanted) for wanted in ((True, False), (False, True), (True, True))]
    direct = needs[2].isdisjoint((3, 4, 5, 6))
    keeps = [tuple(place in need for place in range(3)) for need in needs]
    tail = (None, None, None, None, call.defaults) if 7 in needs[2] else ()
    return direct, operation.rules != (None, None), *keeps, tail


def _given(*operands: Any) -> tuple[Any, ...]:
    """The operands that were passed by position."""
    return tuple(x for x in operands if x is not _MISSING)


def _wrapped(value: Any, dtype: np.dtype[Any] | None) -> Any:
    """An integer beyond the range of an integer dtype, wrapped around into it as PyTorch does."""
    return np.asarray(value).astype(dtype) if value.__class__ is int else value


def _many(call: _Elementwise) -> Callable[..., Any]:
    def many(*args: Any, **params: Any) -> Any:
        return call.general(*args, **params)

    return many
