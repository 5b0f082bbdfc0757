"""How operations that are not elementwise take their operands: sequences, names, numbers of no dimensions, errors."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd.errors import OperandError, ShapeError


def test_sequences_of_numbers_without_dimensions() -> None:
    x = ag.tensor(2.0, requires_grad=True)
    first, second = ag.stack([x, x * x])
    (g,) = ag.grad(first * second, x, create_graph=True)
    (h,) = ag.grad(g * g, x)
    assert g.item() == 12.0 and h.item() == 2 * 12.0 * 12.0
    stacked = ag.stack([np.float32(1.0), np.float32(2.0)])
    assert stacked.dtype == np.float32 and stacked.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("call", "exception", "message"),
    [
        (lambda x: ag.sum(x, axes=1), OperandError, "sum: expected arguments input, dim, keepdim, dtype, got axes=1"),
        (lambda x: ag.sum(), OperandError, "sum: expected arguments input, dim, keepdim, dtype, got none"),
        (lambda x: ag.sum(x, 0, dim=1), OperandError, "got dim=1"),
        (lambda x: ag.sum(2.0), OperandError, "sum: expected a Tensor, got float"),
        (lambda x: ag.cat([1.0, 2.0]), OperandError, "cat: expected a Tensor, got "),
        (lambda x: x.reshape(5), ShapeError, "reshape: expected sizes of which the product is 6"),
    ],
)
def test_what_does_not_fit_is_named(call, exception, message) -> None:
    with pytest.raises(exception, match=re.escape(message)):
        call(ag.ones(2, 3))


def test_numpys_names_of_arguments() -> None:
    x = ag.ones(2, 3)
    assert ag.sum(x, axis=1, keepdims=True).shape == x.sum(dim=1, keepdim=True).shape == (2, 1)
