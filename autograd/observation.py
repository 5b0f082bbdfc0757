"""Where a profiler stands while it records: what modules, optimizers, loaders and backward passes look for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Observer(Protocol):
    """What a profiler lets others tell it. Calls from threads that it does not watch only run the function."""

    def timed(self, name: str, function: Callable[..., Any], kind: str = "user") -> Callable[..., Any]:
        """`function`, each call of which is recorded under `name`."""

    def module(self, module: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, a call of the module, which is recorded, with all that happens in it, under the module's path."""

    def backward(self, node: Any, function: Callable[..., Any], *args: Any) -> Any:
        """Call `function`, the part of a backward pass that belongs to `node`."""

    def begin(self, name: str) -> Any:
        """Begin a part of the program; the result, which may be None, is for `end`."""

    def end(self, event: Any) -> None:
        """End the part that `begin` began."""


class Observed:
    """Holds the observer that records now, None for most of the time."""

    __slots__ = ("observer",)

    def __init__(self) -> None:
        self.observer: Observer | None = None

    def call(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Call `function`, under that name if there is an observer."""
        observer = self.observer
        return function(*args) if observer is None else observer.timed(name, function)(*args)


observed = Observed()
