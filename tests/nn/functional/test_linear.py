"""Bilinear maps; for linear ones see tests/autograd/ops/test_addmm.py."""

import numpy as np

import autograd as ag
import nn.functional as F
from autograd.errors import ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def bilinear(a, b, weight, bias=None):
    """Output by output, from the definition."""
    outputs = [((a @ matrix) * b).sum(-1) for matrix in weight]
    return np.stack(outputs, axis=-1) + (0 if bias is None else bias)


CASES = [
    OpCase(F.bilinear, bilinear, [(4, 2), (4, 3), (5, 2, 3), (5,)]),
    OpCase(F.bilinear, bilinear, [(2, 2, 2), (2, 2, 3), (2, 2, 3)]),
    OpCase(F.bilinear, bilinear, [(2,), (3,), (4, 2, 3), (4,)]),
]
ERRORS = [
    ErrorCase(F.bilinear, [ag.ones(4, 2), ag.ones(3, 3), ag.ones(5, 2, 3)], ShapeError, r"bilinear: .*got \(4, 2\)"),
    ErrorCase(F.bilinear, [ag.ones(4, 2), ag.ones(4, 2), ag.ones(5, 2, 3)], ShapeError, r"\(5, 2, 3\)"),
]
test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
