"""Functions called on gradients, and the handles that remove them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
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

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Retained:
    """The hook behind `retain_grad`: it keeps the gradient in the tensor's own `grad`.

    It comes after all other hooks, and follows the tensor to the node of an in-place write.
    """

    __slots__ = ("tensor",)

    def __init__(self, tensor: Any) -> None:
        self.tensor = weakref.ref(tensor)

    def __call__(self, gradient: Any) -> None:
        tensor = self.tensor()
        if tensor is not None:
            tensor._grad = gradient.clone() if tensor._grad is None else tensor._grad + gradient


def in_order(hooks: list[Any]) -> list[Any]:
    """The hooks as they are to be called: those of `retain_grad` last."""
    return sorted(hooks, key=lambda hook: isinstance(hook, Retained))


def add_hook(hooks: list[Any], hook: Callable[..., Any]) -> RemovableHandle:
    """Append a hook, as an entry of its own even where the same function is there already."""

    def entry(*args: Any, **kwargs: Any) -> Any:
        return hook(*args, **kwargs)

    hooks.append(entry)
    return RemovableHandle(hooks, entry)
