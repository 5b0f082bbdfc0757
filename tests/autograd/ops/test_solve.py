import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, LinAlgError, ShapeError
from autograd.ops.solve import BLOCK, solve_columns, solve_triangle
from tests.autograd.ops.test_inverse import BATCH, SQUARE, TALL, by_elimination, left_inverse, right_inverse
from tests.conformance import ErrorCase, OpCase, conforms, refuses

linalg = ag.linalg
SPREAD = np.array([[1.0, 0.0], [0.0, 1e-20], [0.0, 0.0]])


def solved(a, b, left=True):
    if b.ndim == 1 or b.shape == a.shape[:-1]:
        return np.einsum("...ij,...j->...i", by_elimination(a), b)
    return by_elimination(a) @ b if left else b @ by_elimination(a)


def triangle(a, upper, unitriangular):
    kept = np.triu(a, int(unitriangular)) if upper else np.tril(a, -int(unitriangular))
    return kept + np.eye(a.shape[-1], dtype=a.dtype) if unitriangular else kept


def triangular(a, b, upper, left=True, unitriangular=False):
    return solved(triangle(a, upper, unitriangular), b, left)


def least_squares(a, b, driver=None):
    return linalg.lstsq(a, b, driver=driver)


def solution(a, b):
    return linalg.lstsq(a, b).solution


def residuals(a, b):
    return linalg.lstsq(a, b, driver="gels").residuals


CASES = [
    OpCase(linalg.solve, solved, [SQUARE, (3, 2)], tol32=1e-4),
    OpCase(linalg.solve, solved, [SQUARE, (3,)], tol32=1e-4),
    OpCase(linalg.solve, solved, [BATCH, (2, 3)], tol32=1e-4),
    OpCase(linalg.solve, solved, [BATCH, (3, 2)], tol32=1e-4),
    OpCase(linalg.solve, solved, [SQUARE, (2, 3, 2)], tol32=1e-4),
    OpCase(linalg.solve, solved, [BATCH, (2, 4, 3)], {"left": False}, tol32=1e-4),
    OpCase(linalg.solve, solved, [(0, 0), (0, 2)]),
    OpCase(solve_columns, solved, [BATCH, (2, 3, 1)], tol32=1e-4),
    *[
        OpCase(linalg.solve_triangular, triangular, [SQUARE, (2, 3, 3)], tol32=1e-4,
               kwargs={"upper": upper, "left": left, "unitriangular": unitriangular})
        for upper in (False, True) for left in (False, True) for unitriangular in (False, True)
    ],
    OpCase(linalg.solve_triangular, triangular, [BATCH, (3, 1)], {"upper": True}, tol32=1e-4),
    OpCase(solve_triangle, triangular, [SQUARE, (3, 1)], {"upper": True, "unitriangular": False}, tol32=1e-4),
    OpCase(ag.cholesky_inverse, lambda l: by_elimination(np.tril(l) @ np.tril(l).T), [SQUARE], tol32=1e-4),
    OpCase(ag.cholesky_inverse, lambda l, upper: by_elimination(np.triu(l).T @ np.triu(l)), [SQUARE], {"upper": True},
           tol32=1e-4),
    OpCase(ag.cholesky_solve, lambda b, l: by_elimination(np.tril(l) @ np.tril(l).T) @ b, [(3, 2), SQUARE], tol32=1e-4),
    OpCase(ag.cholesky_solve, lambda b, l, upper: by_elimination(np.triu(l).T @ np.triu(l)) @ b, [(3, 2), SQUARE],
           {"upper": True}, tol32=1e-4),
    OpCase(solution, lambda a, b: left_inverse(a) @ b, [TALL, (4, 3)], tol32=1e-4),
    OpCase(solution, lambda a, b: left_inverse(a) @ b, [TALL, (4,)], tol32=1e-4),
    OpCase(solution, lambda a, b: right_inverse(a) @ b, [TALL.T, (2, 2)], tol32=1e-4),
    OpCase(solution, solved, [BATCH, (2, 3, 2)], tol32=1e-4),
    OpCase(residuals, lambda a, b: ((a @ left_inverse(a) @ b - b) ** 2).sum(0), [TALL, (4, 3)], tol32=1e-4),
    OpCase(linalg.matrix_rank, lambda a: np.array(1), [SPREAD], differentiable=False),
    OpCase(linalg.matrix_rank, lambda a, atol: np.array(0), [SPREAD], {"atol": 2.0}, differentiable=False),
    OpCase(linalg.matrix_rank, lambda a, rtol: np.array(2), [SPREAD], {"rtol": 1e-21}, differentiable=False),
    OpCase(linalg.matrix_rank, lambda a: np.array([3, 3]), [BATCH], differentiable=False),
]  # fmt: skip

ERRORS = [
    ErrorCase(linalg.solve, [ag.zeros(2, 3), ag.zeros(2)], ShapeError, "square"),
    ErrorCase(linalg.solve, [ag.eye(2), ag.zeros(3, 1)], ShapeError, r"as many rows.*\(2, 2\) and \(3, 1\)"),
    ErrorCase(linalg.solve, [ag.eye(2).expand(2, 2, 2), ag.zeros(3, 2, 1)], ShapeError, "batches that broadcast"),
    ErrorCase(linalg.solve, [ag.eye(2), ag.zeros(2, 1).double()], DTypeError, "one dtype"),
    ErrorCase(linalg.solve, [ag.zeros(2, 2), ag.zeros(2, 1)], LinAlgError, "invertible"),
    ErrorCase(linalg.solve_triangular, [ag.eye(2), ag.zeros(2)], ShapeError, "matrices", {"upper": True}),
    ErrorCase(linalg.solve_triangular, [ag.eye(2), ag.zeros(3, 1)], ShapeError, "as many rows", {"upper": True}),
    ErrorCase(linalg.solve_triangular, [ag.zeros(2, 2), ag.zeros(2, 1)], LinAlgError, "zero on", {"upper": True}),
    ErrorCase(ag.cholesky_inverse, [ag.zeros(2, 3)], ShapeError, "square"),
    ErrorCase(ag.cholesky_solve, [ag.zeros(2, 1), ag.zeros(2, 3)], ShapeError, "square"),
    ErrorCase(linalg.lstsq, [ag.zeros(2, 3), ag.zeros(3, 1)], ShapeError, "as many rows in B"),
    ErrorCase(linalg.lstsq, [ag.zeros(2, 3), ag.zeros(2, 1)], ArgumentError, "driver", {"driver": "qr"}),
    ErrorCase(linalg.matrix_rank, [ag.zeros(3)], ShapeError, "matrices"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("unitriangular", [False, True])
def test_large_triangles_are_cut_in_halves(upper, unitriangular):
    source = np.random.default_rng(0)
    size = 3 * BLOCK + 1
    a = source.uniform(-1, 1, (2, size, size)) / size + 2 * np.eye(size)
    b = source.normal(size=(size, 3))
    x = linalg.solve_triangular(ag.tensor(a), ag.tensor(b), upper=upper, unitriangular=unitriangular).numpy()
    np.testing.assert_allclose(triangle(a, upper, unitriangular) @ x, np.stack([b, b]), atol=1e-11)


@pytest.mark.parametrize("driver", [None, "gelsy", "gels", "gelsd", "gelss"])
def test_results_of_each_driver(driver):
    a, b = ag.tensor(TALL), ag.ones(4, 3, dtype=ag.float64)
    result = linalg.lstsq(a, b, driver=driver)
    assert result.residuals.shape == ((0,) if driver in (None, "gelsy") else (3,))
    assert result.rank.tolist() == ([] if driver == "gels" else 2)
    assert result.singular_values.shape == ((2,) if driver in ("gelsd", "gelss") else (0,))
