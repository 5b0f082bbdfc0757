"""The checks that all operations go through find the faults that they are for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.elementwise_call import elementwise
from autograd.general_call import operation
from autograd.gradcheck import GradcheckError
from tests import conformance
from tests.conformance import CHECKS, OpCase


@elementwise(lambda g, input: g * square(input))
def cube(input: Any) -> Any:
    return input**3 / 3.0


@elementwise(lambda g, input: g * input * 2.0)
def square(input: Any) -> Any:
    return input**2


@elementwise(lambda g, input: g * wrong_square(input))
def wrong_in_second_order(input: Any) -> Any:
    return input**3 / 3.0


@elementwise(lambda g, input: g * input * 2.01)
def wrong_square(input: Any) -> Any:
    return input**2


@elementwise(lambda g, other: g * other, lambda g, input, other: g * input)
def product(input: Any, other: Any) -> Any:
    return input * other


@elementwise(lambda g, other: g * other, lambda g, other: g * other)
def wrong_for_other(input: Any, other: Any) -> Any:
    return input * other


@elementwise(lambda g, input: g * square(input))
def writing(input: Any) -> Any:
    result = input**3 / 3.0
    input += 1e-3
    return result


@operation(lambda g: g)
def blind_to_strides(input: Any) -> Any:
    return np.ndarray(input.shape, input.dtype, input.base if input.base is not None else input)


@operation(lambda g: g)
def widening(input: Any) -> Any:
    return input.astype(np.float64)


@elementwise(lambda g, input: rounded(g * square(input)))
def imprecise_in_float32(input: Any) -> Any:
    return input**3 / 3.0


@elementwise(lambda g: rounded(g))
def rounded(input: Any) -> Any:
    return input if input.dtype == np.float64 else input.astype(np.float16).astype(input.dtype)


def cubed(x: Any) -> Any:
    return x * x * x / 3.0


def same(x: Any) -> Any:
    return x


FAULTS = [
    (OpCase(wrong_square, cubed, [(2, 3)]), conformance.value),
    (OpCase(wrong_square, lambda x: x * x, [(2, 3)]), conformance.gradients),
    (OpCase(wrong_in_second_order, cubed, [(2, 3)]), conformance.second_order),
    (OpCase(wrong_for_other, np.multiply, [(2, 3), (3,)]), conformance.gradients),
    (OpCase(writing, cubed, [(2, 3)]), conformance.inputs_stay_unwritten),
    (OpCase(blind_to_strides, same, [(2, 3)]), conformance.any_strides),
    (OpCase(widening, same, [(2, 3)]), conformance.value),
    (OpCase(imprecise_in_float32, cubed, [(2, 3)]), conformance.gradients_in_float32),
]


@pytest.mark.parametrize(("case", "check"), FAULTS, ids=lambda item: getattr(item, "title", None))
def test_a_fault_is_found(case: OpCase, check: Callable[[OpCase], None]) -> None:
    with pytest.raises((AssertionError, GradcheckError)):
        check(case)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("case", [OpCase(cube, cubed, [(2, 3)]), OpCase(product, np.multiply, [(2, 3), (3,)])])
def test_what_is_right_passes(case: OpCase, check: Callable[[OpCase], None]) -> None:
    check(case)
