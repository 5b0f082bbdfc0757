"""The adding problem: what a forget gate that starts open does for an LSTM, and an LSTM for gradients.

python -m examples.adding_problem

Each step of a sequence shows a number and a mark; the sum of the two marked numbers is asked for at the end. Who
answers 1 to all has a mean squared error of 1/6. As called above, only the LSTM whose forget gate starts open learns
to add in time (0.002, the others 0.17); with other seeds another may be as quick, or all may need longer. From
Hochreiter and Schmidhuber, "Long short-term memory" (1997); the bias of the forget gate from Gers et al., "Learning to
forget" (2000).
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
from nn.utils import clip_grad_norm_, gradient_norms_per_step

MODELS = {
    "LSTM, forget bias 1": lambda hidden: nn.LSTM(2, hidden, forget_bias=1.0),
    "LSTM, none": lambda hidden: nn.LSTM(2, hidden),
    "LSTM, forget bias -3": lambda hidden: nn.LSTM(2, hidden, forget_bias=-3.0),
    "RNN": lambda hidden: nn.RNN(2, hidden),
}
STYLES = (("#1f3b73", "-"), ("#2f8f5b", "--"), ("#d9822b", "-."), ("#9b9b9b", ":"))  # told apart in grey, too
SMOOTHING = 50  # updates whose losses are averaged


class Adder(nn.Module):
    """From sequences (T, N, 2) to one number each, (N,), read from the last state of a recurrent layer."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.head = nn.Linear(layer.hidden_size, 1)

    def forward(self, sequences):
        return self.head(self.layer(sequences)[0][-1]).squeeze(1)


def problems(count, steps):
    """Sequences (steps, count, 2) of numbers from 0 to 1 and marks, one in each half, and the marked sums (count,)."""
    numbers, marks, every = torch.rand(steps, count), torch.zeros(steps, count), torch.arange(count)
    marks[torch.randint(0, steps // 2, (count,)), every] = 1.0
    marks[torch.randint(steps // 2, steps, (count,)), every] = 1.0
    return torch.stack([numbers, marks], dim=-1), (numbers * marks).sum(0)


def train(model, args, name):
    """Returns the loss of each update."""
    optimizer, losses = optim.Adam(model.parameters(), lr=args.lr), []
    progress = trange(args.updates, desc=name, unit="update", disable=None)
    for _ in progress:
        sequences, sums = problems(args.batch, args.steps)
        optimizer.zero_grad()
        loss = F.mse_loss(model(sequences), sums)
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        progress.set_postfix(loss=f"{losses[-1]:.4f}")
    return losses


def draw(losses, norms, path):
    """Losses while training, and how much the last output depends on each step before training."""
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for (name, values), (color, line) in zip(losses.items(), STYLES, strict=True):
        style = {"color": color, "linestyle": line, "linewidth": 1.8, "label": name}
        shown = [norm or math.nan for norm in norms[name]]  # zeros have no place on a logarithmic axis
        width = min(SMOOTHING, len(values))
        means = [sum(values[i : i + width]) / width for i in range(len(values) - width + 1)]
        left.semilogy(range(width, len(values) + 1), means, **style)
        right.semilogy(range(1, len(shown) + 1), shown, **style)
    left.axhline(1 / 6, color="black", linewidth=0.8, label="always 1")
    left.set(title="Training", xlabel="update", ylabel=f"mean squared error, mean of {SMOOTHING}")
    right.set(title="Before training", xlabel="step t", ylabel="norm of the gradient for the state at t")
    left.legend(fontsize=8)
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


def options(argv):
    """The command line, checked."""
    parser = argparse.ArgumentParser(prog="python -m examples.adding_problem", description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100, help="of a sequence (default %(default)s)")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--updates", type=int, default=1500, help="of each model (default %(default)s)")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="adding_problem.png", help="the picture to write")
    args = parser.parse_args(argv)
    if min(args.hidden, args.batch, args.updates) < 1 or args.steps < 2:
        parser.error("--hidden, --batch and --updates must be at least 1, --steps at least 2")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    return args


def main(argv=None):
    args = options(argv)
    losses, norms = {}, {}
    for name, build in MODELS.items():
        torch.manual_seed(args.seed)
        model = Adder(build(args.hidden))
        sequences, _ = problems(args.batch, args.steps)
        norms[name] = gradient_norms_per_step(model.layer, sequences, lambda outputs: outputs[-1].sum())
        losses[name] = train(model, args, name)
        sequences, sums = problems(1000, args.steps)
        with torch.no_grad():
            error = F.mse_loss(model(sequences), sums).item()
        ratio = norms[name][0] / norms[name][-1]
        print(f"{name:21} error {error:.4f}; gradient of the first step / of the last before training {ratio:.1e}")
    draw(losses, norms, args.out)
    print(f"losses and gradients in {args.out}")


if __name__ == "__main__":
    main()
