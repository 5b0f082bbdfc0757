import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def _embedded(x, offset=0, dim1=-2, dim2=-1):
    size = x.shape[-1] + abs(offset)
    out = np.zeros((*x.shape[:-1], size, size), x.dtype)
    for i in range(x.shape[-1]):
        out[..., i + max(-offset, 0), i + max(offset, 0)] = x[..., i]
    return np.moveaxis(out, (-2, -1), (dim1, dim2))


def _blocks(*blocks):
    blocks = [np.atleast_2d(b) for b in blocks]
    out = np.zeros(np.sum([b.shape for b in blocks], axis=0))
    row = column = 0
    for b in blocks:
        out[row : row + b.shape[0], column : column + b.shape[1]] = b
        row, column = row + b.shape[0], column + b.shape[1]
    return out


def _scattered(x, src, offset=0):
    out = x.copy()
    for i, value in enumerate(src):
        out[i + max(-offset, 0), i + max(offset, 0)] = value
    return out


CASES = [
    OpCase(ag.diagonal, np.diagonal, [(3, 4)]),
    OpCase(ag.diagonal, np.diagonal, [(3, 4)], {"offset": -1}),
    OpCase(ag.diagonal, np.diagonal, [(3, 4)], {"offset": 5}),
    OpCase(ag.diagonal, lambda x, offset, dim1, dim2: np.diagonal(x, offset, dim1, dim2), [(3, 2, 4)],
           {"offset": 1, "dim1": 0, "dim2": -1}),
    OpCase(ag.diag_embed, _embedded, [(2, 3)]),
    OpCase(ag.diag_embed, _embedded, [(2, 3)], {"offset": -1, "dim1": 0, "dim2": 2}),
    OpCase(ag.diag_embed, _embedded, [(3,)], {"offset": 2}),
    OpCase(ag.diag, lambda x, diagonal: np.diag(x, diagonal), [(3,)], {"diagonal": 1}),
    OpCase(ag.diag, lambda x: np.diag(x), [(3, 4)]),
    OpCase(ag.diagflat, lambda x: np.diagflat(x), [(2, 2)]),
    OpCase(ag.tril, np.tril, [(2, 3, 4)]),
    OpCase(ag.tril, lambda x, diagonal: np.tril(x, diagonal), [(3, 4)], {"diagonal": -1}),
    OpCase(ag.triu, np.triu, [(3, 4)]),
    OpCase(ag.triu, lambda x, diagonal: np.triu(x, diagonal), [(0, 4)], {"diagonal": 2}),
    OpCase(ag.diagonal_scatter, _scattered, [(3, 3), (3,)]),
    OpCase(ag.diagonal_scatter, _scattered, [(3, 4), (2,)], {"offset": -1}),
    OpCase(ag.block_diag, _blocks, [(2, 3), (2,), (), (1, 2)]),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.diagonal, [ag.zeros(2, 2), 0, 0, 0], ArgumentError, "two different"),
    ErrorCase(ag.diagonal, [ag.zeros(2)], DimensionError, "diagonal"),
    ErrorCase(ag.diag, [ag.zeros(2, 2, 2)], ShapeError, "vector or a matrix"),
    ErrorCase(ag.diag_embed, [ag.zeros(2), 0, 1, 1], ArgumentError, "two different"),
    ErrorCase(ag.tril, [ag.zeros(2)], ShapeError, "at least 2"),
    ErrorCase(ag.diagonal_scatter, [ag.zeros(3, 3), ag.zeros(2)], ShapeError, "source"),
    ErrorCase(ag.block_diag, [ag.zeros(1, 1, 1)], ShapeError, "at most 2"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_masks_of_booleans_and_integers():
    mask = ag.ones(3, 3, dtype=ag.bool).tril()
    assert mask.dtype == ag.bool and mask.tolist() == np.tri(3, dtype=bool).tolist()
    assert ag.ones(3, 3, dtype=ag.int32).triu().dtype == ag.int32


def test_in_place_on_diagonals():
    x = ag.zeros(3, 3)
    x.diagonal().add_(1)
    x.fill_diagonal_(5)
    x.tril_(-1)
    assert x.tolist() == np.zeros((3, 3)).tolist()
