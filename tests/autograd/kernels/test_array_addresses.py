"""Addresses that compiled code reads, against those that NumPy gives."""

import pickle

import numpy as np
import pytest

from autograd.kernels.array_addresses import addresses

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


class Kind(np.ndarray):
    """A class of arrays of our own."""


@pytest.mark.parametrize("dtype", [SINGLE, DOUBLE])
def test_addresses_and_sizes(dtype) -> None:
    shapes = [(), (0,), (3,), (2, 3, 4), (1, 1, 1, 1, 5), (0, 4)]
    columns = [[np.zeros(shape, dtype) for shape in shapes] for _ in range(3)]
    table, total = addresses(columns, 2, dtype)
    assert total == 1 + 0 + 3 + 24 + 5 + 0
    expected = [[*(column[row].ctypes.data for column in columns), columns[0][row].size] for row in range(len(shapes))]
    np.testing.assert_array_equal(table, expected)


def test_views_subclasses_maps_and_unpickled_arrays(tmp_path) -> None:
    base = np.zeros((4, 6), np.float32)
    mapped = np.memmap(tmp_path / "values", np.float32, "w+", shape=(3, 2))
    arrays = [base[1], base[2:], base[0, 3:5], base.view(Kind), mapped, pickle.loads(pickle.dumps(base)), base.T.copy()]
    table, total = addresses([arrays], 1, SINGLE)
    np.testing.assert_array_equal(table, [[array.ctypes.data, array.size] for array in arrays])
    assert total == sum(array.size for array in arrays)


def off_by_a_byte() -> np.ndarray:
    return np.frombuffer(bytearray(17), np.uint8)[1:].view(np.float32)


def read_only() -> np.ndarray:
    values = np.zeros(4, np.float32)
    values.setflags(write=False)
    return values


@pytest.mark.parametrize(
    "odd",
    [
        np.zeros(4),
        np.zeros(4, np.int32),
        np.zeros(4, np.float16),
        np.zeros(4, SINGLE.newbyteorder()),
        np.zeros(8, np.float32)[::2],
        np.zeros(4, np.float32)[::-1],
        np.zeros(3, np.float32),
        np.zeros(5, np.float32),
        off_by_a_byte(),
    ],
)
def test_what_kernels_cannot_take_as_it_is(odd) -> None:
    plain = np.zeros(4, np.float32)
    assert addresses([[plain, plain], [plain, plain]], 1, SINGLE) is not None
    for columns in ([[plain, plain], [plain, odd]], [[plain, odd], [plain, plain]]):
        assert addresses(columns, 1, SINGLE) is None


def test_only_what_is_written_must_be_writeable() -> None:
    plain = np.zeros(4, np.float32)
    assert addresses([[plain], [read_only()]], 1, SINGLE) is not None
    assert addresses([[plain], [read_only()]], 2, SINGLE) is None
