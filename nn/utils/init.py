"""Modules whose first values do not matter."""

from __future__ import annotations

from typing import Any

from autograd.errors import OperandError, complaint
from autograd.random import fork_rng
from nn.module import Module


def skip_init(module_cls: type[Module], *args: Any, **kwargs: Any) -> Any:
    """`module_cls(*args, **kwargs)` without effect on the global random stream, for values that are loaded afterwards.

    Raises OperandError for what is no Module class.
    """
    if not issubclass(module_cls, Module):
        raise OperandError(complaint("skip_init", "a Module class", module_cls.__name__))
    with fork_rng():
        return module_cls(*args, **kwargs)
