"""detect_anomaly: where in the user's program the operation was called whose gradient is not a number."""

from __future__ import annotations

import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from autograd.grad_mode import mode


class _Watch:
    """How many `detect_anomaly` are in force in all threads: nought spares every operation a look."""

    __slots__ = ("active",)

    def __init__(self) -> None:
        self.active = 0


watch = _Watch()
_turn = threading.Lock()
_HOME = str(Path(__file__).parent)
_origins: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()


class detect_anomaly:
    """Context manager: a backward pass that makes a NaN raises, naming the operation and the line that called it.

    The forward calls must run inside too, for their lines to be known. `check_nan=False` only records the lines.
    Slower: every operation looks up its caller.
    """

    def __init__(self, check_nan: bool = True) -> None:
        self.check_nan = check_nan
        self._before: list[str] = []

    def __enter__(self) -> None:
        self._before.append(mode.anomaly)
        _set("check" if self.check_nan else "note")

    def __exit__(self, *exception: object) -> None:
        _set(self._before.pop())


def _set(setting: str) -> None:
    with _turn:
        watch.active += bool(setting) - bool(mode.anomaly)
    mode.anomaly = setting


class set_detect_anomaly(detect_anomaly):
    """The same, set at once by a call: `set_detect_anomaly(True)`; also usable as a context manager."""

    def __init__(self, setting: bool, check_nan: bool = True) -> None:
        super().__init__(check_nan)
        self._before.append(mode.anomaly)
        _set(("check" if check_nan else "note") if setting else "")

    def __enter__(self) -> None:
        """The setting is already in force."""


def is_anomaly_enabled() -> bool:
    """Whether `detect_anomaly` is in force in this thread."""
    return bool(mode.anomaly)


def note_origin(node: Any) -> None:
    """Remember the innermost line outside this package that led to `node`, if this thread wants to know."""
    if mode.anomaly:
        _origins[node] = calling_line()


def calling_line() -> str:
    """The innermost line outside this package that led here."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HOME):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"


def origin(node: Any) -> str:
    """The line that `note_origin` saw for `node`."""
    return _origins.get(node, "a line outside detect_anomaly (run the forward pass inside it too)")
