"""Columns of windows and back."""

import numpy as np

import autograd as ag
import nn


def test_windows_without_overlap_come_back():
    x = ag.rand(2, 3, 6, 4)
    columns = nn.Unfold((3, 2), stride=(3, 2))(x)
    assert columns.shape == (2, 18, 4)
    np.testing.assert_array_equal(columns.numpy()[:, :6, 1], x.numpy()[:, 0, :3, 2:].reshape(2, 6))
    np.testing.assert_array_equal(nn.Fold((6, 4), (3, 2), stride=(3, 2))(columns).numpy(), x.numpy())


def test_settings_are_passed_on():
    x = ag.rand(1, 1, 5, 5)
    assert nn.Unfold(2, dilation=2, padding=1, stride=3)(x).shape == (1, 4, 4)
    assert nn.Fold(5, 2, dilation=2, padding=1, stride=3)(ag.rand(1, 4, 4)).shape == (1, 1, 5, 5)


def test_layers_print_as_pytorchs():
    assert repr(nn.Unfold(3, padding=(1, 2))) == "Unfold(kernel_size=3, dilation=1, padding=(1, 2), stride=1)"
    assert repr(nn.Fold(4, 2)) == "Fold(output_size=4, kernel_size=2, dilation=1, padding=0, stride=1)"
