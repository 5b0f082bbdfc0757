"""`show_config`: what speed depends on, and what a report of a problem should tell."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from autograd import kernels

_PACKAGES = ("numbagrad", "numpy", "numba", "threadpoolctl")
_STEERING = ("OPENBLAS_", "OMP_", "GOMP_", "KMP_", "MKL_", "NUMBA_", "GOTO_", "VECLIB_", "NPY_", "MALLOC_", "GLIBC_")
_SET_BY_THREADPOOLCTL = "KMP_DUPLICATE_LIB_OK"


def show_config() -> None:
    """Print versions, processor, BLAS, threads, where compiled kernels are kept, and the variables that steer these.

    Loads Numba, if no kernel has run yet.
    """
    found = settings()
    width = max(map(len, found))
    for name, text in found.items():
        print(f"{name:<{width}}  {text}")


def settings(packages: tuple[str, ...] = _PACKAGES) -> dict[str, str]:
    """The lines of `show_config`, name and text; with the versions of `packages`."""
    return {
        "versions": ", ".join([f"Python {platform.python_version()}", *map(_version, packages)]),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "features": _features(),
        "BLAS": _blas(),
        "threading layer": f"{kernels.threads.threading_layer()}, {kernels.threads.get_num_threads()} threads",
        "kernel cache": kernels.jit.cache_place() or "none: no directory can be written, each process compiles anew",
        "environment": " ".join(_steering_variables()) or "nothing set",
    }


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


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
    loaded = kernels.threads.blas_libraries()
    details = [f"{Path(p['filepath']).name}: {p.get('architecture', '?')}, {p['num_threads']} threads" for p in loaded]
    return "; ".join([f"{built['name']} {built['version']}", *details])


def _steering_variables() -> list[str]:
    names = [name for name in sorted(os.environ) if name.startswith(_STEERING) and name != _SET_BY_THREADPOOLCTL]
    return [f"{name}={os.environ[name]}" for name in names]
