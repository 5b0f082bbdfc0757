"""`show_config` tells what is in force."""

import os
import platform
import subprocess
import sys
import textwrap

import numba
import numpy as np
import pytest

import autograd as ag
from autograd.config import settings


def test_every_line_says_something(capsys: pytest.CaptureFixture[str]) -> None:
    ag.show_config()
    lines = capsys.readouterr().out.splitlines()
    found = settings()
    assert all(found.values()) and len(lines) == len(found)
    for line, (name, text) in zip(lines, found.items(), strict=True):
        assert line.startswith(name) and line.endswith(text)


def test_what_is_installed_and_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    found = settings()
    for version in (platform.python_version(), f"numpy {np.__version__}", f"numba {numba.__version__}"):
        assert version in found["versions"]
    assert f"{os.cpu_count()} cores" in found["processor"]
    assert f"{ag.get_num_threads()} threads" in found["threading layer"]
    assert "OPENBLAS_CORETYPE=Haswell" in found["environment"]
    assert np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"] in found["BLAS"]
    assert settings(packages=("no-such-package",))["versions"].endswith("no no-such-package")


def test_it_works_before_anything_else(tmp_path) -> None:
    code = """
        import sys
        import autograd as ag
        assert "numba" not in sys.modules
        ag.show_config()
    """
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, env=environment, check=True
    )
    assert "not chosen" in done.stdout and str(tmp_path) in done.stdout and "numpy" in done.stdout
