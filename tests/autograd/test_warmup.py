"""`python -m autograd.warmup` compiles every kernel that operations reach, and says where it keeps them."""

import os
import pty
import shutil
import subprocess
import sys
import termios
import textwrap
from pathlib import Path

import pytest

import autograd as ag
from autograd import kernels, warmup

ROOT = Path(ag.__file__).parents[1]

# Kernels that no operation reaches, by module.
NOT_REACHED = {"vector_math": "an exponential of long arrays, where NumPy's is as quick"}
# Kernels of one floating-point type, or of integers.
OF_ONE_TYPE = {"_count", "_erf_part", "_erf_shared", "_erf_single_part", "_erf_single_shared", "_fill", "_group",
               "fill", "fisher_yates", "normal32", "normal64", "pairs64"}  # fmt: skip

PROGRAM = """
    import importlib
    import pkgutil
    import numba
    import autograd as ag
    import nn
    import optim
    from autograd import kernels, warmup

    warmup.run(lambda piece: None)
    for module in pkgutil.iter_modules(kernels.__path__):
        importlib.import_module(f"{kernels.__name__}.{module.name}")
    inner = {name for kernel in kernels.jit.KERNELS for name in kernel.py_func.__code__.co_names}
    for kernel in kernels.jit.KERNELS:
        name = kernel.py_func.__name__
        if name.endswith("_part") or name not in inner:  # else it is called by other kernels only
            if not name.endswith("_shared") or numba.config.NUMBA_NUM_THREADS > 1:
                print(kernel.py_func.__module__.rpartition(".")[2], name, len(kernel.signatures))

    def compiled():
        return sum(len(kernel.signatures) for kernel in kernels.jit.KERNELS)

    before = compiled()
    ag.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.Conv2d(6, 16, 5, stride=2), nn.ReLU(), nn.Flatten(),
        nn.Linear(2304, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    for make_optimizer in (lambda p: optim.SGD(p, lr=0.1, momentum=0.9), lambda p: optim.Adam(p, lr=0.1)):
        optimizer = make_optimizer(net.parameters())
        for images in (1, 64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(ag.randn(images, 1, 28, 28)), ag.randint(0, 10, (images,))).backward()
            optimizer.step()
    print("added", "later", compiled() - before)
"""


@pytest.fixture(scope="module")
def after() -> list[tuple[str, str, int]]:
    """Module, name and signatures of each kernel that Python calls, after all work; and what training steps added."""
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    return [(module, name, int(count)) for module, name, count in rows]


def test_every_kernel_that_operations_reach_is_compiled(after) -> None:
    missing = [f"{module}.{name}" for module, name, count in after[:-1] if not count and module not in NOT_REACHED]
    assert len(after) > 40
    assert missing == [], "WORK in autograd/warmup.py lacks a line that runs these"


def test_in_both_precisions(after) -> None:
    single = [f"{module}.{name}" for module, name, count in after[:-1] if count == 1 and name not in OF_ONE_TYPE]
    assert single == []


def test_training_compiles_nothing_more(after) -> None:
    assert after[-1] == ("added", "later", 0)


def test_threads_are_given_back_and_every_piece_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(make: warmup.Make):
        raise ArithmeticError
        yield

    told: list[str] = []
    before = ag.get_num_threads()
    monkeypatch.setattr(warmup, "WORK", {"a sum": lambda make: iter([make(2, 3)])})
    warmup.run(told.append)
    assert len(told) == warmup.steps() == len(set(told)) and told[0] == "a sum, float32, one thread"
    monkeypatch.setattr(warmup, "WORK", {"nothing": fail})
    with pytest.raises(ArithmeticError):
        warmup.run(told.append)
    assert ag.get_num_threads() == before


SHORT = """
    import sys
    from autograd import warmup
    warmup.WORK = {"rectifier": warmup.WORK["rectifier"]}
    sys.exit(warmup.main())
"""


def run(terminal: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command with a table of one line."""
    command = [sys.executable, "-c", textwrap.dedent(SHORT)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True, timeout=300,
        stderr=subprocess.PIPE if terminal is None else terminal,
    )  # fmt: skip


def test_the_command_sums_up(tmp_path: Path) -> None:
    first = run(NUMBA_CACHE_DIR=str(tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    counts, place = first.stdout.splitlines()
    assert counts.startswith("compiled ") and "found 0 compiled before" in counts
    assert place.startswith(f"kept in {tmp_path}") and list(Path(place.removeprefix("kept in ")).glob("elementwise.*"))
    again = run(NUMBA_CACHE_DIR=str(tmp_path))
    assert again.stdout.startswith("compiled 0 kernels, found ") and "found 0" not in again.stdout


def test_a_terminal_shows_progress(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    try:
        assert run(terminal, NUMBA_CACHE_DIR=str(tmp_path)).returncode == 0
        shown = os.read(ours, 10_000).decode()
    finally:
        os.close(ours)
        os.close(terminal)
    assert "rectifier, float64" in shown and "100%" in shown and "numbagrad: compiling" not in shown


def test_no_place_to_keep_kernels_is_an_error(tmp_path: Path) -> None:
    package = tmp_path / "copy"
    shutil.copytree(ROOT / "autograd", package / "autograd", ignore=shutil.ignore_patterns("__pycache__"))
    (package / "autograd" / "kernels" / "__pycache__").write_text("a file, where the directory should be")
    nowhere = str(package / "autograd" / "kernels" / "__pycache__" / "cache")
    environment = os.environ | {"XDG_CACHE_HOME": nowhere, "NUMBA_CACHE_DIR": nowhere}
    command = [sys.executable, "-B", "-m", "autograd.warmup"]
    done = subprocess.run(command, cwd=package, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stdout == ""
    assert "compiled kernels cannot be kept: no directory can be written. Set NUMBA_CACHE_DIR" in done.stderr


def test_a_place_that_cannot_be_written_after_all_is_an_error(monkeypatch, capsys) -> None:
    monkeypatch.setattr(warmup, "WORK", {})
    monkeypatch.setattr(kernels.jit, "cache_failures", [OSError(28, "No space left on device")])
    monkeypatch.setattr(kernels.jit.compile_notice, "silent", True)
    assert warmup.main() == 1
    assert "cannot be kept: [Errno 28] No space left on device. Set" in capsys.readouterr().err
