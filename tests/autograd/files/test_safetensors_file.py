"""Files of safetensors: the same arrays as the package gives, the same files refused, no more memory than theirs."""

import io
import json
import tracemalloc

import numpy as np
import pytest
import safetensors.numpy as package

import autograd as ag
from autograd.files import safetensors_file
from autograd.files.errors import FileFormatError

CODES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "?"]
ARRAYS = {
    f"{code} {shape}": (np.arange(np.prod(shape)) % 2).astype(code).reshape(shape)
    for code in CODES
    for shape in ((), (3,), (0, 4), (2, 3, 5))
}


def ours(contents):
    return safetensors_file.read(io.BytesIO(contents), "x")


def written(arrays, metadata):
    file = io.BytesIO()
    safetensors_file.write(file, arrays, metadata)
    return file.getvalue()


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def test_both_ways():
    assert_same(package.load(written(ARRAYS, {"a": "b"})), ARRAYS)
    found, metadata = ours(package.save(ARRAYS, {"a": "ü"}))
    assert_same(found, ARRAYS)
    assert metadata == {"a": "ü"}
    found["f4 (3,)"][0] = 7  # memory of its own
    assert found["f8 (3,)"][0] == 0 and ours(written({}, {})) == ({}, {})


def test_files_on_disk(tmp_path):
    path = tmp_path / "x.safetensors"
    package.save_file(ARRAYS, path)
    found = {name: tensor.numpy() for name, tensor in ag.load(path).items()}
    assert_same(found, ARRAYS)
    path.unlink()
    found["f4 (3,)"][0] = 7
    assert found["f8 (3,)"][0] == 0


def test_strided_arrays():
    array = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)[::2]
    assert_same(package.load(written({"a": array}, {})), {"a": array})


def header(table, data=b""):
    text = json.dumps(table).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(shape, *offsets, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": list(offsets)}


@pytest.mark.parametrize(
    "contents",
    [
        b"", b"\x02" + bytes(7) + b"[]", header([]),
        header({"a": entry([1], 0, 4)}), header({"a": entry([2**64, 0], 0, 0)}),
        header({"a": entry([1], 0, 4)}, bytes(5)), header({"a": entry([2**40, 0, 2**40, 2**40], 0, 0)}),
        header({"a": entry([1], 1, 5)}, bytes(5)), header({"a": entry([2], 0, 4)}, bytes(4)),
        header({"a": entry([1], 0, 4), "b": entry([1], 2, 6)}, bytes(6)),
        header({"a": entry([1], 0, 4), "b": entry([1], 0, 4)}, bytes(4)), header({"a": entry([-1], 0, 4)}, bytes(4)),
        header({"a": entry([1.0], 0, 4)}, bytes(4)), header({"a": entry([1], 4, 0)}, bytes(4)), header({"a": 1}),
        header({"a": entry([2**40, 2**40], 0, 4)}, bytes(4)), header({"a": entry([1], 0, 2**63)}, bytes(4)),
        header({"a": entry([1], 0, 4, dtype="F33")}, bytes(4)), header({"a": {"dtype": "F32"}}),
    ],
)  # fmt: skip
def test_the_same_files_are_refused(contents, tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(contents)
    with pytest.raises(Exception):  # noqa: B017 - the package's own error, or Python's
        package.load(contents)
    with pytest.raises(FileFormatError):
        ours(contents)
    with pytest.raises(FileFormatError):
        ag.load(path)


def test_large_files_take_their_own_size(tmp_path):
    data = {"a": ag.zeros(500_000), "b": ag.ones(500_000)}
    for name in ("x.safetensors", "x.pt"):
        path = tmp_path / name
        ag.save(data, path)
        tracemalloc.start()
        found = ag.load(path)
        loading = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert loading < 6_500_000 and found["b"].equal(data["b"])
