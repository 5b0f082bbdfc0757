"""Activations of straight pieces, away from their joints (those are held against PyTorch)."""

import numpy as np

from autograd.ops import piecewise
from tests.conformance import OpCase, conforms

POINTS = np.array([-4.0, -2.2, -0.7, -0.3, 0.2, 0.6, 1.4, 2.9, 3.7])


def by_element(function):
    return lambda x, **settings: np.array([function(v, **settings) for v in x.ravel()]).reshape(x.shape)


def clipped(v, low, high):
    return low if v < low else high if v > high else v


CASES = [
    OpCase(piecewise.hardtanh, by_element(lambda v: clipped(v, -1, 1)), [POINTS]),
    OpCase(piecewise.hardtanh, by_element(lambda v, min_val, max_val: clipped(v, min_val, max_val)),
           [POINTS.reshape(3, 3)], {"min_val": 0.0, "max_val": 6.0}),
    OpCase(piecewise.hardsigmoid, by_element(lambda v: clipped(v / 6 + 0.5, 0, 1)), [POINTS]),
    OpCase(piecewise.hardswish, by_element(lambda v: v * clipped(v / 6 + 0.5, 0, 1)), [POINTS]),
    OpCase(piecewise.hardshrink, by_element(lambda v, lambd=0.5: v if abs(v) > lambd else 0), [POINTS]),
    OpCase(piecewise.hardshrink, by_element(lambda v, lambd=0.5: v if abs(v) > lambd else 0), [()], {"lambd": 0.0}),
    OpCase(piecewise.softshrink, by_element(lambda v, lambd=0.5: np.sign(v) * max(abs(v) - lambd, 0)), [POINTS]),
    OpCase(piecewise.softshrink, by_element(lambda v, lambd: np.sign(v) * max(abs(v) - lambd, 0)), [(2, 0)],
           {"lambd": 1.0}),
    OpCase(piecewise.threshold, by_element(lambda v, threshold, value: v if v > threshold else value), [POINTS],
           {"threshold": 0.5, "value": -7.0}),
    OpCase(piecewise.prelu, lambda x, w: np.where(x > 0, x, w * x), [POINTS, (1,)]),
    OpCase(piecewise.prelu, lambda x, w: np.where(x > 0, x, w * x), [(2, 3, 4), (3, 1)]),
]  # fmt: skip

test_cases = conforms(CASES)
