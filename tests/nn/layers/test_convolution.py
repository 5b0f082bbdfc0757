"""Convolution layers: the pictures of the textbook exactly, sizes, and errors that name the layer's place."""

from math import prod

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, DTypeError, ShapeError

IMAGE = np.random.default_rng(0).normal(size=(1, 1, 8, 9)).astype(np.float32)


def fixed(kernel, **settings):
    """A layer of one channel with these weights."""
    kernel = np.asarray(kernel, np.float32)
    layer = nn.Conv2d(1, 1, kernel.shape, bias=False, **settings)
    layer.load_state_dict({"weight": kernel[None, None]})
    return layer


def applied(layer, image):
    return layer(ag.tensor(image)).detach().numpy()


def test_the_identity_kernel_changes_nothing():
    kernel = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    np.testing.assert_array_equal(applied(fixed(kernel, padding=1), IMAGE), IMAGE)
    np.testing.assert_array_equal(applied(fixed(kernel, padding="same"), IMAGE), IMAGE)


def test_a_one_right_of_the_centre_moves_the_picture_left():
    moved = applied(fixed([[0, 0, 0], [0, 0, 1], [0, 0, 0]], padding=1), IMAGE)
    np.testing.assert_array_equal(moved[..., :-1], IMAGE[..., 1:])
    np.testing.assert_array_equal(moved[..., -1], 0)


def test_convolving_a_moved_picture_is_moving_the_convolved_one():
    layer = nn.Conv2d(1, 3, 3)
    whole, moved = applied(layer, IMAGE), applied(layer, np.roll(IMAGE, (2, 3), (2, 3)))
    np.testing.assert_array_equal(moved[..., 2:, 3:], whole[..., :-2, :-3])


def gaussian(size, sigma):
    at = np.arange(size) - size // 2
    return np.exp(-(at[:, None] ** 2 + at**2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)


def test_a_gaussian_kernel_is_what_an_impulse_becomes():
    impulse = np.zeros((1, 1, 5, 5), np.float32)
    impulse[0, 0, 2, 2] = 1
    table = [[0.003, 0.013, 0.022, 0.013, 0.003], [0.013, 0.059, 0.097, 0.059, 0.013],
             [0.022, 0.097, 0.159, 0.097, 0.022], [0.013, 0.059, 0.097, 0.059, 0.013],
             [0.003, 0.013, 0.022, 0.013, 0.003]]  # fmt: skip
    blurred = applied(fixed(gaussian(5, 1), padding=2), impulse)[0, 0]
    np.testing.assert_array_equal(blurred.round(3), np.asarray(table, np.float32))
    assert blurred.sum() == pytest.approx(0.98181, abs=1e-5)


def test_smoothing_each_channel_removes_noise():
    clean = pytest.importorskip("sklearn.datasets").load_sample_image("china.jpg")[:200, :300].transpose(2, 0, 1) / 255
    noisy = clean + np.random.default_rng(0).normal(0, 0.2, clean.shape)
    layer = nn.Conv2d(3, 3, 5, padding=2, groups=3, bias=False, padding_mode="replicate", dtype=ag.float64)
    layer.load_state_dict({"weight": np.tile(gaussian(5, 1) / gaussian(5, 1).sum(), (3, 1, 1, 1))})

    def signal_to_noise(image):
        return -10 * np.log10(((image - clean) ** 2).mean())

    assert signal_to_noise(applied(layer, noisy)) >= signal_to_noise(noisy) + 3


@pytest.mark.parametrize(
    ("layer", "weight"),
    [
        (nn.Conv1d(6, 4, 3, groups=2), (4, 3, 3)),
        (nn.Conv2d(6, 4, (3, 5)), (4, 6, 3, 5)),
        (nn.Conv3d(6, 6, (1, 2, 3), groups=6), (6, 1, 1, 2, 3)),
        (nn.ConvTranspose1d(6, 4, 3, groups=2), (6, 2, 3)),
        (nn.ConvTranspose2d(6, 4, (3, 5)), (6, 4, 3, 5)),
        (nn.ConvTranspose3d(6, 6, (1, 2, 3), groups=6), (6, 1, 1, 2, 3)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_parameters(layer, weight):
    assert layer.weight.shape == weight and layer.bias.shape == (layer.out_channels,)
    assert sum(p.numel() for p in layer.parameters()) == prod(weight) + layer.out_channels
    before = layer.weight.detach().clone()
    layer.reset_parameters()
    assert (before != layer.weight).all()


class Holder(nn.Module):
    """`features`, one module below the root, called on the input."""

    def __init__(self, *layers):
        super().__init__()
        self.features = nn.Sequential(*layers)

    def forward(self, x):
        return self.features(x)


ERRORS = [
    (nn.Conv2d(8, 4, 3), (2, 3, 9, 9), ShapeError, r"conv2d: expected 8 input channels .*\(2, 3, 9, 9\)"),
    (nn.Conv2d(8, 4, 3, groups=2), (2, 3, 9, 9), ShapeError, r"2 groups can share, got input of shape \(2, 3, 9, 9\)"),
    (nn.Conv2d(3, 4, 5), (2, 3, 4, 9), ShapeError, r"window of \(5, 5\) positions, got \(4, 9\)"),
    (nn.Conv1d(3, 4, 3), (2, 3, 9, 9), ShapeError, r"conv1d: expected input \(N, C, L\).*\(2, 3, 9, 9\)"),
    (nn.Conv3d(3, 4, 3), (9, 9), ShapeError, r"conv3d: expected input \(N, C, D, H, W\).*\(9, 9\)"),
    (nn.ConvTranspose2d(4, 2, 3), (1, 3, 5, 5), ShapeError, r"transpose2d: expected 4 input channels .*\(1, 3, 5, 5\)"),
    (nn.ConvTranspose2d(3, 2, 3, padding=4), (1, 3, 3, 3), ShapeError, r"size 1 at least, got \(-3, -3\)"),
    (nn.Conv2d(3, 4, 3, padding=9, padding_mode="reflect"), (1, 3, 8, 8), ShapeError, r"pad: .*\(1, 3, 8, 8\)"),
    (nn.Conv2d(3, 4, 3, dtype=ag.float64), (1, 3, 8, 8), DTypeError, r"float32 and float64"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "shape", "kind", "text"), ERRORS)
def test_an_error_names_the_layers_place_and_both_shapes(layer, shape, kind, text):
    with pytest.raises(kind, match=text) as found:
        Holder(nn.Identity(), nn.Sequential(nn.Identity(), layer))(ag.zeros(*shape))
    assert str(found.value).startswith(f"features.1.1 ({type(layer).__name__}): ")


def test_a_layer_alone_has_no_place_to_name():
    with pytest.raises(ShapeError) as found:
        nn.Conv2d(8, 4, 3)(ag.zeros(2, 3, 9, 9))
    assert str(found.value).startswith("Conv2d: conv2d: expected")


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: nn.Conv2d(3, 4, 3, groups=2), "in_channels=3, out_channels=4, groups=2"),
        (lambda: nn.Conv2d(3, 4, (3, 3, 3)), r"Conv2d: expected kernel_size .* got \(3, 3, 3\)"),
        (lambda: nn.Conv2d(3, 4, 0), "kernel_size as a whole number from 1"),
        (lambda: nn.Conv2d(3, 4, 3, stride=0), "stride as a whole number from 1"),
        (lambda: nn.Conv2d(3, 4, 3, padding=-1), "padding as a whole number from 0"),
        (lambda: nn.Conv2d(3, 4, 3, padding="full"), '"same" or "valid"'),
        (lambda: nn.Conv2d(3, 4, 3, padding="same", stride=2), r"stride 1 .*stride=\(2, 2\)"),
        (lambda: nn.Conv1d(3, 4, 3, padding_mode="mirror"), "zeros, reflect, replicate, circular"),
        (lambda: nn.ConvTranspose2d(3, 4, 3, padding="same"), "padding as numbers"),
        (lambda: nn.ConvTranspose2d(3, 4, 3, padding_mode="circular"), "'circular'"),
        (lambda: nn.ConvTranspose2d(3, 4, 3)(ag.zeros(1, 3, 4, 4), output_size=[6]), "2 or 4 numbers"),
        (lambda: nn.Conv2d(3, 4, 3, device="cuda"), "cuda"),
    ],
)
def test_settings_that_do_not_fit_are_refused(build, text):
    with pytest.raises((ArgumentError, ShapeError), match=text):
        build()
