"""Parametrizations against PyTorch: names, values, gradients, first values, power iterations, assignment, removal."""

from itertools import product

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

NEWER = "parametrizations"
LAYERS = [("Linear", (4, 3)), ("Linear", (3, 4)), ("Linear", (3, 3)), ("Conv2d", (2, 3, 2)),
          ("ConvTranspose1d", (3, 2, 3))]  # fmt: skip
INPUTS = {"Linear": (5, 4), "Conv2d": (2, 2, 4, 4), "ConvTranspose1d": (2, 3, 5)}
WAYS = [
    ("weight_norm", {}), ("weight_norm", {"dim": None}), ("weight_norm", {"dim": 1}), ("weight_norm", {"name": "bias"}),
    ("spectral_norm", {}), ("spectral_norm", {"n_power_iterations": 3, "eps": 1e-3}), ("spectral_norm", {"dim": 1}),
    ("spectral_norm", {"name": "bias"}),
]  # fmt: skip
ORTHOGONAL = [(name, plain) for name in ("matrix_exp", "cayley", "householder") for plain in (True, False)]


def both(room, way, layer, args, options):
    """The layer of both libraries after the same seed, in float64, with `room.way` applied."""
    made = []
    for library, layers in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(3)
        home = getattr(layers.utils, room) if room else layers.utils
        made.append(getattr(home, way)(getattr(layers, layer)(*args, dtype=library.float64), **options))
    return made


def assert_same_state(ours, theirs, rtol=1e-9):
    state, wanted = ours.state_dict(), theirs.state_dict()
    assert list(state) == list(wanted)
    for name, value in state.items():
        np.testing.assert_allclose(value.numpy(), wanted[name].numpy(), rtol=rtol, atol=1e-12, err_msg=name)


def assert_same_steps(ours, theirs, shape, rtol=1e-8):
    """Some calls with gradients, each of which moves the parameters, then one in evaluation mode."""
    values = np.random.default_rng(5).normal(size=shape)
    for training in (True, True, False):
        for library, layer in ((ag, ours), (torch, theirs)):
            layer.train(training)
            layer.zero_grad()
            y = layer(library.tensor(values))
            (y * y).sum().backward()
            with library.no_grad():
                for parameter in layer.parameters():
                    parameter -= 0.01 * parameter.grad
        assert_same_state(ours, theirs, rtol)
        for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=rtol, atol=1e-10, err_msg=name)


NORMS = [
    (*layer, *way, room) for layer, way, room in product(LAYERS, WAYS, (NEWER, ""))
    if way[1] != {"name": "bias"} or way[0] == "weight_norm" or (room and layer[0] == "Linear")
]  # fmt: skip


@pytest.mark.parametrize(("layer", "args", "way", "options", "room"), NORMS)
@pytest.mark.filterwarnings("ignore:.*torch.nn.utils:FutureWarning")
def test_norms(layer, args, way, options, room):
    ours, theirs = both(room, way, layer, args, options)
    assert_same_state(ours, theirs)
    assert repr(ours) == repr(theirs)
    shape = (5, args[0]) if layer == "Linear" else INPUTS[layer]
    assert_same_steps(ours, theirs, shape)
    assert ag.rand(1).item() == torch.rand(1).item()


@pytest.mark.parametrize("layer", [(4, 3), (3, 4), (3, 3)])
@pytest.mark.parametrize(("orthogonal_map", "trivial"), ORTHOGONAL)
def test_orthogonal(layer, orthogonal_map, trivial):
    options = {"orthogonal_map": orthogonal_map, "use_trivialization": trivial}
    ours, theirs = both(NEWER, "orthogonal", "Linear", layer, options)
    assert_same_state(ours, theirs)
    assert_same_steps(ours, theirs, (5, layer[0]))
    np.testing.assert_allclose(ours.weight.detach().numpy(), theirs.weight.detach().numpy(), rtol=1e-8)
    assert ag.rand(1).item() == torch.rand(1).item()


def test_states_travel():
    ours, theirs = both(NEWER, "spectral_norm", "Linear", (4, 3), {})
    other = both(NEWER, "spectral_norm", "Linear", (4, 3), {})[0]
    theirs(torch.ones(1, 4, dtype=torch.float64))
    other.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    assert_same_state(other, theirs)
    theirs.load_state_dict({name: torch.tensor(value.numpy()) for name, value in ours.state_dict().items()})
    assert_same_state(ours, theirs)


@pytest.mark.filterwarnings("ignore:.*torch.nn.utils:FutureWarning")
def test_states_of_the_older_weight_norm_travel():
    old, _ = both("", "weight_norm", "Linear", (4, 3), {})
    _, theirs = both(NEWER, "weight_norm", "Linear", (4, 3), {})
    theirs.load_state_dict({name: torch.tensor(2 * value.numpy()) for name, value in old.state_dict().items()})
    ours, _ = both(NEWER, "weight_norm", "Linear", (4, 3), {})
    ours.load_state_dict({name: 2 * value for name, value in old.state_dict().items()})
    assert_same_state(ours, theirs)


@pytest.mark.parametrize("way", ["weight_norm", "spectral_norm"])
@pytest.mark.filterwarnings("ignore:.*torch.nn.utils:FutureWarning")
def test_removal(way):
    for room in (NEWER, ""):
        ours, theirs = both(room, way, "Conv2d", (2, 3, 2), {})
        if room:
            nn.utils.parametrize.remove_parametrizations(ours, "weight")
            torch.nn.utils.parametrize.remove_parametrizations(theirs, "weight")
        else:
            getattr(nn.utils, f"remove_{way}")(ours)
            getattr(torch.nn.utils, f"remove_{way}")(theirs)
        assert_same_state(ours, theirs)
        assert repr(ours) == repr(theirs)
        assert_same_steps(ours, theirs, (2, 2, 4, 4))


def rank_one(layers, library):
    class RankOne(layers.Module):
        def forward(self, x, y):
            return x.unsqueeze(-1) @ y.unsqueeze(-2)

        def right_inverse(self, value):
            u, s, v = library.linalg.svd(value, full_matrices=False)
            root = s[0].sqrt().unsqueeze(-1)
            return u[..., :, 0] * root, v[..., 0, :] * root

    return RankOne()


def test_several_originals_in_a_chain():
    made = []
    for library, layers in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(1)
        layer = layers.Linear(4, 3, dtype=library.float64)
        register = layers.utils.parametrize.register_parametrization
        register(layer, "weight", rank_one(layers, library))
        register(layer, "weight", layers.Tanh())
        made.append(layer)
    ours, theirs = made
    assert list(ours.state_dict()) == list(theirs.state_dict())
    np.testing.assert_allclose(ours.weight.detach().numpy(), theirs.weight.detach().numpy(), rtol=1e-9)
    ours(ag.ones(2, 4, dtype=ag.float64)).sum().backward()
    theirs(torch.ones(2, 4, dtype=torch.float64)).sum().backward()
    for name in ("original0", "original1"):
        got, want = (getattr(layer.parametrizations.weight, name).grad.numpy() for layer in made)
        np.testing.assert_allclose(got, want, rtol=1e-8)
