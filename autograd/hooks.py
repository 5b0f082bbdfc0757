"""Functions called on gradients, and the handles that remove them."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any


class RemovableHandle:
    """What registering a hook returns: `remove()` takes it back; as a context manager, at the end of the block."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        self._hooks = hooks
        self._hook = hook

    def remove(self) -> None:
        """Take the hook back; a second time does nothing."""
        for i, hook in enumerate(self._hooks):
            if hook is self._hook:
                del self._hooks[i]
                return

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.remove()


def add_hook(hooks: list[Any], hook: Callable[..., Any]) -> RemovableHandle:
    """Append a hook, as an entry of its own even where the same function is there already."""

    def entry(*args: Any, **kwargs: Any) -> Any:
        return hook(*args, **kwargs)

    hooks.append(entry)
    return RemovableHandle(hooks, entry)
