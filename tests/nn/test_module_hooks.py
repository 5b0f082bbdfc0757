"""Hooks around forward and backward passes."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError


class Affine(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(ag.tensor(3.0))

    def forward(self, x, shift=0.0):
        return self.weight * x + shift


def test_forward_hooks_see_and_replace():
    module, seen = Affine(), []
    handles = [
        module.register_forward_pre_hook(lambda m, args: seen.append(("pre", m, args))),
        module.register_forward_pre_hook(lambda m, args: args[0] + 1),
        module.register_forward_hook(lambda m, args, out: seen.append(("post", m, args[0].item(), out.item()))),
        module.register_forward_hook(lambda m, args, out: out * 10),
    ]
    x = ag.tensor(2.0)
    assert module(x).item() == 90
    assert seen == [("pre", module, (x,)), ("post", module, 3.0, 9.0)]
    for handle in handles:
        handle.remove()
    assert module(x).item() == 6 and len(seen) == 2


def test_a_hook_may_remove_itself():
    module, seen = Affine(), []
    handle = module.register_forward_hook(lambda m, args, out: (seen.append("once"), handle.remove())[1])
    module.register_forward_hook(lambda m, args, out: seen.append("always"))
    module(ag.tensor(1.0))
    module(ag.tensor(1.0))
    assert seen == ["once", "always", "always"]


def test_order_and_keywords():
    module, seen = Affine(), []
    module.register_forward_hook(lambda m, args, kwargs, out: seen.append(kwargs["shift"]), with_kwargs=True)
    module.register_forward_hook(lambda m, args, out: seen.append("first"), prepend=True)
    with module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"shift": 5.0}), with_kwargs=True):
        assert module(ag.tensor(1.0), shift=1.0).item() == 8
    assert module(ag.tensor(1.0), shift=1.0).item() == 4
    assert seen == ["first", 5.0, "first", 1.0]
    module.register_forward_pre_hook(lambda m, args, kwargs: 3, with_kwargs=True)
    with pytest.raises(ArgumentError, match="forward pre-hook"):
        module(ag.tensor(1.0))


def test_always_called_hooks_run_after_a_failure():
    module, seen = nn.Linear(2, 2), []
    module.register_forward_hook(lambda m, args, out: seen.append("usual"))
    module.register_forward_hook(lambda m, args, out: seen.append(out), always_call=True)
    with pytest.raises(RuntimeError):
        module(ag.zeros(3))
    assert seen == [None]


def test_backward_hooks_see_the_gradients():
    module, seen = Affine(), []
    module.register_full_backward_pre_hook(lambda m, grad_output: seen.append(grad_output[0].item()))
    module.register_full_backward_hook(lambda m, gi, go: seen.append((m, gi[0].item(), go[0].item())))
    x = ag.tensor(2.0, requires_grad=True)
    (module(x) * 5).backward()
    assert seen == [5.0, (module, 15.0, 5.0)]
    assert x.grad.item() == 15 and module.weight.grad.item() == 10


def test_backward_hooks_replace_the_gradients():
    module = Affine()
    module.register_full_backward_pre_hook(lambda m, grad_output: grad_output[0] * 2)
    module.register_full_backward_hook(lambda m, gi, go: (gi[0] + 100,))
    x = ag.tensor(2.0, requires_grad=True)
    module(x).backward()
    assert x.grad.item() == 106 and module.weight.grad.item() == 4


def test_backward_hook_without_gradient_of_the_input():
    module, seen = Affine(), []
    module.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go[0].item())))
    module(ag.tensor(2.0)).backward()
    assert seen == [((None,), 1.0)]
    with ag.no_grad():
        module(ag.tensor(2.0))
    assert len(seen) == 1


def test_backward_hooks_with_several_inputs_and_outputs():
    class Two(nn.Module):
        def forward(self, a, n, b):
            return a * b, n, a + b

    module, seen = Two(), []
    module.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    a, b = ag.tensor(2.0, requires_grad=True), ag.tensor(3.0)
    product, n, total = module(a, 7, b)
    assert n == 7 and not b.requires_grad
    product.backward()
    ((grad_input, grad_output),) = seen
    assert grad_input[0].item() == 3 and grad_input[1] is None
    assert grad_output[0].item() == 1 and grad_output[1] is None
    assert a.grad.item() == 3 and total.requires_grad


def test_wrong_number_of_gradients():
    module = Affine()
    module.register_full_backward_hook(lambda m, gi, go: (gi[0], gi[0]))
    with pytest.raises(ArgumentError, match="1 gradients, got 2"):
        module(ag.tensor(2.0, requires_grad=True)).backward()


def test_second_order_through_hooked_modules():
    module = Affine()
    module.register_full_backward_hook(lambda m, gi, go: None)
    x = ag.tensor(2.0, requires_grad=True)
    (first,) = ag.grad(module(x) ** 3, x, create_graph=True)
    (second,) = ag.grad(first, x)
    np.testing.assert_allclose([first.item(), second.item()], [3 * 6**2 * 3, 6 * 6 * 9], rtol=1e-6)
