"""`compile`, for scripts that ask for it: operations run in compiled kernels already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["compile"]


def compile(model: Any = None, **options: Any) -> Any:
    """The model or function unchanged; `@compile(...)` decorates likewise. PyTorch's options are accepted."""
    if model is None:
        unchanged: Callable[[Any], Any] = lambda function: function  # noqa: E731
        return unchanged
    return model
