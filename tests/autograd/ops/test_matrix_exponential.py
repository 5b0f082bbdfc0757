import numpy as np

import autograd as ag
from autograd.errors import ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

matrix_exp = ag.linalg.matrix_exp
SOURCE = np.random.default_rng(8)


def by_series(a):
    """The sum of the first terms of the series, of a matrix divided by 1024, squared ten times."""
    a = a.astype(np.float64) / 1024
    found = term = np.broadcast_to(np.eye(a.shape[-1]), a.shape)
    for k in range(1, 15):
        term = term @ a / k
        found = found + term
    for _ in range(10):
        found = found @ found
    return found


CASES = [
    OpCase(matrix_exp, by_series, [SOURCE.normal(size=(3, 3))]),
    OpCase(matrix_exp, by_series, [SOURCE.normal(size=(2, 2, 2)) * np.array([0.1, 6.0])[:, None, None]], tol32=1e-4),
    OpCase(matrix_exp, by_series, [np.zeros((2, 2))]),
    OpCase(matrix_exp, np.exp, [np.array([[1.5]])]),
    OpCase(matrix_exp, lambda x: x, [(0, 0)]),
    OpCase(ag.matrix_exp, by_series, [SOURCE.normal(size=(2, 2))], name="matrix_exp"),
]

ERRORS = [ErrorCase(matrix_exp, [ag.zeros(2, 3)], ShapeError, "matrix_exp: expected square")]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_a_rotation():
    angle = 100.0
    found = matrix_exp(ag.tensor([[0.0, -angle], [angle, 0.0]], dtype=ag.float64)).numpy()
    wanted = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    np.testing.assert_allclose(found, wanted, atol=1e-12)
