"""Modules called with other tensors than their own."""

import pytest

import autograd as ag
from autograd.errors import ArgumentError, OperandError
from autograd.func import vmap
from nn import BatchNorm1d, Linear, Module, Sequential, Tanh
from nn.utils.stateless import functional_call, stack_module_state


class Tied(Module):
    def __init__(self):
        super().__init__()
        self.a = Linear(2, 2, bias=False)
        self.b = Linear(2, 2, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x, scale=1.0):
        return self.b(self.a(x)) * scale


def test_gradients_reach_what_was_given():
    net = Sequential(Linear(2, 3), Tanh(), Linear(3, 1))
    before = {name: p.clone() for name, p in net.named_parameters()}
    given = {name: ag.zeros_like(p).requires_grad_() for name, p in net.named_parameters()}
    out = functional_call(net, given, ag.ones(4, 2))
    assert out.tolist() == [[0]] * 4
    out.sum().backward()
    assert given["2.bias"].grad.item() == 4 and net[2].bias.grad is None
    assert all(ag.equal(p, before[name]) for name, p in net.named_parameters())


def test_tied_weights_and_keywords():
    net, double = Tied(), {"a.weight": 2 * ag.eye(2)}
    assert functional_call(net, double, ag.ones(1, 2), {"scale": 10.0}).tolist() == [[40, 40]]
    once = functional_call(net, double, (ag.ones(1, 2),), tie_weights=False)
    assert ag.allclose(once, net.a(2 * ag.ones(1, 2)))


def test_running_means_change_in_what_was_given():
    norm = BatchNorm1d(2)
    buffers = {name: b.clone() for name, b in norm.named_buffers()}
    functional_call(norm, (dict(norm.named_parameters()), buffers), ag.ones(3, 2))
    assert norm.running_mean.tolist() == [0, 0] and buffers["running_mean"].tolist() == pytest.approx([0.1, 0.1])


def test_an_ensemble():
    models = [Linear(2, 1) for _ in range(3)]
    parameters, buffers = stack_module_state(models)
    assert parameters["weight"].shape == (3, 1, 2) and parameters["weight"].is_leaf and buffers == {}
    x = ag.randn(4, 2)
    out = vmap(lambda p, x: functional_call(models[0], p, x), in_dims=(0, None))(parameters, x)
    assert ag.allclose(out, ag.stack([model(x) for model in models]))


def test_refused():
    net = Linear(2, 1)
    with pytest.raises(ArgumentError, match="scale"):
        functional_call(net, {"scale": ag.ones(1)}, ag.ones(1, 2))
    with pytest.raises(ArgumentError, match="bias"):
        functional_call(net, {"weight": ag.ones(1, 2)}, ag.ones(1, 2), strict=True)
    with pytest.raises(ArgumentError, match="each name once"):
        functional_call(net, ({"bias": ag.ones(1)}, {"bias": ag.ones(1)}), ag.ones(1, 2))
    with pytest.raises(OperandError, match="one class"):
        stack_module_state([])


def test_a_call_that_fails_leaves_the_module_as_it_was():
    net = Linear(2, 1)
    weight = net.weight
    with pytest.raises(ValueError):
        functional_call(net, {"weight": ag.zeros(1, 2)}, ag.ones(1, 5))
    assert net.weight is weight
