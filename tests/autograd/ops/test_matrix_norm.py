import math

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, LinAlgError, ShapeError
from tests.autograd.ops.test_inverse import BATCH, by_elimination
from tests.conformance import ErrorCase, OpCase, conforms, refuses

linalg = ag.linalg
ORDERS = ("fro", "nuc", math.inf, -math.inf, 1, -1, 2, -2)


def of_matrices(x, ord="fro", dim=(-2, -1), keepdim=False):
    return np.asarray(np.linalg.norm(x, ord, tuple(dim), keepdim), x.dtype)


def condition(x, p):
    return of_matrices(x, p) * of_matrices(by_elimination(x), p)


CASES = [
    *[OpCase(linalg.matrix_norm, of_matrices, [(2, 3, 4)], {"ord": ord}, tol32=1e-4) for ord in ORDERS],
    *[
        OpCase(linalg.matrix_norm, of_matrices, [(2, 3, 4)], {"ord": ord, "dim": (2, 0), "keepdim": True}, tol32=1e-4)
        for ord in ORDERS
    ],
    OpCase(linalg.norm, lambda x: np.sqrt((x**2).sum()), [(2, 3, 2)]),
    OpCase(linalg.norm, lambda x, dim: np.sqrt((x**2).sum(1)), [(2, 3, 2)], {"dim": 1}),
    OpCase(linalg.norm, lambda x, ord: np.abs(x).max(), [(4,)], {"ord": math.inf}),
    OpCase(linalg.norm, lambda x, ord: (np.abs(x) ** 3).sum() ** (1 / 3), [(4,)], {"ord": 3}),
    OpCase(linalg.norm, lambda x, ord: np.abs(x).sum(0).max(), [(2, 3)], {"ord": 1}),
    OpCase(linalg.norm, of_matrices, [(2, 3, 4)], {"ord": "nuc", "dim": (0, 1)}, tol32=1e-4),
    OpCase(linalg.norm, lambda x, ord, dim, keepdim: np.abs(x).sum(0, keepdims=True), [(2, 3)],
           {"ord": 1, "dim": 0, "keepdim": True}),
    *[OpCase(linalg.cond, condition, [BATCH], {"p": p}, tol32=1e-3) for p in ORDERS],
    OpCase(linalg.cond, lambda x: condition(x, 2), [BATCH], tol32=1e-3),
]  # fmt: skip

ERRORS = [
    ErrorCase(linalg.matrix_norm, [ag.zeros(3)], ShapeError, "matrices"),
    ErrorCase(linalg.matrix_norm, [ag.zeros(3, 3), 3], ArgumentError, "ord one of"),
    ErrorCase(linalg.matrix_norm, [ag.zeros(3, 3), 1, 0], ArgumentError, "two dimensions"),
    ErrorCase(linalg.matrix_norm, [ag.zeros(3, 3).long()], DTypeError, "floating-point"),
    ErrorCase(linalg.norm, [ag.zeros(3), "nuc"], ArgumentError, "two dimensions"),
    ErrorCase(linalg.norm, [ag.zeros(3, 3, 3), 1], ShapeError, "a vector or a matrix"),
    ErrorCase(linalg.cond, [ag.zeros(2, 3), 1], ShapeError, "square"),
    ErrorCase(linalg.cond, [ag.zeros(2, 2), 1], LinAlgError, "invertible"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_names_of_numpy_and_dtypes():
    x = ag.ones(2, 3).long()
    assert linalg.matrix_norm(x, 1, axis=(0, 1), keepdims=True, dtype=ag.float64).shape == (1, 1)
    assert linalg.norm(x, dtype=ag.float64).dtype is ag.float64
