"""IDX files written byte by byte, whole and broken."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nn.data.idx import load_mnist, read_idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array):
    """The format by its description: magic, sizes, big-endian elements."""
    code = CODES[array.dtype.str[1:]]
    sizes = b"".join(struct.pack(">I", size) for size in array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def write(tmp_path):
    def write(content, name="file.idx"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@given(data=st.data(), dtype=st.sampled_from(list(CODES)), packed=st.booleans())
def test_any_array_comes_back(tmp_path_factory, data, dtype, packed):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
    array = data.draw(hnp.arrays(dtype, shape))
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx_bytes(array)) if packed else idx_bytes(array))
    result = read_idx(path)
    assert result.dtype == np.dtype(dtype) and result.dtype.isnative and result.flags.writeable
    np.testing.assert_array_equal(result, array)


WHOLE = idx_bytes(np.arange(24, dtype="u1").reshape(2, 3, 4))


def test_a_file_cut_anywhere_is_refused(write):
    for length in range(len(WHOLE)):
        with pytest.raises(ValueError, match="read_idx"):
            read_idx(write(WHOLE[:length]))


def test_a_gzip_file_cut_anywhere_is_refused(write):
    packed = gzip.compress(WHOLE)
    for length in range(len(packed)):
        with pytest.raises(ValueError, match="read_idx"):
            read_idx(write(packed[:length]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got an empty file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "expected an IDX file, .*got 89504e47"),
        (b"\0\0\x0a\x01\0\0\0\x01\0", "got 00000a01"),
        (b"\0\0\x08\x00\0", "got 00000800"),
        (b"\0\0\x08\x03" + b"\0\0\0\x02", "expected the sizes of 3 dimensions, got 4 bytes"),
        (WHOLE[:-1], r"expected 24 bytes of elements for shape \(2, 3, 4\), got 23"),
        (WHOLE + b"\0", r"expected 24 bytes of elements for shape \(2, 3, 4\), got more"),
        (b"\0\0\x08\x04" + b"\xff" * 16 + bytes(50), "a file that holds at most 70"),
        (gzip.compress(b"\0\0\x08\x04" + b"\xff" * 16 + bytes(50)), "a file that holds at most"),
        (gzip.compress(WHOLE + b"\0"), "got more"),
        (gzip.compress(WHOLE) + b"garbage", "expected a whole gzip file"),
        (gzip.compress(WHOLE)[:-9] + bytes(9), "expected a whole gzip file"),
        (gzip.compress(b"<html>not found</html>"), "got 3c68746d"),
    ],
)
def test_a_broken_file_gives_one_line_that_names_it(write, content, message):
    path = write(content, "train-images")
    with pytest.raises(ValueError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "absent")


IMAGES = np.arange(5 * 2 * 3, dtype="u1").reshape(5, 2, 3)
LABELS = np.arange(5, dtype="u1")


@pytest.mark.parametrize(
    ("images_name", "labels_name", "split"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", "train"),
        ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte", "test"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte.gz", "test"),
    ],
)
def test_mnist_files_are_found_under_their_usual_names(write, tmp_path, images_name, labels_name, split):
    for name, array in ((images_name, IMAGES), (labels_name, LABELS)):
        content = idx_bytes(array)
        write(gzip.compress(content) if name.endswith(".gz") else content, name)
    images, labels = load_mnist(tmp_path, split)
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


def test_mnist_files_that_are_missing_or_do_not_belong_together(write, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz in"):
        load_mnist(tmp_path)
    with pytest.raises(ValueError, match="expected split to be 'train' or 'test', got 'valid'"):
        load_mnist(tmp_path, "valid")
    write(idx_bytes(IMAGES), "train-images-idx3-ubyte")
    with pytest.raises(FileNotFoundError, match="train-labels-idx1-ubyte"):
        load_mnist(tmp_path)
    write(idx_bytes(LABELS[:4]), "train-labels-idx1-ubyte")
    with pytest.raises(ValueError, match=r"labels to be uint8 of shape \(5,\), got uint8 of shape \(4,\)"):
        load_mnist(tmp_path)
    write(idx_bytes(LABELS), "train-images-idx3-ubyte")
    with pytest.raises(ValueError, match=r"images to be uint8 of shape \(N, H, W\), got uint8 of shape \(5,\)"):
        load_mnist(tmp_path)
