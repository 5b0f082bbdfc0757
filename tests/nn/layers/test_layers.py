"""The simple layers: each makes the call of `nn.functional` that it names, with its settings."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError

X = ag.tensor(np.linspace(-2, 2, 12).reshape(3, 4))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.Identity(3, some="setting"), lambda x: x),
        (nn.ReLU(), lambda x: np.maximum(x, 0)),
        (nn.LeakyReLU(0.2), lambda x: np.where(x > 0, x, 0.2 * x)),
        (nn.ELU(2.0), lambda x: np.where(x > 0, x, 2 * np.expm1(x))),
        (nn.CELU(2.0), lambda x: np.where(x > 0, x, 2 * np.expm1(x / 2))),
        (nn.SELU(), lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))),
        (nn.SiLU(), lambda x: x / (1 + np.exp(-x))),
        (nn.Tanh(), np.tanh),
        (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
        (nn.LogSigmoid(), lambda x: -np.log1p(np.exp(-x))),
        (nn.Softplus(2.0, 3.0), lambda x: np.where(2 * x > 3, x, np.log1p(np.exp(2 * x)) / 2)),
        (nn.Softmax(0), lambda x: np.exp(x) / np.exp(x).sum(0)),
        (nn.Softmin(1), lambda x: np.exp(-x) / np.exp(-x).sum(1, keepdims=True)),
        (nn.LogSoftmax(-1), lambda x: x - np.log(np.exp(x).sum(-1, keepdims=True))),
        (nn.Hardtanh(-0.5, 0.7), lambda x: np.clip(x, -0.5, 0.7)),
        (nn.ReLU6(), lambda x: np.clip(x, 0, 6)),
        (nn.Hardsigmoid(), lambda x: np.clip(x / 6 + 0.5, 0, 1)),
        (nn.Hardswish(), lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
        (nn.Hardshrink(1.0), lambda x: np.where(np.abs(x) > 1, x, 0)),
        (nn.Softshrink(1.0), lambda x: np.sign(x) * np.maximum(np.abs(x) - 1, 0)),
        (nn.Threshold(0.1, 20.0), lambda x: np.where(x > 0.1, x, 20)),
        (nn.RReLU().eval(), lambda x: np.where(x > 0, x, x * (1 / 8 + 1 / 3) / 2)),
        (nn.Sign(), np.sign),
        (nn.Heaviside(), lambda x: np.where(x >= 0, 1.0, 0.0)),
        (nn.Mish(), lambda x: x * np.tanh(np.log1p(np.exp(x)))),
        (nn.Tanhshrink(), lambda x: x - np.tanh(x)),
        (nn.Softsign(), lambda x: x / (1 + np.abs(x))),
        (nn.GLU(1), lambda x: x[:, :2] / (1 + np.exp(-x[:, 2:]))),
        (nn.Flatten(0), lambda x: x.reshape(-1)),
        (nn.Unflatten(1, (2, 2)), lambda x: x.reshape(3, 2, 2)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_layers_compute_what_their_formula_says(layer, expected):
    np.testing.assert_allclose(layer(X).numpy(), expected(X.numpy()), rtol=1e-12)


def test_gelu():
    assert nn.GELU()(ag.tensor([1.0])).item() == pytest.approx(0.841345, abs=1e-5)
    assert nn.GELU("tanh")(ag.tensor([1.0])).item() == pytest.approx(0.841192, abs=1e-5)
    with pytest.raises(ArgumentError, match='"tanh"'):
        nn.GELU("erf")(X)


@pytest.mark.parametrize("layer", [nn.ReLU, nn.SELU, nn.SiLU, nn.LeakyReLU, nn.ELU, nn.CELU])
def test_in_place(layer):
    x = ag.tensor([-1.0, 2.0], requires_grad=True)
    y = x * 1
    result = layer(inplace=True)(y)
    assert result is y and (y == layer()(x)).all()
    result.sum().backward()
    other = x.detach().requires_grad_()
    layer()(other).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), other.grad.numpy())


def test_linear():
    layer = nn.Linear(4, 2, dtype=ag.float64)
    expected = X.numpy() @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
    np.testing.assert_allclose(layer(X).detach().numpy(), expected, rtol=1e-12)
    assert nn.Linear(4, 2, bias=False).bias is None
    bound = max(
        abs(nn.Linear(100, 300).weight.detach().numpy()).max(), abs(nn.Linear(100, 300).bias.detach().numpy()).max()
    )
    assert 0.099 < bound <= 0.1
    before = layer.weight.detach().numpy().copy()
    layer.reset_parameters()
    assert (before != layer.weight.detach().numpy()).all()


def test_bilinear():
    layer = nn.Bilinear(4, 3, 2, dtype=ag.float64)
    y = ag.tensor(np.arange(9.0).reshape(3, 3))
    expected = np.einsum("ni,oij,nj->no", X.numpy(), layer.weight.detach().numpy(), y.numpy())
    np.testing.assert_allclose(layer(X, y).detach().numpy(), expected + layer.bias.detach().numpy(), rtol=1e-12)
    with pytest.raises(ValueError, match="bilinear"):
        layer(X, X)


def test_dropout():
    ag.manual_seed(0)
    layer, x = nn.Dropout(0.25), ag.ones(100, 100, requires_grad=True)
    y = layer(x)
    assert set(np.unique(y.detach().numpy())) == {0, np.float32(1 / 0.75)}
    assert abs((y.detach().numpy() == 0).mean() - 0.25) < 0.02
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())
    assert layer.eval()(x) is x and F.dropout(x, 0) is x
    assert (F.dropout(x, 1.0).detach().numpy() == 0).all()
    z = ag.ones(10)
    assert F.dropout(z, 0.5, inplace=True) is z and (z.numpy() != 1).all()
    for call in (lambda: nn.Dropout(1.5), lambda: F.dropout(x, -0.1)):
        with pytest.raises(ArgumentError, match="from 0 to 1"):
            call()


def test_softmax_without_dim_warns():
    with pytest.warns(UserWarning, match="no dim was given; taking 1") as caught:
        result = nn.Softmax()(X)
    assert (result == F.softmax(X, 1)).all()
    assert caught[0].filename == __file__


def test_softmax_over_channels():
    x = ag.randn(2, 3, 4, 5)
    np.testing.assert_allclose(nn.Softmax2d()(x).sum(1).numpy(), np.ones((2, 4, 5)), rtol=1e-6)
    with pytest.raises(ValueError, match=r"Softmax2d.*\(3, 4\)"):
        nn.Softmax2d()(X)


def test_prelu_learns_its_slope():
    layer = nn.PReLU(4, 0.5, dtype=ag.float64)
    layer(X).sum().backward()
    np.testing.assert_allclose(layer.weight.grad.numpy(), np.minimum(X.numpy(), 0).sum(0))
    layer.weight.data.fill_(3.0)
    layer.reset_parameters()
    assert layer.weight.tolist() == [0.5] * 4


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Dropout1d, (50, 8, 6)),
        (nn.Dropout1d, (400, 6)),
        (nn.Dropout2d, (50, 8, 3, 2)),
        (nn.Dropout3d, (400, 2, 3, 2)),
    ],
)
def test_whole_channels_are_dropped(layer, shape):
    x = ag.ones(*shape, requires_grad=True)
    y = layer(0.25)(x)
    found = y.detach().numpy()
    channels = found.reshape(400, -1)
    assert (channels == channels[:, :1]).all()
    assert set(np.unique(found)) == {0, np.float32(1 / 0.75)} and 0.15 < (channels[:, 0] == 0).mean() < 0.35
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), found)
    assert layer().eval()(x) is x and (layer(1.0)(x) == 0).all()
    z = ag.ones(*shape)
    assert layer(0.5, inplace=True)(z) is z and (z == 0).any()


@pytest.mark.parametrize("layer", [nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_alpha_dropout_keeps_mean_and_variance(layer):
    x = ag.randn(400, 300, dtype=ag.float64)
    y = layer(0.3)(x).numpy()
    assert abs(y.mean()) < 0.02 and abs(y.std() - 1) < 0.02
    assert layer(0.3).eval()(x) is x and (layer(1.0)(x) == 0).all()


def test_dropout_of_channels_wants_channels():
    for layer, x in ((nn.Dropout1d(), ag.ones(3)), (nn.Dropout2d(), ag.ones(3)), (nn.Dropout3d(), X),
                     (nn.FeatureAlphaDropout(), ag.ones(3))):  # fmt: skip
        with pytest.raises(ValueError, match="dimensions, got shape"):
            layer(x)


def test_dropout2d_takes_a_matrix_as_dropout_does():
    with pytest.warns(UserWarning, match="dropout2d: expected 3 or 4 dimensions, got 2"):
        y = nn.Dropout2d(0.5)(ag.ones(40, 50))
    assert set(np.unique(y.numpy())) == {0.0, 2.0}
