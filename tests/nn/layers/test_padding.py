"""Padding layers: the mode and the ends that each passes on."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, ShapeError

X = np.arange(2.0 * 3 * 3 * 4).reshape(2, 3, 3, 4)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.ConstantPad1d((1, 2), 7.0), np.pad(X[0], [(0, 0), (0, 0), (1, 2)], constant_values=7)),
        (nn.ConstantPad2d(1, -1.0), np.pad(X, [(0, 0), (0, 0), (1, 1), (1, 1)], constant_values=-1)),
        (nn.ConstantPad3d((0, 1, 1, 0, 2, 0), 3), np.pad(X, [(0, 0), (2, 0), (1, 0), (0, 1)], constant_values=3)),
        (nn.ZeroPad1d(2), np.pad(X[0], [(0, 0), (0, 0), (2, 2)])),
        (nn.ZeroPad2d((1, 0, 0, 2)), np.pad(X, [(0, 0), (0, 0), (0, 2), (1, 0)])),
        (nn.ZeroPad3d(1), np.pad(X, [(0, 0), (1, 1), (1, 1), (1, 1)])),
        (nn.ReflectionPad1d((3, 1)), np.pad(X[0], [(0, 0), (0, 0), (3, 1)], "reflect")),
        (nn.ReflectionPad2d(2), np.pad(X, [(0, 0), (0, 0), (2, 2), (2, 2)], "reflect")),
        (nn.ReflectionPad3d(1), np.pad(X, [(0, 0), (1, 1), (1, 1), (1, 1)], "reflect")),
        (nn.ReplicationPad1d(5), np.pad(X[0], [(0, 0), (0, 0), (5, 5)], "edge")),
        (nn.ReplicationPad2d((1, 2, 3, 4)), np.pad(X, [(0, 0), (0, 0), (3, 4), (1, 2)], "edge")),
        (nn.ReplicationPad3d(1), np.pad(X, [(0, 0), (1, 1), (1, 1), (1, 1)], "edge")),
        (nn.CircularPad1d(4), np.pad(X[0], [(0, 0), (0, 0), (4, 4)], "wrap")),
        (nn.CircularPad2d((1, 0, 2, 1)), np.pad(X, [(0, 0), (0, 0), (2, 1), (1, 0)], "wrap")),
        (nn.CircularPad3d(2), np.pad(X, [(0, 0), (2, 2), (2, 2), (2, 2)], "wrap")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value(layer, expected):
    x = X[0] if "1d" in type(layer).__name__ else X
    np.testing.assert_array_equal(layer(ag.tensor(x)).numpy(), expected)


def test_text():
    assert repr(nn.ConstantPad2d(1, 2.5)) == "ConstantPad2d(padding=(1, 1, 1, 1), value=2.5)"
    assert repr(nn.ZeroPad1d((1, 2))) == "ZeroPad1d((1, 2))"


def test_refusals():
    with pytest.raises(ArgumentError, match=r"ReflectionPad1d: expected one number or 2 of them, got \(1, 2, 3\)"):
        nn.ReflectionPad1d((1, 2, 3))
    with pytest.raises(ShapeError, match=r"^0 \(ReflectionPad1d\): "):
        nn.Sequential(nn.ReflectionPad1d(4))(ag.zeros(1, 1, 4))
