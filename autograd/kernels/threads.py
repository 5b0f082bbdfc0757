"""The one pool of threads. Every kernel that runs in parallel runs here, through `run`.

A kernel comes as two functions of the same arguments: `part(*arguments, worker, workers)` does one worker's share,
and `shared(*arguments, workers)` runs all shares on Numba's threads. How the work is cut never changes a result.

`autograd/threads.py` tells users which threads these are, and what several Python threads and forked children do.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import numba
from numba.core.compiler_lock import global_compiler_lock
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
                self.libraries = _loaded_blas()
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

    def limit(self, threads: int) -> None:
        """Let the libraries use this many threads outside the context."""
        with self.turn:
            self.libraries = _loaded_blas()
            self.before = [(library, threads) for library in self.libraries]
            if self.inside == 0:
                for library in self.libraries:
                    library.set_num_threads(threads)

    def enter_child(self) -> None:
        """Forget the parent's other threads, which may have been inside."""
        self.turn = threading.Lock()
        self.inside = 0


def _loaded_blas() -> list[Any]:
    return list(ThreadpoolController().select(user_api="blas").lib_controllers)


blas_on_one_thread = _Blas()
"""`with blas_on_one_thread:` around NumPy calls that reach BLAS beside kernels. Threads of BLAS and of the pool, each
spinning while they wait, keep each other off the processors for milliseconds; entering and leaving costs 7 µs."""


class _Pool:
    """How many threads may work, and who has them."""

    def __init__(self) -> None:
        self.threads: int = numba.config.NUMBA_NUM_THREADS
        self.turn = threading.Lock()
        self.forked = False
        self.told = threading.local()

    def enter_child(self) -> None:
        self.threads = 1
        self.turn = threading.Lock()
        self.forked = True

    def tell_numba(self) -> None:
        """Give Numba the number of threads, which it keeps for each Python thread by itself."""
        if getattr(self.told, "threads", None) != self.threads:
            numba.set_num_threads(self.threads)
            self.told.threads = self.threads


_pool = _Pool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.enter_child)
    os.register_at_fork(after_in_child=blas_on_one_thread.enter_child)
    # A child forked while another thread compiles could never compile, nor load what is kept: the fork waits.
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )


def get_num_threads() -> int:
    """How many threads kernels use; 1 in a forked child."""
    return _pool.threads


def set_num_threads(threads: int) -> None:
    """As `autograd.set_num_threads`."""
    limit = numba.config.NUMBA_NUM_THREADS
    if type(threads) is not int or not 1 <= threads <= limit:
        large = type(threads) is int and threads > limit
        cure = f"For a larger pool start Python with NUMBA_NUM_THREADS={threads}" if large else ""
        raise ArgumentError(complaint("set_num_threads", f"1 to {limit} threads", repr(threads), cure))
    blas_on_one_thread.limit(threads)
    if not _pool.forked:
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
            _pool.tell_numba()
            shared(*arguments, workers)
        finally:
            _pool.turn.release()
    else:
        part(*arguments, 0, 1)
