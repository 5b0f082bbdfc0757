"""Activations that are compositions, in-place forms, and a missing dim."""

import math

import numpy as np
import pytest

import autograd as ag
import nn.functional as F
from autograd.errors import ArgumentError, GraphError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
SPREAD = np.array([-800.0, -30.0, -1.5, -0.25, 0.5, 2.0, 30.0, 800.0])


def celu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


def selu(x):
    return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))


def logsigmoid(x):
    return np.array([-math.log1p(math.exp(-v)) if v > -20 else v - math.exp(v) for v in x.ravel()]).reshape(x.shape)


def glu(x, dim=-1):
    value, gate = np.split(x, 2, dim)
    return value / (1 + np.exp(-gate))


def softmin(x, dim):
    weights = np.exp(-x)
    return weights / weights.sum(dim, keepdims=True)


CASES = [
    OpCase(F.celu, celu, [(2, 3)]),
    OpCase(F.celu, celu, [(2, 3)], {"alpha": 0.3}),
    OpCase(F.celu, celu, [(2, 3)], {"alpha": -2.0}),
    OpCase(F.selu, selu, [(2, 3)]),
    OpCase(F.logsigmoid, logsigmoid, [(2, 3)]),
    OpCase(F.glu, glu, [(2, 6)]),
    OpCase(F.glu, glu, [(2, 4, 3)], {"dim": 1}),
    OpCase(
        F.hardtanh,
        lambda x, min_val, max_val: np.clip(x, min_val, max_val),
        [SPREAD],
        {"min_val": -2.0, "max_val": 1.0},
    ),
    OpCase(F.hardsigmoid, lambda x: np.clip(x / 6 + 0.5, 0, 1), [SPREAD]),
    OpCase(F.hardswish, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), [SPREAD]),
    OpCase(
        F.threshold,
        lambda x, threshold, value: np.where(x > threshold, x, value),
        [SPREAD],
        {"threshold": 0.1, "value": 20.0},
    ),
    OpCase(F.relu6, lambda x: np.minimum(np.maximum(x, 0), 6), [SPREAD]),
    OpCase(F.prelu, lambda x, w: np.where(x > 0, x, w[:, None] * x), [(2, 3, 4), (3,)]),
    OpCase(F.prelu, lambda x, w: np.where(x > 0, x, w[0] * x), [(), (1,)]),
    OpCase(F.rrelu, lambda x, lower, upper: np.where(x > 0, x, 0.3 * x), [SPREAD], {"lower": 0.2, "upper": 0.4}),
    OpCase(F.logsigmoid, logsigmoid, [SPREAD]),
    OpCase(F.softmin, softmin, [(2, 3)], {"dim": 1}),
    OpCase(F.softmin, softmin, [(2, 3, 2)], {"dim": -2}),
]
ERRORS = [ErrorCase(F.celu, [ag.ones(2), 0.0], ArgumentError, "an alpha that is not 0")]
test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("activation", [F.relu, F.elu, F.selu, F.celu, F.leaky_relu, F.silu])
def test_in_place_forms(activation) -> None:
    x = ag.tensor([-1.5, -0.5, 0.5, 2.0], requires_grad=True)
    apart = x * 1.0
    expected = activation(apart)
    y = x * 1.0
    assert activation(y, inplace=True) is y
    assert y.tolist() == expected.tolist()
    found, wanted = ag.grad(y.sum(), x), ag.grad(expected.sum(), x)
    np.testing.assert_allclose(found[0].numpy(), wanted[0].numpy(), rtol=1e-6)
    with pytest.raises(GraphError, match="leaf"):
        activation(x, inplace=True)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("celu", [0.5]), ("elu", [2.0]), ("hardtanh", [-0.5, 1.0]), ("leaky_relu", [0.3]), ("relu", []),
        ("rrelu", [0.2, 0.4]), ("selu", []), ("threshold", [0.5, 7.0]),
    ],
)  # fmt: skip
def test_forms_that_write(name, options) -> None:
    x = ag.tensor([-1.0, 0.2, 2.0])
    expected = getattr(F, name)(x, *options)
    assert getattr(F, f"{name}_")(x, *options) is x and x.tolist() == expected.tolist()


@pytest.mark.parametrize("function", [F.softmax, F.softmin, F.log_softmax])
def test_a_missing_dim_is_guessed_with_a_warning(function) -> None:
    x = ag.tensor(np.arange(6.0).reshape(2, 3))
    with pytest.warns(UserWarning, match=f"{function.__name__}: no dim was given; taking 1"):
        found = function(x)
    np.testing.assert_array_equal(found.numpy(), function(x, dim=1).numpy())


def test_random_slopes_lie_between_their_bounds_and_scale_the_gradient():
    x = ag.tensor(np.linspace(-3, 3, 1000), requires_grad=True)
    y = F.rrelu(x, 0.2, 0.4, training=True)
    y.sum().backward()
    slopes = (y / x).detach().numpy()
    assert (slopes[x.detach().numpy() > 0] == 1).all()
    below = slopes[x.detach().numpy() < 0]
    assert below.min() >= 0.2 and below.max() <= 0.4 and below.std() > 0.04
    np.testing.assert_allclose(x.grad.numpy(), slopes, rtol=1e-12)


def test_hard_gumbel_samples_are_one_hot_with_the_soft_gradient():
    logits = ag.randn(50, 4, requires_grad=True)
    sample = F.gumbel_softmax(logits, tau=0.7, hard=True)
    np.testing.assert_allclose(np.sort(sample.detach().numpy(), 1), [[0, 0, 0, 1]] * 50, atol=1e-6)
    (sample * ag.arange(4)).sum().backward()
    assert (logits.grad.abs().sum(1) > 0).all()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: F.hardtanh(ag.zeros(2), 1.0, -1.0), "min_val at most max_val"),
        (lambda: F.softshrink(ag.zeros(2), -1.0), "lambd >= 0"),
        (lambda: F.rrelu(ag.zeros(2), 0.5, 0.1), "lower <= upper"),
        (lambda: F.prelu(ag.zeros(2, 3), ag.zeros(2)), r"each of 3 channels of \(2, 3\)"),
        (lambda: F.glu(ag.zeros(2, 3)), "even size along dimension -1"),
    ],
)
def test_refused_arguments(call, match):
    with pytest.raises(ValueError, match=match):
        call()
