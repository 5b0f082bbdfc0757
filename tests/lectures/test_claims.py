"""What the lectures claim of backpropagation: its merits, its faults, and the heuristics that help."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import autograd as torch
import nn
import nn.functional as F
import optim
from benchmarks.resident_memory import is_measurable, peak_growth
from nn.data import DataLoader, IterableDataset, TensorDataset

ALL_THREADS = torch.get_num_threads()
pytestmark = pytest.mark.usefixtures("one_thread")


def test_backward_uses_what_forward_kept() -> None:
    """No activation is computed again (L0-15): its input may be lost before the backward pass."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 8), nn.Sigmoid(), nn.Linear(8, 4), nn.Softmax(1))
    x, inputs, found = torch.randn(5, 3), [], []
    for layer in model[1::2]:
        layer.register_forward_hook(lambda layer, arguments, result: inputs.append(arguments[0].detach().numpy()))
    for lost in (False, True):
        inputs.clear()
        loss = (model(x) ** 2).sum()
        for values in inputs:
            values[:] = np.nan if lost else values
        found.append(torch.grad(loss, list(model.parameters())))
    for kept, after_loss in zip(*found, strict=True):
        np.testing.assert_array_equal(kept.numpy(), after_loss.numpy())


class Bump(torch.Function):
    """An activation of one's own: exp(-x²)."""

    @staticmethod
    def forward(ctx, x):
        result = (-x * x).exp()
        ctx.save_for_backward(x, result)
        return result

    @staticmethod
    def backward(ctx, gradient):
        x, result = ctx.saved_tensors
        return -2 * gradient * x * result


def test_any_activation_and_any_loss_will_do() -> None:
    """L0-22, to the second derivative."""
    x = torch.randn(4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    weight = torch.randn(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).requires_grad_()

    def loss(weight: torch.Tensor) -> torch.Tensor:
        return ((Bump.apply(x @ weight.T) - 0.5).abs() ** 3).cosh().log().sum()

    assert torch.gradcheck(loss, weight)
    assert torch.gradgradcheck(loss, weight)


class Endless(IterableDataset):
    """Features (5,) and what a linear law makes of them, with noise of variance 0.01."""

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        law = torch.arange(1.0, 6.0)
        while True:
            x = torch.randn(5)
            yield x, (x @ law + 0.1 * torch.randn(())).view(1)


def online_losses(steps: int) -> list[float]:
    """The squared errors of predictions, each made before its example was learnt from."""
    torch.manual_seed(0)
    model = nn.Linear(5, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    losses = []
    for _, (x, y) in zip(range(steps), DataLoader(Endless())):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_regret_falls_on_a_stream() -> None:
    """Learning from a stream (L0-23): the mean loss above that of the law itself, 0.01, falls as 1 / steps."""
    regret = np.cumsum(np.array(online_losses(4000)) - 0.01) / np.arange(1, 4001)
    assert regret[100] > 5 * regret[1000] > 15 * regret[3999] > 0


def ten_thousand_steps() -> Callable[[], object]:
    """The work whose memory is measured, after a short run of it."""
    torch.set_num_threads(1)
    online_losses(500)
    return lambda: online_losses(10_000)


@pytest.mark.skipif(not is_measurable(), reason="this system does not tell the peak of a process")
def test_memory_does_not_grow_on_a_stream() -> None:
    """L0-23: no more than 5 MB over 10,000 steps."""
    assert peak_growth("tests.lectures.test_claims", "ten_thousand_steps") <= 5_000_000


def trained_bits(threads: int, workers: int) -> list[bytes]:
    """The weights of a convolutional network after an epoch."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    data = TensorDataset(torch.randn(128, 3, 24, 24), torch.randint(0, 10, (128,)))
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 121, 10)
    )
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    for images, labels in DataLoader(data, batch_size=32, shuffle=True, num_workers=workers):
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return [parameter.detach().numpy().tobytes() for parameter in model.parameters()]


def test_work_shared_out_gives_the_same_weights() -> None:
    """Threads that compute and processes that load (L0-25), to the bit."""
    alone = trained_bits(threads=1, workers=0)
    assert trained_bits(threads=ALL_THREADS, workers=0) == alone
    assert trained_bits(threads=ALL_THREADS, workers=2) == alone


def xor_losses(seed: int) -> list[float]:
    """Of a 2-2-1 network of sigmoids under plain gradient descent."""
    torch.manual_seed(seed)
    x, y = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    model = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1))
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    losses = []
    for _ in range(4000):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_learning_xor_waits_on_a_plateau() -> None:
    """Slow convergence (L0-26): more than a thousand steps at ln 2, where every corner gets the same answer."""
    losses = xor_losses(seed=0)
    assert abs(np.array(losses[100:1200]) - math.log(2)).max() < 0.005
    assert losses[-1] < 0.02


def test_learning_xor_may_end_in_a_local_minimum() -> None:
    """L0-26: two corners right, the other two told apart by nothing, which costs ln 2 each."""
    losses = xor_losses(seed=5)
    assert losses[-1] == pytest.approx(math.log(2) / 2, abs=0.01)
    assert losses[1500] - losses[-1] < 0.01


def sine_errors(seed: int) -> tuple[float, float]:
    """The mean squared errors of a wide network on 20 noisy points that it learnt and on 200 that it did not see."""
    torch.manual_seed(seed)
    x, test_x = 3 * torch.randn(20, 1), 3 * torch.randn(200, 1)
    y, test_y = (points.sin() + 0.3 * torch.randn_like(points) for points in (x, test_x))
    model = nn.Sequential(nn.Linear(1, 100), nn.Tanh(), nn.Linear(100, 100), nn.Tanh(), nn.Linear(100, 1))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    for _ in range(1000):
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        return F.mse_loss(model(x), y).item(), F.mse_loss(model(test_x), test_y).item()


def test_networks_overfit() -> None:
    """L0-26, with 20 points of a sine."""
    train, test = sine_errors(seed=0)
    assert test > 5 * train


def moons(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Points (2·count, 2) of two half circles, each of which reaches into the other, and which of the two (0 or 1)."""
    angle = math.pi * torch.rand(count)
    upper, lower = torch.stack([angle.cos(), angle.sin()], 1), torch.stack([1 - angle.cos(), 0.5 - angle.sin()], 1)
    points = torch.cat([upper, lower])
    return points + 0.1 * torch.randn_like(points), torch.arange(2).repeat_interleave(count)


def accuracy_on_moons(activation: type[nn.Module], layers: int, width: int, seed: int) -> float:
    torch.manual_seed(seed)
    (x, y), (test_x, test_y) = moons(200), moons(500)
    hidden = [nn.Sequential(nn.LazyLinear(width), activation()) for _ in range(layers)]
    model = nn.Sequential(*hidden, nn.LazyLinear(2))
    model(x)
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        return (model(test_x).argmax(1) == test_y).float().mean().item()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(("activation", "curved"), [(nn.Identity, False), (nn.ReLU, True), (nn.Tanh, True)])
def test_what_a_network_is_made_of_decides(activation: type[nn.Module], curved: bool, layers: int) -> None:
    """Activations, layers and neurons (L0-28): the arms need an activation that is not linear, and enough neurons."""
    narrow, wide = (accuracy_on_moons(activation, layers, width, seed=0) for width in (1, 16))
    assert narrow < 0.92
    assert wide > 0.98 if curved else wide < 0.92
