"""Two LSTM cells learn sine waves with L-BFGS, then continue waves on their own.

python -m examples.sine_waves

It teaches recurrent cells in a loop of Python, double precision, an optimizer that calls a closure, and a network
that feeds on its own forecasts. The waves have one period and random phases; the last three are for the test.
"""

import argparse
import math
from pathlib import Path

from matplotlib.figure import Figure
from tqdm import trange

import autograd as torch
import nn
import optim


class Forecaster(nn.Module):
    """From waves (N, T) to forecasts of each next value and of `future` more: (N, T + future)."""

    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        self.lstm1 = nn.LSTMCell(1, hidden)
        self.lstm2 = nn.LSTMCell(hidden, hidden)
        self.linear = nn.Linear(hidden, 1)

    def forward(self, waves, future=0):
        h1 = c1 = h2 = c2 = torch.zeros(len(waves), self.hidden, dtype=waves.dtype)
        outputs = []
        for t in range(waves.shape[1] + future):
            value = waves[:, t : t + 1] if t < waves.shape[1] else outputs[-1]
            h1, c1 = self.lstm1(value, (h1, c1))
            h2, c2 = self.lstm2(h1, (h2, c2))
            outputs.append(self.linear(h2))
        return torch.cat(outputs, dim=1)


def sines(count, length, period):
    """Waves (count, length) in double precision, each from a phase of its own."""
    phase = torch.randint(-4 * period, 4 * period, (count, 1), dtype=torch.float64)
    return torch.sin((torch.arange(length) + phase) * (2 * math.pi / period))


def train(model, waves, steps, lr):
    """Returns the loss at the beginning of each step; a step of L-BFGS evaluates it up to 25 times."""
    criterion = nn.MSELoss()
    optimizer = optim.LBFGS(model.parameters(), lr=lr)
    losses = []

    def closure():
        optimizer.zero_grad()
        loss = criterion(model(waves[:, :-1]), waves[:, 1:])
        loss.backward()
        return loss

    progress = trange(steps, desc="training", unit="step", disable=None)
    for _ in progress:
        losses.append(optimizer.step(closure).item())
        progress.set_postfix(loss=f"{losses[-1]:.2e}")
    return losses


def draw(waves, forecast, seen, losses, path):
    """Each test wave and its forecast, one below the other, and the loss."""
    figure = Figure(figsize=(10, 8), layout="constrained")
    curve, *panels = figure.subplots(1 + len(waves), 1)
    curve.semilogy(losses, color="#1f3b73", marker="o")
    curve.set(title="Training", xlabel="step of L-BFGS", ylabel="mean squared error")
    for axes, wave, values in zip(panels, waves, forecast, strict=True):
        axes.plot(wave, color="#c0c0c0", linewidth=4, label="the wave")
        axes.plot(range(1, seen + 1), values[:seen], color="#1f3b73", label="forecast of the next value")
        axes.plot(range(seen, len(wave)), values[seen - 1 :], color="#d9822b", label="forecast from forecasts")
        axes.set(ylabel="value", ylim=(-1.4, 1.4))
    panels[0].legend(loc="lower right", ncols=3, fontsize=8)
    panels[-1].set_xlabel("time")
    figure.savefig(path, dpi=150)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.sine_waves", description=__doc__.splitlines()[0])
    parser.add_argument("--waves", type=int, default=30, help="to learn from (default %(default)s)")
    parser.add_argument("--length", type=int, default=120, help="values in each (default %(default)s)")
    parser.add_argument("--period", type=int, default=20)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--lr", type=float, default=0.8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="sine_waves.png", help="the picture to write")
    args = parser.parse_args(argv)
    if min(args.waves, args.period, args.hidden, args.steps) < 1 or args.length < 2:
        parser.error("--waves, --period, --hidden, --steps must be at least 1, --length at least 2")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    torch.manual_seed(args.seed)
    waves = sines(args.waves, args.length, args.period)
    test_waves = sines(3, 2 * args.length, args.period)
    model = Forecaster(args.hidden).double()
    losses = train(model, waves, args.steps, args.lr)
    with torch.no_grad():
        forecast = model(test_waves[:, : args.length], future=args.length - 1)
    near, far = (forecast - test_waves[:, 1:]).pow(2).split(args.length, dim=1)
    draw(test_waves, forecast, args.length, losses, args.out)
    print(f"loss {losses[0]:.4f} at first, {losses[-1]:.2e} at last")
    print(f"test error {near.mean():.2e} of each next value, {far.mean():.2e} of a wave continued; waves in {args.out}")


if __name__ == "__main__":
    main()
