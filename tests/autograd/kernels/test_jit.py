"""Where compiled kernels are kept, and that an unwritable place costs time only. Each case is a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
from autograd.kernels import jit

SOURCE = Path(autograd.__file__).parent
PROGRAM = """
import numpy as np
from autograd.kernels import jit, vector_math
result = vector_math.exp(np.zeros(3, np.float32))
assert result.tolist() == [1, 1, 1]
print(jit.cache_place(), sum(vector_math._map_part.stats.cache_hits.values()))
"""


def start(package: Path, program: str, *options: str, **environment: str) -> str:
    """What a fresh process prints that imports the package in this directory."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "XDG_"))}
    command = [sys.executable, *options, "-c", program]
    result = subprocess.run(
        command, cwd=package, env=inherited | environment, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def run(package: Path, **environment: str) -> list[str]:
    """Cache place and cache hits of a fresh process that runs PROGRAM."""
    return start(package, PROGRAM, **environment).split()


@pytest.fixture
def package(tmp_path):
    """A copy of the package that may be changed."""
    shutil.copytree(SOURCE, tmp_path / "autograd", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_place_is_a_directory_of_this_process():
    assert jit.cache_place() is None or Path(jit.cache_place()).is_dir()


def test_beside_the_source_and_found_again(package):
    beside = str(package / "autograd" / "kernels" / "__pycache__")
    assert run(package) == [beside, "0"]
    assert run(package) == [beside, "1"]


def test_a_change_in_any_kernel_file_compiles_anew(package):
    run(package)
    source = package / "autograd" / "kernels" / "vectors.py"
    source.write_text(source.read_text() + "\n# changed\n")
    assert run(package)[1] == "0"


def test_the_users_place_comes_first(package, tmp_path):
    place, _ = run(package, NUMBA_CACHE_DIR=str(tmp_path / "chosen"))
    assert place.startswith(str(tmp_path / "chosen"))


def blocked(package: Path) -> None:
    """Make the place beside the source unusable, for root as well: a file where the directory should be."""
    (package / "autograd" / "kernels" / "__pycache__").write_text("")


def test_then_the_users_cache_directory(package, tmp_path):
    blocked(package)
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    place, _ = run(package, **environment)
    assert place.startswith(str(tmp_path / "cache"))
    assert run(package, **environment)[1] == "1"


def test_then_nowhere(package, tmp_path):
    blocked(package)
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "cache")
    environment = {"XDG_CACHE_HOME": nowhere, "NUMBA_CACHE_DIR": nowhere, "PYTHONDONTWRITEBYTECODE": "1"}
    assert run(package, **environment) == ["None", "0"]


def test_no_home(package):
    blocked(package)
    program = "import os; os.path.expanduser = lambda path: '/proc/nowhere'\n" + PROGRAM  # as with no such user
    assert start(package, program, "-B", HOME="").split() == ["None", "0"]


def test_a_place_that_vanishes_or_is_full_costs_time_only(package, tmp_path):
    """The directory could be written when kernels were imported, and cannot when they are compiled."""
    program = f"""
import shutil
import numpy as np
from autograd.kernels import jit, vector_math
place = jit.cache_place()
assert place.startswith({str(tmp_path)!r})
shutil.rmtree(place)
open(place, "w").close()
assert vector_math.exp(np.zeros(3, np.float32)).tolist() == [1, 1, 1]
print([type(error).__name__ for error in jit.cache_failures], jit.cache_place())
"""
    written = start(package, program, NUMBA_CACHE_DIR=str(tmp_path / "cache"))
    assert written.startswith("['FileExistsError'")


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("content", [b"", b"half a fi"])
def test_a_damaged_file_is_compiled_anew(package, suffix, content):
    place = Path(run(package)[0])
    (damaged,) = place.glob(f"vector_math._map_part*.{suffix}")
    damaged.write_bytes(content)
    assert run(package)[1] == "0"
    assert run(package)[1] == "1"


def test_kept_code_runs_without_loading_the_compiler(package):
    """And what is compiled afterwards finds it loaded."""
    program = """
import sys
import numpy as np
from autograd.kernels import vector_math
assert vector_math.exp(np.zeros(3, np.float32)).tolist() == [1, 1, 1]
before = "numba.np.linalg" in sys.modules
assert vector_math.exp(np.zeros(3)).tolist() == [1, 1, 1]
print(before, "numba.np.linalg" in sys.modules)
"""
    run(package)
    assert start(package, program).split() == ["False", "True"]


def test_importing_the_package_does_not_import_numba():
    program = "import sys, autograd; from autograd import kernels; print('numba' in sys.modules, dir(kernels)[:1])"
    assert start(SOURCE.parent, program).split()[0] == "False"
