"""Interpolation layers: the settings that each passes on."""

import numpy as np
import pytest

import autograd as ag
import nn

X = ag.tensor([[[[0.0, 3.0], [6.0, 9.0]]]])


@pytest.mark.parametrize(
    ("layer", "first_row"),
    [
        (nn.Upsample(scale_factor=2), [0, 0, 3, 3]),
        (nn.UpsamplingNearest2d(size=(2, 4)), [0, 0, 3, 3]),
        (nn.UpsamplingBilinear2d(scale_factor=2), [0, 1, 2, 3]),
        (nn.Upsample(size=4, mode="bilinear"), [0, 0.75, 2.25, 3]),
        (nn.Upsample(scale_factor=(1, 1.5), mode="bilinear", recompute_scale_factor=True), [0, 1.5, 3]),
    ],
)
def test_the_first_row_of_the_result(layer, first_row):
    np.testing.assert_allclose(layer(X).numpy()[0, 0, 0], first_row, atol=1e-6)


def test_layers_print_as_pytorchs():
    assert repr(nn.Upsample(size=3)) == "Upsample(size=3, mode='nearest')"
    assert repr(nn.Upsample(scale_factor=(2, 1))) == "Upsample(scale_factor=(2.0, 1.0), mode='nearest')"
    assert repr(nn.UpsamplingBilinear2d(scale_factor=2)) == "UpsamplingBilinear2d(scale_factor=2.0, mode='bilinear')"
