"""Norms of vectors."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError
from autograd.ops.norm import vector_norm
from tests.autograd.ops.test_reduction import over
from tests.conformance import ErrorCase, OpCase, conforms, refuses

ZEROS = np.array([[2.0, 0.0, -3.0], [0.0, 0.0, 0.0]])


def length(x, ord=2, dim=None, keepdim=False, dtype=None):
    def one(values):
        sizes = [abs(v) for v in values]
        if math.isinf(ord):
            return max(sizes) if ord > 0 else min(sizes)
        return math.fsum(s != 0 for s in sizes) if ord == 0 else math.fsum(s**ord for s in sizes) ** (1 / ord)

    return over(one)(x, dim, keepdim)


def by_torch_name(x, p=2, dim=None, keepdim=False):
    return length(x, 2 if p in ("fro", None) else p, dim, keepdim)


CASES = [
    *[
        case
        for ord in (0, 0.5, 1, 1.5, 2, 3, 4.5, -1.5, math.inf, -math.inf)
        for case in (
            OpCase(vector_norm, length, [(3, 4)], {"ord": ord}),
            OpCase(vector_norm, length, [(2, 3, 2)], {"ord": ord, "dim": (0, -1), "keepdim": True}),
        )
    ],
    OpCase(ag.dist, lambda x, y, p: length(x - y, p), [(3, 4), (3, 4)], {"p": 3}),
    OpCase(vector_norm, length, [()], {"ord": 3}),
    OpCase(vector_norm, length, [(0, 3)], {"dim": 0}),
    OpCase(vector_norm, length, [(3,)], {"dtype": ag.float64}),
    *[OpCase(vector_norm, length, [ZEROS], {"ord": ord, "dim": 1}, differentiable=False) for ord in (0, 1, 2, 3)],
    OpCase(ag.norm, by_torch_name, [(3, 4)]),
    OpCase(ag.norm, by_torch_name, [(3, 4)], {"p": "fro", "dim": (0, 1), "keepdim": True}),
    OpCase(ag.norm, by_torch_name, [(3, 4)], {"p": 1, "dim": -1}),
    OpCase(ag.norm, by_torch_name, [(3, 4)], {"p": None}),
    OpCase(ag.norm, lambda x, p: np.linalg.norm(x, "nuc"), [(4, 3)], {"p": "nuc"}, tol=1e-7, tol32=1e-4),
]
ERRORS = [
    ErrorCase(ag.norm, [ag.tensor([1, 2])], DTypeError, "norm: expected a floating-point dtype"),
    ErrorCase(ag.norm, [ag.zeros(2), "spectral"], ArgumentError, "norm: expected a number"),
    ErrorCase(ag.norm, [ag.zeros(0), math.inf], DimensionError, "elements to take an extreme of"),
    ErrorCase(ag.norm, [ag.zeros(2), 2, 1], DimensionError, "expected a dimension"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("ord", [0, 0.5, 1, 1.5, 2, 3, math.inf])
def test_the_gradient_at_zero_is_zero(ord):
    x = ag.zeros(3, requires_grad=True)
    vector_norm(x, ord).backward()
    assert x.grad.tolist() == [0, 0, 0]


def test_the_largest_magnitudes_share_the_gradient():
    x = ag.tensor([3.0, -3.0, 1.0], requires_grad=True)
    x.norm(math.inf).backward()
    assert x.grad.tolist() == [0.5, -0.5, 0]
