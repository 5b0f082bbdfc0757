"""Pictures in arrays and of Pillow's through transforms: they come back as what they were, with the planes' values."""

import random
import sys
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError
from nn.data import transforms as T

PICTURE = np.random.default_rng(0).integers(0, 256, (12, 17, 3)).astype(np.uint8)
PLANES = np.ascontiguousarray(PICTURE.transpose(2, 0, 1))
TRANSFORMS = [
    T.Resize(8), T.Resize((5, 9), T.InterpolationMode.NEAREST), T.CenterCrop(6), T.Pad(2, fill=7), T.RandomCrop(6, 2),
    T.RandomResizedCrop(5), T.RandomHorizontalFlip(1), T.RandomVerticalFlip(1), T.RandomRotation(30),
    T.RandomAffine(10, (0.1, 0.1)), T.ColorJitter(0.2, 0.2, 0.2, 0.2), T.Grayscale(3), T.GaussianBlur(3),
    T.RandomErasing(1),
]  # fmt: skip


def named(transform: Any) -> str:
    return type(transform).__name__


@pytest.mark.parametrize("transform", TRANSFORMS, ids=named)
def test_a_picture_is_treated_as_its_planes(transform: Any) -> None:
    pillow = pytest.importorskip("PIL.Image")
    ag.manual_seed(1)
    expected = transform(ag.tensor(PLANES)).numpy().transpose(1, 2, 0)
    ag.manual_seed(1)
    array = transform(PICTURE)
    ag.manual_seed(1)
    image = transform(pillow.fromarray(PICTURE))
    assert isinstance(array, np.ndarray) and isinstance(image, pillow.Image) and image.mode == "RGB"
    np.testing.assert_array_equal(array, expected)
    np.testing.assert_array_equal(np.asarray(image), expected)


@pytest.mark.parametrize("mode", ["1", "L", "I", "F", "I;16", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_modes(mode: str) -> None:
    pillow = pytest.importorskip("PIL.Image")
    source = pillow.fromarray(PICTURE)
    image = source.convert("L").convert("I").convert(mode) if mode == "I;16" else source.convert(mode)
    flipped = T.RandomHorizontalFlip(1)(image)
    plain = image.convert({"1": "L", "P": "RGB"}.get(mode, mode))
    assert flipped.mode == plain.mode and flipped.size == image.size
    np.testing.assert_array_equal(np.asarray(flipped), np.asarray(plain)[:, ::-1])
    result = T.ToTensor()(image).numpy()
    expected = np.atleast_3d(np.asarray(image)).transpose(2, 0, 1)
    np.testing.assert_array_equal(result, expected / np.float32(255) if expected.dtype == np.uint8 else expected)


def test_smaller_pictures_are_pillows_to_one_step() -> None:
    pillow = pytest.importorskip("PIL.Image")
    x = np.mgrid[:60, :80][1]  # stripes: a cubic overshoots black and white, and Pillow clips after either direction
    image = pillow.fromarray(np.where(np.sin(x / 5) > 0, 255, 0).astype(np.uint8))
    for name, kind in (("bilinear", pillow.BILINEAR), ("bicubic", pillow.BICUBIC)):
        result = np.asarray(T.Resize((20, 31), name)(image)).astype(int)
        assert result.shape == (20, 31) and np.abs(result - np.asarray(image.resize((31, 20), kind))).max() <= 1
    grey = T.Grayscale()(pillow.fromarray(PICTURE))
    assert grey.mode == "L"
    assert np.abs(np.asarray(grey).astype(int) - np.asarray(pillow.fromarray(PICTURE).convert("L"))).max() <= 1


def test_grey_pictures() -> None:
    assert T.Resize(6)(PICTURE[..., 0]).shape == (6, 8)
    three = T.Grayscale(3)(PLANES[:1]).numpy()
    np.testing.assert_array_equal(three, np.repeat(PLANES[:1], 3, 0))
    both = T.Compose([T.Resize(6), T.CenterCrop(6), T.ToTensor(), T.Normalize([0.5], [0.5])])
    assert both(PICTURE[..., 0]).shape == (1, 6, 6) and both(PICTURE).shape == (3, 6, 6)


def test_to_pillow_and_back() -> None:
    pytest.importorskip("PIL.Image")
    for picture, mode in ((PICTURE, "RGB"), (PICTURE[..., 0], "L"), (PICTURE[..., :2], "LA")):
        image = T.ToPILImage()(picture)
        assert image.mode == mode
        np.testing.assert_array_equal(np.asarray(image), picture)
        planes = T.PILToTensor()(image)
        assert planes.dtype == ag.uint8
        np.testing.assert_array_equal(planes.numpy(), np.atleast_3d(picture).transpose(2, 0, 1))
        np.testing.assert_array_equal(np.asarray(T.ToPILImage()(T.ToTensor()(image))), picture)
    values = ag.tensor([[0.0, 0.5, 0.999, 1.0]])
    assert np.asarray(T.ToPILImage()(values)).tolist() == [[0, 127, 254, 255]]
    assert np.asarray(T.ToPILImage("F")(values)).tolist() == values.tolist()
    assert T.ToPILImage("YCbCr")(PICTURE).mode == "YCbCr" and T.ToPILImage()(np.ones((2, 3), np.int32)).mode == "I"


def test_dtypes_against_the_formula() -> None:
    numbers = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    halves = T.ConvertImageDtype(ag.float32)(ag.tensor(numbers))
    assert halves.dtype == ag.float32
    np.testing.assert_allclose(halves.numpy(), numbers / 255, rtol=1e-6)
    np.testing.assert_array_equal(T.ConvertImageDtype(ag.uint8)(halves).numpy(), numbers)
    wide = T.ConvertImageDtype(ag.int16)(ag.tensor(numbers)).numpy()
    assert wide.dtype == np.int16
    np.testing.assert_array_equal(wide, numbers.astype(np.int16) * 128)
    up = T.ConvertImageDtype(ag.int32)(ag.tensor(numbers))
    assert up.max().item() == 255 * 2**23
    np.testing.assert_array_equal(T.ConvertImageDtype(ag.uint8)(up).numpy(), numbers)
    assert T.ConvertImageDtype(ag.uint8)(ag.tensor([[[0.0, 0.4, 1.0]]])).tolist() == [[[0, 102, 255]]]


def test_all_or_none() -> None:
    both = T.RandomApply([lambda x: x + 1, lambda x: x * 10], p=0.3)
    ag.manual_seed(0)
    results = [both(1) for _ in range(500)]
    assert set(results) == {1, 20} and 110 < results.count(20) < 190
    assert T.RandomApply([lambda x: x + 1], p=1)(1) == 2


def test_one_of_them() -> None:
    choice = T.RandomChoice([lambda x: "a", lambda x: "b"], p=[1, 3])
    random.seed(4)
    found = [choice(0) for _ in range(400)]
    random.seed(4)
    assert found == [random.choices("ab", weights=[1, 3])[0] for _ in range(400)]
    assert set(T.RandomChoice([str, repr])(1) for _ in range(5)) == {"1"}


@pytest.mark.parametrize("make,exception,message", [
    (lambda: T.ToPILImage()(np.zeros((2, 3, 5), np.uint8)), OperandError, "1 to 4 channels"),
    (lambda: T.ToPILImage()(np.zeros((2, 3))), OperandError, "float64"),
    (lambda: T.ToPILImage("L")(PICTURE), OperandError, "mode RGB"),
    (lambda: T.ToPILImage()(np.zeros(3)), ShapeError, r"tensor \(C, H, W\)"),
    (lambda: T.ConvertImageDtype(ag.int64)(ag.ones(1, 2, 2)), DTypeError, "exact"),
    (lambda: T.RandomChoice([str], p=[1, 2]), ArgumentError, "1 weights"),
    (lambda: T.RandomApply([], p=2), ArgumentError, "0 <= p <= 1"),
    (lambda: T.Normalize([0.5], [0.5])(PICTURE), DTypeError, "ToTensor"),
])  # fmt: skip
def test_errors(make: Any, exception: Any, message: str) -> None:
    pytest.importorskip("PIL.Image")
    with pytest.raises(exception, match=message):
        make()


def test_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match="ToPILImage: needs Pillow"):
        T.ToPILImage()(PICTURE)


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_sixteen_bits_keep_their_values(mode) -> None:
    image = pytest.importorskip("PIL.Image")
    picture = image.frombytes(mode, (2, 1), np.array([1000, 50000], ">u2" if mode[-1] == "B" else "<u2").tobytes())
    planes = T.ToTensor()(picture)
    assert planes.dtype == ag.int32 and planes.tolist() == [[[1000, 50000]]]
