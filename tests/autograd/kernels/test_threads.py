"""The pool: how many threads, two callers at once, forked children. Each danger is met for real."""

import os
import subprocess
import sys
import textwrap
import threading

import numba
import numpy as np
import pytest
from threadpoolctl import threadpool_info

from autograd.errors import ArgumentError
from autograd.kernels import gemm, threads


def recorded():
    """A list, and a function that notes its arguments there."""
    calls = []
    return calls, lambda *arguments: calls.append(arguments)


def test_threads_govern_kernels_and_blas(restore_threads):
    threads.set_num_threads(1)
    assert threads.get_num_threads() == 1
    assert blas_threads() == {1}


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_blas_keeps_to_one_thread_inside_its_context_only(monkeypatch):
    monkeypatch.setattr(threads.blas_on_one_thread, "libraries", None)  # another test may have loaded one more
    before = blas_threads()
    with threads.blas_on_one_thread:
        assert blas_threads() == {1}
        with threads.blas_on_one_thread:
            pass
        assert blas_threads() == {1}
    assert blas_threads() == before


@pytest.mark.parametrize("count", [0, -1, numba.config.NUMBA_NUM_THREADS + 1])
def test_an_impossible_number_of_threads_raises(count):
    with pytest.raises(ArgumentError, match="set_num_threads: expected 1 to"):
        threads.set_num_threads(count)


def test_little_work_runs_alone():
    alone, part = recorded()
    together, shared = recorded()
    threads.run(part, shared, 1, "x")
    assert (alone, together) == ([("x", 0, 1)], [])


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS == 1, reason="one processor")
def test_much_work_is_shared_unless_another_thread_has_the_pool():
    alone, part = recorded()
    together, shared = recorded()
    workers = threads.get_num_threads()
    threads.run(part, shared, 1000, "x")
    assert (alone, together) == ([], [("x", workers)])

    def busy(*_):
        other = threading.Thread(target=threads.run, args=(part, shared, 1000, "y"))
        other.start()
        other.join()

    threads.run(part, busy, 1000)
    assert alone == [("y", 0, 1)]


def test_python_threads_at_once_agree_with_one():
    x = np.random.default_rng(0).standard_normal((300, 300)).astype(np.float32)
    expected = gemm.matmul(x, x.T)
    wrong = []

    def multiply():
        for _ in range(50):
            if not np.array_equal(gemm.matmul(x, x.T), expected):
                wrong.append(threading.get_ident())

    callers = [threading.Thread(target=multiply) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert wrong == []


AT_ONCE = """
    import threading
    import numba
    import numpy as np
    from autograd.kernels import gemm

    x = np.random.default_rng(0).standard_normal((300, 300)).astype(np.float32)
    expected = gemm.matmul(x, x)
    def multiply():
        for _ in range(100):
            assert np.array_equal(gemm.matmul(x, x), expected)
    callers = [threading.Thread(target=multiply) for _ in range(4)]
    [caller.start() for caller in callers]
    [caller.join() for caller in callers]
    print(numba.threading_layer())
"""

FORKED = """
    import os
    import numpy as np
    from autograd.kernels import gemm, threads

    x = np.random.default_rng(0).standard_normal((300, 300)).astype(np.float32)
    expected = gemm.matmul(x, x)
    child = os.fork()
    if child == 0:
        good = np.array_equal(gemm.matmul(x, x), expected) and threads.get_num_threads() == 1
        threads.set_num_threads(1)
        os._exit(0 if good else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert np.array_equal(gemm.matmul(x, x), expected)
    print("done")
"""


@pytest.mark.parametrize("layer", ["workqueue", "default"])
@pytest.mark.parametrize("program", [AT_ONCE, pytest.param(FORKED, marks=pytest.mark.skipif(
    not hasattr(os, "fork"), reason="no fork here"))])  # fmt: skip
def test_no_layer_ends_the_process(layer, program):
    environment = os.environ | {"NUMBA_THREADING_LAYER": layer}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    if program is AT_ONCE and layer == "workqueue":
        assert result.stdout.strip() == "workqueue"
