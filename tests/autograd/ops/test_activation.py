"""Activations of `autograd.ops.activation`."""

import math

import numpy as np

from autograd.ops import activation
from tests.conformance import OpCase, conforms

KINKED = np.array([-3.0, -0.6, -0.2, 0.3, 0.9, 2.5])
erf = np.vectorize(math.erf)


def leaky(x, negative_slope=0.01):
    return np.array([value if value > 0 else value * negative_slope for value in x.ravel()]).reshape(x.shape)


def elu(x, alpha=1.0, scale=1.0, input_scale=1.0):
    return np.where(x > 0, scale * x, scale * alpha * (np.exp(input_scale * x) - 1))


def gelu(x):
    return x * (1 + erf(x / math.sqrt(2))) / 2


def gelu_tanh(x):
    return x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def silu(x):
    return x / (1 + np.exp(-x))


def softplus(x, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.log(1 + np.exp(beta * x)) / beta)


CASES = [
    OpCase(activation.leaky_relu, leaky, [KINKED]),
    OpCase(activation.leaky_relu, leaky, [KINKED.reshape(2, 3)], {"negative_slope": 2.5}),
    OpCase(activation.leaky_relu, leaky, [KINKED], {"negative_slope": 0.0}),
    OpCase(activation.leaky_relu, leaky, [(0, 3)]),
    OpCase(activation.slope_of, lambda x, negative_slope: np.where(x > 0, 1, negative_slope), [KINKED],
           {"negative_slope": 0.3}, differentiable=False),
    OpCase(activation.elu, elu, [KINKED]),
    OpCase(activation.elu, elu, [KINKED], {"alpha": 0.7, "scale": 1.5, "input_scale": 0.5}),
    OpCase(activation.elu, elu, [()]),
    OpCase(activation.gelu, gelu, [(2, 3)]),
    OpCase(activation.gelu, gelu, [()]),
    OpCase(activation.gelu_tanh, gelu_tanh, [(2, 3)]),
    OpCase(activation.silu, silu, [(2, 3)], domain=(-4, 4)),
    OpCase(activation.softplus, softplus, [(2, 3)]),
    OpCase(activation.softplus, softplus, [np.array([-3.0, 0.5, 1.7, 2.5])], {"beta": 2.0, "threshold": 3.0}),
    OpCase(activation.mish, lambda x: x * np.tanh(np.log(1 + np.exp(x))), [(2, 3)], domain=(-4, 4)),
    OpCase(activation.tanhshrink, lambda x: x - np.tanh(x), [(2, 3)]),
    OpCase(activation.softsign, lambda x: x / (1 + np.abs(x)), [KINKED]),
    OpCase(activation.softsign, lambda x: x / (1 + np.abs(x)), [()]),
]  # fmt: skip


def test_nothing_overflows():
    x = np.array([-1e4, -1e3, 1e3, 1e4])
    np.testing.assert_array_equal(activation.elu(x), [-1, -1, 1e3, 1e4])
    np.testing.assert_array_equal(activation.softplus(x, threshold=1e9), [0, 0, 1e3, 1e4])
    np.testing.assert_array_equal(activation.gelu(x), [0, 0, 1e3, 1e4])
    np.testing.assert_array_equal(activation.mish(x), [0, 0, 1e3, 1e4])


def test_nan_stays_nan():
    x = np.array([np.nan])
    for op in (activation.leaky_relu, activation.elu, activation.gelu, activation.gelu_tanh, activation.silu):
        assert np.isnan(op(x)).all(), op.__name__
    assert np.isnan(activation.softplus(x)).all()


test_cases = conforms(CASES)
