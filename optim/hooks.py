"""Functions called around the steps of optimizers, and around saving and loading their state."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.hooks import RemovableHandle
from autograd.observation import observed

StepHook = Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]
"""A function of the optimizer, and of the arguments of `step`, the first of which is the optimizer."""

_before_every_step: list[StepHook] = []
_after_every_step: list[StepHook] = []


def register_optimizer_step_pre_hook(hook: StepHook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` before each step of every optimizer; as `register_step_pre_hook` else."""
    return _register(_before_every_step, hook)


def register_optimizer_step_post_hook(hook: StepHook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` after each step of every optimizer."""
    return _register(_after_every_step, hook)


def _register(hooks: list[Any], hook: Any, prepend: bool = False) -> RemovableHandle:
    hooks.insert(0 if prepend else len(hooks), hook)
    return RemovableHandle(hooks, hook)


class HookedOptimizer:
    """What runs an optimizer's steps: it counts them, tells a profiler, and calls the hooks.

    A copy of an optimizer, or one from a pickle, has no hooks.
    """

    steps_taken = 0

    def _watch(self) -> None:
        """Begin without hooks. A `step` that a subclass writes itself is run as the common one is."""
        self._step_pre: list[StepHook] = []
        self._step_post: list[StepHook] = []
        self._save_pre: list[Callable[[Any], None]] = []
        self._save_post: list[Callable[[Any, dict[str, Any]], Any]] = []
        self._load_pre: list[Callable[[Any, dict[str, Any]], Any]] = []
        self._load_post: list[Callable[[Any], None]] = []
        if type(self).step is not HookedOptimizer.step:
            self.__dict__["step"] = partial(self._run, type(self).step)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient. `closure` computes the loss anew; its value is returned."""
        return self._run(type(self)._take_step, *(() if closure is None else (closure,)))

    def _take_step(self, closure: Callable[[], Any] | None = None) -> Any:
        raise NotImplementedError

    def _run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call `function`, a step, with the optimizer and the arguments, and the hooks before and after it."""
        self.steps_taken += 1
        args = (self, *args)
        for before in (*_before_every_step, *self._step_pre):
            changed = before(self, args, kwargs)
            if changed is not None:
                args, kwargs = self._arguments(changed)
        if observed.observer is None:
            result = function(*args, **kwargs)
        else:
            named = partial(function, **kwargs)
            result = observed.call(f"Optimizer.step#{type(self).__name__}.step", named, *args)
        for after in (*self._step_post, *_after_every_step):
            after(self, args, kwargs)
        return result

    @staticmethod
    def _arguments(changed: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if not isinstance(changed, tuple) or len(changed) != 2:
            raise ArgumentError(
                complaint("optimizer's step pre-hook", "None or a tuple (args, kwargs) as its result", repr(changed))
            )
        return changed

    def register_step_pre_hook(self, hook: StepHook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; a tuple (args, kwargs) takes the arguments' place.

        args[0] is the optimizer. Another result than None or such a tuple raises ArgumentError.
        """
        return _register(self._step_pre, hook)

    def register_step_post_hook(self, hook: StepHook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return _register(self._step_post, hook)

    def register_state_dict_pre_hook(self, hook: Callable[[Any], None], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict`; `prepend`: before the hooks that are there."""
        return _register(self._save_pre, hook, prepend)

    def register_state_dict_post_hook(
        self, hook: Callable[[Any, dict[str, Any]], Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` on what `state_dict` made; a result that is not None takes its place."""
        return _register(self._save_post, hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Callable[[Any, dict[str, Any]], Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before loading; a result that is not None is loaded instead."""
        return _register(self._load_pre, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[[Any], None], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` after `load_state_dict`."""
        return _register(self._load_post, hook, prepend)

    def __getstate__(self) -> dict[str, Any]:
        hooks = ("_step_pre", "_step_post", "_save_pre", "_save_post", "_load_pre", "_load_post", "step")
        return {name: value for name, value in self.__dict__.items() if name not in hooks}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._watch()
