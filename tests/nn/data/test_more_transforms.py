"""What else transforms take and refuse: expanded turns, other centres, grey images, Pillow's numbers; their texts."""

import numpy as np
import pytest
from PIL import Image

import autograd as ag
from autograd.errors import ArgumentError, OperandError, ShapeError
from nn.data import transforms as T

BYTES = np.random.default_rng(0).integers(0, 256, (9, 14, 3), dtype=np.uint8)


@pytest.mark.parametrize("angle", [0, 17, 45, 90, 133, 180, -30])
def test_an_expanded_turn_is_as_large_as_pillows(angle) -> None:
    theirs = np.array(Image.fromarray(BYTES).rotate(angle, expand=True))
    ours = T.RandomRotation((angle, angle), expand=True)(BYTES)
    assert ours.shape == theirs.shape
    assert (ours == theirs).mean() > 0.97  # where a place lies between two pixels, either may be taken


def test_a_turn_about_another_place() -> None:
    theirs = np.array(Image.fromarray(BYTES).rotate(90, center=(3, 3)))
    np.testing.assert_array_equal(T.RandomRotation((90, 90), center=(3, 3))(BYTES), theirs)
    np.testing.assert_array_equal(T.RandomAffine((-90, -90), center=(3, 3))(BYTES), theirs)


def test_colours_of_grey_images() -> None:
    grey = ag.rand(1, 4, 5)
    for jitter in (T.ColorJitter(saturation=0.5), T.ColorJitter(hue=0.5)):
        np.testing.assert_array_equal(jitter(grey).numpy(), grey.numpy())
    ag.manual_seed(0)
    brighter = T.ColorJitter(brightness=(0.5, 0.5), saturation=(2, 2))(grey)
    np.testing.assert_allclose(brighter.numpy(), 0.5 * grey.numpy(), rtol=1e-6)
    flat = T.ColorJitter(contrast=(0, 0))(grey).numpy()
    np.testing.assert_allclose(flat, np.full((1, 4, 5), grey.numpy().mean()), rtol=1e-5)


def test_numbers_of_pillows_name_ways_to_resample() -> None:
    for number, name in ((0, "nearest"), (Image.Resampling.BILINEAR, "bilinear"), (3, "bicubic")):
        np.testing.assert_array_equal(T.Resize(5, number)(BYTES), T.Resize(5, name)(BYTES))


def test_transforms_tell_their_settings() -> None:
    assert repr(T.Compose([T.Resize((4, 5)), T.ToTensor(), T.Normalize((0.5,), (0.2,))])) == (
        "Compose(\n    Resize(size=(4, 5), interpolation='bilinear', max_size=None, antialias=True)\n    ToTensor()\n"
        "    Normalize(mean=(0.5,), std=(0.2,), inplace=False)\n)"
    )


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: T.ToTensor()(ag.ones(3, 4, 4)), OperandError, "got Tensor. A tensor needs no ToTensor: leave it out"),
    (lambda: T.PILToTensor()([[1, 2]]), OperandError, "PILToTensor: .*got list"),
    (lambda: T.Normalize([0, 0], [1, 1])(ag.ones(3, 4, 4)), ShapeError, "Normalize: expected 3 means .*got 2 and 2"),
    (lambda: T.ColorJitter(0.1)(ag.ones(4, 2, 2)), ShapeError, "3 channels"),
    (lambda: T.Resize(5, "cubic"), ArgumentError, "Resize: expected interpolation one of nearest.*got 'cubic'"),
    (lambda: T.RandomAffine(5, interpolation=7), ArgumentError, "got 7"),
    (lambda: T.RandomRotation(5, expand=True, center=(1, 1)), ArgumentError, "expand or a center, got both"),
])  # fmt: skip
def test_refusals(make, error, message) -> None:
    with pytest.raises(error, match=message):
        make()
