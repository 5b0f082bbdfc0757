"""Train a network on handwritten digits and plot how it learns.

python -m examples.digits                 # scikit-learn's 1,797 digits of 8x8 pixels
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
from nn.data import DataLoader, TensorDataset, load_mnist
from nn.history import History
from nn.plotting import plot_training


def sklearn_digits():
    """Images in [0, 1] and labels of scikit-learn's digits, split 4 : 1 in an order that is always the same."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        sys.exit(
            "digits: scikit-learn holds the data and is not installed: pip install scikit-learn, or use --mnist DIR"
        )
    pixels, labels = load_digits(return_X_y=True)
    images, labels = ag.tensor(pixels / 16.0, dtype=ag.float32), ag.tensor(labels)
    order = ag.randperm(len(images), generator=ag.Generator().manual_seed(0))
    test, train = order[: len(images) // 5], order[len(images) // 5 :]
    return TensorDataset(images[train], labels[train]), TensorDataset(images[test], labels[test])


def mnist(directory):
    """MNIST in its usual split; where the training files are missing, four fifths and one fifth of the test files."""

    def dataset(images, labels):
        pixels = ag.tensor(images).float().flatten(1) / 255.0
        return TensorDataset(pixels, ag.tensor(labels).long())

    test_images, test_labels = load_mnist(directory, "test")
    if any(Path(directory).glob("train-*")):
        return dataset(*load_mnist(directory, "train")), dataset(test_images, test_labels)
    cut = len(test_images) * 4 // 5
    return dataset(test_images[:cut], test_labels[:cut]), dataset(test_images[cut:], test_labels[cut:])


def mlp(inputs):
    """A multilayer perceptron for ten classes."""
    return nn.Sequential(
        nn.Linear(inputs, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )


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
    progress = tqdm(range(args.epochs), desc="training", unit="epoch")
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


def main(argv=None):
    """Read the options, load the data, train, plot, report."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.digits", description="Train an MLP on handwritten digits."
    )
    parser.add_argument("--mnist", metavar="DIR", help="train on the MNIST files in DIR")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="digits.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.epochs < 1 or args.batch_size < 1:
        parser.error("--epochs and --batch-size must be at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    try:
        train_set, test_set = mnist(args.mnist) if args.mnist else sklearn_digits()
    except (OSError, ValueError) as problem:
        print(f"digits: {problem}", file=sys.stderr)
        return 2
    ag.manual_seed(args.seed)
    model = mlp(train_set.tensors[0].shape[1])
    history = train(model, train_set, test_set, args)
    plot_training(history, title=f"MLP on {'MNIST' if args.mnist else 'scikit-learn'} digits", save=args.out)
    print(f"test accuracy {history['val_accuracy'][-1]:.4f} on {len(test_set)} digits; curves in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
