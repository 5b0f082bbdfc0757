"""Transforms against plain loops and known values."""

import colorsys
import math
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, ShapeError
from nn.data import transforms as T
from nn.data.transforms.color import hued
from nn.data.transforms.warping import inverse_affine, warped

IMAGE = np.random.default_rng(0).random((3, 7, 9)).astype(np.float32)
TRANSFORMS = [
    T.Resize(5), T.CenterCrop(4), T.CenterCrop(20), T.Pad(2), T.RandomCrop(6, 2), T.RandomResizedCrop(5),
    T.RandomHorizontalFlip(1), T.RandomVerticalFlip(1), T.RandomRotation(30),
    T.RandomAffine(10, (0.1, 0.1), (0.8, 1.2), 10), T.ColorJitter(0.2, 0.2, 0.2, 0.2), T.Grayscale(3),
    T.GaussianBlur(3), T.RandomErasing(1),
]  # fmt: skip


def named(transform: Any) -> str:
    return type(transform).__name__


@pytest.mark.parametrize("transform", TRANSFORMS, ids=named)
def test_a_seed_gives_one_image_and_a_batch_is_treated_alike(transform: Any) -> None:
    results = []
    for source in (ag.tensor(IMAGE), IMAGE, ag.tensor(np.stack([IMAGE, IMAGE]))):
        ag.manual_seed(3)
        results.append(transform(source).numpy())
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_allclose(results[2], np.stack([results[0]] * 2), atol=1e-6)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=named)
def test_bytes_stay_bytes(transform: Any) -> None:
    image = (IMAGE * 255).astype(np.uint8)
    ag.manual_seed(3)
    expected = transform(image.astype(np.float32) / np.float32(255)).numpy() * 255
    ag.manual_seed(3)
    result = transform(image).numpy()
    assert result.dtype == np.uint8 and np.abs(result - expected).max() <= 2.5


def test_to_tensor() -> None:
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    result = T.ToTensor()(image)
    assert result.dtype == ag.float32 and result.shape == (3, 2, 4)
    for c, i, j in np.ndindex(3, 2, 4):
        assert result[c, i, j].item() == np.float32(image[i, j, c]) / np.float32(255)
    assert T.ToTensor()(image[..., 0]).shape == (1, 2, 4)


def test_normalize_and_compose() -> None:
    both = T.Compose([T.Lambda(lambda x: x * 2), T.Normalize([0.5, 0.1, 0.0], [2.0, 4.0, 0.5])])
    expected = np.stack([(2 * IMAGE[0] - 0.5) / 2, (2 * IMAGE[1] - 0.1) / 4, 2 * IMAGE[2] / 0.5])
    np.testing.assert_allclose(both(ag.tensor(IMAGE)).numpy(), expected, rtol=1e-5)
    assert repr(both).startswith("Compose(\n    Lambda(lambd=<function")


def test_framing() -> None:
    np.testing.assert_array_equal(T.CenterCrop((3, 5))(IMAGE).numpy(), IMAGE[:, 2:5, 2:7])
    np.testing.assert_array_equal(T.RandomHorizontalFlip(1)(IMAGE).numpy(), IMAGE[:, :, ::-1])
    np.testing.assert_array_equal(T.RandomVerticalFlip(1)(IMAGE).numpy(), IMAGE[:, ::-1])
    np.testing.assert_array_equal(T.RandomHorizontalFlip(0)(IMAGE).numpy(), IMAGE)
    expected = np.pad(IMAGE, [(0, 0), (2, 4), (1, 3)], constant_values=0.5)
    np.testing.assert_array_equal(T.Pad([1, 2, 3, 4], 0.5)(IMAGE).numpy(), expected)
    np.testing.assert_array_equal(T.Pad(2, padding_mode="edge")(IMAGE).numpy(),
                                  np.pad(IMAGE, [(0, 0), (2, 2), (2, 2)], "edge"))  # fmt: skip
    assert T.Resize(14, max_size=16)(IMAGE).shape == (3, 12, 16) and T.Resize(14)(IMAGE).shape == (3, 14, 18)


def test_crops_are_parts_of_the_image_and_reach_every_place() -> None:
    parts = {IMAGE[:, i : i + 5, j : j + 8].tobytes() for i in range(3) for j in range(2)}
    crop = T.RandomCrop((5, 8))
    found = {np.ascontiguousarray(crop(IMAGE).numpy()).tobytes() for _ in range(100)}
    assert found == parts


def test_turning_by_right_angles() -> None:
    square = IMAGE[:, :, :7]
    turned = T.RandomRotation((90, 90))(square).numpy()
    np.testing.assert_array_equal(turned, np.rot90(square, axes=(1, 2)))
    np.testing.assert_array_equal(T.RandomAffine((90, 90))(square).numpy(), np.rot90(square, -1, axes=(1, 2)))


def test_warping_against_a_loop() -> None:
    angle, shift, scale, shear = 25.0, (1, -2), 1.3, (12.0, -7.0)
    turn, sx, sy = (math.radians(x) for x in (angle, *shear))
    turning = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    shearing = np.array([[1, 0], [-math.tan(sy), 1]]) @ np.array([[1, -math.tan(sx)], [0, 1]])
    forward = scale * np.array(turning) @ shearing
    result = warped(ag.tensor(IMAGE), inverse_affine(angle, shift, scale, shear), "bilinear", 0.5).numpy()
    for i, j in np.ndindex(7, 9):
        x, y = np.linalg.solve(forward, np.array([j - 4 - shift[0], i - 3 - shift[1]])) + (4, 3)
        expected = np.zeros(3)
        for v, u in np.ndindex(2, 2):
            row, column = math.floor(y) + v, math.floor(x) + u
            inside = 0 <= row < 7 and 0 <= column < 9
            weight = (1 - abs(y - row)) * (1 - abs(x - column))
            expected += weight * (IMAGE[:, row, column] if inside else 0.5)
        np.testing.assert_allclose(result[:, i, j], expected, atol=1e-5)


def test_hue_against_the_standard_library() -> None:
    result = hued(ag.tensor(IMAGE[None]), 0.3, 1.0).numpy()[0]
    for i, j in np.ndindex(7, 9):
        hue, saturation, value = colorsys.rgb_to_hsv(*IMAGE[:, i, j].tolist())
        np.testing.assert_allclose(result[:, i, j], colorsys.hsv_to_rgb((hue + 0.3) % 1, saturation, value), atol=1e-5)


def test_colours() -> None:
    grey = 0.2989 * IMAGE[0] + 0.587 * IMAGE[1] + 0.114 * IMAGE[2]
    np.testing.assert_allclose(T.Grayscale()(IMAGE).numpy()[0], grey, atol=1e-6)
    for options, expected in [
        ({"brightness": (1.5, 1.5)}, IMAGE * 1.5),
        ({"contrast": (0.5, 0.5)}, IMAGE * 0.5 + grey.mean() * 0.5),
        ({"saturation": (0.0, 0.0)}, np.stack([grey] * 3)),
    ]:
        np.testing.assert_allclose(T.ColorJitter(**options)(IMAGE).numpy(), np.clip(expected, 0, 1), atol=1e-5)
    np.testing.assert_array_equal(T.ColorJitter()(IMAGE).numpy(), IMAGE)


def test_blur_against_a_loop() -> None:
    weights = np.exp(-0.5 * (np.arange(-1, 2) / 0.8) ** 2)
    weights /= weights.sum()
    edged = np.pad(IMAGE, [(0, 0), (1, 1), (1, 1)], "reflect")
    expected = sum(weights[a] * weights[b] * edged[:, a : a + 7, b : b + 9] for a in range(3) for b in range(3))
    np.testing.assert_allclose(T.GaussianBlur(3, 0.8)(IMAGE).numpy(), expected, atol=1e-6)


def test_erasing_leaves_the_image_and_rubs_a_rectangle_out() -> None:
    image = ag.tensor(IMAGE + 1)
    result = T.RandomErasing(1, value=(1.0, 2.0, 3.0))(image).numpy()
    np.testing.assert_array_equal(image.numpy(), IMAGE + 1)
    rows, columns = np.nonzero((result != IMAGE + 1).all(0))
    part = result[:, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    np.testing.assert_array_equal(part, np.broadcast_to(np.reshape([1, 2, 3], (3, 1, 1)), part.shape))
    assert len(rows) == part[0].size < 63


def test_scalers_learn_from_training_data_only() -> None:
    train, test = np.array([[1000.0, 1.0, 5.0], [3000.0, 2.0, 5.0]]), np.array([[4000.0, 1.5, 6.0]])
    scaler = T.MinMaxScaler().fit(train)
    np.testing.assert_allclose(scaler.transform(train), [[0, 0, 0], [1, 1, 0]])
    np.testing.assert_allclose(scaler.transform(ag.tensor(test)).numpy(), [[1.5, 0.5, 1.0]])
    np.testing.assert_allclose(T.MinMaxScaler((-1, 1)).fit_transform(train), [[-1, -1, -1], [1, 1, -1]])
    standard = T.StandardScaler()
    np.testing.assert_allclose(standard.fit_transform(train), [[-1, -1, 0], [1, 1, 0]])
    np.testing.assert_allclose(standard.inverse_transform(standard.transform(test)), test)


@pytest.mark.parametrize("make,exception,message", [
    (lambda: T.Resize(0), ArgumentError, "positive sizes"),
    (lambda: T.RandomCrop(10)(IMAGE), ShapeError, "pad_if_needed"),
    (lambda: T.Normalize([0], [0]), ArgumentError, "std != 0"),
    (lambda: T.Normalize([0], [1])(np.ones((1, 2, 2), np.uint8)), DTypeError, "ToTensor"),
    (lambda: T.Grayscale()(ag.ones(2, 2, 2)), ShapeError, "3 channels"),
    (lambda: T.GaussianBlur(4), ArgumentError, "odd sizes"),
    (lambda: T.RandomHorizontalFlip(2), ArgumentError, "0 <= p <= 1"),
    (lambda: T.ColorJitter(hue=0.6), ArgumentError, "hue within"),
    (lambda: T.CenterCrop(2)(ag.ones(2, 2)), ShapeError, r"image \(..., C, H, W\)"),
    (lambda: T.Lambda(3), ArgumentError, "a function"),
    (lambda: T.StandardScaler().transform(IMAGE), ArgumentError, "fit"),
    (lambda: T.RandomAffine(1, scale=(0, 1)), ArgumentError, "scale > 0"),
])  # fmt: skip
def test_errors(make: Any, exception: Any, message: str) -> None:
    with pytest.raises(exception, match=message):
        make()
