"""What the parametrizations keep true, whatever the originals become."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import gradcheck, gradgradcheck
from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError
from nn.utils.parametrizations import orthogonal, spectral_norm, weight_norm
from nn.utils.parametrize import cached, register_parametrization, remove_parametrizations

SOURCE = np.random.default_rng(2)


def shaken(layer):
    """The layer with its originals moved at random."""
    for parameter in layer.parameters():
        parameter.data = parameter.detach() + ag.tensor(SOURCE.normal(0, 0.3, parameter.shape))
    return layer


def lengths(weight):
    return np.sqrt((weight.detach().numpy() ** 2).reshape(weight.shape[0], -1).sum(1))


def test_lengths_of_weight_norm():
    layer = shaken(weight_norm(nn.Conv2d(2, 3, 2, dtype=ag.float64)))
    chain = layer.parametrizations.weight
    np.testing.assert_allclose(lengths(layer.weight), np.abs(chain.original0.detach().numpy().ravel()))
    whole = shaken(weight_norm(nn.Linear(3, 2, dtype=ag.float64), dim=None))
    length = np.linalg.norm(whole.weight.detach().numpy())
    assert length == pytest.approx(abs(whole.parametrizations.weight.original0.item()))


def test_largest_singular_value_of_spectral_norm():
    layer = shaken(spectral_norm(nn.Conv2d(2, 3, 2, dtype=ag.float64), n_power_iterations=200))
    matrix = layer.weight.detach().numpy().reshape(3, -1)
    assert np.linalg.svd(matrix, compute_uv=False)[0] == pytest.approx(1, abs=1e-8)
    layer = spectral_norm(nn.Linear(3, 3))
    layer.eval()
    before = layer.parametrizations.weight[0]._u.numpy().copy()
    assert layer(ag.ones(1, 3)).shape == (1, 3)
    np.testing.assert_array_equal(layer.parametrizations.weight[0]._u.numpy(), before)


def test_two_calls_then_backward():
    layer = spectral_norm(nn.Linear(3, 3))
    (layer(ag.ones(1, 3)) - layer(ag.zeros(1, 3))).sum().backward()
    assert layer.parametrizations.weight.original.grad is not None


@pytest.mark.parametrize("orthogonal_map", ["matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (1, 3)])
@pytest.mark.parametrize("trivial", [True, False])
def test_orthogonal(orthogonal_map, shape, trivial):
    layer = nn.Linear(*shape, dtype=ag.float64)
    orthogonal(layer, orthogonal_map=orthogonal_map, use_trivialization=trivial)
    original = layer.parametrizations.weight.original
    moved = SOURCE.normal(size=original.shape)
    if orthogonal_map == "householder":  # whose diagonal holds signs
        moved = np.tril(moved, -1) if original.shape[0] >= original.shape[1] else np.triu(moved, 1)
    original.data = original.detach() + ag.tensor(moved)
    weight = layer.weight.detach().numpy()
    gram = weight @ weight.T if weight.shape[0] < weight.shape[1] else weight.T @ weight
    np.testing.assert_allclose(gram, np.eye(min(shape)), atol=1e-12)


@pytest.mark.parametrize("trivial", [True, False])
def test_an_orthogonal_matrix_stays_as_it_is(trivial):
    value, _ = np.linalg.qr(SOURCE.normal(size=(4, 4)))
    layer = nn.Linear(4, 4, dtype=ag.float64)
    layer.weight.data = ag.tensor(value)
    orthogonal(layer, orthogonal_map="householder", use_trivialization=trivial)
    np.testing.assert_allclose(layer.weight.detach().numpy(), value, atol=1e-12)
    other, _ = np.linalg.qr(SOURCE.normal(size=(4, 4)))
    layer.weight = ag.tensor(other)
    np.testing.assert_allclose(layer.weight.detach().numpy(), other, atol=1e-12)


def test_batches_of_orthogonal_matrices():
    layer = nn.Identity()
    layer.weight = nn.Parameter(ag.tensor(SOURCE.normal(size=(2, 4, 3))))
    for name in ("matrix_exp", "cayley", "householder"):
        weight = orthogonal(layer, orthogonal_map=name).weight
        np.testing.assert_allclose((weight.mT @ weight).detach().numpy(), np.tile(np.eye(3), (2, 1, 1)), atol=1e-12)
        remove_parametrizations(layer, "weight")


@pytest.mark.parametrize("way", [
    weight_norm, spectral_norm,
    *(lambda layer, n=name: orthogonal(layer, orthogonal_map=n) for name in ("matrix_exp", "cayley", "householder")),
])  # fmt: skip
def test_derivatives(way):
    chain = way(nn.Linear(2, 3, dtype=ag.float64).eval()).parametrizations.weight
    originals = [ag.tensor(SOURCE.normal(size=x.shape), requires_grad=True) for x in chain.originals()]
    function = chain[0]
    if getattr(function, "orthogonal_map", "") == "householder":  # the diagonal holds signs
        below, signs = ag.ones(3, 2, dtype=ag.float64).tril(-1), -ag.eye(3, 2, dtype=ag.float64)
        function = lambda x: chain[0](x * below + signs)  # noqa: E731
    assert gradcheck(function, originals) and gradgradcheck(function, originals)


def test_cached_keeps_one_power_iteration():
    layer = spectral_norm(nn.Linear(3, 3))
    with cached():
        assert layer.weight is layer.weight


def test_no_way_back():
    layer = orthogonal(nn.Linear(3, 3), use_trivialization=False)
    with pytest.raises(NotImplementedError, match="no way back through 'matrix_exp'"):
        layer.weight = ag.eye(3)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: orthogonal(nn.Linear(2, 2), "bias"), ShapeError, "a matrix or a batch"),
        (lambda: orthogonal(nn.Linear(2, 2), orthogonal_map="qr"), ArgumentError, "householder, got 'qr'"),
        (lambda: orthogonal(nn.Linear(2, 2), "wait"), OperandError, "orthogonal.*'wait'"),
        (lambda: spectral_norm(nn.ReLU()), OperandError, "spectral_norm.*of ReLU"),
        (lambda: spectral_norm(nn.Linear(2, 2), n_power_iterations=0), ArgumentError, "1 or more, got 0"),
        (lambda: spectral_norm(nn.Linear(2, 2), dim=2), DimensionError, r"shape \(2, 2\), got 2"),
        (lambda: weight_norm(nn.Linear(2, 2), "wait"), ArgumentError, "'wait'"),
        (lambda: setattr(orthogonal(nn.Linear(2, 2)), "weight", ag.ones(2)), ShapeError, r"\(2, 2\).*\(2,\)"),
    ],
)
def test_errors(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_after_another_parametrization():
    layer = register_parametrization(nn.Linear(3, 3), "weight", nn.Tanh())
    spectral_norm(layer)
    assert len(layer.parametrizations.weight) == 2
    assert "parametrizations.weight.1._u" in layer.state_dict()
