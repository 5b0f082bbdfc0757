"""Writes in place, through views and past them: values, gradients, and what must be refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.errors import DTypeError, GraphError, ShapeError


def _leaf(*shape):
    return ag.tensor(np.arange(1.0, np.prod(shape) + 1).reshape(shape), requires_grad=True)


def _weighted(y):
    return (y * ag.tensor(np.arange(1.0, y.numel() + 1).reshape(y.shape))).sum()


def test_a_row_of_a_copy():
    x = _leaf(2, 2)
    y = x.clone()
    y[0] *= 2
    assert y.tolist() == [[2, 4], [3, 4]]
    _weighted(y).backward()
    assert x.grad.tolist() == [[2, 4], [3, 4]]


def test_views_of_views():
    x = _leaf(2, 3)
    y = x.clone()
    inner = y.t()[1:].unsqueeze(0)[0, :, 1]
    inner.mul_(10)
    assert y.tolist() == [[1, 2, 3], [4, 50, 60]]
    _weighted(y).backward()
    assert x.grad.tolist() == [[1, 2, 3], [4, 50, 60]]


def test_a_view_made_before_its_base_is_written():
    x = _leaf(2, 2)
    y = x.clone()
    row = y[1]
    y.mul_(3)
    assert row.tolist() == [9, 12]
    _weighted(row).backward()
    assert x.grad.tolist() == [[0, 0], [3, 6]]


def test_a_view_whose_sibling_is_written():
    x = _leaf(2, 2)
    y = x.clone()
    row, column = y[0], y[:, 0]
    column.mul_(5)
    assert row.tolist() == [5, 2]
    _weighted(row).backward()
    assert x.grad.tolist() == [[5, 2], [0, 0]]


def test_a_view_written_after_the_base_and_the_base_after_the_view():
    x = _leaf(3)
    y = x.clone()
    head = y[:2]
    y.mul_(2)
    head.add_(1)
    y.mul_(3)
    head.mul_(head)
    assert y.tolist() == [81, 225, 18]
    _weighted(y).backward()
    assert x.grad.tolist() == [2 * 9 * 6 * 1, 2 * 15 * 6 * 2, 6 * 3]


def test_pieces_of_a_split_and_of_unbind():
    x = _leaf(4)
    y = x.clone()
    first, second = y.split(2)
    first.mul_(second.clone())
    y.unbind()[3].zero_()
    assert y.tolist() == [3, 8, 3, 0]
    _weighted(y).backward()
    assert x.grad.tolist() == [3, 8, 1 + 3, 2 * 2]


def test_a_value_with_history_written_into_a_tensor_without():
    v = _leaf(2)
    y = ag.zeros(3)
    tail = y[1:]
    tail.add_(v)
    assert y.requires_grad
    _weighted(y).backward()
    assert v.grad.tolist() == [2, 3]


def test_a_masked_write():
    x = _leaf(4)
    v = ag.tensor(10.0, requires_grad=True)
    y = x.clone()
    y[y > 2] = v
    assert y.tolist() == [1, 2, 10, 10]
    _weighted(y).backward()
    assert x.grad.tolist() == [1, 2, 0, 0] and v.grad.item() == 7


def test_chained_brackets_write_through():
    x = _leaf(2, 2)
    y = x.clone()
    y[0][1] = 7.0
    y[1][0] += y[0][0]
    assert y.tolist() == [[1, 7], [4, 4]]
    _weighted(y).backward()
    assert x.grad.tolist() == [[1 + 3, 0], [3, 4]]


def test_a_copy_by_index_array_is_no_view():
    x = _leaf(3)
    y = x.clone()
    y[[0, 1]].mul_(100)
    assert y.tolist() == [1, 2, 3]
    y[[0, 1]] *= 100
    assert y.tolist() == [100, 200, 3]
    _weighted(y).backward()
    assert x.grad.tolist() == [100, 200, 3]


def test_slices_written_in_a_loop():
    x = _leaf(5)
    y = x.clone()
    for i in range(1, 5):
        y[i] = y[i] + y[i - 1]
    assert y.tolist() == [1, 3, 6, 10, 15]
    y[-1].backward()
    assert x.grad.tolist() == [1, 1, 1, 1, 1]


def test_detached_tensors_share_memory_but_not_history():
    x = _leaf(3)
    y = x.clone()
    y.detach()[0] = 50.0
    assert y.tolist() == [50, 2, 3]
    _weighted(y).backward()
    assert x.grad.tolist() == [1, 2, 3]


def test_writes_outside_the_graph():
    x = _leaf(3)
    with ag.no_grad():
        x[0] = 9.0
        x[1:].mul_(2)
        x.add_(1)
    assert x.tolist() == [10, 5, 7]
    assert x.is_leaf and x.requires_grad
    _weighted(x).backward()
    assert x.grad.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("write", "slopes", "curvatures"),
    [
        (lambda y, x: y.mul_(x), [2, 4, 6], [2, 2, 2]),
        (lambda y, x: y.mul_(y), [2, 4, 6], [2, 2, 2]),
        (lambda y, x: y.mul_(y.clone()), [2, 4, 6], [2, 2, 2]),
        (lambda y, x: y.pow_(3), [3, 12, 27], [6, 12, 18]),
        (lambda y, x: y.scatter_reduce_(0, ag.tensor([0, 0]), x[:2], "prod"), [4, 2, 1], [6, 2, 0]),
    ],
)
def test_a_rule_may_need_the_value_that_its_own_result_overwrites(write, slopes, curvatures):
    x = _leaf(3)
    y = x.clone()
    write(y, x)
    (first,) = ag.grad(y.sum(), x, create_graph=True)
    assert first.tolist() == slopes
    (second,) = ag.grad(first.sum(), x)
    assert second.tolist() == curvatures


def test_the_old_value_is_kept_where_the_result_is_cast_too():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    w = ag.tensor([3.0, 4.0], dtype=ag.float64, requires_grad=True)
    y = x.clone()
    y.mul_(w)
    y.sum().backward()
    assert y.dtype == ag.float32
    assert w.grad.tolist() == [1, 2] and x.grad.tolist() == [3, 4]


def test_augmented_assignment_rebinds_to_the_same_tensor():
    y = ag.ones(2)
    before = y
    y += 1
    assert y is before and before.tolist() == [2, 2]


def test_the_second_derivative_through_a_write():
    x = _leaf(3)
    y = x * x
    y[0] *= x[2]
    (g,) = ag.grad(y.sum(), x, create_graph=True)
    assert g.tolist() == [2 * 1 * 3, 4, 1 + 6]
    (h,) = ag.grad(g.sum(), x)
    assert h.tolist() == [2 * 3 + 2, 2, 2 + 2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: x, "a leaf of shape"),
        (lambda x: x[0], "a view of a leaf of shape"),
        (lambda x: x.t()[1], "a view of a leaf of shape"),
        (lambda x: x.unbind()[0], "a view of a leaf of shape"),
    ],
)
def test_leaves_refuse_writes_and_so_do_their_views(make, message):
    x = _leaf(2, 2)
    for write in (lambda y: y.mul_(2), lambda y: y.fill_(0), lambda y: y.__setitem__(0, 1.0)):
        with pytest.raises(GraphError, match=f"{message}.*no_grad"):
            write(make(x))
    assert x.tolist() == [[1, 2], [3, 4]]


def test_expanded_memory_refuses_writes():
    y = ag.zeros(2, 1).expand(2, 3)
    for write in (lambda: y.add_(1), lambda: y.fill_(1), lambda: y.__setitem__((0, 0), 1.0)):
        with pytest.raises(GraphError, match="clone"):
            write()
    same = ag.zeros(2, 3).expand(2, 3)
    same[0, 0] = 1
    assert same.sum().item() == 1


def test_results_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="out-of-place"):
        ag.zeros(3).add_(ag.zeros(2, 3))
    with pytest.raises(DTypeError, match="out-of-place"):
        ag.zeros(3, dtype=ag.int64).add_(1.5)


@pytest.mark.parametrize(
    "write",
    [
        lambda y: y.mul_(2),
        lambda y: y.__setitem__(0, 0.0),
        lambda y: y[1:].mul_(2),
        lambda y: y.__setitem__(y > 1, 0.0),
        lambda y: y.detach().zero_(),
        lambda y: y.fill_(1),
    ],
)
def test_an_overwritten_value_that_a_rule_needs_is_noticed(write):
    x = _leaf(3)
    y = x * 1
    z = y * y
    write(y)
    with pytest.raises(GraphError, match=r"backward of mul.*shape \(3,\).*version 0.*version 1.*clone\(\)"):
        z.sum().backward()


def test_writing_what_no_rule_needs_does_no_harm():
    x = _leaf(3)
    y = x + 1
    z = y + 1
    y.mul_(100)
    z.sum().backward()
    assert x.grad.tolist() == [1, 1, 1]


VIEWS = {
    "row": lambda t: t[1],
    "column": lambda t: t[:, 0],
    "block": lambda t: t[1:, :2],
    "transposed": lambda t: t.transpose(0, 1),
    "flat": lambda t: t.reshape(-1)[1:4],
    "diagonal": lambda t: t.diagonal(),
    "piece": lambda t: t.split(2)[0],
    "windows": lambda t: t[0].unfold(0, 2, 2),
    "strided": lambda t: t.as_strided((2, 2), (3, 1)),
}
WRITES = ("mul", "add", "square", "assign", "fill", "base")


def _write(kind, y, target, x):
    """One step on tensors."""
    if kind == "mul":
        target.mul_(1.5)
    elif kind == "add":
        target.add_(x[0, 0])
    elif kind == "square":
        target.mul_(target.clone())
    elif kind == "assign":
        target[...] = x[2, 2] * 2
    elif kind == "fill":
        target.fill_(0.25)
    else:
        y.mul_(0.5)


def _write_by_hand(kind, at, start, values, jacobian):
    """The same step on nine numbers and their derivatives, of which it changes those `at` places."""
    if kind == "mul":
        values[at] *= 1.5
        jacobian[at] *= 1.5
    elif kind == "add":
        values[at] += start[0, 0]
        jacobian[at] += np.eye(9)[0]
    elif kind == "square":
        jacobian[at] *= 2 * values[at][:, None]
        values[at] **= 2
    elif kind == "assign":
        values[at] = 2 * start[2, 2]
        jacobian[at] = 2 * np.eye(9)[8]
    elif kind == "fill":
        values[at] = 0.25
        jacobian[at] = 0
    else:
        values *= 0.5
        jacobian *= 0.5


@given(st.lists(st.tuples(st.sampled_from(sorted(VIEWS)), st.sampled_from(WRITES), st.booleans()), max_size=5))
def test_random_writes_through_old_and_new_views(steps):
    start = np.linspace(0.5, 1.5, 9).reshape(3, 3)
    places = ag.tensor(np.arange(9).reshape(3, 3))
    x = ag.tensor(start, requires_grad=True)
    y = x.clone()
    old = {name: view(y) for name, view in VIEWS.items()}
    values, jacobian = start.ravel().copy(), np.eye(9)
    for name, kind, fresh in steps:
        _write(kind, y, VIEWS[name](y) if fresh else old[name], x)
        _write_by_hand(kind, VIEWS[name](places).numpy().ravel(), start, values, jacobian)
    np.testing.assert_allclose(y.detach().numpy().ravel(), values, rtol=1e-12)
    np.testing.assert_allclose(old["row"].detach().numpy(), values[3:6], rtol=1e-12)
    weights = np.cos(np.arange(9.0))
    (g,) = ag.grad((y * ag.tensor(weights.reshape(3, 3))).sum() + old["row"].sum(), x)
    expected = (weights + (np.arange(9) // 3 == 1)) @ jacobian
    np.testing.assert_allclose(g.numpy().ravel(), expected, rtol=1e-10, atol=1e-12)


def test_a_view_of_a_number_written_in_place_to_third_order():
    x = _leaf(3)
    y = x.max(0).values
    view = y.view_as(y)
    y.copy_(x.mean() ** 3)
    (g,) = ag.grad(view + y, x, create_graph=True)
    (h,) = ag.grad((g * g).sum(), x)
    np.testing.assert_allclose(g.numpy(force=True), np.full(3, 2 * 3 * 2.0**2 / 3))
    np.testing.assert_allclose(h.numpy(), np.full(3, 3 * 2 * 8.0 * 8.0 / 3))


def test_a_copy_has_no_more_dimensions_than_its_source_fills():
    with pytest.raises(ShapeError, match=r"copy_: expected a source that broadcasts to \(3,\), got shape \(1, 3\)"):
        ag.zeros(3).copy_(ag.ones(1, 3))
