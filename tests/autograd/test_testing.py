"""assert_close: tolerances by dtype, nests, and messages that name the place."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError
from autograd.testing import assert_close


def test_close():
    assert_close(ag.ones(3), ag.ones(3) + 1e-6)
    assert_close({"a": [ag.ones(2), 3.0]}, {"a": [ag.ones(2), 3.0]})
    assert_close(ag.tensor([float("nan"), float("inf")]), np.float32([np.nan, np.inf]), equal_nan=True)
    assert_close(ag.ones(2), ag.ones(2).double(), check_dtype=False)
    assert_close(ag.tensor([1.0, 2.0]), ag.tensor([1.1, 2.1]), rtol=0, atol=0.2)
    assert_close(ag.zeros(0, 3), ag.zeros(0, 3))


@pytest.mark.parametrize(
    ("actual", "expected", "match"),
    [
        (ag.ones(2), ag.tensor([1.0, 1.001]), r"Mismatched elements: 1 / 2 \(50.0%\)"),
        (ag.ones(2).double(), ag.ones(2).double() + 1e-6, "Tensor-likes are not close!"),
        (ag.ones(2), ag.ones(3), "shapes do not match"),
        (ag.ones(2), ag.ones(2).long(), "dtypes do not match"),
        (ag.tensor([1, 2]), ag.tensor([1, 3]), "Tensor-likes are not equal!"),
        (ag.tensor(float("nan")), ag.tensor(float("nan")), "Scalars are not close"),
        ({"a": [1.0, 2.0]}, {"a": [1.0, 2.5]}, r"at \['a'\]\[1\]"),
        ([1.0], [1.0, 2.0], "lengths"),
        ({"a": 1}, {"b": 1}, "keys"),
    ],
)
def test_not_close(actual, expected, match):
    with pytest.raises(AssertionError, match=match):
        assert_close(actual, expected)


def test_messages_and_tolerances():
    with pytest.raises(AssertionError, match="^mine$"):
        assert_close(1.0, 2.0, msg="mine")
    with pytest.raises(AssertionError, match="^so: Scalars"):
        assert_close(1.0, 2.0, msg=lambda told: f"so: {told}")
    with pytest.raises(ArgumentError, match="rtol and atol"):
        assert_close(1.0, 1.0, rtol=1e-3)
