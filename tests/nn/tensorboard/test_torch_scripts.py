"""Scripts that import SummaryWriter from PyTorch's places get this one."""

import subprocess
import sys

import pytest

from nn.tensorboard import read_scalars
from tests.nn.tensorboard.event_reader import events
from tests.source_tree import ROOT

SCRIPT = """
import sys
import torch
from {place} import SummaryWriter

model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.randn(8, 3)
writer = SummaryWriter(log_dir=sys.argv[1], flush_secs=30)
writer.add_graph(model, x)
for epoch in range(5):
    loss = (model(x) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    writer.add_scalar("Loss/train", loss, epoch)
    for name, parameter in model.named_parameters():
        writer.add_histogram(name, parameter, epoch)
        writer.add_histogram(name + ".grad", parameter.grad, epoch)
writer.flush()
writer.close()
"""


@pytest.mark.parametrize("place", ["torch.utils.tensorboard", "torch.utils.tensorboard.writer", "tensorboardX"])
def test_script(tmp_path, place: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(place=place))
    folder = tmp_path / "run"
    subprocess.run([sys.executable, "-m", "nn.compat", str(script), str(folder)], check=True, cwd=ROOT, timeout=120)
    losses = read_scalars(folder)["Loss/train"]["value"]
    assert len(losses) == 5 and losses[-1] < losses[0]
    assert len(events(folder)) == 1 + 1 + 5 * (1 + 2 * 4)
