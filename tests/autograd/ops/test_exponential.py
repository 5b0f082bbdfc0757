"""Exponentials and logarithms."""

import math

import numpy as np

import autograd as ag
from tests.conformance import OpCase, conforms


def each(function):
    """The function of Python floats as one of arrays."""
    return lambda *arrays: np.vectorize(function, otypes=[np.float64])(*arrays).astype(arrays[0].dtype)


POSITIVE = (0.3, 3.0)


def logit(a, eps=None):
    inside = a if eps is None else np.clip(a, eps, 1 - eps)
    return np.log(inside) - np.log1p(-inside)


CASES = [
    OpCase(ag.exp, each(math.exp), [(2, 3)]),
    OpCase(ag.exp, each(math.exp), [()]),
    OpCase(ag.exp, each(math.exp), [(0, 3)]),
    OpCase(ag.exp2, lambda a: 2.0**a, [(2, 3)]),
    OpCase(ag.expm1, each(math.expm1), [(2, 3)]),
    OpCase(ag.log, each(math.log), [(2, 3)], domain=POSITIVE),
    OpCase(ag.log2, each(math.log2), [(2, 3)], domain=POSITIVE),
    OpCase(ag.log10, each(math.log10), [(2, 3)], domain=POSITIVE),
    OpCase(ag.log1p, each(math.log1p), [(2, 3)], domain=(-0.7, 3.0)),
    OpCase(ag.sigmoid, each(lambda a: (1 + math.tanh(a / 2)) / 2), [(2, 3)]),
    OpCase(ag.sigmoid, each(lambda a: (1 + math.tanh(a / 2)) / 2), [()], domain=(-6, 6)),
    OpCase(ag.sigmoid, lambda a: np.array([0.0, 0.5, 1.0], a.dtype), [np.array([-1e4, 0.0, 1e4])]),
    OpCase(ag.logit, logit, [(2, 3)], domain=(0.05, 0.95)),
    OpCase(ag.logit, logit, [np.array([0.05, 0.3, 0.5, 0.96])], {"eps": 0.1}),
    OpCase(ag.logaddexp, lambda a, b: np.log(np.exp(a) + np.exp(b)), [(2, 3), (3,)]),
    OpCase(ag.logaddexp2, lambda a, b: np.log2(2**a + 2**b), [(2, 3), (2, 1)]),
    OpCase(ag.xlogy, lambda a, b: a * np.log(b), [(2, 3), (3,)], domain=POSITIVE),
    OpCase(
        ag.xlogy, lambda a, b: np.array([0, np.nan, 2 * np.log(3), -np.inf], a.dtype),
        [np.array([0.0, 0.0, 2.0, 1.0]), np.array([0.0, np.nan, 3.0, 0.0])], differentiable=False,
    ),
]  # fmt: skip

test_cases = conforms(CASES)


def test_large_arguments_neither_overflow_nor_cancel():
    x = ag.tensor([-1000.0, 1000.0], dtype=ag.float64)
    assert ag.logaddexp(x, x.flip(0)).tolist() == [1000.0, 1000.0]
    assert ag.expm1(ag.tensor(1e-12, dtype=ag.float64)).item() == 1.0000000000005e-12
    assert ag.log1p(ag.tensor(1e-12, dtype=ag.float64)).item() == 9.999999999995e-13


def test_logit_outside_of_its_domain_has_no_gradient_but_nan():
    x = ag.tensor([-0.5, 0.5, 1.5], requires_grad=True)
    ag.logit(x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.array([np.nan, 4.0, np.nan], np.float32))
