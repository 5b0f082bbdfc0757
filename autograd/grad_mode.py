"""Whether operations are recorded for the backward pass: a setting of each thread."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Mode(threading.local):
    """The setting: `recording`, which every operation reads; `inference`; `anomaly`: "", "note" or "check".

    `listener` is called as `listener(name, arguments, result)` by operations that are not elementwise.
    """

    recording = True
    inference = False
    anomaly = ""
    listener: Callable[[str, dict[str, Any], Any], None] | None = None


mode = Mode()


class _Switch:
    """A context manager and decorator, also without brackets, that sets `recording` and puts it back.

    On a generator function it holds while the generator runs, not while its user does.
    """

    def __new__(cls, *given: Any, **named: Any) -> Any:
        made: Any = super().__new__(cls)
        if not given or not callable(given[0]):
            return made
        made.__init__()
        return made(given[0])

    def __init__(self, recording: bool) -> None:
        self._recording = recording
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(mode.recording)
        mode.recording = self._recording

    def __exit__(self, *exception: object) -> None:
        mode.recording = self._before.pop()

    def _again(self) -> _Switch:
        return type(self)(self._recording)

    def __call__(self, function: F) -> F:
        @functools.wraps(function)
        def inside(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        @functools.wraps(function)
        def step_by_step(*args: Any, **kwargs: Any) -> Any:
            return self._steps(function(*args, **kwargs))

        chosen: Any = step_by_step if inspect.isgeneratorfunction(function) else inside
        return chosen

    def _steps(self, generator: Any) -> Iterator[Any]:
        sent = None
        try:
            while True:
                with self._again():
                    try:
                        item = generator.send(sent)
                    except StopIteration as end:
                        return end.value
                sent = yield item
        finally:
            generator.close()


class no_grad(_Switch):
    """Record nothing inside: `with no_grad():` or `@no_grad()` (or plain `@no_grad`)."""

    def __init__(self) -> None:
        super().__init__(False)

    def _again(self) -> _Switch:
        return no_grad()


class enable_grad(_Switch):
    """Record inside, also within `no_grad`."""

    def __init__(self) -> None:
        super().__init__(True)

    def _again(self) -> _Switch:
        return enable_grad()


class set_grad_enabled(_Switch):
    """Set recording on or off: at once when called as a function, and until the block ends as a context manager."""

    def __init__(self, mode: bool) -> None:
        super().__init__(bool(mode))
        self._at_first = is_grad_enabled()
        super().__enter__()

    def __enter__(self) -> None:
        mode.recording = self._recording

    def __exit__(self, *exception: object) -> None:
        mode.recording = self._at_first

    def __call__(self, function: F) -> F:
        mode.recording = self._at_first
        return super().__call__(function)


class inference_mode(_Switch):
    """Like `no_grad`; `inference_mode(False)` records. Usable as a context manager and as a decorator."""

    def __init__(self, mode: bool = True) -> None:
        super().__init__(not mode)
        self._inference_before: list[bool] = []

    def __enter__(self) -> None:
        super().__enter__()
        self._inference_before.append(mode.inference)
        mode.inference = not self._recording

    def __exit__(self, *exception: object) -> None:
        mode.inference = self._inference_before.pop()
        super().__exit__(*exception)

    def _again(self) -> _Switch:
        return inference_mode(not self._recording)


def is_grad_enabled() -> bool:
    """Whether operations are recorded in this thread."""
    return mode.recording


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside `inference_mode`."""
    return mode.inference
