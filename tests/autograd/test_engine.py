"""The backward pass: order, sums, memory, errors."""

import gc
import sys
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import GraphError, OperandError, ShapeError
from autograd.node import Node
from autograd.tensor import as_tensor_of


def leaf(*values: float) -> ag.Tensor:
    return as_tensor_of(np.array(values), True)


def test_fan_out_is_summed() -> None:
    x = leaf(2.0, 3.0)
    y = x * x
    (y * y + y + x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 4 * x.detach().numpy() ** 3 + 2 * x.detach().numpy() + 1)


def test_gradients_accumulate_over_passes() -> None:
    x = leaf(2.0)
    for _ in range(3):
        (x * x).sum().backward()
    assert x.grad.item() == 12.0


def test_an_accumulated_gradient_is_not_shared_with_the_graph() -> None:
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (x + y).sum().backward()
    x.grad.mul_(10.0)
    np.testing.assert_array_equal(y.grad.numpy(), [1.0, 1.0])


def test_the_seed_gradient_stays_the_users() -> None:
    x = leaf(1.0, 2.0)
    seed = as_tensor_of(np.ones(2))
    x.add(0.0).backward(seed)
    x.grad.mul_(5.0)
    np.testing.assert_array_equal(seed.numpy(), [1.0, 1.0])


def test_a_long_chain_needs_no_recursion() -> None:
    x = as_tensor_of(np.ones(()), True)
    y = x
    for _ in range(200_000):
        y = y + x
    y.backward()
    assert x.grad.item() == 200_001
    del y


def test_a_finished_step_is_freed_without_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        nodes, arrays = [], []
        y = x
        for _ in range(10):
            y = (y * x).exp().sum() * x
            nodes.append(weakref.ref(y.grad_fn))
            arrays.append(weakref.ref(y._array))
        y = y.view(-1)
        y.sum().backward()
        del y
        assert [ref() for ref in nodes] == [None] * 10
        assert [ref() for ref in arrays] == [None] * 10
    finally:
        gc.enable()


def test_views_and_in_place_writes_leave_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0, 2.0, 3.0)
        y = x.clone()
        v = y[1:]
        v.mul_(2.0)
        y[0] = 5.0
        nodes = [weakref.ref(y.grad_fn), weakref.ref(v.grad_fn)]
        y.sum().backward()
        del y, v
        assert [ref() for ref in nodes] == [None, None]
    finally:
        gc.enable()


def test_an_intermediate_that_no_rule_needs_dies_at_once() -> None:
    x = leaf(1.0, 2.0)
    middle = x + 1.0
    array = weakref.ref(middle._array)
    y = middle + 2.0
    del middle
    assert array() is None
    y.sum().backward()


def test_a_second_pass_through_freed_nodes_says_what_to_do() -> None:
    x = leaf(2.0)
    shared = x * x
    (shared * 2.0).sum().backward()
    with pytest.raises(GraphError, match=r"MulBackward0.*detach.*retain_graph=True"):
        (shared * 3.0).sum().backward()


def test_retain_graph_allows_a_second_pass() -> None:
    x = leaf(2.0)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 8.0


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_any_order(order: int) -> None:
    x = leaf(1.5)
    y = x * x * x * x
    for _ in range(order):
        (y,) = ag.grad(y.sum(), x, create_graph=True)
    expected = {1: 4 * 1.5**3, 2: 12 * 1.5**2, 3: 24 * 1.5, 4: 24.0}[order]
    assert y.item() == pytest.approx(expected)


def test_backward_needs_a_scalar() -> None:
    x = leaf(1.0, 2.0)
    with pytest.raises(GraphError, match=r"shape \(2,\).*only for scalar outputs.*sum\(\)"):
        (x * x).backward()


def test_backward_needs_a_graph() -> None:
    with pytest.raises(GraphError, match="does not require grad"):
        as_tensor_of(np.ones(())).backward()


def test_a_seed_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"gradient of shape \(2,\), got shape \(3,\)"):
        (leaf(1.0, 2.0) * 2.0).backward(as_tensor_of(np.ones(3)))


def test_grad_accumulates_nothing() -> None:
    x, y = leaf(2.0), leaf(3.0)
    gx, gy = ag.grad((x * x * y).sum(), [x, y])
    assert (gx.item(), gy.item()) == (12.0, 4.0)
    assert x.grad is None and y.grad is None


def test_grad_of_an_intermediate() -> None:
    x = leaf(2.0)
    y = x * x
    (g,) = ag.grad((y * y).sum(), y)
    assert g.item() == 8.0


def test_unused_inputs() -> None:
    x, y = leaf(2.0), leaf(3.0)
    with pytest.raises(GraphError, match=r"input 1 of shape \(1,\).*allow_unused=True"):
        ag.grad((x * x).sum(), [x, y])
    assert ag.grad((x * x).sum(), [x, y], allow_unused=True)[1] is None
    assert ag.grad((x * x).sum(), [x, y], materialize_grads=True)[1].item() == 0.0


def test_backward_into_chosen_inputs_only() -> None:
    x, y = leaf(2.0), leaf(3.0)
    (x * y).sum().backward(inputs=[x])
    assert x.grad.item() == 3.0
    assert y.grad is None


def test_a_chosen_input_that_retains_its_gradient_receives_it_once() -> None:
    x = leaf(2.0)
    y, z = x * 2.0, x * 5.0
    y.retain_grad()
    (y * 3.0 + z).sum().backward(inputs=[x, y, z])
    assert (x.grad.item(), y.grad.item(), z.grad.item()) == (11.0, 3.0, 1.0)


def test_a_pass_towards_inputs_skips_the_rest_of_the_graph() -> None:
    x, y = leaf(2.0), leaf(3.0)
    calls: list[float] = []
    side = y * 2.0
    side.register_hook(lambda g: calls.append(g.item()))
    ag.grad((x * x + side).sum(), x)
    assert calls == []


def test_several_roots() -> None:
    x = leaf(2.0)
    ag.backward([(x * x).sum(), (3.0 * x).sum()])
    assert x.grad.item() == 7.0


def test_gradients_keep_the_dtype_of_the_leaf() -> None:
    x = as_tensor_of(np.ones(2, np.float32), True)
    (x * as_tensor_of(np.ones(2))).sum().backward()
    assert x.grad.dtype == ag.float32


def test_each_node_runs_once_even_where_it_is_shared() -> None:
    x = leaf(2.0)
    shared = x * x
    runs: list[int] = []
    shared.register_hook(lambda g: runs.append(1))
    (shared * shared + shared).sum().backward()
    assert runs == [1]


def test_next_functions_show_the_graph() -> None:
    x = leaf(2.0)
    y = x * x
    assert isinstance(y.grad_fn, Node) and y.grad_fn.name() == "MulBackward0"
    assert [node.name() for node, _ in y.grad_fn.next_functions] == ["AccumulateGrad"] * 2
    assert y.grad_fn.next_functions[0][0].variable is x


def test_an_overwritten_value_is_named() -> None:
    x, z = leaf(2.0, 3.0), leaf(1.0, 1.0)
    y = x * 1.0
    w = y * z
    y.mul_(2.0)
    with pytest.raises(GraphError, match=r"mul: .*shape \(2,\).*version 0.*version 1.*clone\(\)"):
        w.sum().backward()


def test_a_value_that_no_rule_needs_may_be_overwritten() -> None:
    x = leaf(2.0, 3.0)
    y = x * 1.0
    w = y + 1.0
    y.mul_(2.0)
    w.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [1.0, 1.0])


def test_a_leaf_refuses_writes_but_not_under_no_grad() -> None:
    x = leaf(1.0)
    with pytest.raises(GraphError, match=r"add_.*leaf.*no_grad"):
        x.add_(1.0)
    with ag.no_grad():
        x.add_(1.0)
    assert x.item() == 2.0 and x.is_leaf and x.requires_grad


def test_a_pass_that_ends_at_an_intermediate_leaves_it_to_later_ones() -> None:
    x = leaf(1.0, 2.0)
    y = x * x
    (g,) = ag.grad((y * 3.0).sum(), y)
    y.sum().backward()
    assert g.tolist() == [3.0, 3.0] and x.grad.tolist() == [2.0, 4.0]


def test_gradients_made_with_create_graph_are_not_shared() -> None:
    x, z, seed = leaf(1.0, 2.0), leaf(1.0, 2.0), leaf(1.0, 1.0)
    (x + z).backward(seed, create_graph=True)
    with ag.no_grad():
        x.grad.mul_(3.0)
    assert z.grad.tolist() == seed.tolist() == [1.0, 1.0]


def test_threads_share_leaves() -> None:
    x = as_tensor_of(np.zeros(50_000), True)

    def work() -> None:
        for _ in range(50):
            (x + 1.0).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert (x.grad.numpy() == 200).all()


def test_gradients_given_out_are_not_shared() -> None:
    x, z, seed = leaf(1.0, 2.0), leaf(1.0, 2.0), leaf(1.0, 1.0).detach()
    a, b = ag.grad(x + z, [x, z], seed)
    a.mul_(3.0)
    assert b.tolist() == seed.tolist() == [1.0, 1.0]


def test_a_seed_takes_the_dtype_of_the_output() -> None:
    x = as_tensor_of(np.ones(2, np.float32), True)
    for seed in (as_tensor_of(np.ones(2)), as_tensor_of(np.ones(2, np.int64)), [1.0, 1.0]):
        (g,) = ag.grad(x * 1.0, x, [seed])
        assert g.dtype is ag.float32 and g.tolist() == [1.0, 1.0]
    (x * 1.0).sum().backward(2.0)
    assert x.grad.tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: ag.backward(3.0), "backward: expected a Tensor, or a sequence of Tensors, got float"),
        (lambda x: ag.backward([x.sum(), None]), "got NoneType"),
        (lambda x: ag.grad(x.sum(), [3.0]), "grad: expected a Tensor, or a sequence of Tensors, got float"),
        (lambda x: ag.grad(x.sum(), []), "at least one input"),
    ],
)
def test_what_is_no_tensor_is_named(call: Any, message: str) -> None:
    with pytest.raises((OperandError, GraphError), match=message):
        call(leaf(1.0))


def test_no_output_is_no_work() -> None:
    x = leaf(1.0)
    ag.backward([])
    assert x.grad is None


def test_detaching_in_place_leaves_views_their_history() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3.0
    view = y[:1]
    y.detach_()
    assert not y.requires_grad and y.is_leaf and view.requires_grad
    view.sum().backward()
    assert x.grad.tolist() == [3.0, 0.0]


def test_only_inputs_is_accepted_where_pytorch_has_it():
    x = ag.tensor(3.0, requires_grad=True)
    (g,) = ag.grad(x * x, x, None, True, True, True)
    assert g.item() == 6 and g.requires_grad
