"""Scripts in the manner of PyTorch's public ones run unmodified, and print what they print there."""

import importlib.util
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))


def printed(script: Path, *module: str) -> list[float]:
    """The numbers that the script prints."""
    command = [sys.executable, *module, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return [float({"True": 1, "False": 0}.get(word, word)) for word in done.stdout.split()]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_script(script):
    numbers = printed(script, "-m", "nn.compat")
    assert numbers and all(map(math.isfinite, numbers))
    needed = [name for name in ("torch", "torchvision") if f"import {name}\n" in script.read_text()]
    if "torch" in needed and all(importlib.util.find_spec(name) for name in needed):
        assert numbers == pytest.approx(printed(script), rel=1e-4, abs=1e-6)
