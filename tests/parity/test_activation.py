"""Activations and dropout against PyTorch: values and gradients, at joints, NaN and infinity too; random streams."""

import inspect

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(2)
X = SOURCE.normal(size=(4, 6)).astype(np.float32) * 2
JOINTS = np.array([-6.0, -3, -1, -0.5, -0.0, 0.0, 0.5, 1, 3, 6, 20, np.inf, -np.inf, np.nan], np.float32)

CALLS = [
    ("relu6", ()), ("hardtanh", ()), ("hardtanh", (-2.0, 0.5)), ("hardsigmoid", ()), ("hardswish", ()),
    ("hardshrink", ()), ("hardshrink", (1.0,)), ("softshrink", ()), ("softshrink", (1.0,)), ("threshold", (0.5, 7.0)),
    ("rrelu", ()), ("mish", ()), ("tanhshrink", ()), ("softsign", ()), ("glu", ()), ("glu", (0,)), ("relu", ()),
    ("leaky_relu", (0.1,)), ("elu", (0.5,)), ("selu", ()), ("celu", (2.0,)), ("silu", ()), ("gelu", ()),
    ("gelu", ("tanh",)), ("softplus", (2.0, 3.0)), ("logsigmoid", ()), ("sigmoid", ()), ("tanh", ()),
]  # fmt: skip

NAN_AT_INFINITY = {"gelu", "softsign"}
"""Where PyTorch gives NaN and we the limit."""


@pytest.mark.parametrize("values", [X, JOINTS], ids=["random", "joints"])
@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_value_and_gradient(name, arguments, values):
    if name in NAN_AT_INFINITY:
        values = np.where(np.isinf(values), 9, values)
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        x = library.tensor(values, requires_grad=True)
        settings = {"approximate": arguments[0]} if arguments == ("tanh",) else {}
        y = getattr(functional, name)(x, *(() if settings else arguments), **settings)
        y.sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy()))
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("shape", [(6,), (1,), ()])
def test_prelu(shape):
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        x = library.tensor(np.append(X.ravel()[:22], [0.0, -0.0]).reshape(4, 6), requires_grad=True)
        weight = library.tensor(np.resize(np.array([0.3, -0.2, 2.0]), shape), requires_grad=True)
        y = functional.prelu(x, weight)
        y.sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy(), weight.grad.numpy()))
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5)


RANDOM = [
    ("rrelu", (0.1, 0.4, True), (7, 9)),
    ("dropout", (0.3, True), (50, 31)),
    ("dropout1d", (0.3, True), (5, 6, 7)),
    ("dropout1d", (0.3, True), (40, 7)),
    ("dropout2d", (0.3, True), (5, 6, 4, 3)),
    ("dropout2d", (0.6, True), (50, 60, 2, 3)),
    ("dropout3d", (0.3, True), (5, 6, 4, 3, 2)),
    ("dropout3d", (0.3, True), (20, 4, 3, 2)),
    ("alpha_dropout", (0.3, True), (6, 7)),
    ("alpha_dropout", (0.3, True), (60, 70)),
    ("feature_alpha_dropout", (0.3, True), (6, 7, 3)),
    ("gumbel_softmax", (0.7,), (6, 7)),
    ("gumbel_softmax", (0.7, True), (60, 7)),
]


@pytest.mark.parametrize(("name", "arguments", "shape"), RANDOM)
def test_random_streams(name, arguments, shape):
    values, found = SOURCE.normal(size=shape).astype(np.float32), []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        library.manual_seed(3)
        x = library.tensor(values, requires_grad=True)
        y = getattr(functional, name)(x, *arguments)
        (y * y).sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy(), library.rand(3).numpy()))
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-5)


LAYERS = (
    nn.AlphaDropout(0.3), nn.Dropout1d(0.2), nn.Dropout2d(0.2, True), nn.Dropout3d(), nn.FeatureAlphaDropout(),
    nn.GLU(1), nn.Hardshrink(0.3), nn.Hardsigmoid(), nn.Hardswish(True), nn.Hardtanh(-2.0, 3.0, True), nn.Mish(),
    nn.PReLU(), nn.RReLU(0.2, 0.4, True), nn.ReLU6(True), nn.ReLU6(), nn.Softmax2d(), nn.Softshrink(0.3), nn.Softsign(),
    nn.Tanhshrink(), nn.Threshold(0.1, 20.0),
)  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_layers_look_alike(layer):
    theirs = getattr(torch.nn, type(layer).__name__)
    ignored = {"args", "kwargs", "min_value", "max_value"}
    names = [name for name in inspect.signature(theirs).parameters if name not in ignored]
    assert list(inspect.signature(type(layer)).parameters) == names
    settings = {name: getattr(layer, name) for name in names if name not in ("device", "dtype")}
    if type(layer) is nn.ReLU6:
        settings = {"inplace": layer.inplace}
    assert repr(layer) == repr(theirs(**settings))
    assert list(layer.state_dict()) == list(theirs(**settings).state_dict())
