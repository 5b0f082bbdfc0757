"""The one way in which kernels are compiled, and where the compiled code is kept.

Every compiled function of this library is made by `kernel`. Kernels are functions of modules, never made inside
another function: Numba finds only those again in its cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

_FAST = {"contract", "nsz"}
"""A product and a sum may be rounded once, and the sign of a zero is free; NaN and infinities keep their meaning."""


def _source_stamp() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_STAMP = _source_stamp()


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
        try:
            dispatcher.enable_caching()
        except RuntimeError:  # Numba's word for: no place to write
            return dispatcher
        # Numba compares the function's own file only, but kernels are compiled into one another across files.
        dispatcher._cache._cache_file._source_stamp = _STAMP
        return dispatcher

    return decorate


@kernel()
def _probe() -> None:
    """Never run: its cache place is everyone's."""


def cache_place() -> str | None:
    """The directory that holds compiled kernels between processes; None if there is none that can be written."""
    return _probe.stats.cache_path
