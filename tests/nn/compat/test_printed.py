"""What unmodified scripts print is, letter by letter, what PyTorch prints."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

TEXT = """
import numpy as np
import torch
from torch import nn
from torch.distributions import Bernoulli, Categorical, Independent, Normal

torch.manual_seed(0)
a = torch.randn(3, 3)
x = torch.arange(24).reshape(2, 3, 4)
print(a, a.max(1), a.sort(descending=True), a.topk(2, largest=False), a.aminmax(), x.dtype, x.type(), x.shape)
print(torch.tensor([1e10, 1.0]), torch.zeros(0, 3), torch.tensor([1.0], dtype=torch.float64), f"{a.sum():.3f}")
print(a.type(torch.DoubleTensor).dtype, isinstance(a, torch.FloatTensor), torch.channels_last, torch.FloatTensor)
print(x[0].float().median(dim=1), x.float().cummax(0)[1], torch.linalg.slogdet(torch.eye(2)))
print(torch.add(a, 1, out=torch.zeros(3, 3)), np.sqrt(torch.tensor([4.0, 9.0])), np.float32(2) * torch.ones(2))
print(Normal(torch.zeros(2), torch.ones(2)), Normal(0.0, 1.0), Categorical(torch.ones(3)), Bernoulli(logits=a))
print(Independent(Normal(torch.zeros(2), 1.0), 1))
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.LSTM(2, 3))
print(net, torch.optim.SGD([{"params": net[0].parameters()}, {"params": net[1].parameters(), "lr": 0.5}], lr=0.1))
print(net[0].load_state_dict({"weight": torch.ones(2, 1, 3, 3), "scale": torch.ones(1)}, strict=False))
"""


def printed(script: Path, *module: str) -> str:
    done = subprocess.run([sys.executable, *module, str(script)], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="needs PyTorch")
def test_text(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(TEXT)
    assert printed(script, "-m", "nn.compat") == printed(script)
