"""A variational autoencoder of handwritten digits (Kingma and Welling, 2014): draw new digits from two numbers each.

python -m examples.vae                # scikit-learn's digits of 8x8 pixels, a code of 2 numbers
python -m examples.vae --mnist DIR    # MNIST's files

It teaches sampling that gradients pass through: the code is mu + sigma * eps, eps is drawn, mu and sigma are learnt.
The loss is the cross entropy of the pixels plus the divergence of the codes' distribution from a standard normal one.
"""

import argparse
from pathlib import Path

from matplotlib.figure import Figure
from tqdm import trange

import autograd as torch
import nn
import nn.functional as F
import optim
from examples.digits_data import mnist, sklearn_digits
from nn.data import DataLoader
from nn.data.vision import make_grid
from nn.distributions import Normal


class VAE(nn.Module):
    """Both halves have one hidden layer; images are flat."""

    def __init__(self, pixels, hidden, code):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU())
        self.mu = nn.Linear(hidden, code)
        self.logvar = nn.Linear(hidden, code)
        self.decode = nn.Sequential(nn.Linear(code, hidden), nn.ReLU(), nn.Linear(hidden, pixels), nn.Sigmoid())

    def forward(self, x):
        h = self.encode(x)
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar


def loss_function(x, reconstruction, mu, logvar):
    """The negative evidence lower bound of a batch, in nats for one image."""
    likelihood = F.binary_cross_entropy(reconstruction, x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (likelihood + divergence) / len(x)


def train(model, dataset, epochs, batch_size, lr):
    """Returns the loss of each step."""
    loader = DataLoader(dataset, batch_size=batch_size, shuffle=True)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    losses = []
    progress = trange(epochs, desc="training", unit="epoch", disable=None)
    for _ in progress:
        for images, _ in loader:
            x = images.flatten(1)
            optimizer.zero_grad()
            loss = loss_function(x, *model(x))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        progress.set_postfix(loss=f"{losses[-1]:.2f}", refresh=False)
    return losses


def draw(model, dataset, losses, path):
    """The loss; digits over their reconstructions; where codes lie; digits of a grid of codes, equally likely each."""
    images, labels = dataset.tensors
    quantiles = Normal(0.0, 1.0).icdf(torch.linspace(0.03, 0.97, 14))
    down, right = torch.meshgrid(quantiles.flip(0), quantiles, indexing="ij")
    codes = torch.zeros(len(down) ** 2, model.mu.out_features)
    codes[:, 0], codes[:, 1] = right.flatten(), down.flatten()
    with torch.no_grad():
        seen = model.mu(model.encode(images.flatten(1)))
        rebuilt = model.decode(model.mu(model.encode(images[:14].flatten(1))))
        dreamt = model.decode(codes).view(-1, *images.shape[1:])
    figure = Figure(figsize=(11, 10), layout="constrained")
    (curve, pairs), (cloud, grid) = figure.subplots(2, 2)
    curve.plot(losses, color="#1f3b73", linewidth=0.8)
    curve.set(title="Training", xlabel="step", ylabel="minus the lower bound (nats an image)")
    rows = [images[:7], rebuilt[:7].view_as(images[:7]), images[7:14], rebuilt[7:].view_as(images[:7])]
    pairs.imshow(make_grid(torch.cat(rows), nrow=7, padding=1).permute(1, 2, 0))
    pairs.set_title("Test digits, and their reconstructions below")
    points = cloud.scatter(seen[:, 0], seen[:, 1], c=labels, cmap="tab10", s=8, vmin=-0.5, vmax=9.5)
    figure.colorbar(points, ax=cloud, ticks=range(10), label="digit")
    cloud.set(title="Means of the codes of test digits", xlabel="$\\mu_1$", ylabel="$\\mu_2$")
    grid.imshow(make_grid(dreamt, nrow=14, padding=1, pad_value=0.3).permute(1, 2, 0))
    grid.set_title("Digits of codes on a grid of quantiles")
    for axes in (pairs, grid):
        axes.set_axis_off()
    figure.savefig(path, dpi=150)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.vae", description=__doc__.splitlines()[0])
    parser.add_argument("--mnist", metavar="DIR", help="train on the MNIST files in DIR")
    parser.add_argument("--code", type=int, default=2, help="numbers in a code (default %(default)s)")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="vae.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.code < 2 or args.epochs < 1:
        parser.error("--code must be at least 2, --epochs at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    try:
        train_set, test_set = mnist(args.mnist) if args.mnist else sklearn_digits()
    except (OSError, ValueError) as problem:
        parser.error(str(problem))
    torch.manual_seed(args.seed)
    model = VAE(train_set.tensors[0][0].numel(), args.hidden, args.code)
    losses = train(model, train_set, args.epochs, args.batch_size, args.lr)
    draw(model, test_set, losses, args.out)
    x = test_set.tensors[0].flatten(1)
    with torch.no_grad():
        loss = loss_function(x, *model(x)).item()
    print(f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last")
    print(f"test loss {loss:.3f} nats for each of {len(test_set)} digits; pictures in {args.out}")


if __name__ == "__main__":
    main()
