"""The same training script run by both libraries, only its imports changed: the same losses for 50 steps."""

from types import SimpleNamespace

import numpy as np
import pytest

import autograd
import nn
import nn.functional
import optim
from nn.data import DataLoader, TensorDataset

torch = pytest.importorskip("torch")

OURS = SimpleNamespace(
    torch=autograd, nn=nn, F=nn.functional, optim=optim, DataLoader=DataLoader, Dataset=TensorDataset
)
THEIRS = SimpleNamespace(
    torch=torch,
    nn=torch.nn,
    F=torch.nn.functional,
    optim=torch.optim,
    DataLoader=torch.utils.data.DataLoader,
    Dataset=torch.utils.data.TensorDataset,
)


def classifier(lib, make_optimizer, dropout=0.0):
    """An MLP on random images; shuffled batches."""
    lib.torch.manual_seed(0)
    model = lib.nn.Sequential(
        lib.nn.Flatten(), lib.nn.Linear(64, 50), lib.nn.ReLU(), lib.nn.Dropout(dropout), lib.nn.Linear(50, 10)
    )
    criterion = lib.nn.CrossEntropyLoss()
    optimizer = make_optimizer(lib.optim, model.parameters())
    images, labels = lib.torch.randn(320, 8, 8), lib.torch.randint(0, 10, (320,))
    losses = []
    for _ in range(5):
        for x, y in lib.DataLoader(lib.Dataset(images, labels), batch_size=32, shuffle=True):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def regressor(lib, make_optimizer):
    """A module of its own with tied weights and a learnt scale, on a sine; full batch."""
    lib.torch.manual_seed(0)

    class Net(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.enter = lib.nn.Linear(1, 32)
            self.middle = lib.nn.Linear(32, 32)
            self.leave = lib.nn.Linear(32, 1, bias=False)
            self.scale = lib.nn.Parameter(lib.torch.ones(1))

        def forward(self, x):
            h = lib.torch.tanh(self.enter(x))
            h = self.middle(h).tanh() + h
            h = lib.F.gelu(self.middle(h))
            return self.leave(h) * self.scale

    model = Net()
    x = lib.torch.linspace(-3, 3, 100).unsqueeze(1)
    y = lib.torch.sin(x)
    optimizer = make_optimizer(lib.optim, model.parameters())
    losses = []
    for _ in range(50):
        loss = lib.F.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


OPTIMIZERS = {
    "sgd": lambda optim, parameters: optim.SGD(parameters, lr=0.05),
    "momentum": lambda optim, parameters: optim.SGD(parameters, lr=0.02, momentum=0.9, weight_decay=1e-4),
    "adam": lambda optim, parameters: optim.Adam(parameters, lr=1e-3),
    "adamw": lambda optim, parameters: optim.AdamW(parameters, lr=1e-3),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("script", [classifier, lambda *args: classifier(*args, dropout=0.3), regressor],
                         ids=["classifier", "classifier with dropout", "regressor"])  # fmt: skip
def test_same_losses(script, optimizer):
    ours, theirs = (script(lib, OPTIMIZERS[optimizer]) for lib in (OURS, THEIRS))
    assert len(ours) == 50 and ours[-1] < ours[0]
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
