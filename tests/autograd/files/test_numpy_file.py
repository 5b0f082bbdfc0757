"""NumPy's files: what NumPy writes is read, what promises more than it holds is refused before memory is taken."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest

import autograd as ag
from autograd.files.errors import FileFormatError

ARRAYS = {
    "plain": np.arange(6.0).reshape(2, 3), "turned": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "point": np.array(2.5),
    "empty": np.zeros((2, 0, 3), np.int8), "truth": np.array([True, False]), "half": np.ones(2, np.float16),
    "big-endian": np.arange(3, dtype=">i4"), "a/b.npy": np.zeros(1), "sparse": np.zeros((500, 500)),
}  # fmt: skip


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_archives_of_numpys(save, tmp_path):
    save(tmp_path / "x.npz", **ARRAYS)
    found = ag.load(tmp_path / "x.npz")
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name].numpy(), array.astype(array.dtype.newbyteorder("=")), strict=True)
    found["plain"][0, 0] = 7


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_numpys(name):
    file = io.BytesIO()
    np.save(file, ARRAYS[name])
    file.seek(0)
    np.testing.assert_array_equal(ag.load(file).numpy(), ARRAYS[name])


def npy(shape, descr="<f4", order=False, data=bytes(16)):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": order, "shape": shape})
    return file.getvalue() + data


@pytest.mark.parametrize(
    "contents",
    [
        npy((2**31,)),
        npy((2**60,)), npy((2**40, 2**40)), npy((0, 2**70), data=b""), npy((-4,)), npy((-2, -2)), npy((3,)),
        npy((5,)), npy((4,), "|O"), npy((2,), "<U2"), npy((4,), [("a", "<f4")]), npy((1,), "<c16"), npy((2,), "<u8"),
        npy((4,))[:20],
        npy((4,)).replace(b"NUMPY\x01", b"NUMPY\x07"), npy((4,)).replace(b"(4,)", b"f(4)"), b"\x93NUMPY",
    ],
)  # fmt: skip
def test_what_is_refused(contents):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.npy", contents)
    for file in (archive, io.BytesIO(contents)):
        file.seek(0)
        tracemalloc.start()
        with pytest.raises(FileFormatError, match="x.npz"):
            file.name = "x.npz"
            ag.load(file)
        assert tracemalloc.get_traced_memory()[1] < 500_000
        tracemalloc.stop()
