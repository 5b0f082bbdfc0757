"""The maxout layer: what it equals and what it can represent."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError


def test_it_equals_linear_view_max():
    layer, linear = nn.Maxout(4, 3), nn.Linear(4, 6)
    linear.load_state_dict(layer.state_dict())
    x = ag.randn(5, 4)
    assert (layer(x) == linear(x).view(5, 2, 3).max(1).values).all()


def test_it_can_be_the_absolute_value_exactly():
    layer = nn.Maxout(1, 1, bias=False)
    layer.load_state_dict({"weight": np.array([[1.0], [-1.0]])})
    x = ag.tensor([[-2.5], [0.0], [0.1], [7.0]], requires_grad=True)
    y = layer(x)
    assert (y == abs(x)).all()
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [[-1], [0], [1], [1]])


def test_parameters_and_text():
    layer = nn.Maxout(100, 30, k=4)
    assert layer.weight.shape == (120, 100) and layer.bias.shape == (120,)
    assert 0.09 < abs(layer.weight).max().item() <= 0.1 and 0.09 < abs(layer.bias).max().item() <= 0.1
    assert repr(layer) == "Maxout(in_features=100, out_features=30, k=4, bias=True)"
    assert nn.Maxout(2, 3, bias=False).bias is None


def test_settings_that_do_not_fit_are_refused():
    with pytest.raises(ArgumentError, match="k of 1 or more, got 0"):
        nn.Maxout(2, 3, k=0)
