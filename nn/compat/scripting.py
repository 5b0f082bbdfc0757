"""`torch.jit` for scripts that use it: modules and functions stay as they are, operations are compiled already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.compilation import compile as script
from nn.module import Module

__all__ = [
    "ScriptModule",
    "export",
    "ignore",
    "is_scripting",
    "is_tracing",
    "script",
    "script_method",
    "trace",
    "unused",
]

ScriptModule = Module


def trace(func: Any, example_inputs: Any = None, *args: Any, **options: Any) -> Any:
    """The module or function unchanged; it is not run on the example."""
    return func


def export(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The method unchanged."""
    return fn


script_method = unused = export


def ignore(drop: Any = False, **options: Any) -> Any:
    """The function unchanged; `@ignore(drop=True)` decorates likewise."""
    return drop if callable(drop) else export


def is_scripting() -> bool:
    """Always False."""
    return False


def is_tracing() -> bool:
    """Always False."""
    return False
