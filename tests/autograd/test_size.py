import copy
import pickle

import pytest

import autograd as ag
from autograd.errors import DimensionError, OperandError, ShapeError
from autograd.size import Size, new_sizes, sizes


def test_a_size_is_a_tuple_that_prints_as_pytorch_prints_it():
    shape = ag.zeros(2, 3).shape
    assert isinstance(shape, Size) and shape == (2, 3) and hash(shape) == hash((2, 3))
    assert repr(shape) == str(shape) == f"{shape}" == "torch.Size([2, 3])"
    assert repr(ag.tensor(1).shape) == "torch.Size([])"
    assert shape.numel() == 6 and ag.tensor(1).shape.numel() == 1
    rows, columns = shape
    assert (rows, columns) == (2, 3)


def test_parts_and_sums_are_sizes_too():
    shape = ag.zeros(2, 3, 4).shape
    assert repr(shape[1:]) == "torch.Size([3, 4])" and shape[-1] == 4
    assert repr(shape[:1] + (7,)) == "torch.Size([2, 7])"
    assert copy.copy(shape) == pickle.loads(pickle.dumps(shape)) == shape


def test_sizes_as_arguments():
    for given in ((2, 3), ((2, 3),), ([2, 3],), (Size((2, 3)),), (ag.tensor([2, 3]),), (ag.tensor(2), 3)):
        assert sizes(given, "view") == (2, 3)
    assert sizes((), "view") == () and sizes((5,), "view") == (5,) and sizes((ag.tensor(5),), "view") == (5,)
    with pytest.raises(OperandError, match="view: expected integers"):
        sizes((2.5,), "view")
    with pytest.raises(ShapeError, match="zeros: expected sizes that are not negative"):
        new_sizes((2, -1), "zeros")


def test_a_dimension_that_is_not_there():
    with pytest.raises(DimensionError, match=r"shape: expected one of the 2 dimensions .* \(2, 3\), got dimension 2"):
        ag.zeros(2, 3).shape[2]
    with pytest.raises(IndexError):
        ag.tensor(1.0).shape[-1]
