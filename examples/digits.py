"""Train a network on handwritten digits and plot how it learns.

python -m examples.digits                 # scikit-learn's 1,797 digits of 8x8 pixels
python -m examples.digits --model cnn     # a convolutional network; its first layer is drawn too
python -m examples.digits --mnist DIR     # MNIST files: train-* and t10k-*, or t10k-* alone, then split 8,000 / 2,000
"""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

import autograd as ag
import nn
import nn.functional as F
import optim
from examples.digits_data import mnist, sklearn_digits
from nn.data import DataLoader
from nn.history import History
from nn.plotting import plot_filters, plot_training


def mlp(side):
    """A multilayer perceptron for ten classes of images (N, 1, side, side)."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(side**2, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 128), nn.ReLU(),
        nn.Linear(128, 10),
    )  # fmt: skip


def cnn(side):
    """Two convolutions, each followed by pooling, and a dense layer; `side` is a multiple of 4."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * (side // 4) ** 2, 10),
    )  # fmt: skip


MODELS = {"mlp": (mlp, 1e-3), "cnn": (cnn, 2e-3)}  # each with its learning rate


def evaluate(model, loader):
    """Mean loss and share of correct answers over a loader."""
    model.eval()
    loss = correct = count = 0
    with ag.no_grad():
        for images, labels in loader:
            scores = model(images)
            loss += F.cross_entropy(scores, labels, reduction="sum").item()
            correct += (scores.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return loss / count, correct / count


def train(model, train_set, test_set, args):
    """The training loop; returns the history."""
    loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    train_eval = DataLoader(train_set, batch_size=1000)
    test_eval = DataLoader(test_set, batch_size=1000)
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    history = History()
    progress = tqdm(range(args.epochs), desc="training", unit="epoch", disable=None)
    for _ in progress:
        model.train()
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
        train_loss, train_accuracy = evaluate(model, train_eval)
        val_loss, val_accuracy = evaluate(model, test_eval)
        history.add(train_loss=train_loss, val_loss=val_loss, train_accuracy=train_accuracy, val_accuracy=val_accuracy)
        progress.set_postfix(loss=f"{train_loss:.4f}", accuracy=f"{val_accuracy:.4f}")
    return history


def options(argv):
    """The command line, checked."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.digits", description="Train a network on handwritten digits."
    )
    parser.add_argument("--model", choices=MODELS, default="mlp", help="default %(default)s")
    parser.add_argument("--mnist", metavar="DIR", help="train on the MNIST files in DIR")
    parser.add_argument("--epochs", type=int, help="default 20; 10 for the CNN on MNIST")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--lr", type=float, help="default 0.001 for the MLP, 0.002 for the CNN")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="digits.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.epochs is None:
        args.epochs = 10 if args.mnist and args.model == "cnn" else 20
    if args.epochs < 1 or args.batch_size < 1:
        parser.error("--epochs and --batch-size must be at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    return args


def main(argv=None):
    """Load the data, train, draw, report."""
    args = options(argv)
    try:
        train_set, test_set = mnist(args.mnist) if args.mnist else sklearn_digits()
    except (OSError, ValueError) as problem:
        print(f"digits: {problem}", file=sys.stderr)
        return 2
    ag.manual_seed(args.seed)
    build, lr = MODELS[args.model]
    args.lr = lr if args.lr is None else args.lr
    model = build(train_set.tensors[0].shape[-1])
    first = model[0].weight.detach().clone() if args.model == "cnn" else None
    history = train(model, train_set, test_set, args)
    title = f"{args.model.upper()} on {'MNIST' if args.mnist else 'scikit-learn'} digits"
    plot_training(history, title=title, save=args.out)
    print(f"test accuracy {history['val_accuracy'][-1]:.4f} on {len(test_set)} digits; curves in {args.out}")
    if first is not None:
        picture = Path(args.out).with_stem(Path(args.out).stem + "-filters")
        filters = {"before training": first, "after training": model[0].weight}
        plot_filters(filters, title=f"First layer of a {title}", save=picture)
        print(f"filters of the first layer in {picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
