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


def softmin(x, dim):
    weights = np.exp(-x)
    return weights / weights.sum(dim, keepdims=True)


CASES = [
    OpCase(F.celu, celu, [(2, 3)]),
    OpCase(F.celu, celu, [(2, 3)], {"alpha": 0.3}),
    OpCase(F.celu, celu, [(2, 3)], {"alpha": -2.0}),
    OpCase(F.selu, selu, [(2, 3)]),
    OpCase(F.logsigmoid, logsigmoid, [(2, 3)]),
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


def test_relu_writes() -> None:
    x = ag.tensor([-1.0, 2.0])
    assert F.relu_(x) is x and x.tolist() == [0.0, 2.0]


@pytest.mark.parametrize("function", [F.softmax, F.softmin, F.log_softmax])
def test_a_missing_dim_is_guessed_with_a_warning(function) -> None:
    x = ag.tensor(np.arange(6.0).reshape(2, 3))
    with pytest.warns(UserWarning, match=f"{function.__name__}: no dim was given; taking 1"):
        found = function(x)
    np.testing.assert_array_equal(found.numpy(), function(x, dim=1).numpy())
