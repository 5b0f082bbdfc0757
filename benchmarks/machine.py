"""What a measurement depends on: processor, libraries, threads, and the environment variables that steer them."""

from __future__ import annotations

from autograd.config import settings


def stamp(threads: int) -> dict[str, str]:
    """Lines to print above every table: name and value."""
    found = settings(packages=("numbagrad", "numpy", "numba", "torch"))
    return {**found, "processor": f"{found['processor']}, {threads} threads used"}
