"""Rearranging pixels and channels."""

import numpy as np

import autograd as ag
import nn


def test_pixels():
    x = ag.tensor(np.arange(8.0).reshape(1, 8, 1, 1))
    y = nn.PixelShuffle(2)(x)
    np.testing.assert_array_equal(y.numpy(), [[[[0, 1], [2, 3]], [[4, 5], [6, 7]]]])
    np.testing.assert_array_equal(nn.PixelUnshuffle(2)(y).numpy(), x.numpy())


def test_channels():
    x = ag.tensor(np.arange(6.0).reshape(1, 6, 1))
    assert nn.ChannelShuffle(3)(x).numpy().ravel().tolist() == [0, 2, 4, 1, 3, 5]


def test_layers_print_as_pytorchs():
    assert repr(nn.PixelShuffle(2)) == "PixelShuffle(upscale_factor=2)"
    assert repr(nn.PixelUnshuffle(3)) == "PixelUnshuffle(downscale_factor=3)"
    assert repr(nn.ChannelShuffle(4)) == "ChannelShuffle(groups=4)"
