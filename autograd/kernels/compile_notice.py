"""One line for the user who waits at a terminal while kernels are compiled."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from numba.core.event import Listener

PATIENCE = 2.0
"""Seconds of compiling, in all, that pass without a word."""

_OURS = __name__.rpartition(".")[0] + "."


class CompileNotice(Listener):
    """Listens to Numba's compiler, and says once in a process that it is at work, while it still is.

    Compiling one kernel compiles others within; Numba's compiler lock lets one thread at a time do so. A call of a
    kernel that is compiled, or kept on disk, does not come here.
    """

    def __init__(self, cache_place: Callable[[], str | None]) -> None:
        self.cache_place = cache_place
        self.silent = False
        self.spent = 0.0
        self._depth = 0
        self._begin = 0.0
        self._timer: threading.Timer | None = None

    def on_start(self, event: Any) -> None:
        if not _is_ours(event):
            return
        self._depth += 1
        if self._depth == 1:
            self._begin = time.perf_counter()
            if not self.silent and sys.stderr is not None and sys.stderr.isatty():
                self._timer = threading.Timer(max(0.0, PATIENCE - self.spent), self._tell)
                self._timer.daemon = True
                self._timer.start()

    def on_end(self, event: Any) -> None:
        if not _is_ours(event):
            return
        self._depth -= 1
        if self._depth == 0:
            self.spent += time.perf_counter() - self._begin
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _tell(self) -> None:
        """Runs in the timer's thread, while the user's waits for the compiler."""
        if self.silent:
            return
        self.silent = True
        place = self.cache_place()
        if place is None:
            rest = "no directory to keep them in can be written, so each process does this (set NUMBA_CACHE_DIR)"
        else:
            rest = f"kept in {place} for the next run (python -m autograd.warmup compiles all ahead)"
        print(f"numbagrad: compiling kernels for this processor; {rest}", file=sys.stderr, flush=True)


def _is_ours(event: Any) -> bool:
    return str(event.data["dispatcher"].py_func.__module__).startswith(_OURS)
