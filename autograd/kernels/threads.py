"""The one pool of threads. Every kernel that runs in parallel runs here, through `run`.

A kernel comes as two functions of the same arguments: `part(*arguments, worker, workers)` does one worker's share,
and `shared(*arguments, workers)` runs all shares on Numba's threads. How the work is cut never changes a result.

Numba's threading layers have a hole each: `workqueue` ends the process when two Python threads enter it at once, GNU
OpenMP ends a forked child that enters it. So one Python thread at a time has the pool, others meanwhile do their
work alone, and a forked child always works alone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import numba
from threadpoolctl import ThreadpoolController

from autograd.errors import ArgumentError, complaint


class _Blas:
    """A context in which BLAS libraries keep to one thread; entered by several at once, the last to leave undoes it."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.inside = 0
        self.before: list[tuple[Any, int]] = []
        self.libraries: list[Any] | None = None

    def __enter__(self) -> None:
        with self.turn:
            if self.libraries is None:
                self.libraries = ThreadpoolController().select(user_api="blas").lib_controllers
            if self.inside == 0:
                self.before = [(library, library.get_num_threads()) for library in self.libraries]
                for library in self.libraries:
                    library.set_num_threads(1)
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.turn:
            self.inside -= 1
            if self.inside == 0:
                for library, count in self.before:
                    library.set_num_threads(count)


blas_on_one_thread = _Blas()
"""`with blas_on_one_thread:` around NumPy calls that reach BLAS beside kernels. Threads of BLAS and of the pool, each
spinning while they wait, keep each other off the processors for milliseconds; entering and leaving costs 7 µs."""


class _Pool:
    """How many threads may work, and who has them."""

    def __init__(self) -> None:
        self.threads: int = numba.config.NUMBA_NUM_THREADS
        self.turn = threading.Lock()
        self.forked = False

    def enter_child(self) -> None:
        self.threads = 1
        self.turn = threading.Lock()
        self.forked = True


_pool = _Pool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.enter_child)


def get_num_threads() -> int:
    """How many threads kernels use; 1 in a forked child."""
    return _pool.threads


def set_num_threads(threads: int) -> None:
    """Let kernels, and the BLAS library behind `numpy.linalg`, use this many threads.

    At most `NUMBA_NUM_THREADS`, by default the number of processors. A forked child keeps one thread for kernels.
    """
    limit = numba.config.NUMBA_NUM_THREADS
    if not 1 <= threads <= limit:
        cure = f"For a larger pool start Python with NUMBA_NUM_THREADS={threads}" if threads > limit else ""
        raise ArgumentError(complaint("set_num_threads", f"1 to {limit} threads", str(threads), cure))
    ThreadpoolController().limit(limits=threads, user_api="blas")
    if not _pool.forked:
        numba.set_num_threads(threads)
        _pool.threads = threads


def threading_layer() -> str:
    """What Numba's threads stand on. Numba chooses it when the first kernel runs in parallel."""
    try:
        return numba.threading_layer()
    except ValueError:
        return "not chosen, as no kernel has run in parallel"


def blas_libraries() -> list[dict[str, Any]]:
    """What threadpoolctl knows of each BLAS library that is loaded: file, version, core type, threads."""
    return ThreadpoolController().select(user_api="blas").info()


def run(part: Callable[..., None], shared: Callable[..., None], workers: int, *arguments: Any) -> None:
    """Do the work with up to `workers` threads: as many as it is worth."""
    workers = min(workers, _pool.threads)
    if workers > 1 and _pool.turn.acquire(blocking=False):
        try:
            shared(*arguments, workers)
        finally:
            _pool.turn.release()
    else:
        part(*arguments, 0, 1)
