"""What a node keeps of a call: just what the rules name."""

import weakref

import numpy as np
import pytest

import autograd as ag
from autograd.errors import GraphError, OperandError


def leaf(*values):
    return ag.tensor(values, requires_grad=True)


@pytest.mark.parametrize("call", [lambda x: x.max(0), lambda x: x.sort(), lambda x: x.topk(2), lambda x: x.cummax(0)])
def test_values_are_not_kept_where_places_say_all(call) -> None:
    x = leaf(3.0, 1.0, 2.0)
    values, places = call(x)
    kept = values.grad_fn.next_functions[0][0].kept
    assert all(item is not values._array for part in kept if isinstance(part, tuple) for item in part)
    values.mul_(5.0)
    values.sum().backward()
    assert x.grad.sum().item() == 5.0 * values.numel() and places.dtype is ag.int64


def test_a_quotient_may_be_overwritten() -> None:
    x, y = leaf(1.0, 2.0), leaf(4.0, 5.0)
    z = x / y
    z.add_(1.0)
    z.sum().backward()
    assert x.grad.tolist() == (1 / y).tolist() and y.grad.tolist() == (-x / (y * y)).tolist()


def test_shapes_do_for_a_sum() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    array = weakref.ref(y._array)
    total = y.sum()
    del y
    assert array() is None
    total.backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_out_takes_the_result():
    out, product = ag.zeros(3), ag.zeros(2, 2)
    assert ag.add(ag.ones(3), 2, out=out) is out and out.tolist() == [3, 3, 3]
    ag.exp(ag.zeros(2), out=out[:2])
    assert out.tolist() == [1, 1, 3]
    assert ag.matmul(ag.ones(2, 3), ag.ones(3, 2), out=product) is product and product.tolist() == [[3, 3], [3, 3]]
    values, places = ag.zeros(2), ag.zeros(2).long()
    ag.sort(ag.tensor([2.0, 1.0]), out=(values, places))
    assert values.tolist() == [1, 2] and places.tolist() == [1, 0]


def test_out_is_checked():
    with pytest.raises(OperandError, match=r"out= to be a Tensor of shape \(3,\)"):
        ag.exp(ag.zeros(3), out=ag.zeros(2))
    with pytest.raises(OperandError, match="out="):
        ag.exp(ag.zeros(3), out=np.zeros(3))
    with pytest.raises(GraphError, match="without gradients"):
        ag.exp(ag.zeros(3, requires_grad=True), out=ag.zeros(3))
