"""How much memory a piece of work adds at its peak, measured in a fresh process (Linux).

Run by itself, `python -m benchmarks.resident_memory MODULE FUNCTION ARGUMENT...` prints the growth in bytes.
FUNCTION(*ARGUMENTs) loads what it needs, runs the code once on something small, and returns the work to measure.
"""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def is_measurable() -> bool:
    """Whether this system tells a process its peak and lets it start anew."""
    return _STATUS.exists() and _CLEAR_REFS.exists()


def peak_growth(module: str, function: str, *arguments: str) -> int:
    """Bytes that the work adds at its peak to what its process held before; see the module's text.

    Raises subprocess.CalledProcessError if the process fails.
    """
    command = [sys.executable, "-m", "benchmarks.resident_memory", module, function, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout.split()[-1])


def _status_bytes(field: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"{_STATUS} has no line {field}")


def main(module: str, function: str, *arguments: str) -> None:
    """Print the growth of one piece of work."""
    work = getattr(importlib.import_module(module), function)(*arguments)
    gc.collect()
    _CLEAR_REFS.write_text(_RESET_PEAK)
    before = _status_bytes("VmRSS")
    work()
    print(_status_bytes("VmHWM") - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
