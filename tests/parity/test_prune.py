"""Pruning against PyTorch: names, masks, the random stream, gradients, pruning again, removal."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
pytest.importorskip("torch.nn.utils.prune")

WAYS = {
    "l1 by part": lambda p, m, lib: p.l1_unstructured(m, "weight", 0.3),
    "l1 by count": lambda p, m, lib: p.l1_unstructured(m, "weight", 4),
    "l1 of nothing": lambda p, m, lib: p.l1_unstructured(m, "weight", 0),
    "l1 of a bias": lambda p, m, lib: p.l1_unstructured(m, name="bias", amount=0.5),
    "l1 by scores": lambda p, m, lib: p.l1_unstructured(m, "weight", 3, lib.linspace(-1, 3, 24).reshape(4, 6)),
    "random by part": lambda p, m, lib: p.random_unstructured(m, "weight", amount=0.4),
    "random by count": lambda p, m, lib: p.random_unstructured(m, "weight", 7),
    "random channels": lambda p, m, lib: p.random_structured(m, "weight", 0.5, dim=0),
    "L2 channels": lambda p, m, lib: p.ln_structured(m, "weight", 0.5, n=2, dim=1),
    "L1 channels": lambda p, m, lib: p.ln_structured(m, "weight", 1, 1, 0),
    "least channels": lambda p, m, lib: p.ln_structured(m, "weight", 2, -float("inf"), -1),
    "identity": lambda p, m, lib: p.identity(m, "weight"),
    "mask": lambda p, m, lib: p.custom_from_mask(m, "bias", lib.tensor([0, 1, 1, 0])),
}


def both(make):
    """What `make(prune, module, library)` does to a layer of both libraries after the same seed."""
    made = []
    for library, layers in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(2)
        layer = layers.Linear(6, 4)
        make(layers.utils.prune, layer, library)
        made.append(layer)
    assert ag.rand(1).item() == torch.rand(1).item()
    return made


def assert_same(ours, theirs):
    state, wanted = ours.state_dict(), theirs.state_dict()
    assert list(state) == list(wanted)
    for name, value in state.items():
        np.testing.assert_array_equal(value.numpy(), wanted[name].numpy(), err_msg=name)
    for name in ("weight", "bias"):
        np.testing.assert_array_equal(getattr(ours, name).detach().numpy(), getattr(theirs, name).detach().numpy())


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_each_pruning_alone(way):
    ours, theirs = both(way)
    assert_same(ours, theirs)
    assert repr(ours) == repr(theirs)
    for library, layer in ((ag, ours), (torch, theirs)):
        (layer(library.linspace(-1, 1, 12).reshape(2, 6)) ** 2).sum().backward()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("first", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("second", ["l1 by part", "l1 by count", "random by part", "random channels", "L2 channels"])
def test_two_prunings_one_after_the_other(first, second):
    def run(prune, module, library):
        first(prune, module, library)
        WAYS[second](prune, module, library)

    assert_same(*both(run))


def test_removal():
    def run(prune, module, library):
        weight = module.weight
        prune.l1_unstructured(module, "weight", 0.5)
        assert prune.is_pruned(module)
        assert prune.remove(module, "weight") is module
        assert module.weight is weight and not prune.is_pruned(module)

    assert_same(*both(run))


@pytest.mark.parametrize("method", ["L1Unstructured", "RandomUnstructured"])
def test_several_modules(method):
    nets = []
    for library, layers in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(4)
        net = layers.Sequential(layers.Linear(5, 4), layers.ReLU(), layers.Linear(4, 3))
        prune = layers.utils.prune
        prune.l1_unstructured(net[2], "weight", 3)
        chosen = [(net[0], "weight"), (net[2], "weight"), (net[2], "bias")]
        prune.global_unstructured(chosen, pruning_method=getattr(prune, method), amount=0.5)
        prune.global_unstructured(chosen, getattr(prune, method), {(net[2], "bias"): library.ones(3)}, amount=2)
        nets.append(net)
    state, wanted = (net.state_dict() for net in nets)
    assert list(state) == list(wanted)
    for name, value in state.items():
        np.testing.assert_array_equal(value.numpy(), wanted[name].numpy(), err_msg=name)
