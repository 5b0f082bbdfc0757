"""Gamma variables: how they grow with their shape parameter, against quadrature; their moments stand in
tests/nn/distributions."""

import math

import numpy as np

import autograd as ag
from autograd.ops.gamma_sampling import gamma_slope, standard_gamma
from tests.conformance import OpCase, conforms


def chance_below(a, x):
    """The distribution function, by Simpson's rule after t = x·u^(1/a), u = s^20."""
    s = np.linspace(0, 1, 40_001)
    y = np.exp(-x * s ** (20 / a)) * 20 * s**19
    integral = (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()) / (3 * (len(s) - 1))
    return integral * x**a / math.gamma(a + 1)


def slope(a, x, h=1e-4):
    found = []
    for a_i, x_i in zip(a.tolist(), x.tolist(), strict=True):
        rise = (chance_below(a_i + h, x_i) - chance_below(a_i - h, x_i)) / (2 * h)
        found.append(-rise / (x_i ** (a_i - 1) * math.exp(-x_i) / math.gamma(a_i)))
    return np.array(found)


CASES = [
    OpCase(gamma_slope, slope, [np.array([0.5, 0.9, 1.0, 2.5, 8.0]), np.array([0.2, 1.5, 1.0, 2.0, 10.0])],
           differentiable=False, tol=1e-5, tol32=1e-4),
]  # fmt: skip

test_cases = conforms(CASES)


def test_gradient_is_the_slope():
    ag.manual_seed(0)
    a = ag.tensor([0.3, 2.0, 7.0], dtype=ag.float64, requires_grad=True)
    x = standard_gamma(a)
    x.sum().backward()
    np.testing.assert_allclose(a.grad.numpy(), gamma_slope(a.detach().numpy(), x.detach().numpy()))
    assert (standard_gamma(ag.full((1000,), 1e-3)) > 0).all()
