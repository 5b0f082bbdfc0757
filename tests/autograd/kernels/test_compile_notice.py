"""The line for a user who waits: on a terminal, once, while the compiler works; nothing anywhere else."""

import os
import pty
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace

from autograd.kernels import compile_notice
from autograd.kernels.compile_notice import CompileNotice

ROOT = Path(compile_notice.__file__).parents[2]
PROGRAM = """
    import numpy as np
    from autograd.kernels import compile_notice
    compile_notice.PATIENCE = 0.05  # the kernel below takes a second or two
    from autograd.kernels import jit, vector_math
    for dtype in (np.float32, np.float64):
        assert vector_math.exp(np.zeros(3, dtype)).tolist() == [1, 1, 1]
    print(jit.compile_notice.spent)
"""


def seconds_and_lines(cache: Path) -> tuple[float, list[str]]:
    """Seconds spent compiling, and what a process wrote to its terminal."""
    ours, terminal = pty.openpty()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=terminal, timeout=120, check=True
        )
        os.set_blocking(ours, False)
        written = os.read(ours, 10_000).decode()
    except BlockingIOError:
        written = ""
    finally:
        os.close(ours)
        os.close(terminal)
    return float(done.stdout), written.splitlines()


def test_a_terminal_shows_one_line_the_first_time_only(tmp_path):
    seconds, lines = seconds_and_lines(tmp_path)
    assert seconds > 0.05 and len(lines) == 1
    assert lines[0].startswith("numbagrad: compiling kernels for this processor; kept in " + str(tmp_path))
    assert "python -m autograd.warmup" in lines[0]
    assert seconds_and_lines(tmp_path) == (0.0, [])


def make_terminal(monkeypatch) -> list[str]:
    """Let standard error be a terminal; a list of what is printed there. (A fixture would come before pytest's own.)"""
    written = []
    screen = SimpleNamespace(isatty=lambda: True, write=written.append, flush=lambda: None)
    monkeypatch.setattr(sys, "stderr", screen)
    return written


def compilation(module: str) -> SimpleNamespace:
    return SimpleNamespace(data={"dispatcher": SimpleNamespace(py_func=SimpleNamespace(__module__=module))})


def compile_for(notice: CompileNotice, seconds: float, module: str = "autograd.kernels.gemm") -> None:
    notice.on_start(compilation(module))
    notice.on_start(compilation(module))
    time.sleep(seconds)
    notice.on_end(compilation(module))
    notice.on_end(compilation(module))


def test_many_short_compilations_add_up(monkeypatch):
    terminal = make_terminal(monkeypatch)
    monkeypatch.setattr(compile_notice, "PATIENCE", 0.2)
    notice = CompileNotice(lambda: None)
    compile_for(notice, 0.01)
    assert terminal == []
    compile_for(notice, 0.5)
    assert "so each process does this (set NUMBA_CACHE_DIR)" in "".join(terminal)
    before = list(terminal)
    compile_for(notice, 0.3)
    assert terminal == before
    assert notice.spent >= 0.8


def test_the_users_own_compilations_are_none_of_our_business(monkeypatch):
    terminal = make_terminal(monkeypatch)
    monkeypatch.setattr(compile_notice, "PATIENCE", 0.0)
    notice = CompileNotice(lambda: None)
    compile_for(notice, 0.1, "__main__")
    assert terminal == [] and notice.spent == 0


def test_silence(monkeypatch):
    terminal = make_terminal(monkeypatch)
    monkeypatch.setattr(compile_notice, "PATIENCE", 0.0)
    notice = CompileNotice(lambda: None)
    notice.silent = True
    compile_for(notice, 0.1)
    assert terminal == []


def test_a_file_is_no_terminal(tmp_path, monkeypatch):
    monkeypatch.setattr(compile_notice, "PATIENCE", 0.0)
    with open(tmp_path / "log", "w") as log:
        monkeypatch.setattr(sys, "stderr", log)
        compile_for(CompileNotice(lambda: None), 0.1)
        monkeypatch.setattr(sys, "stderr", None)  # as in a windowed program
        compile_for(CompileNotice(lambda: None), 0.1)
    assert (tmp_path / "log").read_text() == ""
