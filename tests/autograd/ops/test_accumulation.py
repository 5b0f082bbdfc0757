import numpy as np
import pytest

from autograd import kernels
from autograd.ops.accumulation import (
    KERNEL_FROM,
    add_at,
    add_rows,
    flat_places,
    gathered,
    scatter_at,
    with_slices,
)

SOURCE = np.random.default_rng(0)
KEYS = {
    "rows": ((9, 300), (SOURCE.integers(-9, 9, 40),)),
    "columns": ((300, 9), (None, SOURCE.integers(0, 9, 40))),
    "of three": ((5, 6, 70), (None, SOURCE.integers(-6, 6, (30, 2)))),
    "apart": ((5, 6, 7, 30), (SOURCE.integers(0, 5, 200), None, SOURCE.integers(0, 7, 200))),
    "side by side": ((30, 5, 6, 7), (None, SOURCE.integers(0, 5, (20, 1)), SOURCE.integers(0, 6, 10))),
    "elements": ((90,), (SOURCE.integers(0, 90, 6000),)),
    "mask": ((90, 80), (SOURCE.random((90, 80)) > 0.2,)),
    "mask and places": ((90, 80, 90), (SOURCE.random(90) > 0.2, SOURCE.integers(0, 80, 1))),
    "few": ((4, 3), (np.array([0, 0]),)),
    "none": ((4, 3), (np.array([], int),)),
}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64"])
def test_repeated_places_add_up(name, dtype):
    shape, indices = KEYS[name]
    target = SOURCE.integers(-3, 3, shape).astype(dtype)
    values = SOURCE.integers(-3, 3, target[with_slices(indices)].shape).astype(dtype)
    assert name in ("few", "none") or values.size >= KERNEL_FROM
    expected = target.copy()
    flat = np.arange(target.size).reshape(shape)[with_slices(indices)].ravel()
    for place, value in zip(flat, values.ravel(), strict=True):
        expected.reshape(-1)[place] += value
    add_at(target, indices, values)
    np.testing.assert_array_equal(target, expected)


@pytest.mark.parametrize("columns", [1, 3, 1000])
def test_rows_of_repeated_places_add_up(columns):
    table, places = np.zeros((7, columns)), SOURCE.integers(0, 7, 60)
    rows = SOURCE.normal(size=(60, columns))
    add_rows(table, places, rows)
    np.testing.assert_allclose(table, [rows[places == i].sum(axis=0) for i in range(7)], atol=1e-12)


def test_kernel_adds_in_order():
    table = np.zeros((2, 1), np.float32)
    kernels.scatter.add_rows(table, np.array([0, 0, 0, 1]), np.array([[1e8], [1.0], [-1e8], [5.0]], np.float32))
    assert table.ravel().tolist() == [0.0, 5.0]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64", "bool"])
@pytest.mark.parametrize(("shape", "dim", "sizes"), [((50, 7, 20), 0, (60, 7, 20)), ((50, 70), 1, (40, 130)),
                                                     ((9000,), 0, (9000,)), ((5, 3), 1, (5, 2))])  # fmt: skip
def test_gathering(dtype, shape, dim, sizes):
    array = SOURCE.integers(-3, 3, shape).astype(dtype)
    index = SOURCE.integers(0, shape[dim], sizes)
    inner = array[tuple(slice(None) if d == dim else slice(n) for d, n in enumerate(sizes))]
    found = gathered(array, dim, index)
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, np.take_along_axis(inner, index, dim))


@pytest.mark.parametrize("dtype", ["float16", "float32", "int32"])
@pytest.mark.parametrize(("shape", "dim", "sizes"), [((50, 7, 20), 0, (60, 7, 20)), ((50, 70), -1, (40, 130)),
                                                     ((50, 70), 1, (50, 130)), ((5, 3), 1, (5, 2))])  # fmt: skip
def test_scattering(dtype, shape, dim, sizes):
    target, index = np.zeros(shape, dtype), SOURCE.integers(0, shape[dim], sizes)
    source = SOURCE.integers(-3, 3, sizes).astype(dtype)
    expected = target.copy()
    for place in np.ndindex(sizes):
        at = list(place)
        at[dim] = index[place]
        expected[tuple(at)] += source[place]
    scatter_at(target, dim, index, source)
    np.testing.assert_array_equal(target, expected)


def test_flat_places():
    index = np.array([[2, 0], [1, 1]])
    assert flat_places(index, 1, (2, 3)).tolist() == [2, 0, 4, 4]
    assert flat_places(index, 0, (3, 4)).tolist() == [8, 1, 4, 5]
