"""Dtypes: names, NumPy's view of them, promotion, the default."""

import pickle
from collections.abc import Iterator

import numpy as np
import pytest

import autograd as ag
from autograd.errors import DTypeError


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    yield
    ag.set_default_dtype(ag.float32)


def test_one_object_a_type() -> None:
    assert ag.float is ag.float32 and ag.double is ag.float64 and ag.long is ag.int64 and ag.half is ag.float16
    assert pickle.loads(pickle.dumps(ag.int8)) is ag.int8
    assert repr(ag.float32) == "autograd.float32"


def test_numpy_takes_them() -> None:
    assert np.zeros(2, dtype=ag.int16).dtype == np.int16
    assert ag.float64 == np.float64 and ag.float64 != np.float32 and ag.float32 != None  # noqa: E711
    assert {ag.uint8: 1}[ag.uint8] == 1


def test_what_they_say_of_themselves() -> None:
    assert ag.float16.is_floating_point and not ag.int8.is_floating_point
    assert ag.int8.is_signed and not ag.uint8.is_signed and not ag.bool.is_signed
    assert ag.float64.itemsize == 8 and not ag.float32.is_complex


@pytest.mark.parametrize(
    "first,second,expected",
    [
        (ag.int64, ag.float32, ag.float32),
        (ag.uint8, ag.int8, ag.int16),
        (ag.bool, ag.uint8, ag.uint8),
        (ag.float16, ag.float32, ag.float32),
        (ag.int32, ag.float16, ag.float16),
    ],
)
def test_promotion_of_pairs(first: ag.dtype, second: ag.dtype, expected: ag.dtype) -> None:
    assert ag.promote_types(first, second) is ag.promote_types(second, first) is expected


def test_numbers_and_0d_tensors_do_not_widen() -> None:
    single, whole = ag.ones(2), ag.ones(2, dtype=ag.int32)
    assert (single * 2.5).dtype is (single * ag.tensor(2.5, dtype=ag.float64)).dtype is ag.float32
    assert (whole * 2).dtype is (whole + ag.tensor(1)).dtype is ag.int32
    assert (whole * 2.5).dtype is ag.float32
    assert (whole * ag.tensor(2.5, dtype=ag.float64)).dtype is ag.float64


def test_the_default_decides_for_new_floats() -> None:
    ag.set_default_dtype(ag.float64)
    assert ag.get_default_dtype() is ag.float64
    assert ag.tensor([1.0]).dtype is ag.zeros(1).dtype is (ag.ones(1, dtype=ag.int64) / 2).dtype is ag.float64
    assert repr(ag.ones(1)) == "tensor([1.])"
    with pytest.raises(DTypeError, match="floating-point"):
        ag.set_default_dtype(ag.int64)


def test_unknown_types_are_refused() -> None:
    for data in (np.ones(1, complex), np.array(["a"])):
        with pytest.raises(DTypeError, match="dtype"):
            ag.tensor(data)
    with pytest.raises(DTypeError, match="nonsense"):
        ag.zeros(1, dtype="nonsense")
