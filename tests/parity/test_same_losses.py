"""The same seed gives the same losses: five training scripts, each run by both libraries from `manual_seed(0)`."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

SCRIPTS = Path(__file__).parent / "scripts"
ROOT = Path(__file__).parents[2]
STEPS = 20


def losses(script: Path, *module: str) -> list[float]:
    """The numbers that the script prints, one a line."""
    command = [sys.executable, *module, str(script), str(STEPS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


@pytest.mark.parametrize("name", ["mlp", "cnn", "lstm", "vae", "gpt"])
def test_losses_of_the_first_steps(name):
    script = SCRIPTS / f"{name}.py"
    ours, theirs = losses(script, "-m", "nn.compat"), losses(script)
    assert len(ours) == len(theirs) == STEPS
    assert theirs[-1] < theirs[0]
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)
