"""What a measurement depends on: processor, libraries, threads, and the environment variables that steer them."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numba
import numpy as np
from threadpoolctl import threadpool_info

_STEERING = ("OPENBLAS_", "OMP_", "GOMP_", "KMP_", "MKL_", "NUMBA_", "GOTO_", "VECLIB_", "NPY_")
_PACKAGES = ("numpy", "numba", "torch")
_SET_BY_THREADPOOLCTL = "KMP_DUPLICATE_LIB_OK"


def stamp(threads: int) -> dict[str, str]:
    """Lines to print above every table: name and value."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores, {threads} threads used",
        "features": _features(),
        "BLAS": _blas(),
        "threading layer": _threading_layer(),
        "environment": " ".join(_steering_variables()) or "nothing set",
        "versions": ", ".join(_versions()),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _features() -> str:
    """The vector instructions that NumPy is built upon and those that it found besides."""
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]
    return " ".join([*extensions.get("baseline", []), *extensions.get("found", [])]) or "none found"


def _blas() -> str:
    """NumPy's BLAS, and the core type and threads of each BLAS that is loaded."""
    built = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    details = [f"{Path(p['filepath']).name}: {p.get('architecture', '?')}, {p['num_threads']} threads" for p in pools]
    return "; ".join([f"{built['name']} {built['version']}", *details])


def _threading_layer() -> str:
    """Numba's layer, known once a parallel kernel has run."""
    try:
        layer = numba.threading_layer()
    except ValueError:
        layer = "not chosen, since no parallel kernel has run"
    return f"{layer}, {numba.get_num_threads()} threads"


def _steering_variables() -> list[str]:
    names = [name for name in sorted(os.environ) if name.startswith(_STEERING) and name != _SET_BY_THREADPOOLCTL]
    return [f"{name}={os.environ[name]}" for name in names]


def _versions() -> list[str]:
    found = [f"Python {platform.python_version()}"]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return found
