"""The chain rule as the lectures derive it: by hand, path by path, each node once, and what it keeps in memory."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
from nn.plotting import graph_dot


def leaf(values):
    return ag.tensor(values, dtype=ag.float64, requires_grad=True)


def test_a_derivative_is_the_product_of_its_factors():
    """d/dx exp(sin x²) = exp(sin x²) · cos x² · 2x."""
    x = leaf(0.5)
    told = ag.explain(ag.exp(ag.sin(x**2)), names={"x": x})
    factors = math.exp(math.sin(0.25)), math.cos(0.25), 2 * 0.5
    (chain,) = told.chains
    assert chain[0].factors == pytest.approx(factors, rel=1e-15)
    assert chain.total == pytest.approx(math.prod(factors), rel=1e-15)
    assert "d exp/d sin · d sin/d pow · d pow/d x = 1.2807 · 0.968912 · 1 = 1.24088" in str(told)


def test_the_gradient_of_an_inner_weight_is_a_sum_over_two_paths():
    W, V = leaf([[0.15, 0.2], [0.25, 0.3]]), leaf([[0.4, 0.45], [0.5, 0.55]])
    x, target = ag.tensor([0.05, 0.1], dtype=ag.float64), ag.tensor([0.01, 0.99], dtype=ag.float64)
    h = ag.sigmoid(W @ x)
    o = ag.sigmoid(V @ h)
    loss = (0.5 * (target - o) ** 2).sum()
    paths = ag.grad_paths(W[1, 1], loss, names={"W": W, "V": V, "h": h, "o": o})
    h1 = 1 / (1 + math.exp(-(0.25 * 0.05 + 0.3 * 0.1)))
    outer = _outputs([[0.4, 0.45], [0.5, 0.55]], [1 / (1 + math.exp(-(0.15 * 0.05 + 0.2 * 0.1))), h1])
    by_hand = [
        (outer[k] - (0.01, 0.99)[k]) * outer[k] * (1 - outer[k]) * (0.45, 0.55)[k] * h1 * (1 - h1) * 0.1 for k in (0, 1)
    ]
    assert [path.product for path in paths] == pytest.approx(by_hand, rel=1e-12)
    assert [next(name for name in path.names if name.startswith("o[")) for path in paths] == ["o[0]", "o[1]"]
    assert all("h[1]" in path.names and path.names[-1] == "W[1, 1]" for path in paths)
    loss.backward()
    assert paths.total == pytest.approx(W.grad[1, 1].item(), rel=1e-14)


def _outputs(weights, inputs):
    return [1 / (1 + math.exp(-sum(w * x for w, x in zip(row, inputs, strict=True)))) for row in weights]


def test_a_net_of_3_2_1_against_pencil():
    """E = ½(y − pred)², no activation on the output: dE/dpred = pred − y."""
    x, y = ag.tensor([1.0, 2.0, 3.0], dtype=ag.float64), 3.0
    W1, W2 = leaf([[1.0, 0.0, 1.0], [2.0, 1.0, -1.0]]), leaf([0.5, -1.0])
    z = W1 @ x
    a = z.relu()
    pred = W2 @ a
    names = {"W1": W1, "W2": W2, "z": z, "a": a, "pred": pred}
    told = ag.explain(0.5 * (y - pred) ** 2, names=names)
    np.testing.assert_array_equal(told["z"].value, [4, 1])
    assert told["pred"].value == 1 and told["mul"].value == 2
    assert told["pred"].gradient == 1 - 3
    to_weights, to_hidden = (factor.derivative for factor in told["pred"].factors)
    np.testing.assert_array_equal(to_weights, [4, 1])
    np.testing.assert_array_equal(to_hidden, [0.5, -1])
    np.testing.assert_array_equal(told["a"].gradient, [-1, 2])
    np.testing.assert_array_equal(told["a"].factors[0].derivative, np.eye(2))
    np.testing.assert_array_equal(told["z"].factors[0].derivative[0], [[1, 2, 3], [0, 0, 0]])
    np.testing.assert_array_equal(told["W1"].gradient, [[-1, -2, -3], [2, 4, 6]])
    np.testing.assert_array_equal(told["W2"].gradient, [-8, -2])
    (path,) = ag.grad_paths(W1[1, 2], 0.5 * (y - pred) ** 2, names=names)
    assert path.names == ("mul", "pow", "rsub", "pred", "a[1]", "z[1]", "W1[1, 2]")
    assert path.factors == (0.5, 4.0, -1.0, -1.0, 1.0, 3.0) and path.product == 6.0


def test_a_sigmoid_net_of_3_2_1_against_formulas():
    x, W1, W2 = [1.0, 0.0, 1.0], [[0.5, 0.1, -0.2], [-0.3, 0.8, 0.4]], [0.6, -0.9]
    a = _outputs(W1, x)
    pred = sum(w * h for w, h in zip(W2, a, strict=True))
    model = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 1, bias=False)).double()
    model[0].weight.data, model[2].weight.data = (ag.tensor(w, dtype=ag.float64) for w in (W1, [W2]))
    loss = 0.5 * (1.0 - model(ag.tensor(x, dtype=ag.float64))).square().sum()
    for i in range(2):
        for j in range(3):
            by_hand = (pred - 1.0) * W2[i] * a[i] * (1 - a[i]) * x[j]
            found = ag.grad_paths(model[0].weight[i, j], loss).total
            assert found == pytest.approx(by_hand, rel=1e-13, abs=1e-16)


def test_each_node_is_visited_once_even_if_its_result_is_used_often():
    visits = []

    class Counted(ag.Function):
        @staticmethod
        def forward(ctx, x, name):
            ctx.name = name
            return x * 2

        @staticmethod
        def backward(ctx, g):
            visits.append(ctx.name)
            return g * 2, None

    x = leaf(1.5)
    shared = Counted.apply(x, "shared")
    left, right = Counted.apply(shared, "left"), Counted.apply(shared, "right")
    arrived = []
    shared.register_hook(lambda g: arrived.append(g.item()))
    (left * right + shared * shared + left).backward()
    assert sorted(visits) == ["left", "right", "shared"] and visits[-1] == "shared"
    assert arrived == [2 * 6.0 + 2 * 6.0 + 2 * 3.0 + 2.0] and x.grad.item() == 2 * arrived[0]


def test_the_backward_graph_is_the_forward_one_turned_round():
    x, w = leaf(0.3), leaf(0.7)
    z = x * w
    a = z.tanh()
    loss = a * a + z
    forward = {("x", "z"), ("w", "z"), ("z", "a"), ("a", "a·a"), ("a·a", "loss"), ("z", "loss")}
    names = {id(x.grad_fn or x._node): "x", id(w._node): "w", id(z.grad_fn): "z", id(a.grad_fn): "a"}
    names[id(loss.grad_fn)] = "loss"
    names[id(loss.grad_fn.next_functions[0][0])] = "a·a"
    backward, waiting = set(), [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        for following, _ in node.next_functions:
            backward.add((names[id(node)], names[id(following)]))
            waiting.append(following)
    assert {(b, a) for a, b in backward} == forward
    drawn = [line for line in graph_dot(loss).splitlines() if "->" in line]
    assert len(drawn) == 7 and len(set(drawn)) == len(forward)


def test_inner_values_are_found_by_name():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh()).double()
    found = {}
    for name, module in model.named_children():
        module.register_forward_hook(lambda module, args, out, name=name: found.__setitem__(name, out.detach().numpy()))
    x = np.array([[0.5, -1.0, 2.0]])
    model(ag.tensor(x))
    for linear, tanh in (("0", "1"), ("2", "3")):
        layer = model.get_submodule(linear)
        z = x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
        x = np.tanh(z)
        np.testing.assert_allclose(found[linear], z, rtol=1e-14)
        np.testing.assert_allclose(found[tanh], x, rtol=1e-14)


def test_bytes_kept_by_a_perceptron_are_the_analytic_sum():
    """Input, and the results of the hidden layers' activations: Σ N · width · 4 bytes."""
    widths, batch = (784, 300, 100, 10), 64
    layers = [nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.Sigmoid(), nn.Linear(100, 10)]
    found = nn.summary(nn.Sequential(*layers), (batch, 784))
    assert found.kept_bytes == sum(batch * width * 4 for width in widths[:-1])
    assert [row.kept_bytes for row in found.rows[1:]] == [batch * n * 4 for n in (784, 300, 0, 100, 0)]


def test_training_needs_memory_that_inference_does_not():
    model = nn.Sequential(*[nn.Sequential(nn.Linear(256, 256), nn.Tanh()) for _ in range(8)])
    found = nn.summary(model, (512, 256), peak=True)
    layer = 512 * 256 * 4
    assert found.kept_bytes == 9 * layer
    assert found.peak.recording >= 9 * layer
    assert 2 * layer <= found.peak.not_recording < 5 * layer
    assert f"{found.peak.recording:,} bytes with its graph" in str(found)
