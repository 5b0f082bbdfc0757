"""Transforms as functions: by hand on small images, and the same as the random transforms with one outcome."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError
from nn.data import transforms as T
from nn.data.transforms import functional as TF

IMAGE = ag.arange(24.0).view(1, 4, 6) / 24
COLOURS = ag.tensor(np.random.default_rng(0).random((3, 5, 6), np.float32))


def test_flips_and_crops():
    assert ag.equal(TF.hflip(IMAGE), IMAGE.flip(-1)) and ag.equal(TF.vflip(IMAGE), IMAGE.flip(-2))
    assert ag.equal(TF.crop(IMAGE, 1, 2, 2, 3), IMAGE[:, 1:3, 2:5])
    beyond = TF.crop(IMAGE, -1, 4, 3, 4)
    assert beyond.shape == (1, 3, 4) and ag.equal(beyond[:, 1:, :2], IMAGE[:, :2, 4:])
    assert not beyond[:, 0].any() and not beyond[:, :, 2:].any()
    assert TF.resized_crop(IMAGE, 0, 0, 4, 4, [2, 2]).shape == (1, 2, 2)
    assert ag.equal(TF.resized_crop(IMAGE, 0, 0, 4, 6, [4, 6]), IMAGE)
    erased = TF.erase(IMAGE, 1, 1, 2, 2, 7.0)
    assert (erased == 7).sum() == 4 and not (IMAGE == 7).any()


PAIRS = [
    (lambda x: TF.resize(x, [2, 3]), T.Resize([2, 3])),
    (lambda x: TF.center_crop(x, 3), T.CenterCrop(3)),
    (lambda x: TF.pad(x, [1, 2], fill=1), T.Pad([1, 2], fill=1)),
    (lambda x: TF.normalize(x, [0.5] * 3, [0.2] * 3), T.Normalize([0.5] * 3, [0.2] * 3)),
    (lambda x: TF.rgb_to_grayscale(x, 3), T.Grayscale(3)),
    (lambda x: TF.gaussian_blur(x, [3, 5], 0.7), T.GaussianBlur([5, 3], 0.7)),
    (lambda x: TF.adjust_brightness(x, 1.3), T.ColorJitter(brightness=(1.3, 1.3))),
    (lambda x: TF.adjust_contrast(x, 0.4), T.ColorJitter(contrast=(0.4, 0.4))),
    (lambda x: TF.adjust_saturation(x, 2.0), T.ColorJitter(saturation=(2.0, 2.0))),
    (lambda x: TF.adjust_hue(x, -0.2), T.ColorJitter(hue=(-0.2, -0.2))),
    (lambda x: TF.rotate(x, 30, "bilinear"), T.RandomRotation((30, 30), "bilinear")),
    (lambda x: TF.rotate(x, 45, expand=True), T.RandomRotation((45, 45), expand=True)),
    (lambda x: TF.affine(x, 10, [0, 0], 1.5, [5.0, 3.0]), T.RandomAffine((10, 10), None, (1.5, 1.5), (5, 5, 3, 3))),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: type(pair[1]).__name__)
def test_as_the_transform_with_one_outcome(pair):
    function, transform = pair
    state = ag.get_rng_state()
    found = function(COLOURS)
    assert ag.equal(ag.get_rng_state(), state)  # nothing is drawn
    assert ag.allclose(found, transform(COLOURS), atol=1e-6) and found.shape[0] == 3


def test_a_shift_by_whole_pixels():
    moved = TF.affine(IMAGE, 0.0, [2, 1], 1.0)
    assert ag.allclose(moved[:, 1:, 2:], IMAGE[:, :-1, :-2]) and not moved[:, 0].any() and not moved[:, :, :2].any()


def test_blur_has_the_default_sigma_of_its_size():
    point = ag.zeros(1, 7, 7)
    point[0, 3, 3] = 1
    sigma = 0.15 * 3 + 0.35
    heights = [math.exp(-0.5 * (d / sigma) ** 2) for d in (-1, 0, 1)]
    expected = np.outer(heights, heights) / sum(heights) ** 2
    np.testing.assert_allclose(TF.gaussian_blur(point, 3)[0, 2:5, 2:5].numpy(), expected, rtol=1e-5)


def test_pictures_stay_pictures():
    picture = (np.arange(90).reshape(5, 6, 3) * 2).astype(np.uint8)
    flipped = TF.hflip(picture)
    assert isinstance(flipped, np.ndarray) and (flipped == picture[:, ::-1]).all()
    assert TF.to_tensor(picture).shape == (3, 5, 6) and TF.pil_to_tensor(picture).dtype is ag.uint8
    assert TF.convert_image_dtype(TF.pil_to_tensor(picture), ag.float32).max() <= 1
    assert TF.adjust_brightness(picture, 0).max() == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: TF.gaussian_blur(IMAGE, 2),
        lambda: TF.gaussian_blur(IMAGE, 3, -1.0),
        lambda: TF.adjust_hue(COLOURS, 0.7),
        lambda: TF.adjust_contrast(COLOURS, -1),
        lambda: TF.rotate(IMAGE, 3, "bicycle"),
    ],
)
def test_refused(call):
    with pytest.raises(ArgumentError):
        call()
