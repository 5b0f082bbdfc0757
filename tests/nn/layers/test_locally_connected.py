"""Locally connected layers: what they become with tied weights and with kernels as large as the image."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError


def test_tied_weights_make_a_convolution():
    layer = nn.LocallyConnected2d(3, 4, (7, 6), 3, stride=(2, 1), padding=1, dilation=(1, 2), dtype=ag.float64)
    conv = nn.Conv2d(3, 4, 3, stride=(2, 1), padding=1, dilation=(1, 2), dtype=ag.float64)
    layer.load_state_dict({name: np.broadcast_to(value.numpy(), getattr(layer, name).shape)
                           for name, value in conv.state_dict().items()})  # fmt: skip
    x = ag.randn(2, 3, 7, 6, dtype=ag.float64)
    np.testing.assert_allclose(layer(x).detach().numpy(), conv(x).detach().numpy(), rtol=1e-12, atol=1e-12)
    (layer(x) ** 2).sum().backward()
    (conv(x) ** 2).sum().backward()
    for tied, shared in zip(layer.parameters(), conv.parameters(), strict=True):
        np.testing.assert_allclose(tied.grad.numpy().sum((0, 1)), shared.grad.numpy(), rtol=1e-10, atol=1e-10)


def test_a_kernel_as_large_as_the_image_makes_a_linear_map():
    layer = nn.LocallyConnected2d(3, 4, (5, 6), (5, 6), dtype=ag.float64)
    linear = nn.Linear(90, 4, dtype=ag.float64)
    linear.load_state_dict({"weight": layer.weight.detach().numpy().reshape(4, 90),
                            "bias": layer.bias.detach().numpy().reshape(4)})  # fmt: skip
    x = ag.randn(2, 3, 5, 6, dtype=ag.float64)
    expected = linear(x.flatten(1)).detach().numpy()
    np.testing.assert_allclose(layer(x).flatten(1).detach().numpy(), expected, rtol=1e-12, atol=1e-12)


def test_a_layer_has_a_weight_for_each_place():
    layer = nn.LocallyConnected1d(3, 4, 9, 2, stride=2, padding=1)
    assert layer.weight.shape == (5, 4, 3, 2) and layer.bias.shape == (5, 4) and layer.output_size == (5,)
    assert 0.9 / 6**0.5 < abs(layer.weight).max().item() <= 1 / 6**0.5
    assert layer(ag.zeros(2, 3, 9)).shape == (2, 4, 5) and layer(ag.zeros(3, 9)).shape == (4, 5)
    text = "LocallyConnected1d(3, 4, input_size=(9,), kernel_size=(2,), stride=(2,), padding=(1,))"
    assert repr(layer) == text
    plain = nn.LocallyConnected2d(1, 2, 5, 3, dilation=2, bias=False)
    assert plain.bias is None and repr(plain).endswith("stride=(1, 1), dilation=(2, 2), bias=False)")


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: nn.LocallyConnected2d(3, 4, 2, 3), r"window of \(3, 3\) positions, got input_size=\(2, 2\)"),
        (lambda: nn.LocallyConnected2d(3, 4, (2, 3, 4), 3), "LocallyConnected2d: expected input_size"),
        (lambda: nn.LocallyConnected1d(3, 4, 5, 3, stride=0), "stride as a whole number from 1"),
    ],
)
def test_settings_that_do_not_fit_are_refused(build, text):
    with pytest.raises(ArgumentError, match=text):
        build()


def test_an_input_of_another_size_is_refused():
    net = nn.Sequential(nn.ReLU(), nn.LocallyConnected2d(3, 4, 5, 3))
    with pytest.raises(ValueError, match=r"^1 \(LocallyConnected2d\): .*input of shape \(1, 3, 6, 5\)"):
        net(ag.zeros(1, 3, 6, 5))
