"""Checkpointing: same gradients, less memory, same random numbers, clear errors."""

import weakref
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.checkpoint import checkpoint
from autograd.engine import ancestors
from autograd.errors import GraphError
from autograd.tensor import as_tensor_of


def leaf(values: Any) -> ag.Tensor:
    return as_tensor_of(np.array(values, dtype=float), True)


def block(x: Any, w: Any) -> Any:
    y = x * w
    return (y * y + x) * y


def test_gradients_are_those_of_the_plain_call() -> None:
    found = []
    for call in (block, lambda x, w: checkpoint(block, x, w)):
        x, w = leaf([1.0, 2.0]), leaf([0.5, -1.0])
        call(call(x, w), w).sum().backward()
        found.append((x.grad.numpy(), w.grad.numpy()))
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_array_equal(found[0][1], found[1][1])


def test_closed_over_parameters_get_their_gradients() -> None:
    w = leaf([3.0])
    checkpoint(lambda x: x * w * w, as_tensor_of(np.array([2.0]))).sum().backward()
    assert w.grad.item() == 12.0


def test_intermediates_are_not_kept() -> None:
    arrays = []

    def function(x: Any) -> Any:
        y = x * x
        arrays.append(weakref.ref(y._array))
        return y * y

    x = leaf([1.0, 2.0])
    z = checkpoint(function, x)
    assert arrays[0]() is None
    z.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 4 * np.array([1.0, 2.0]) ** 3)


def test_the_function_runs_once_more_and_only_for_backward() -> None:
    runs = []

    def function(x: Any) -> Any:
        runs.append(1)
        return x * x * x

    x = leaf([2.0])
    y = checkpoint(function, x).sum()
    assert len(runs) == 1
    y.backward(retain_graph=True)
    y.backward()
    assert len(runs) == 2 and x.grad.item() == 24.0
    with pytest.raises(GraphError, match="freed"):
        y.backward()


def test_higher_orders_and_grad_work() -> None:
    x = leaf([2.0])
    (first,) = ag.grad(checkpoint(lambda x: x * x * x, x).sum(), x, create_graph=True)
    (second,) = ag.grad(first.sum(), x)
    assert (first.item(), second.item()) == (12.0, 12.0)


def test_nested() -> None:
    x, w = leaf([1.5]), leaf([0.5])
    checkpoint(lambda x: checkpoint(block, x, w) * x, x).sum().backward()
    v = leaf([1.5])
    (block(v, w) * v).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), v.grad.numpy())


def test_random_numbers_are_drawn_alike() -> None:
    x = leaf(np.ones(8))
    ag.manual_seed(3)
    y = checkpoint(lambda x: x * x * ag.rand(8, dtype=ag.float64), x)
    after = ag.rand(4)
    y.sum().backward()
    ag.manual_seed(3)
    noise = ag.rand(8, dtype=ag.float64)
    np.testing.assert_array_equal(x.grad.numpy(), 2 * noise.numpy())
    np.testing.assert_array_equal(after.numpy(), ag.rand(4).numpy())


def test_a_function_that_changes_is_found_out() -> None:
    state = {"calls": 0}

    def function(x: Any) -> Any:
        state["calls"] += 1
        return x * x if state["calls"] == 1 else x * x * x

    y = checkpoint(function, leaf([2.0]))
    with pytest.raises(GraphError, match="same 1 operations"):
        y.sum().backward()


def test_an_overwritten_argument_is_found_out() -> None:
    x = leaf([2.0])
    h = x * 1.0
    y = checkpoint(lambda h: h * h, h)
    h.mul_(3.0)
    with pytest.raises(GraphError, match=r"argument of shape \(1,\).*clone"):
        y.sum().backward()


def test_nothing_special_under_no_grad() -> None:
    with ag.no_grad():
        assert checkpoint(lambda x: x * x, leaf([3.0])).item() == 9.0


def test_the_function_may_write_in_place() -> None:
    def function(x: Any) -> Any:
        h = x * 2.0
        h.add_(1.0)
        return (h * h).exp() * h

    found = []
    for call in (function, lambda x: checkpoint(function, x)):
        x = leaf([0.1, 0.2])
        call(x).sum().backward()
        found.append(x.grad.tolist())
    assert found[0] == found[1]


def test_a_value_overwritten_after_the_second_run_is_found_out() -> None:
    kept = []

    def function(x: Any) -> Any:
        kept.append(x * 2.0)
        return kept[-1] * kept[-1]

    z = checkpoint(function, leaf([1.0])).sum()
    z.backward(retain_graph=True)
    kept[-1].detach().mul_(3.0)
    with pytest.raises(GraphError, match="overwritten"):
        z.backward()


def test_many_checkpoints_look_at_their_own_part_of_the_graph_only() -> None:
    x = y = leaf([1.0])
    for _ in range(100):
        y = y * 1.0
    nodes = ancestors([y._node], since=y._node.birth - 3)
    assert len(nodes) < 4 and len(ancestors([y._node])) == 101
    assert x._node not in nodes


def test_an_argument_may_be_a_view_of_what_was_written() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2.0
    view = y[:1]
    y.mul_(3.0)
    checkpoint(lambda v: v * v, view).sum().backward()
    assert x.grad.tolist() == [72.0, 0.0]
