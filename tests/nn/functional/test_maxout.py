"""Maxout against the largest of separate maps."""

import numpy as np

import autograd as ag
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def maxout(x, weight, bias=None, k=2):
    """One map after the other, from the definition."""
    out = len(weight) // k
    maps = [x @ weight[i * out : (i + 1) * out].T + (0 if bias is None else bias[i * out : (i + 1) * out])
            for i in range(k)]  # fmt: skip
    return np.max(maps, axis=0)


CASES = [
    OpCase(F.maxout, maxout, [(5, 4), (6, 4), (6,)]),
    OpCase(F.maxout, maxout, [(5, 4), (6, 4)]),
    OpCase(F.maxout, maxout, [(4,), (6, 4), (6,)], {"k": 3}),
    OpCase(F.maxout, maxout, [(2, 3, 4), (2, 4), (2,)], {"k": 1}),
    OpCase(F.maxout, maxout, [(0, 4), (6, 4), (6,)]),
]
ERRORS = [
    ErrorCase(F.maxout, [ag.zeros(3, 4), ag.zeros(4, 4)], ArgumentError, "k of 1 or more, got 0", {"k": 0}),
    ErrorCase(F.maxout, [ag.zeros(3, 4), ag.zeros(5, 4)], ShapeError, r"a weight \(2·out, in\), got shape \(5, 4\)"),
    ErrorCase(F.maxout, [ag.zeros(2, 5), ag.zeros(4, 4)], ShapeError, "4 features"),
]
test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
