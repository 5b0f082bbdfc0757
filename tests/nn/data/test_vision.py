"""Images side by side."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ShapeError
from nn.data.vision import make_grid
from nn.plotting import save_image


def test_a_grid_against_slices() -> None:
    images = np.random.default_rng(0).random((3, 3, 4, 5)).astype(np.float32)
    grid = make_grid(ag.tensor(images), nrow=2, padding=1, pad_value=0.5).numpy()
    assert grid.shape == (3, 11, 13)
    np.testing.assert_array_equal(grid[:, 1:5, 1:6], images[0])
    np.testing.assert_array_equal(grid[:, 1:5, 7:12], images[1])
    np.testing.assert_array_equal(grid[:, 6:10, 1:6], images[2])
    assert (grid[:, 6:10, 7:12] == 0.5).all() and (grid[:, 0] == 0.5).all()


def test_grey_images_and_values() -> None:
    images = np.array([[[[1.0, 3.0]]], [[[2.0, 10.0]]]])
    each = make_grid(list(images), padding=0, normalize=True, scale_each=True).numpy()
    np.testing.assert_allclose(each, np.array([[[0, 1, 0, 1]]] * 3).reshape(3, 1, 4))
    together = make_grid(images, padding=0, normalize=True, value_range=(1, 5)).numpy()
    np.testing.assert_allclose(together[0], [[0, 0.5, 0.25, 1]])
    assert make_grid(images[0]).shape == (3, 1, 2)
    with pytest.raises(ShapeError, match=r"\(N, C, H, W\)"):
        make_grid(np.zeros(3))


def test_saving(tmp_path: Any) -> None:
    image = pytest.importorskip("matplotlib.image")
    pixels = np.random.default_rng(0).random((3, 6, 7))
    save_image(ag.tensor(pixels), tmp_path / "picture.png")
    np.testing.assert_allclose(image.imread(tmp_path / "picture.png")[:, :, :3], pixels.transpose(1, 2, 0), atol=0.0021)
