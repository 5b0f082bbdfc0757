"""Pictures hold the data that they were given, and reach the disk."""

from pathlib import Path

import numpy as np
import pytest

from autograd.errors import ArgumentError
from nn.history import History
from nn.plotting import plot_curves, plot_training


def run_of(epochs: int) -> History:
    history = History()
    for epoch in range(epochs):
        history.add(train_loss=1 / (epoch + 1), val_loss=1 / (epoch + 1) + 0.1 * (epoch == epochs - 1),
                    train_accuracy=epoch / epochs, val_accuracy=epoch / (epochs + 1))  # fmt: skip
    return history


def test_curves_hold_the_data() -> None:
    history = run_of(5)
    axes = plot_curves(history, {"train_loss": "training", "val_loss": "validation"}, ylabel="loss", title="A run")
    first, second = axes.lines
    np.testing.assert_array_equal(first.get_xdata(), [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(first.get_ydata(), history["train_loss"])
    np.testing.assert_array_equal(second.get_ydata(), history["val_loss"])
    assert first.get_linestyle() != second.get_linestyle()
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("A run", "epoch", "loss")


def test_the_best_epoch_is_marked() -> None:
    left, right = plot_training(run_of(5), title="A run")
    assert "at epoch 4" in left.get_legend().get_texts()[-1].get_text()
    assert "at epoch 5" in right.get_legend().get_texts()[-1].get_text()


def test_the_picture_is_written_and_not_blank(tmp_path: Path) -> None:
    from matplotlib.image import imread

    path = tmp_path / "curves.png"
    plot_training(run_of(5), title="A run", save=path)
    pixels = imread(path)
    assert pixels.shape[0] > 300 and pixels[..., :3].std() > 0.05


def test_an_existing_axes_is_used() -> None:
    from matplotlib.figure import Figure

    mine = Figure().subplots()
    assert plot_curves(run_of(2), {"val_loss": "v"}, ylabel="loss", title="t", ax=mine) is mine


def test_an_empty_history_is_refused() -> None:
    with pytest.raises(ArgumentError, match="at least one epoch"):
        plot_curves(History(), {"loss": "loss"}, ylabel="loss", title="t")
