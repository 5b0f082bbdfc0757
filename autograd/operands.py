"""What the two ways of declaring an operation share: operands of every kind, and the errors about them."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from autograd.errors import GraphError, OperandError, complaint
from autograd.operation import Operation
from autograd.tensor_base import TensorBase

F = TypeVar("F", bound=Callable[..., Any])
ALIASES = {"axis": "dim", "keepdims": "keepdim"}
NUMBERS: frozenset[Any] = frozenset((float, int, bool))
DECLARED: weakref.WeakSet[Operation] = weakref.WeakSet()
"""Every operation that can be called."""


def dressed(call: Callable[..., Any], forward: F, operation: Operation) -> F:
    """`call` with the name, signature and docstring of `forward`; its record is at hand as `.operation`."""
    functools.update_wrapper(call, forward)
    DECLARED.add(operation)
    call.operation = operation  # type: ignore[attr-defined]
    return cast(F, call)


def value_of(name: str, operand: Any) -> Any:
    """The array of a tensor; arrays, numbers and None as they are. Raises OperandError for anything else."""
    if isinstance(operand, TensorBase):
        return operand._array
    if operand is None or isinstance(operand, np.ndarray) or operand.__class__ in NUMBERS:
        return operand
    if isinstance(operand, np.generic):
        return operand.item()
    if isinstance(operand, list | tuple):
        return [np.asarray(x) if isinstance(x, np.generic) else value_of(name, x) for x in operand]
    if isinstance(operand, float | int):
        return float(operand) if isinstance(operand, float) else int(operand)
    raise OperandError(not_a_tensor(name, [operand]))


def recorded(call: Callable[..., Any], name: str, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """What an operand that is no Tensor but records operations, as those of `nn.export` do, makes of a call.

    A call with `out=...` is made without it, and its result written there. Called while an OperandError is being
    handled, which is raised again if there is neither.
    """
    if params.get("out") is not None:
        return _written(name, params["out"], call(*args, **{key: x for key, x in params.items() if key != "out"}))
    for x in (*args, *params.values()):
        for operand in x if isinstance(x, list | tuple) else (x,):
            recorder = getattr(operand, "__record_operation__", None)
            if recorder is not None:
                return recorder(call, name, args, params)
    raise


def _written(name: str, out: Any, result: Any) -> Any:
    """The tensor `out`, or several of them, with the result's elements."""
    targets, results = (out, result) if isinstance(out, list | tuple) else ((out,), (result,))
    for target, found in zip(targets, results, strict=True):
        if not isinstance(target, TensorBase) or target.shape != found.shape:
            given = f"out={describe(target)}"
            raise OperandError(complaint(name, f"out= to be a Tensor of shape {tuple(found.shape)}", given))
        if found._node is not None:
            told = "an operand that requires grad, and out="
            raise GraphError(complaint(name, "operands without gradients", told, "Use copy_, or a no_grad() block"))
        target.copy_(found)  # type: ignore[attr-defined]
    return out


def not_a_tensor(name: str, operands: Sequence[Any]) -> str:
    """The message for a call without a tensor among its operands."""
    kinds = ", ".join(type(x).__name__ for x in operands)
    sparse = any(getattr(x, "is_sparse", False) for x in operands)
    cure = "Use autograd.sparse.mm, or to_dense()" if sparse else "Make one with autograd.tensor(...)"
    return complaint(name, "a Tensor", kinds, cure)


def describe(value: Any) -> str:
    """An operand in an error message: its shape and dtype, or the number itself."""
    if isinstance(value, TensorBase):
        value = value._array
    if isinstance(value, np.ndarray):
        return f"shape {value.shape} of {value.dtype}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(describe(item) for item in value) + "]"
    return repr(value)
