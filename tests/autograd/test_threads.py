"""The number of threads, as users set it; Python threads and child processes that compute at once.

Every danger is met in a process of its own, which must end well and in time.
"""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError

ROOT = Path(ag.__file__).parents[1]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
LAYERS = pytest.mark.parametrize("layer", ["default", "workqueue"])

WORK = """
import os
import sys
import threading
import multiprocessing
import numpy as np
import numba
import autograd as ag
import optim
import nn.functional as F

def step():
    '''The bits of two training steps that run convolutions, products, cross entropy and Adam in parallel.'''
    source = np.random.default_rng(0)
    def leaf(*shape):
        return ag.tensor(source.standard_normal(shape).astype(np.float32), requires_grad=True)
    x, kernel, weight = leaf(16, 8, 20, 20), leaf(16, 8, 3, 3), leaf(600, 16 * 18 * 18)
    target = ag.tensor(source.integers(0, 600, 16))
    optimizer = optim.Adam([kernel, weight], lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        scores = F.conv2d(x, kernel).flatten(1) @ weight.T
        F.cross_entropy(scores, target).backward()
        optimizer.step()
    return kernel.detach().numpy().tobytes() + weight.detach().numpy().tobytes()

def good(expected):
    return ag.get_num_threads() == 1 and step() == expected

def wait_for(child):
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    before = ag.get_num_threads()
    yield
    ag.set_num_threads(before)


def run(program: str, layer: str = "default", **environment: str) -> str:
    """What a fresh process prints that runs WORK and the program."""
    command = [sys.executable, "-c", WORK + textwrap.dedent(program)]
    variables = os.environ | {"NUMBA_THREADING_LAYER": layer} | environment
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_one_thread_gives_the_same_bits() -> None:
    a, b = ag.randn(150, 130), ag.randn(130, 170)
    expected = (a @ b).tolist()
    ag.set_num_threads(1)
    assert ag.get_num_threads() == 1
    assert (a @ b).tolist() == expected


@pytest.mark.parametrize("threads", [0, -1, 10_000, 1.0, "2", True, None, np.float32(1)])
def test_impossible_numbers_are_refused(threads: object) -> None:
    before = ag.get_num_threads()
    with pytest.raises(ArgumentError, match="set_num_threads: expected 1 to .* threads, got") as caught:
        ag.set_num_threads(threads)
    assert repr(threads) in str(caught.value)
    assert ag.get_num_threads() == before


def test_a_pool_smaller_than_asked_for_says_how_to_get_a_larger_one() -> None:
    program = """
        try:
            ag.set_num_threads(2)
        except ag.errors.ArgumentError as error:
            print(ag.get_num_threads(), len(step()) > 0, error)
    """
    said = run(program, NUMBA_NUM_THREADS="1")
    assert said.startswith("1 True set_num_threads: expected 1 to 1 threads, got 2. ")
    assert said.endswith("start Python with NUMBA_NUM_THREADS=2")


@LAYERS
def test_python_threads_at_once_get_the_bits_of_one(layer: str) -> None:
    program = """
        ag.set_num_threads(1)
        expected = step()
        ag.set_num_threads(numba.config.NUMBA_NUM_THREADS)
        seen = []
        def steps():
            for _ in range(3):
                seen.append(step() == expected)
        callers = [threading.Thread(target=steps) for _ in range(4)]
        [caller.start() for caller in callers]
        [caller.join() for caller in callers]
        print(len(seen), all(seen), numba.threading_layer() if numba.config.NUMBA_NUM_THREADS > 1 else "none")
    """
    count, equal, used = run(program, layer).split()
    assert (count, equal) == ("12", "True")
    assert used in ("none", layer) or layer == "default"


@needs_fork
@LAYERS
def test_a_forked_child_and_its_own_child_work_alone(layer: str) -> None:
    program = """
        expected = step()
        child = os.fork()
        if child == 0:
            right = good(expected)
            grandchild = os.fork()
            if grandchild == 0:
                os._exit(0 if good(expected) else 4)
            wait_for(grandchild)
            ag.set_num_threads(1)
            os._exit(0 if right and good(expected) else 3)
        wait_for(child)
        print(step() == expected)
    """
    assert run(program, layer) == "True"


@needs_fork
def test_a_fork_amid_the_work_of_another_thread() -> None:
    program = """
        expected = step()
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                step()
        other = threading.Thread(target=busy)
        other.start()
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if good(expected) else 3)
            wait_for(child)
        stop.set()
        other.join()
        print("done")
    """
    assert run(program) == "done"


@needs_fork
def test_a_fork_amid_a_compilation_can_compile(tmp_path: Path) -> None:
    program = """
        from autograd.kernels import jit, vector_math
        other = threading.Thread(target=vector_math.exp, args=(np.zeros(9, np.float32),))
        other.start()
        while jit.compile_notice.spent == 0 and not jit.compile_notice._depth:
            pass
        child = os.fork()
        if child == 0:
            os._exit(0 if vector_math.exp(np.zeros(9)).tolist() == [1] * 9 else 3)
        wait_for(child)
        other.join()
        print("done")
    """
    assert run(program, NUMBA_CACHE_DIR=str(tmp_path)) == "done"


@needs_fork
def test_a_pool_of_forked_workers() -> None:
    program = """
        expected = step()
        with multiprocessing.get_context("fork").Pool(2) as workers:
            print(all(workers.map(good, [expected] * 6)))
    """
    assert run(program) == "True"


def test_spawned_workers_start_anew(tmp_path: Path) -> None:
    script = tmp_path / "spawn.py"
    script.write_text(
        WORK
        + textwrap.dedent("""
            def fresh(expected):
                return step() == expected, ag.get_num_threads()

            if __name__ == "__main__":
                expected = step()
                with multiprocessing.get_context("spawn").Pool(2) as workers:
                    print(workers.map(fresh, [expected] * 4) == [(True, ag.get_num_threads())] * 4)
        """)
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr


def test_operations_run_one_after_another():
    ag.set_num_interop_threads(2)
    assert ag.get_num_interop_threads() == 1
