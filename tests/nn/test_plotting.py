"""Pictures hold the data that they were given, and reach the disk."""

from pathlib import Path

import numpy as np
import pytest

import nn
from autograd.errors import ArgumentError
from nn.history import History
from nn.plotting import plot_curves, plot_filters, plot_points, plot_training


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


def test_filters_are_tiles_on_one_scale(tmp_path: Path) -> None:
    source = np.random.default_rng(0)
    weights = {"before": source.normal(size=(5, 1, 2, 3)), "after": nn.Conv2d(1, 5, (2, 3)).weight}
    path = tmp_path / "filters.png"
    panels = plot_filters(weights, title="Filters", save=path)
    assert [axes.get_title() for axes in panels] == ["before", "after"] and path.stat().st_size > 5000
    for axes, weight in zip(panels, weights.values(), strict=True):
        filters = np.asarray(weight.detach() if weight is weights["after"] else weight)[:, 0]
        (image,) = axes.images
        picture = image.get_array()
        assert picture.shape == (2 * 3 + 1, 3 * 4 + 1)
        np.testing.assert_array_equal(picture[1:3, 1:4], filters[0])
        np.testing.assert_array_equal(picture[4:6, 5:8], filters[4])
        assert picture.mask[[0, 3, 6]].all() and picture.mask[:, [0, 4, 8, 12]].all() and picture.mask[4:, 9:].all()
        assert image.get_clim() == (-abs(weights["before"]).max(), abs(weights["before"]).max())


def test_filters_of_three_channels_are_coloured() -> None:
    weight = np.zeros((2, 3, 4, 4))
    weight[0, 1] = 2
    (panel,) = plot_filters({"first layer": weight}, title="Filters")
    picture = panel.images[0].get_array()
    np.testing.assert_array_equal(picture[1, 1], [0.5, 1, 0.5])
    np.testing.assert_array_equal(picture[1, -2], [0.5, 0.5, 0.5])
    np.testing.assert_array_equal(picture[0, 0], [1, 1, 1])


@pytest.mark.parametrize(
    "weights", [{}, {"a": np.zeros((3, 2, 5, 5))}, {"a": np.zeros((3, 1, 5, 5)), "b": np.zeros((4, 1, 5, 5))}]
)
def test_what_is_no_picture_is_refused(weights: dict[str, np.ndarray]) -> None:
    with pytest.raises(ArgumentError, match="plot_filters: expected"):
        plot_filters(weights, title="Filters")


def test_points_have_labels_and_colours(tmp_path: Path) -> None:
    picture = tmp_path / "points.png"
    places = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    axes = plot_points(places, ["p", "q", "r"], groups=["even", "odd", "even"], title="Three", save=picture)
    even, odd = axes.collections
    np.testing.assert_array_equal(even.get_offsets(), places[[0, 2]])
    np.testing.assert_array_equal(odd.get_offsets(), places[[1]])
    assert [text.get_text() for text in axes.texts] == ["p", "q", "r"] and axes.get_legend() is not None
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert plot_points(places, ["p", "q", "r"], title="Three").get_legend() is None
    with pytest.raises(ArgumentError, match="N labels"):
        plot_points(places, ["p"], title="Three")
