"""The one way in which kernels are compiled, and where the compiled code is kept.

Every compiled function of this library is made by `kernel`. Kernels are functions of modules, never made inside
another function: Numba finds only those again in its cache.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from numba import njit
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.runtime import rtsys

from autograd.kernels.compile_notice import CompileNotice

_FAST = {"contract", "nsz"}
"""A product and a sum may be rounded once, and the sign of a zero is free; NaN and infinities keep their meaning."""

_DAMAGED = (EOFError, pickle.UnpicklingError)
"""What reading a file of the cache raises that another process never finished."""


def _source_stamp() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_STAMP = _source_stamp()

KERNELS: list[Any] = []
"""Every function that `kernel` made, in modules imported so far."""

cache_failures: list[Exception] = []
"""Why compiled code could not be written to the cache, once for each kernel that this befell."""


class _KernelCache(FunctionCache):
    """Numba's cache of one function, with three differences.

    It is out of date when any file of kernels changes, as they are compiled into one another across files. It loads
    code without Numba's typing and lowering rules, 0.4 s of a process that only needs code compiled before; a
    compilation loads them itself. What cannot be read or written costs time, and never ends a program.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = _STAMP

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        rtsys.initialize(target_context)
        try:
            return self._load_overload(sig, target_context)
        except _DAMAGED:
            with suppress(OSError):
                self.flush()
        except OSError:
            pass
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except (OSError, *_DAMAGED) as error:
            cache_failures.append(error)


def kernel(*, parallel: bool = False, reassociate: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a function of a module to be compiled at its first call, without the interpreter's lock.

    `parallel` makes `prange` run on the pool of threads.py. `reassociate` lets the compiler reorder sums, which it
    needs to vectorise a reduction; the order is still the same at every call.

    Compiled code is kept in `NUMBA_CACHE_DIR` if that is set, else beside the source, else in the user's cache
    directory; where none can be written, each process compiles anew.
    """
    fastmath = _FAST | {"reassoc"} if reassociate else _FAST

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher = njit(nogil=True, error_model="numpy", fastmath=fastmath, parallel=parallel)(function)
        with suppress(RuntimeError):  # Numba's word for: no place to write
            dispatcher._cache = _KernelCache(function)
        KERNELS.append(dispatcher)
        return dispatcher

    return decorate


def cache_place() -> str | None:
    """The directory that holds compiled kernels between processes; None if there is none that can be written."""
    try:
        return str(_KernelCache(cache_place).cache_path)
    except RuntimeError:
        return None


compile_notice = CompileNotice(cache_place)
"""Tells the user of a terminal why the first call takes long."""
event.register("numba:compile", compile_notice)
