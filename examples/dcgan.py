"""Two convolutional networks play against each other until one draws digits (Radford, Metz and Chintala, 2016).

python -m examples.dcgan                # scikit-learn's digits of 8x8 pixels
python -m examples.dcgan --mnist DIR    # MNIST's files, 28x28
python -m examples.dcgan --saturating   # the generator minimises log(1 - D(G(z))), the game's own form

It teaches two optimizers on one loss, and `detach`. The discriminator D learns to tell digits from drawings; the
generator G learns to be taken for real. By default it minimises -log D(G(z)), whose gradient does not die while D
is sure of itself (Goodfellow et al., 2014).
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


def generator(noise, width, side):
    """From noise (N, noise, 1, 1) to images (N, 1, side, side) in (-1, 1); `side` is a multiple of 4."""
    return nn.Sequential(
        nn.ConvTranspose2d(noise, 2 * width, side // 4, bias=False), nn.BatchNorm2d(2 * width), nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
        nn.ConvTranspose2d(width, 1, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip


def discriminator(width, side):
    """From images to the logits (N,) of being real."""
    return nn.Sequential(
        nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.2),
        nn.Conv2d(2 * width, 1, side // 4), nn.Flatten(0),
    )  # fmt: skip


def init_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def train(G, D, dataset, args):
    """Returns the losses (D's, G's) of each step."""
    loader = DataLoader(dataset, batch_size=args.batch_size, shuffle=True, drop_last=True)
    optimizer_d = optim.Adam(D.parameters(), lr=args.lr, betas=(0.5, 0.999))
    optimizer_g = optim.Adam(G.parameters(), lr=args.lr, betas=(0.5, 0.999))
    real_label, fake_label = torch.ones(args.batch_size), torch.zeros(args.batch_size)
    losses = []
    progress = trange(args.epochs, desc="training", unit="epoch", disable=None)
    for _ in progress:
        for images, _ in loader:
            fake = G(torch.randn(args.batch_size, args.noise, 1, 1))
            optimizer_d.zero_grad()
            loss_d = F.binary_cross_entropy_with_logits(D(2 * images - 1), real_label)
            loss_d = loss_d + F.binary_cross_entropy_with_logits(D(fake.detach()), fake_label)
            loss_d.backward()
            optimizer_d.step()
            optimizer_g.zero_grad()
            if args.saturating:
                loss_g = -F.binary_cross_entropy_with_logits(D(fake), fake_label)
            else:
                loss_g = F.binary_cross_entropy_with_logits(D(fake), real_label)
            loss_g.backward()
            optimizer_g.step()
            losses.append((loss_d.item(), loss_g.item()))
        progress.set_postfix(D=f"{losses[-1][0]:.3f}", G=f"{losses[-1][1]:.3f}", refresh=False)
    return losses


def compare(fake, dataset):
    """How far drawings are from the nearest real digit, on average, and how often each class is that digit's."""
    images, labels = dataset.tensors
    distance, nearest = torch.cdist(fake.flatten(1), (2 * images - 1).flatten(1)).min(dim=1)
    return distance.mean().item(), torch.bincount(labels[nearest], minlength=10)


def draw(before, after, real, losses, path):
    """Drawings before and after training beside real digits, and the losses."""
    figure = Figure(figsize=(11, 9), layout="constrained")
    (first, last), (digits, curve) = figure.subplots(2, 2)
    for axes, images, title in ((first, before, "Drawings before training"), (last, after, "Drawings after training"),
                                (digits, 2 * real - 1, "Real digits")):  # fmt: skip
        axes.imshow(make_grid((images + 1) / 2, nrow=10, padding=1).permute(1, 2, 0).clamp(0, 1))
        axes.set_title(title)
        axes.set_axis_off()
    curve.plot([pair[0] for pair in losses], color="#1f3b73", linewidth=0.7, label="discriminator")
    curve.plot([pair[1] for pair in losses], color="#d9822b", linewidth=0.7, label="generator")
    curve.set(title="Training", xlabel="step", ylabel="loss (nats)")
    curve.legend()
    figure.savefig(path, dpi=150)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.dcgan", description=__doc__.splitlines()[0])
    parser.add_argument("--mnist", metavar="DIR", help="train on the MNIST files in DIR")
    parser.add_argument("--saturating", action="store_true", help="the generator minimises log(1 - D(G(z)))")
    parser.add_argument("--noise", type=int, default=32, help="numbers in a noise vector (default %(default)s)")
    parser.add_argument("--width", type=int, default=32, help="channels of the narrower layers (default %(default)s)")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="dcgan.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.epochs < 1:
        parser.error("--epochs must be at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    try:
        dataset, test_set = mnist(args.mnist) if args.mnist else sklearn_digits()
    except (OSError, ValueError) as problem:
        parser.error(str(problem))
    torch.manual_seed(args.seed)
    side = dataset.tensors[0].shape[-1]
    G, D = generator(args.noise, args.width, side).apply(init_weights), discriminator(args.width, side)
    D.apply(init_weights)
    noise = torch.randn(100, args.noise, 1, 1)
    with torch.no_grad():
        before = G(noise)
    losses = train(G, D, dataset, args)
    with torch.no_grad():
        after = G(noise)
    draw(before, after, test_set.tensors[0][:100], losses, args.out)
    (far, _), (near, classes) = compare(before, test_set), compare(after, test_set)
    print(f"distance to the nearest test digit: {far:.3f} before training, {near:.3f} after")
    print(f"nearest digits by class: {classes.tolist()}; pictures in {args.out}")


if __name__ == "__main__":
    main()
