"""What a fresh process waits for: imports, and the first training step of LeNet-5 on a batch of 64.

Each sample is a process of its own. Our first one finds no compiled kernels and compiles them; the others find what
that one kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.harness import Comparison, Series
from benchmarks.libraries import OURS, TORCH

ROOT = Path(__file__).parents[1]
MOST_ROUNDS = 7

_IMPORTS = {
    "numbagrad": "import autograd as tensors, nn, optim",
    "torch": "import torch as tensors; from torch import nn, optim",
}
_STEP = """
import json, time
begin = time.perf_counter()
IMPORTS
imported = time.perf_counter()
tensors.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
)
optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
images, classes = tensors.randn(64, 1, 28, 28), tensors.arange(64) % 10
losses, times = [], [time.perf_counter()]
for _ in range(2):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(images), classes)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    times.append(time.perf_counter())
print(json.dumps([imported - begin, times[1] - imported, times[2] - times[1], losses]))
"""


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    names = [OURS.name] if TORCH is None else [OURS.name, TORCH.name]
    with tempfile.TemporaryDirectory() as cache:
        cold = _process(OURS.name, cache)
        runs = [{name: _process(name, cache) for name in names} for _ in range(min(rounds, MOST_ROUNDS))]
    _require_same_losses([cold, *(run for each in runs for run in each.values())])
    series = [
        [Series(name, tuple(run[name][column] for run in runs)) for name in names] for column in range(3)
    ]  # imports, first step, second step
    first = series[1]
    return [
        Comparison("import", series[0][0], tuple(series[0][1:])),
        Comparison("import to first step's end less import, kernels kept", first[0], tuple(first[1:])),
        Comparison("the same, nothing kept: compiles", Series(OURS.name, (cold[1],)), tuple(first[1:])),
        Comparison("second step", series[2][0], tuple(series[2][1:])),
    ]


def _process(library: str, cache: str) -> list:
    """Seconds of the imports, of the first step with what prepares it, of the second one; and the losses."""
    program = _STEP.replace("IMPORTS", _IMPORTS[library])
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def _require_same_losses(runs: list[list]) -> None:
    for run in runs[1:]:
        np.testing.assert_allclose(run[3], runs[0][3], rtol=1e-4)
