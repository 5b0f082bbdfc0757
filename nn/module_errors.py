"""Where an error came from: the module's path and class, in front of what went wrong."""

from __future__ import annotations

import inspect
from typing import Any

from autograd.array_like import stands_in
from autograd.errors import AutogradError, OperandError, complaint
from autograd.tensor_base import TensorBase


def name_module(error: AutogradError, module: Any) -> None:
    """Let the message of an error on its way out begin with the innermost module that it passed: `path (Class): `.

    Called for each module that the error passes, from the inside out; the path is that from the outermost module which
    holds the innermost. A module that stands alone, or is itself the outermost, has its class alone.
    """
    innermost, text = getattr(error, "_raised_in", (module, str(error)))
    error._raised_in = innermost, text  # type: ignore[attr-defined]
    path = next((path for path, other in module.named_modules() if other is innermost), None)
    if path is not None:
        name = innermost._get_name()
        error.args = (f"{f'{path} ({name})' if path else name}: {text.removeprefix(f'{name}: ')}",)


def blame_operand(error: AttributeError | TypeError | IndexError, module: Any, args: Any, kwargs: Any) -> None:
    """Raise OperandError where the error comes from a layer of ours that was given something other than a Tensor."""
    if hasattr(error, "_passed_module"):
        return
    error._passed_module = True  # type: ignore[union-attr]
    if not module.forward.__module__.startswith(f"{__package__}."):
        return
    try:
        given = inspect.signature(module.forward).bind(*args, **kwargs).arguments
    except TypeError:
        return
    wrong = {name: value for name, value in given.items() if value is getattr(error, "obj", error)}
    for name, value in (wrong or dict(list(given.items())[:1])).items():
        if not isinstance(value, TensorBase) and not stands_in(value):
            problem = OperandError(complaint(module._get_name(), f"a Tensor as {name}", *_told(value)))
            name_module(problem, module)
            raise problem from error


def _told(value: Any) -> tuple[str, str]:
    """What was given instead of a Tensor, and the cure."""
    if isinstance(value, tuple | list) and any(isinstance(item, TensorBase) for item in value):
        return (
            f"a {type(value).__name__} of {len(value)}",
            "Pass one of them: some layers, as LSTM, give several results",
        )
    return type(value).__name__, "Make one with autograd.tensor(...)"
