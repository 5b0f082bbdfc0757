"""How many threads the kernels, and the BLAS library behind NumPy, use.

One pool. All kernels that run in parallel share one pool of threads, Numba's. BLAS has a pool of its own; where both
would work in turn, each spinning while it waits, they keep each other off the processors, so that a step takes many
times as long. BLAS therefore runs on one thread inside operations that use kernels too, and large matrix products are
kernels of this library. `set_num_threads` sets both numbers, for the whole process. Work that is too small to repay
waking a second thread, some tens of microseconds, is done by the caller alone.

Results. Work is cut by its shape, never by the number of threads, and what is summed is summed in one order: one thread
and many give the same bits.

Layer. Numba's pool stands on one of three layers, and Numba takes the first that it finds when a kernel first runs in
parallel: TBB, OpenMP, or its own "workqueue" (`show_config` tells which). Nothing here asks for another one:
- OpenMP is what wheels of Numba bring on Linux and on Windows. A parallel region costs 4 µs with it; with workqueue,
  which is what is left without an OpenMP runtime, 44 µs. `NUMBA_THREADING_LAYER=workqueue` chooses by hand.
- Each layer has a hole. Workqueue ends the process when two Python threads are in it at once; GNU OpenMP ends a forked
  child that enters it after its parent did. Kernels avoid both, on every layer, by the next two rules.

Python threads. Kernels release the interpreter's lock and may be called from several Python threads. One of them at a
time has the pool; a kernel that finds it taken does its work on the calling thread alone, and gives the same bits.
The pool of a program's own functions compiled with `numba.njit(parallel=True)` is the same one: on workqueue such a
program must not run them while another Python thread computes with this library. On OpenMP and TBB it may.

Processes. A child made by fork (`os.fork`, multiprocessing's "fork", a worker of a DataLoader) works on one thread:
`get_num_threads()` is 1 there, and `set_num_threads` reaches BLAS only. A fork waits until a compilation that another
thread of the parent has under way is done. Children made by "spawn" or "forkserver" start anew and have all threads;
where many of them compute, give each its share: `set_num_threads(1)`.

`NUMBA_NUM_THREADS`, read when Numba is imported, is the size of the pool; by default it is the number of processors
that the process may use. `set_num_threads` may ask for no more than that.
"""

from __future__ import annotations

from autograd import kernels


def set_num_threads(threads: int) -> None:
    """Let all kernels, and BLAS behind `linalg`, use this many threads; results do not depend on the number.

    Raises ArgumentError for anything but a whole number from 1 to the size of the pool (`NUMBA_NUM_THREADS`, by default
    the number of processors). In a forked child kernels keep to one thread.
    """
    kernels.threads.set_num_threads(threads)


def get_num_threads() -> int:
    """How many threads kernels use; 1 in a forked child."""
    return kernels.threads.get_num_threads()


def set_num_interop_threads(threads: int) -> None:
    """Nothing, for PyTorch's sake: operations run one after another here."""


def get_num_interop_threads() -> int:
    """How many operations run at once: 1."""
    return 1
