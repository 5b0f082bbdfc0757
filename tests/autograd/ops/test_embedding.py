"""Looking up rows and adding them up, below and above the size from which kernels do it."""

import numpy as np
import pytest

import autograd as ag
from autograd.ops import embedding as ops
from tests.conformance import OpCase, conforms

PLACES = np.array([[2, 0, 2], [1, 2, 4]])


def looked_up(places, table, padding_idx=-1, scale_grad_by_freq=False):
    return np.array([table[place] for place in places.ravel()]).reshape(*places.shape, table.shape[1])


def summed(rows, places, count, padding_idx=-1, scale_grad_by_freq=False):
    table = np.zeros((count, rows.shape[-1]))
    flat = places.ravel()
    for row, place in zip(rows.reshape(-1, rows.shape[-1]), flat, strict=True):
        if place != padding_idx:
            table[place] += row / (list(flat).count(place) if scale_grad_by_freq else 1)
    return table


def rows_of(table, places, padding_idx=-1, scale_grad_by_freq=False):
    flat = places.ravel()
    factors = [(p != padding_idx) / (list(flat).count(p) if scale_grad_by_freq else 1) for p in flat]
    return (table[flat] * np.array(factors)[:, None]).reshape(*places.shape, -1)


CASES = [
    OpCase(ops.embedding, looked_up, [PLACES, (5, 3)]),
    OpCase(ops.embedding, looked_up, [np.array(1), (3, 2)]),
    OpCase(ops.embedding, looked_up, [np.zeros((0, 2), int), (3, 2)]),
    OpCase(ops.embedding_back, summed, [(2, 3, 4), PLACES], {"count": 6}),
    OpCase(ops.embedding_back, summed, [(2, 3, 4), PLACES], {"count": 5, "padding_idx": 2}),
    OpCase(ops.embedding_back, summed, [(2, 3, 4), PLACES], {"count": 5, "scale_grad_by_freq": True}),
    OpCase(ops.embedding_rows, rows_of, [(5, 4), PLACES]),
    OpCase(ops.embedding_rows, rows_of, [(5, 4), PLACES], {"padding_idx": 2, "scale_grad_by_freq": True}),
]

test_cases = conforms(CASES)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("columns", "padding_idx"), [(64, -1), (300, 7), (33, -1), (1, 3)])
def test_many_rows(columns, padding_idx, dtype):
    source = np.random.default_rng(0)
    places = source.integers(0, 50, size=2000 if columns > 1 else 40_000)
    table = source.normal(size=(50, columns)).astype(dtype)
    rows = source.normal(size=(len(places), columns)).astype(dtype)
    assert (ops.embedding(places, table) == table[places]).all()
    expected = np.zeros((50, columns))
    for row, place in zip(rows.astype(np.float64), places, strict=True):
        expected[place] += row * (place != padding_idx)
    found, threads = [], ag.get_num_threads()
    for count in (1, threads):
        ag.set_num_threads(count)
        found.append(ops.embedding_back(rows, places, 50, padding_idx))
    ag.set_num_threads(threads)
    assert (found[0] == found[1]).all() and found[0].dtype == dtype
    np.testing.assert_allclose(found[0], expected, rtol=1e-4 if dtype == np.float32 else 1e-12, atol=1e-3)
