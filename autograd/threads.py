"""How many threads the kernels, and the BLAS library behind NumPy, use."""

from __future__ import annotations

from autograd import kernels


def set_num_threads(threads: int) -> None:
    """Let all kernels, and BLAS behind `linalg`, use this many threads; results do not depend on the number.

    Raises ArgumentError for fewer than 1, or more than the pool was started with (`NUMBA_NUM_THREADS`, by default the
    number of processors).
    """
    kernels.threads.set_num_threads(threads)


def get_num_threads() -> int:
    """How many threads kernels use; 1 in a forked child."""
    return kernels.threads.get_num_threads()
