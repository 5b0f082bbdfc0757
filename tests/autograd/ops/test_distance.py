import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, ShapeError
from autograd.ops.distance import MODES, euclidean
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def distances(x1, x2, p=2.0, compute_mode=None, by_product=None):
    batch = np.broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    x1, x2 = (np.broadcast_to(x, batch + x.shape[-2:]) for x in (x1, x2))
    out = np.zeros((*batch, x1.shape[-2], x2.shape[-2]), x1.dtype)
    for place in np.ndindex(*out.shape):
        difference = np.abs(x1[place[:-1]] - x2[(*place[:-2], place[-1])])
        if p == 0:
            out[place] = np.count_nonzero(difference)
        elif difference.size:
            out[place] = difference.max() if math.isinf(p) else (difference**p).sum() ** (1 / p)
    return out


def upper_part(x, p=2.0):
    return distances(x, x, p)[np.triu_indices(len(x), 1)]


CASES = [
    *[OpCase(ag.cdist, distances, [(2, 3, 2), (4, 2)], {"p": p}) for p in (1.0, 1.5, 2.0, 3.0, math.inf)],
    OpCase(ag.cdist, distances, [(3, 2), (4, 2)], {"p": 0.0}, differentiable=False),
    OpCase(ag.cdist, distances, [(2, 3), (2, 3)]),
    OpCase(ag.cdist, distances, [(3, 1, 3, 2), (2, 4, 2)], {"compute_mode": MODES[1]}, tol32=1e-3),
    OpCase(ag.cdist, distances, [(0, 2), (4, 2)]),
    OpCase(ag.cdist, distances, [(2, 0), (4, 0)], differentiable=False),
    OpCase(euclidean, distances, [(2, 3), (4, 3)], {"by_product": False}),
    OpCase(euclidean, distances, [(2, 2, 3), (4, 3)], {"by_product": True}, tol32=1e-3),
    *[OpCase(ag.pdist, upper_part, [(4, 2)], {"p": p}) for p in (1.0, 2.0, 3.0)],
    OpCase(ag.pdist, upper_part, [(1, 2)]),
]

ERRORS = [
    ErrorCase(ag.cdist, [ag.zeros(2, 3), ag.zeros(2, 2)], ShapeError, r"\(2, 3\) and \(2, 2\)"),
    ErrorCase(ag.cdist, [ag.zeros(3), ag.zeros(2, 3)], ShapeError, "points"),
    ErrorCase(ag.cdist, [ag.zeros(2, 3), ag.zeros(2, 3).double()], DTypeError, "one dtype"),
    ErrorCase(ag.cdist, [ag.zeros(2, 3), ag.zeros(2, 3), -1.0], ArgumentError, "at least 0"),
    ErrorCase(ag.cdist, [ag.zeros(2, 3), ag.zeros(2, 3), 2.0, "fast"], ArgumentError, "compute_mode"),
    ErrorCase(ag.pdist, [ag.zeros(2, 3, 4)], ShapeError, "2 dimensions"),
    ErrorCase(ag.pdist, [ag.zeros(2, 3), -1.0], ArgumentError, "at least 0"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("p", [1.0, 1.5, 2.0, 3.0, math.inf])
def test_points_that_coincide_give_no_gradient(p):
    points = ag.tensor([[1.0, 2.0], [1.0, 2.0], [4.0, 6.0]], requires_grad=True)
    distance = ag.cdist(points[:2], points, p)
    assert distance[0, 1].item() == 0
    distance[0, 1].backward()
    assert points.grad.tolist() == [[0.0, 0.0]] * 3


@pytest.mark.parametrize("mode", MODES)
def test_modes_agree_for_many_points(mode):
    source = np.random.default_rng(0)
    x, y = source.normal(size=(30, 4)), source.normal(size=(40, 4))
    found = ag.cdist(ag.tensor(x), ag.tensor(y), compute_mode=mode)
    np.testing.assert_allclose(found.numpy(), distances(x, y), rtol=1e-12)
