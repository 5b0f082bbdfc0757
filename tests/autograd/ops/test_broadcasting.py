"""Expanding, summing to a size, casts and copies."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ShapeError
from autograd.ops.broadcasting import cast, clone, contiguous, expand, expand_back, sum_to_size
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def to(*shape):
    return lambda x, size: np.broadcast_to(x, shape)


CASES = [
    OpCase(expand, to(4, 2, 3), [(2, 3)], {"size": (4, 2, 3)}),
    OpCase(expand, to(2, 3), [(2, 1)], {"size": (2, 3)}),
    OpCase(expand, to(4, 2, 3), [(1, 3)], {"size": (4, 2, -1)}),
    OpCase(expand, to(2, 2), [()], {"size": (2, 2)}),
    OpCase(expand, to(), [()], {"size": ()}),
    OpCase(expand, to(0, 3), [(1, 3)], {"size": (0, 3)}),
    OpCase(expand_back, lambda x, shape: np.broadcast_to(x, shape), [(3,)], {"shape": (2, 3)}),
    OpCase(sum_to_size, lambda x, size: x.sum(0), [(4, 2, 3)], {"size": (2, 3)}),
    OpCase(sum_to_size, lambda x, size: x.sum((0, 2))[:, None], [(4, 2, 3)], {"size": (2, 1)}),
    OpCase(sum_to_size, lambda x, size: x.sum(), [(2, 3)], {"size": ()}),
    OpCase(sum_to_size, lambda x, size: x, [(2, 3)], {"size": (2, 3)}),
    OpCase(sum_to_size, lambda x, size: np.zeros((1, 3)), [(0, 3)], {"size": (1, 3)}),
    OpCase(clone, lambda x: x, [(2, 3)]),
    OpCase(clone, lambda x: x, [()]),
    OpCase(contiguous, lambda x: x, [(2, 3)]),
    OpCase(lambda x: contiguous(x.mT), lambda x: x.T, [(2, 3)], name="contiguous"),
    OpCase(cast, lambda x, dtype: x.astype(dtype), [(2, 3)], {"dtype": "float64"}),
    OpCase(cast, lambda x, dtype: np.trunc(x), [(2, 3)], {"dtype": "int64"}, differentiable=False),
    OpCase(cast, lambda x, dtype: x != 0, [np.array([0, 2, -1])], {"dtype": "bool"}, differentiable=False),
]
ERRORS = [
    ErrorCase(expand, [ag.ones(2, 3), (4, 3)], ShapeError, r"expand: .*shape \(2, 3\) to \(4, 3\)"),
    ErrorCase(expand, [ag.ones(2, 3), (3,)], ShapeError, r"shape \(2, 3\) to \(3,\)"),
    ErrorCase(expand, [ag.ones(3), (-1, 3)], ShapeError, r"shape \(3,\) to \(-1, 3\)"),
    ErrorCase(sum_to_size, [ag.ones(2, 3), (2,)], ShapeError, r"a size that broadcasts to \(2, 3\), got \(2,\)"),
    ErrorCase(sum_to_size, [ag.ones(3), (2, 3)], ShapeError, r"a size that broadcasts to \(3,\), got \(2, 3\)"),
]
test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_what_shares_memory() -> None:
    x = ag.ones(2, 1)
    assert np.shares_memory(x.expand(2, 3).numpy(), x.numpy()) and x.contiguous() is x
    assert not np.shares_memory(x.clone().numpy(), x.numpy())
    spread = x.expand(2, 3)
    assert spread.stride() == (1, 0) and not spread.is_contiguous() and spread.contiguous().is_contiguous()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_gradients_come_back_in_the_dtype_of_the_operand(dtype: str) -> None:
    x = ag.tensor([1.0, 2.0], dtype=getattr(ag, dtype), requires_grad=True)
    for target in (ag.float32, ag.float64):
        (g,) = ag.grad((x.to(target) * 3.0).sum(), x)
        assert g.dtype is x.dtype and g.tolist() == [3.0, 3.0]
