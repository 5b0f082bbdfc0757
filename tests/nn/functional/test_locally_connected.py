"""Locally connected maps: plain loops as the oracle, and the two special cases, convolution and linear map."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from autograd.gradcheck import gradcheck, gradgradcheck

# size, kernel, stride, padding, dilation
GEOMETRIES = [
    ((6, 5), (3, 2), (1, 1), (0, 0), (1, 1)),
    ((6, 5), (3, 3), (2, 1), (1, 2), (1, 2)),
    ((4, 7), (2, 2), (3, 2), (1, 0), (2, 1)),
    ((7,), (3,), (2,), (1,), (2,)),
    ((5,), (1,), (1,), (0,), (1,)),
]


def places(geometry):
    size, kernel, stride, padding, dilation = map(np.array, geometry)
    return tuple((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)


def random_operands(geometry, images=2, channels=3, outputs=4):
    source = np.random.default_rng(0)
    size, kernel = geometry[:2]
    return (
        source.normal(size=(images, channels, *size)),
        source.normal(size=(*places(geometry), outputs, channels, *kernel)),
        source.normal(size=(*places(geometry), outputs)),
    )


def loops(x, weight, bias, geometry):
    _, kernel, stride, padding, dilation = geometry
    padded = np.pad(x, [(0, 0), (0, 0)] + [(zeros, zeros) for zeros in padding])
    made = np.zeros((x.shape[0], bias.shape[-1], *places(geometry)))
    for place in np.ndindex(places(geometry)):
        spans = zip(place, stride, dilation, kernel, strict=True)
        below = padded[(..., *(slice(at * step, at * step + gap * taps, gap) for at, step, gap, taps in spans))]
        for n in range(x.shape[0]):
            for o in range(bias.shape[-1]):
                made[(n, o, *place)] = (below[n] * weight[(*place, o)]).sum() + bias[(*place, o)]
    return made


def function(geometry):
    return F.locally_connected1d if len(geometry[0]) == 1 else F.locally_connected2d


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_value(geometry):
    x, weight, bias = random_operands(geometry)
    expected = loops(x, weight, bias, geometry)
    options = dict(zip(("stride", "padding", "dilation"), geometry[2:], strict=True))
    connect = function(geometry)
    tensors = [ag.tensor(array) for array in (x, weight, bias)]
    np.testing.assert_allclose(connect(*tensors, **options).numpy(), expected, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(connect(x, weight, bias, **options), expected, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(connect(x[0], weight, bias, **options), expected[0], rtol=1e-11, atol=1e-12)
    without = connect(x, weight, **options)
    np.testing.assert_allclose(without, loops(x, weight, 0 * bias, geometry), rtol=1e-11, atol=1e-12)
    assert connect(x[:0], weight, bias, **options).shape == (0, *expected.shape[1:])


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_gradients(geometry):
    operands = [ag.tensor(array, requires_grad=True) for array in random_operands(geometry, 2, 2, 2)]

    def connect(*tensors):
        return function(geometry)(*tensors, *geometry[2:])

    assert gradcheck(connect, operands)
    assert gradgradcheck(connect, operands)


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


def test_layer():
    layer = nn.LocallyConnected1d(3, 4, 9, 2, stride=2, padding=1)
    assert layer.weight.shape == (5, 4, 3, 2) and layer.bias.shape == (5, 4) and layer.output_size == (5,)
    assert 0.9 / 6**0.5 < abs(layer.weight).max().item() <= 1 / 6**0.5
    assert layer(ag.zeros(2, 3, 9)).shape == (2, 4, 5) and layer(ag.zeros(3, 9)).shape == (4, 5)
    text = "LocallyConnected1d(3, 4, input_size=(9,), kernel_size=(2,), stride=(2,), padding=(1,))"
    assert repr(layer) == text
    plain = nn.LocallyConnected2d(1, 2, 5, 3, dilation=2, bias=False)
    assert plain.bias is None and repr(plain).endswith("stride=(1, 1), dilation=(2, 2), bias=False)")


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: nn.LocallyConnected2d(3, 4, 2, 3), ArgumentError, r"window of \(3, 3\) positions, .*\(2, 2\)"),
        (lambda: nn.LocallyConnected2d(3, 4, (2, 3, 4), 3), ArgumentError, "input_size"),
        (lambda: nn.LocallyConnected2d(3, 4, 5, 3)(ag.zeros(1, 3, 6, 5)), ShapeError,
         r"a weight of shape \(4, 3, 4, 3, 3, 3\) for input of shape \(1, 3, 6, 5\), got shape \(3, 3, 4, 3, 3, 3\)"),
        (lambda: nn.LocallyConnected2d(3, 4, 5, 3)(ag.zeros(1, 2, 5, 5)), ShapeError, r"\(3, 3, 4, 2, 3, 3\)"),
        (lambda: nn.LocallyConnected1d(3, 4, 5, 3)(ag.zeros(1, 3, 5, 5)), ShapeError, r"\(N, C, L\)"),
        (lambda: F.locally_connected1d(ag.zeros(1, 3, 5), ag.zeros(3, 4, 3, 3), ag.zeros(4)), ShapeError,
         r"a bias of shape \(3, 4\), got shape \(4,\)"),
    ],
)  # fmt: skip
def test_errors(call, kind, text):
    with pytest.raises(kind, match=text):
        call()
