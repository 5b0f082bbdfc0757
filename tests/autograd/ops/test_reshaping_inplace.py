"""In-place changes of shape: same memory, same gradients, views and later writes as for the out-of-place forms."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import GraphError

STEPS = {
    "squeeze_": (lambda x: x.squeeze_(), (2, 3)),
    "squeeze_ one": (lambda x: x.squeeze_(0), (2, 1, 3)),
    "unsqueeze_": (lambda x: x.unsqueeze_(-1), (1, 2, 1, 3, 1)),
    "transpose_": (lambda x: x.transpose_(1, 3), (1, 3, 1, 2)),
}


@pytest.mark.parametrize("name", STEPS)
def test_shape_and_memory(name):
    step, shape = STEPS[name]
    x = ag.arange(6.0).reshape(1, 2, 1, 3).clone()
    before = x.numpy()
    assert step(x) is x
    assert tuple(x.shape) == shape and np.shares_memory(x.numpy(), before)


@pytest.mark.parametrize("name", STEPS)
def test_gradients_pass_through(name):
    step, shape = STEPS[name]
    leaf = ag.ones(1, 2, 1, 3, requires_grad=True)
    x = leaf * 2
    step(x)
    weights = ag.arange(6.0).reshape(shape)
    (x * weights).sum().backward()
    expected = 2 * np.arange(6.0).reshape(shape)
    expected = expected.transpose(0, 3, 2, 1) if name == "transpose_" else expected.reshape(1, 2, 1, 3)
    np.testing.assert_array_equal(leaf.grad.numpy(), expected)


def test_write_after_a_change_of_shape():
    leaf = ag.ones(2, 3, requires_grad=True)
    x = leaf * 3
    x.t_()
    x[0] *= 5
    x.sum().backward()
    np.testing.assert_array_equal(leaf.grad.numpy(), [[15, 3, 3], [15, 3, 3]])


def test_view_changes_shape_and_its_base_stays():
    leaf = ag.ones(2, 3, requires_grad=True)
    base = leaf * 1
    row = base[0]
    row.unsqueeze_(1)
    row *= 4
    assert row.shape == (3, 1) and base.shape == (2, 3)
    base.sum().backward()
    np.testing.assert_array_equal(leaf.grad.numpy(), [[4, 4, 4], [1, 1, 1]])


def test_leaf_that_requires_grad_is_refused():
    leaf = ag.ones(2, 3, requires_grad=True)
    with pytest.raises(GraphError, match="t_: expected a tensor that is not a leaf"):
        leaf.t_()
    with ag.no_grad():
        leaf.t_()
    leaf.sum().backward()
    assert leaf.shape == leaf.grad.shape == (3, 2)


@pytest.mark.parametrize("reshape", [lambda x: x.t_(), lambda x: x.unsqueeze_(0)])
def test_a_view_made_before_is_refused_where_it_would_be_wrong(reshape):
    x = ag.arange(6.0).reshape(2, 3).requires_grad_().clone()
    view = x[0]
    reshape(x)
    x.mul_(3.0)
    with pytest.raises(GraphError, match="Make the view anew"):
        view * 2
