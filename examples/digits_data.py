"""The handwritten digits that the examples train on."""

import sys
from pathlib import Path

import autograd as ag
from nn.data import TensorDataset, load_mnist


def sklearn_digits():
    """Images (N, 1, 8, 8) in [0, 1] and labels of scikit-learn's digits, split 4 : 1, always in the same way."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        sys.exit(
            "digits: scikit-learn holds the data and is not installed: pip install scikit-learn, or use --mnist DIR"
        )
    pixels, labels = load_digits(return_X_y=True)
    images, labels = ag.tensor(pixels / 16.0, dtype=ag.float32).view(-1, 1, 8, 8), ag.tensor(labels)
    order = ag.randperm(len(images), generator=ag.Generator().manual_seed(0))
    test, train = order[: len(images) // 5], order[len(images) // 5 :]
    return TensorDataset(images[train], labels[train]), TensorDataset(images[test], labels[test])


def mnist(directory):
    """MNIST's images (N, 1, 28, 28) in [0, 1] and labels in their usual split.

    Where the training files are missing, four fifths and one fifth of the test files.
    """

    def dataset(images, labels):
        pixels = ag.tensor(images).float().unsqueeze(1) / 255.0
        return TensorDataset(pixels, ag.tensor(labels).long())

    test_images, test_labels = load_mnist(directory, "test")
    if any(Path(directory).glob("train-*")):
        return dataset(*load_mnist(directory, "train")), dataset(test_images, test_labels)
    cut = len(test_images) * 4 // 5
    return dataset(test_images[:cut], test_labels[:cut]), dataset(test_images[cut:], test_labels[cut:])
