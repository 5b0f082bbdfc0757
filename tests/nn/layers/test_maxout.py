"""Maxout against NumPy, and what it can represent."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from autograd.gradcheck import gradcheck, gradgradcheck


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("shape", [(5, 4), (4,), (2, 3, 4), (0, 4)])
def test_it_is_the_largest_of_k_linear_maps(k, shape):
    layer = nn.Maxout(4, 3, k, dtype=ag.float64)
    x = np.random.default_rng(0).normal(size=shape)
    maps = [x @ layer.weight.detach().numpy()[3 * i : 3 * i + 3].T + layer.bias.detach().numpy()[3 * i : 3 * i + 3]
            for i in range(k)]  # fmt: skip
    np.testing.assert_allclose(layer(ag.tensor(x)).detach().numpy(), np.max(maps, 0), rtol=1e-12, atol=1e-13)


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


def test_gradients():
    operands = [ag.randn(*shape, dtype=ag.float64).requires_grad_() for shape in ((5, 4), (9, 4), (9,))]

    def largest(x, weight, bias):
        return F.maxout(x, weight, bias, 3)

    assert gradcheck(largest, operands) and gradgradcheck(largest, operands)


def test_parameters_and_text():
    layer = nn.Maxout(100, 30, k=4)
    assert layer.weight.shape == (120, 100) and layer.bias.shape == (120,)
    assert 0.09 < abs(layer.weight).max().item() <= 0.1 and 0.09 < abs(layer.bias).max().item() <= 0.1
    assert repr(layer) == "Maxout(in_features=100, out_features=30, k=4, bias=True)"
    assert nn.Maxout(2, 3, bias=False).bias is None


def test_errors():
    with pytest.raises(ArgumentError, match="k of 1 or more, got 0"):
        nn.Maxout(2, 3, k=0)
    with pytest.raises(ShapeError, match=r"a weight \(2·out, in\), got shape \(5, 4\)"):
        F.maxout(ag.zeros(3, 4), ag.zeros(5, 4))
    with pytest.raises(ShapeError, match="4 features"):
        nn.Maxout(4, 3)(ag.zeros(2, 5))
