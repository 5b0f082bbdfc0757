"""explain and grad_paths: factors, values and sums against derivatives worked out by hand."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, GraphError, OperandError


def scalar(value):
    return ag.tensor(value, dtype=ag.float64, requires_grad=True)


def test_every_step_has_its_value_gradient_and_factors():
    x, w = scalar(3.0), scalar(-2.0)
    z = x * w
    told = ag.explain(z.tanh() * 5, names={"x": x, "w": w, "z": z})
    assert [step.name for step in told.steps] == ["mul", "tanh", "z", "w", "x"]
    slope = 1 - math.tanh(-6) ** 2
    assert told["mul"].value == pytest.approx(5 * math.tanh(-6)) and told["mul"].gradient == 1
    assert told["tanh"].value == pytest.approx(math.tanh(-6)) and told["tanh"].gradient == 5
    assert told["z"].value == -6 and told["z"].gradient == pytest.approx(5 * slope)
    assert [(f.toward, float(f.derivative)) for f in told["z"].factors] == [("x", -2.0), ("w", 3.0)]
    assert told["x"].gradient == pytest.approx(-10 * slope) and told["x"].factors == ()
    assert x.grad is None and w.grad is None


def test_vectors_have_jacobians():
    x = ag.tensor([1.0, 2.0, -1.0], dtype=ag.float64, requires_grad=True)
    told = ag.explain((x.relu() * ag.tensor([3.0, 4.0, 5.0], dtype=ag.float64)).sum(), names={"x": x})
    (relu,) = told["relu"].factors
    np.testing.assert_array_equal(relu.derivative, np.diag([1.0, 1.0, 0.0]))
    (total,) = told["sum"].factors
    np.testing.assert_array_equal(total.derivative, [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(told["relu"].value, [1.0, 2.0, 0.0])
    np.testing.assert_array_equal(told["x"].gradient, [3.0, 4.0, 0.0])
    assert "d relu/d x = [1, 1, 0], element by element" in str(told)


def test_operations_that_occur_again_are_numbered_in_the_order_of_their_calls():
    x = scalar(0.5)
    told = ag.explain(x.sin().exp().sin(), names={"x": x})
    assert [step.name for step in told.steps] == ["sin#2", "exp", "sin#1", "x"]
    assert told["sin#1"].value == pytest.approx(math.sin(0.5))


def test_leaves_without_names_and_values_that_nothing_kept():
    x = scalar(2.0)
    told = ag.explain((x + 1) - 3)
    assert [step.name for step in told.steps] == ["sub", "add", "leaf"]
    assert told["add"].value is None and "add = (not kept), gradient 1" in str(told)
    assert told["sub"].value == 0 and told["leaf"].value == 2


def test_a_large_result_is_told_of_in_short():
    x = ag.ones(100, requires_grad=True)
    told = ag.explain((x * 2).sum(), names={"x": x})
    assert told["mul"].factors[0].derivative is None
    assert "(100,), norm 20" in str(told) and "not listed: 100 elements" in str(told)


def test_results_of_one_call_are_told_apart():
    x = ag.tensor([1.0, 2.0, 3.0, 5.0], dtype=ag.float64, requires_grad=True)
    first, second = x.chunk(2)
    told = ag.explain((first * second).sum(), names={"x": x, "second": second})
    assert "second" in [step.name for step in told.steps]
    np.testing.assert_array_equal(told["second"].gradient, [1.0, 2.0])
    np.testing.assert_array_equal(told["second"].factors[0].derivative, [[0, 0, 1, 0], [0, 0, 0, 1]])
    paths = ag.grad_paths(x[3], (first * second).sum())
    assert len(paths) == 1 and paths.total == 2.0


@pytest.mark.parametrize("join", [ag.cat, ag.stack])
def test_lists_of_operands(join):
    x, y = (ag.tensor(v, dtype=ag.float64, requires_grad=True) for v in ([1.0, 2.0], [3.0, 4.0]))
    for tensors, times in (([x], 1), ([x, y], 1), ([x, y, x], 2)):
        told = ag.explain((join(tensors) ** 2).sum(), names={"x": x, "y": y})
        joined = told[join.operation.name]
        np.testing.assert_array_equal(joined.value, join(tensors).detach().numpy())
        assert [factor.toward for factor in joined.factors] == ["xyx"[i] for i in range(len(tensors))]
        np.testing.assert_array_equal(told["x"].gradient, 2 * x.detach().numpy() * times)
    constant = ag.explain(join([x, ag.ones(2)]).sum(), names={"x": x})
    assert constant[join.operation.name].value is None and constant["x"].gradient.tolist() == [1, 1]


def test_a_users_own_function_takes_part():
    class Cube(ag.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x * x

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x * x

    x = scalar(2.0)
    y = Cube.apply(x)
    told = ag.explain(y * 10, names={"x": x, "y": y})
    assert float(told["y"].factors[0].derivative) == 12.0 and told["x"].gradient == 120.0
    assert told["y"].value == 8.0 and "Cube" in str(ag.explain(y))


def test_each_operand_of_a_square_is_a_path():
    x = scalar(3.0)
    paths = ag.grad_paths(x, x * x, names={"x": x})
    assert [path.factors for path in paths] == [(3.0,), (3.0,)] and paths.total == 6.0
    assert str(paths) == ("d mul/d x: 2 paths\n  d mul/d x = 3 = 3\n  d mul/d x = 3 = 3\n  sum: 3 + 3 = 6")


@pytest.mark.parametrize("activation", [nn.Tanh(), nn.Sigmoid(), nn.Softplus(), nn.ReLU()])
def test_sums_over_paths_are_gradients(activation):
    ag.manual_seed(3)
    model = nn.Sequential(nn.Linear(3, 4), activation, nn.Linear(4, 3), activation, nn.Linear(3, 2)).double()
    loss = nn.functional.cross_entropy(model(ag.randn(2, 3).double()), ag.tensor([0, 1]))
    weight = model[0].weight
    found = [ag.grad_paths(weight[i, j], loss).total for i in range(4) for j in range(3)]
    loss.backward()
    np.testing.assert_allclose(found, weight.grad.numpy().reshape(-1), rtol=1e-12, atol=1e-15)


def test_an_element_in_the_middle_and_a_broadcast_bias():
    W = ag.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=ag.float64, requires_grad=True)
    b = ag.tensor([0.5, -0.5], dtype=ag.float64, requires_grad=True)
    h = W @ W + b
    end = (h * h).sum()
    square = np.array([[7.0, 10.0], [15.0, 22.0]]) + [0.5, -0.5]
    assert ag.grad_paths(h[1, 0], end).total == 2 * square[1, 0]
    over_rows = ag.grad_paths(b[1], end)
    assert len(over_rows) == 4 and over_rows.total == 2 * square[:, 1].sum()


def test_a_factor_of_nought_ends_a_path():
    x = ag.tensor([-1.0, 2.0], requires_grad=True)
    end = x.relu().sum()
    paths = ag.grad_paths(x[0], end)
    assert len(paths) == 0 and paths.total == 0 and "0 paths" in str(paths)
    assert len(ag.grad_paths(x[1], end)) == 1


def test_too_many_paths_are_refused_at_once():
    x = scalar(1.0)
    y = x
    for _ in range(60):
        y = y + y
    with pytest.raises(ArgumentError, match=r"at most limit=1000 paths, got 1152921504606846976\. Take fewer"):
        ag.grad_paths(x, y)
    assert ag.explain(y).chains == ()
    large = ag.ones(300, 300, requires_grad=True)
    with pytest.raises(ArgumentError, match="a small graph"):
        ag.grad_paths(large[0, 0], (large @ large).sum())


def test_errors_name_the_cure():
    x = ag.ones(2, requires_grad=True)
    with pytest.raises(ArgumentError, match=r"explain: expected one element.*\(2,\).*sum"):
        ag.explain(x * 2)
    with pytest.raises(ArgumentError, match="without a graph"):
        ag.explain(ag.ones(()))
    with pytest.raises(OperandError, match="explain: expected a Tensor, got float"):
        ag.explain(1.0)
    with pytest.raises(ArgumentError, match=r"Pick one element: W\[0, 0\]"):
        ag.grad_paths(x, x.sum())
    with pytest.raises(ArgumentError, match="does not depend on"):
        ag.grad_paths(ag.ones(3, requires_grad=True)[0], x.sum())
    with pytest.raises(ArgumentError, match="does not depend on"):
        ag.grad_paths(x[0] + x[1], x.sum())
    with pytest.raises(OperandError, match="grad_paths: expected a Tensor of one element"):
        ag.grad_paths(0.5, x.sum())
    with pytest.raises(ArgumentError, match=r"limit=2 steps, got 3"):
        ag.explain((x * x).sum(), limit=2)
    with pytest.raises(ArgumentError, match="one of sum, mul, leaf"):
        ag.explain((x * x).sum())["exp"]
    end = (x * x).sum()
    end.backward()
    with pytest.raises(GraphError, match="retain_graph"):
        ag.explain(end)
