"""How elementwise operations take operands: kinds, dtypes, names, and errors."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd.errors import DTypeError, OperandError, ShapeError


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda x: x + 300, 38),
        (lambda x: x + (-1), 249),
        (lambda x: x * 2, 244),
        (lambda x: 1 - x, 7),
        (lambda x: x.clone().sub_(251), 255),
    ],
)
def test_integers_wrap_around(call, expected) -> None:
    found = call(ag.tensor([250], dtype=ag.uint8))
    assert found.dtype is ag.uint8 and found.tolist() == [expected]


def test_comparing_does_not_wrap() -> None:
    assert (ag.tensor([44], dtype=ag.uint8) < 300).tolist() == [True]


@pytest.mark.parametrize(
    ("call", "exception", "message"),
    [
        (lambda x: x + [1, 2], OperandError, "add: expected a Tensor, got list"),
        (lambda x: x * None, OperandError, "mul: expected a Tensor, got NoneType"),
        (lambda x: x - "a", OperandError, "sub: expected a Tensor, got str"),
        (lambda x: ag.add(x, x, beta=2), OperandError, "add: expected arguments input, other, alpha, got beta"),
        (lambda x: ag.exp(x, base=2), OperandError, "exp: expected arguments input, got base"),
        (lambda x: ag.mul(x), OperandError, "mul: expected operands input, other, got no other"),
        (lambda x: ag.exp(), OperandError, "exp: expected operands input, got no input"),
        (lambda x: ag.exp(2.0), OperandError, "exp: expected a Tensor, got float"),
        (lambda x: ag.mul(x, ag.ones(3)), ShapeError, "got (2,) and (3,). Use view, unsqueeze or expand"),
        (lambda x: -x.bool(), DTypeError, "neg: expected dtypes that it is defined for, got shape (2,) of bool"),
        (lambda x: x.bool() - x.bool(), DTypeError, "sub: expected dtypes that it is defined for"),
    ],
)
def test_what_does_not_fit_is_named(call, exception, message) -> None:
    with pytest.raises(exception, match=re.escape(message)):
        call(ag.ones(2))


def test_errors_are_type_errors_where_python_expects_them() -> None:
    for wrong in (lambda: ag.ones(2) + "a", lambda: ag.exp(2.0), lambda: -ag.ones(2).bool()):
        with pytest.raises(TypeError):
            wrong()


def test_operands_by_name() -> None:
    a, b = ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])
    for found in (ag.sub(a, other=b), ag.sub(input=a, other=b), ag.sub(other=b, input=a)):
        assert found.tolist() == [-2.0, -2.0]
    assert ag.exp(input=ag.zeros(1)).tolist() == [1.0]


def test_arrays_and_numpy_numbers_take_part() -> None:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    for other in (np.float64(3.0), np.int64(3), np.array([3.0, 3.0], np.float32), 3, 3.0):
        for y in (x * other, other * x):
            assert y.dtype is ag.float32 and y.tolist() == [3.0, 6.0] and y.requires_grad
