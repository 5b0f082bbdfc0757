"""gradcheck and gradgradcheck find what is wrong, and only that."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError
from autograd.function import Function
from autograd.gradcheck import GradcheckError


def leaf(values: Any) -> ag.Tensor:
    return ag.tensor(values, dtype=ag.float64, requires_grad=True)


class WrongFirst(Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * 2.0


class WrongSecond(Function):
    """The right gradient, but computed so that its own gradient is lost."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * 2.0 * x.detach()


def test_right_rules_pass() -> None:
    assert ag.gradcheck(lambda x, y: (x * y).sin(), (leaf([0.5, 2.0]), leaf([1.0, -1.0])))
    assert ag.gradgradcheck(lambda x, y: (x * y).sin(), (leaf([0.5, 2.0]), leaf([1.0, -1.0])))


def test_a_wrong_first_order_is_found() -> None:
    with pytest.raises(GradcheckError, match=r"d output 0\[0\] / d input 0\[0\] = 6 by differences, got 2"):
        ag.gradcheck(WrongFirst.apply, leaf([3.0]))
    assert not ag.gradcheck(WrongFirst.apply, leaf([3.0]), raise_exception=False)


def test_a_wrong_second_order_is_found_by_the_second_check_only() -> None:
    assert ag.gradcheck(WrongSecond.apply, leaf([3.0]))
    with pytest.raises(GradcheckError):
        ag.gradgradcheck(WrongSecond.apply, leaf([3.0]))


def test_several_outputs_and_inputs_without_gradient() -> None:
    constant = ag.tensor([2.0, 3.0], dtype=ag.float64)
    assert ag.gradcheck(lambda x, c: (x * c, x.exp()), (leaf([0.5, 1.0]), constant))


def test_inputs_are_checked() -> None:
    with pytest.raises(ArgumentError, match="float64"):
        ag.gradcheck(lambda x: x * 2, ag.ones(2, requires_grad=True))
    with pytest.raises(ArgumentError, match="requires grad"):
        ag.gradcheck(lambda x: x * 2, ag.ones(2, dtype=ag.float64))


def test_inputs_are_left_as_they_were() -> None:
    x = leaf([0.5, 2.0])
    ag.gradcheck(lambda x: x * x, x)
    np.testing.assert_array_equal(x.detach().numpy(), [0.5, 2.0])
    assert x.grad is None
