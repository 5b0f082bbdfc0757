import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, LinAlgError, ShapeError
from autograd.ops.matrix_chain import identities
from autograd.ops.products import cross_along
from tests.conformance import ErrorCase, OpCase, conforms, refuses

linalg = ag.linalg
SQUARE = np.array([[2.0, 0.5, -0.3], [0.1, 1.5, 0.4], [-0.2, 0.3, 1.2]])


def outer(input, vec2):
    return np.array([[a * b for b in vec2] for a in input], input.dtype).reshape(len(input), len(vec2))


def chain(*matrices):
    result = matrices[0]
    for matrix in matrices[1:]:
        result = np.einsum("...i,i...->...", result, matrix) if matrix.ndim == 1 else np.tensordot(result, matrix, 1)
    return result


def multi_dot(*matrices):
    return linalg.multi_dot(matrices)


def by_dims(a, b, dims):
    return np.tensordot(a, b, dims)


CASES = [
    OpCase(ag.outer, outer, [(2,), (3,)]),
    OpCase(ag.outer, outer, [(0,), (3,)]),
    OpCase(ag.ger, outer, [(2,), (3,)], name="ger"),
    OpCase(ag.inner, np.inner, [(2, 3), (4, 3)]),
    OpCase(ag.inner, np.inner, [(3,), (3,)]),
    OpCase(ag.inner, np.inner, [(2, 2), ()]),
    OpCase(linalg.vecdot, lambda x, y: (x * y).sum(-1), [(2, 3), (3,)]),
    OpCase(linalg.vecdot, lambda x, y, dim: (x * y).sum(dim), [(2, 3), (2, 3)], {"dim": 0}),
    OpCase(ag.tensordot, by_dims, [(2, 3, 4), (3, 4, 2)], {"dims": 2}),
    OpCase(ag.tensordot, by_dims, [(2,), (3,)], {"dims": 0}),
    OpCase(ag.tensordot, by_dims, [(2, 3, 4), (4, 5, 2)], {"dims": ([0, 2], [2, 0])}),
    OpCase(ag.tensordot, by_dims, [(2, 3), (3, 2)], {"dims": ([-1, 0], [0, 1])}),
    OpCase(ag.kron, np.kron, [(2, 3), (2, 2)]),
    OpCase(ag.kron, np.kron, [(2,), (2, 2)]),
    OpCase(ag.kron, np.kron, [(2, 1, 2), (3,)]),
    OpCase(ag.cross, lambda a, b: np.cross(a, b, axis=0), [(3, 2), (3, 2)]),
    OpCase(ag.cross, lambda a, b, dim: np.cross(a, b), [(3, 3), (3, 3)], {"dim": 1}),
    OpCase(linalg.cross, np.cross, [(2, 3), (1, 3)]),
    OpCase(linalg.cross, np.cross, [(2, 3), (3,)]),
    OpCase(linalg.cross, lambda a, b, dim: np.cross(a, b, axis=0), [(3, 2), (3, 2)], {"dim": 0}),
    OpCase(cross_along, lambda a, b, dim: np.cross(a, b), [(2, 3), (3,)], {"dim": -1}),
    OpCase(multi_dot, chain, [(2, 3), (3, 4), (4, 2)]),
    OpCase(multi_dot, chain, [(3,), (3, 4), (4, 2), (2,)]),
    OpCase(multi_dot, chain, [(3,), (3, 4)]),
    OpCase(multi_dot, chain, [(2, 3), (3,)]),
    OpCase(ag.chain_matmul, chain, [(5, 1), (1, 5), (5, 2), (2, 3)]),
    OpCase(ag.chain_matmul, chain, [(2, 3)]),
    OpCase(ag.matrix_power, lambda x, n: x @ x @ x @ x @ x, [(2, 3, 3)], {"n": 5}, domain=(-1, 1)),
    OpCase(ag.matrix_power, lambda x, n: x, [(3, 3)], {"n": 1}),
    OpCase(ag.matrix_power, lambda x, n: np.linalg.inv(x) @ np.linalg.inv(x), [SQUARE], {"n": -2}),
    OpCase(ag.matrix_power, lambda x, n: np.stack([np.eye(3)] * 2), [(2, 3, 3)], {"n": 0}, differentiable=False),
    OpCase(identities, lambda x: np.eye(3), [(3, 3)], differentiable=False),
]

ERRORS = [
    ErrorCase(ag.outer, [ag.zeros(2, 2), ag.zeros(2)], ShapeError, "input with 1 dimension"),
    ErrorCase(ag.inner, [ag.zeros(2), ag.zeros(3)], ShapeError, "last dimensions of one size"),
    ErrorCase(ag.tensordot, [ag.zeros(2, 3), ag.zeros(2, 3)], ShapeError, "equal sizes", {"dims": 1}),
    ErrorCase(ag.tensordot, [ag.zeros(2, 3), ag.zeros(2, 3)], ShapeError, "0 to 2 dimensions", {"dims": 3}),
    ErrorCase(ag.tensordot, [ag.zeros(2), ag.zeros(2)], ShapeError, "as many", {"dims": ([0], [])}),
    ErrorCase(ag.cross, [ag.zeros(2, 2), ag.zeros(2, 2)], ShapeError, "a dimension of size 3"),
    ErrorCase(linalg.cross, [ag.zeros(2, 2), ag.zeros(2, 2)], ShapeError, "size 3 in dimension -1"),
    ErrorCase(linalg.multi_dot, [[ag.zeros(2, 2)]], ArgumentError, "two tensors or more"),
    ErrorCase(linalg.multi_dot, [[ag.zeros(2, 2), ag.zeros(2), ag.zeros(2, 2)]], ShapeError, "vectors only first"),
    ErrorCase(linalg.multi_dot, [[ag.zeros(2, 3), ag.zeros(2, 3)]], ShapeError, r"\(2, 3\) and \(2, 3\) at 0 and 1"),
    ErrorCase(ag.matrix_power, [ag.zeros(2, 3), 2], ShapeError, "square"),
    ErrorCase(ag.matrix_power, [ag.zeros(2, 2), -1], LinAlgError, "invertible"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_multi_dot_takes_the_cheapest_order(monkeypatch):
    shapes = []

    def count(a, b):
        shapes.append((a.shape, b.shape))
        return original(a, b)

    original = np.matmul
    matrices = [ag.zeros(100, 2), ag.zeros(2, 100), ag.zeros(100, 3)]
    monkeypatch.setattr(np, "matmul", count)
    linalg.multi_dot(matrices)
    assert shapes == [((2, 100), (100, 3)), ((100, 2), (2, 3))]
