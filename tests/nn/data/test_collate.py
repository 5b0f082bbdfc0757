"""What the default collation refuses, and the kinds of mappings that it keeps."""

from collections import OrderedDict, defaultdict
from types import MappingProxyType

import numpy as np
import pytest

import autograd as ag
from autograd.errors import DTypeError, ShapeError
from nn.data import default_collate, default_convert


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([None, None], DTypeError, "got NoneType"),
        ([1, None], DTypeError, "numbers in every sample, got NoneType and int"),
        ([1.5, None], DTypeError, "numbers in every sample, got NoneType and float"),
        ([True, None], DTypeError, "numbers in every sample, got NoneType and bool"),
        ([1, "a"], DTypeError, "got int and str"),
        ([1.5, "2"], DTypeError, "got float and str"),
        ([ag.ones(1), 2], DTypeError, "a tensor in every sample, got Tensor and int"),
        ([np.ones(1), None], ShapeError, "arrays of equal shape"),
        ([np.float64(1), None], DTypeError, "dtype object, got NoneType and float64"),
        ([np.array("a")], DTypeError, "arrays of numbers in every sample, dtype <U1"),
        ([np.array([None])], DTypeError, "dtype object"),
        ([(1, 2), None], DTypeError, "a sequence in every sample, got NoneType and tuple"),
        ([(1, None), (2, 3)], DTypeError, "got NoneType"),
        ([(1, 2), (1, 2, 3)], ShapeError, r"lengths \[2, 3\]"),
        ([{"a": 1}, {"b": 1}], DTypeError, r"mappings with the keys 'a' in every sample, got \{'b': 1\}"),
        ([{"a": 1}, 3], DTypeError, "keys 'a' in every sample, got 3"),
        ([{"a": 1}, {"a": None}], DTypeError, "numbers in every sample"),
        ([{1, 2}], DTypeError, "got set. Pass a collate_fn of your own"),
    ],
)
def test_what_cannot_be_put_together(batch, error, message) -> None:
    with pytest.raises(error, match=f"default_collate: expected .*{message}"):
        default_collate(batch)


@pytest.mark.parametrize(
    ("batch", "values", "dtype"),
    [
        ([True, False], [True, False], ag.bool), ([1, True], [1, 1], ag.int64), ([True, 2], [1, 2], ag.int64),
        ([1.5, True], [1.5, 1.0], ag.float64), ([1, np.int32(2)], [1, 2], ag.int64),
        ([np.float32(1), np.float32(2)], [1.0, 2.0], ag.float32), ([np.array(True)], [True], ag.bool),
    ],
)  # fmt: skip
def test_numbers_of_several_kinds(batch, values, dtype) -> None:
    found = default_collate(batch)
    assert found.tolist() == values and found.dtype == dtype


def test_mappings_keep_their_kind() -> None:
    counts = default_collate([defaultdict(list, a=1), defaultdict(list, a=2)])
    assert type(counts) is defaultdict and counts["a"].tolist() == [1, 2] and counts["new"] == []
    assert type(default_collate([OrderedDict(a=1)])) is OrderedDict
    assert type(default_collate([MappingProxyType({"a": 1})])) is MappingProxyType
    converted = default_convert(defaultdict(list, a=np.ones(2)))
    assert type(converted) is defaultdict and converted["a"].tolist() == [1.0, 1.0]
