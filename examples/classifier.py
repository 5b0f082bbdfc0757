"""Separate the arms of a spiral with a multilayer perceptron, and draw the boundaries that it learns.

python -m examples.classifier               # three arms
python -m examples.classifier --arms 5 --hidden 128
python -m examples.classifier --accumulate 6  # the same steps from six small batches each

It teaches the training loop: a model, a loss, an optimizer, `zero_grad`, `backward`, `step`. No straight line separates
the arms; the hidden layers bend the plane until one does, and the picture shows where. Gradients add up until
`zero_grad`: a batch may come in parts.
"""

import argparse
import math
from pathlib import Path

from matplotlib.figure import Figure
from tqdm import trange

import autograd as torch
import nn
import nn.functional as F
import optim

COLOURS = ("#1f3b73", "#d9822b", "#2f8f5b", "#9b9b9b", "#7a3b8f", "#b03a3a")  # for at most so many arms


def spiral(arms, points, noise):
    """Points (arms * points, 2) that wind around the origin, and the arm (arms * points,) of each."""
    along = torch.rand(arms, points).sqrt()
    angle = 5 * along + 2 * math.pi / arms * torch.arange(arms).view(-1, 1) + noise * torch.randn(arms, points)
    places = torch.stack([along * angle.cos(), along * angle.sin()], dim=-1)
    return places.view(-1, 2), torch.arange(arms).repeat_interleave(points)


def accuracy(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


def train(model, x, y, epochs, lr, accumulate=1):
    """One step an epoch; returns the loss of each epoch.

    The gradient is that of the whole set, however many parts it is accumulated from; fewer points need less memory.
    """
    optimizer = optim.Adam(model.parameters(), lr=lr)
    losses = []
    progress = trange(epochs, desc="training", unit="epoch", disable=None)
    for _ in progress:
        optimizer.zero_grad()
        losses.append(0.0)
        for part, arms in zip(x.chunk(accumulate), y.chunk(accumulate), strict=True):
            loss = F.cross_entropy(model(part), arms) * (len(part) / len(x))
            loss.backward()
            losses[-1] += loss.item()
        optimizer.step()
        progress.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
    return losses


def draw(model, x, y, losses, path):
    """The probability of each arm over the plane, the points, and the loss."""
    line = torch.linspace(-1.3, 1.3, 200)
    down, right = torch.meshgrid(line, line, indexing="ij")
    with torch.no_grad():
        chances = model(torch.stack([right, down], dim=-1)).softmax(dim=-1)
    figure = Figure(figsize=(11, 4.8), layout="constrained")
    left, curve = figure.subplots(1, 2)
    for arm, colour in enumerate(COLOURS[: chances.shape[-1]]):
        left.contourf(line, line, chances[:, :, arm], levels=[0.5, 0.8, 0.95, 1.01],
                      colors=[colour + strength for strength in ("50", "80", "b0")])  # fmt: skip
        left.plot(*x[y == arm].T, "o", color=colour, markeredgecolor="white", markersize=4, label=f"arm {arm}")
    left.set(title="Points; probability over 0.5, 0.8, 0.95", xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    left.legend(loc="upper right")
    curve.semilogy(losses, color=COLOURS[0])
    curve.set(title="Training", xlabel="epoch", ylabel="cross entropy (nats)")
    curve.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.classifier", description=__doc__.splitlines()[0])
    parser.add_argument("--arms", type=int, choices=range(2, len(COLOURS) + 1), default=3)
    parser.add_argument("--points", type=int, default=200, help="on each arm (default %(default)s)")
    parser.add_argument("--noise", type=float, default=0.2, help="spread of the angle in radians")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--accumulate", type=int, default=1, metavar="N", help="batches that make up one step")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="classifier.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.points < 1 or args.hidden < 1 or args.epochs < 1:
        parser.error("--points, --hidden and --epochs must be at least 1")
    if not 1 <= args.accumulate <= args.arms * args.points:
        parser.error(f"--accumulate must be from 1 to {args.arms * args.points}, the number of points")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    torch.manual_seed(args.seed)
    (x, y), (test_x, test_y) = (spiral(args.arms, args.points, args.noise) for _ in range(2))
    model = nn.Sequential(
        nn.Linear(2, args.hidden), nn.Tanh(), nn.Linear(args.hidden, args.hidden), nn.Tanh(),
        nn.Linear(args.hidden, args.arms),
    )  # fmt: skip
    losses = train(model, x, y, args.epochs, args.lr, args.accumulate)
    draw(model, x, y, losses, args.out)
    print(f"loss {losses[0]:.4f} at first, {losses[-1]:.4f} at last")
    print(f"test accuracy {accuracy(model, test_x, test_y):.4f} on {len(test_y)} points; boundaries in {args.out}")


if __name__ == "__main__":
    main()
