"""Noise as images: the same for an index each time, and no trace in the generator."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import DimensionError
from nn.data.datasets import FakeData
from nn.data.transforms import ToTensor


def test_samples():
    data = FakeData(7, (3, 5, 4), num_classes=4, transform=ToTensor(), target_transform=lambda label: label + 10)
    image, label = data[2]
    assert len(data) == 7 and image.shape == (3, 5, 4) and 10 <= label < 14 and isinstance(label, int)
    assert 0 <= image.min().item() < image.max().item() <= 1


def test_repeatable_and_without_trace():
    data, shifted = FakeData(9, (1, 6, 6)), FakeData(9, (1, 6, 6), random_offset=3)
    ag.manual_seed(5)
    expected = ag.rand(3).tolist()
    ag.manual_seed(5)
    first, again = data[4][0], data[4][0]
    assert ag.rand(3).tolist() == expected
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(data[5][0], shifted[2][0])
    assert first.dtype == np.uint8 and (first != data[5][0]).any()


@pytest.mark.parametrize("index", [-1, 9])
def test_index_out_of_range(index):
    with pytest.raises(DimensionError, match="from 0 to 8"):
        FakeData(9)[index]
