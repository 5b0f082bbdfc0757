"""Lazy layers: from without shapes to the plain layer; what can and what cannot be done before."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.errors import ArgumentError, ShapeError
from nn.parameter import is_lazy


def test_the_first_input_settles_the_layer():
    layer = nn.LazyLinear(3)
    weight = layer.weight
    assert is_lazy(weight) and isinstance(weight, nn.Parameter) and layer.has_uninitialized_params()
    assert layer(ag.ones(2, 5)).shape == (2, 3)
    assert type(layer) is nn.Linear and layer.weight is weight and type(weight) is nn.Parameter
    assert weight.shape == (3, 5) and layer.in_features == 5
    assert layer(ag.ones(5)).shape == (3,)
    with pytest.raises(ShapeError, match="linear"):
        layer(ag.ones(2, 4))


def test_a_network_settles_and_trains():
    ag.manual_seed(0)
    net = nn.Sequential(
        nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.LazyConvTranspose2d(2, 2), nn.LazyInstanceNorm2d(),
        nn.Flatten(), nn.LazyLinear(1),
    )  # fmt: skip
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    x = ag.randn(8, 3, 6, 6)
    losses = []
    for _ in range(15):
        optimizer.zero_grad()
        loss = (net(x) - x.mean((1, 2, 3)).unsqueeze(1)).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
    assert [type(layer).__name__ for layer in net] == [
        "Conv2d", "BatchNorm2d", "ReLU", "ConvTranspose2d", "InstanceNorm2d", "Flatten", "Linear",
    ]  # fmt: skip
    assert all(p.grad is not None for p in net.parameters())


def test_a_hook_sees_the_first_call():
    layer, seen = nn.LazyLinear(3), []
    layer.register_forward_pre_hook(lambda module, args: seen.append(type(module)) or (args[0].flatten(1),))
    layer(ag.ones(2, 2, 2))
    layer(ag.ones(2, 2, 2))
    assert seen == [nn.LazyLinear, nn.Linear] and layer.in_features == 4


def test_one_sample_without_a_batch():
    layer = nn.LazyInstanceNorm1d()
    assert layer(ag.randn(3, 4)).shape == (3, 4) and layer.num_features == 3
    layer = nn.LazyConvTranspose1d(2, 3)
    assert layer(ag.ones(4, 5), output_size=[7]).shape == (2, 7) and layer.in_channels == 4


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: x.shape, lambda x: x.numel(), lambda x: x.ndim, lambda x: len(x), lambda x: x.size(0),
        lambda x: x + 1, lambda x: x.sum(), lambda x: x[0], lambda x: x.numpy(), lambda x: x.detach().clone(),
        lambda x: nn.init.zeros_(x), lambda x: x.copy_(ag.ones(2)), lambda x: ag.ones(2) * x,
        lambda x: setattr(x, "grad", ag.ones(2)), lambda x: optim.LBFGS([x]).step(lambda: ag.ones(())),
        lambda x: nn.utils.parameters_to_vector([x]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("made", [nn.UninitializedParameter, nn.UninitializedBuffer])
def test_what_has_no_shape_cannot_be_asked(ask, made):
    with pytest.raises(ArgumentError, match=f"{made.__name__}: expected a shape.*none yet. Call its module"):
        ask(made())


@pytest.mark.parametrize(
    "apply",
    [
        nn.utils.weight_norm,
        nn.utils.spectral_norm,
        nn.utils.parametrizations.weight_norm,
        nn.utils.parametrizations.spectral_norm,
        nn.utils.parametrizations.orthogonal,
        lambda layer: nn.utils.prune.l1_unstructured(layer, "weight", 1),
    ],
)
def test_nothing_is_done_to_a_layer_that_is_not_settled(apply):
    layer = nn.LazyLinear(3)
    with pytest.raises(ArgumentError, match="Call its module"):
        apply(layer)
    assert list(layer.state_dict()) == ["weight", "bias"] and layer(ag.ones(1, 2)).shape == (1, 3)


def test_dtype_and_modes_before_the_first_call():
    net = nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d(), nn.LazyLinear(2, dtype=ag.float64))
    assert [p.dtype for p in net.parameters()] == [ag.float32] * 4 + [ag.float64] * 2
    net.half()
    assert {p.dtype for p in net.parameters()} == {ag.float16}
    assert net.double().float().to(ag.float64).eval() is net
    net.type(ag.float64)
    net.requires_grad_(False)
    net.zero_grad()
    assert not net(ag.ones(2, 4, dtype=ag.float64)).requires_grad
    assert net[1].running_mean.dtype == ag.float64 and net[2].weight.dtype == ag.float64
    net.requires_grad_()
    assert net(ag.ones(2, 4, dtype=ag.float64)).requires_grad


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_copies(copied):
    for layer in (nn.LazyLinear(3, dtype=ag.float64), nn.LazyBatchNorm1d()):
        other = copied(layer)
        assert repr(other) == repr(layer) and other.weight is not layer.weight
        assert other.weight.dtype == layer.weight.dtype and other.weight.requires_grad
        other(ag.ones(2, 4, dtype=other.weight.dtype))
        assert type(other) is layer.cls_to_become and is_lazy(layer.weight)


def test_loading():
    settled = nn.Linear(4, 3)
    lazy = nn.LazyLinear(3)
    weight = lazy.weight
    lazy.load_state_dict(settled.state_dict())
    assert lazy.weight is weight and weight.tolist() == settled.weight.tolist()
    assert weight.requires_grad and not np.shares_memory(weight.detach().numpy(), settled.weight.detach().numpy())
    state = ag.get_rng_state()
    np.testing.assert_array_equal(lazy(ag.ones(1, 4)).detach().numpy(), settled(ag.ones(1, 4)).detach().numpy())
    assert type(lazy) is nn.Linear and lazy.in_features == 4
    assert (ag.get_rng_state() == state).all()
    lazy = nn.LazyLinear(3)
    lazy.load_state_dict(settled.state_dict(), assign=True)
    assert lazy(ag.ones(1, 4)).shape == (1, 3)


def test_loading_into_an_input_that_does_not_fit():
    lazy = nn.LazyLinear(3)
    lazy.load_state_dict(nn.Linear(4, 3).state_dict())
    with pytest.raises(ShapeError, match=r"LazyLinear: expected what fits weight of shape \(3, 4\)"):
        lazy(ag.ones(1, 5))
    assert lazy(ag.ones(1, 4)).shape == (1, 3)


def test_loading_some_keeps_them():
    lazy = nn.LazyLinear(3)
    lazy.load_state_dict({"bias": ag.ones(3)}, strict=False)
    lazy(ag.ones(1, 4))
    assert lazy.bias.tolist() == [1, 1, 1] and np.abs(lazy.weight.detach().numpy()).max() <= 0.5


def test_loading_a_state_without_shapes():
    lazy = nn.LazyLinear(3)
    assert lazy.load_state_dict(nn.LazyLinear(3).state_dict()).missing_keys == []
    assert is_lazy(lazy.weight)
    with pytest.raises(ArgumentError, match=r"weight has no shape yet in the state_dict, the module has \(3, 4\)"):
        nn.Linear(4, 3).load_state_dict(lazy.state_dict())


def test_a_failed_loading_leaves_everything_lazy():
    net = nn.Sequential(nn.LazyLinear(3), nn.Linear(3, 2))
    wrong = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 5)).state_dict()
    with pytest.raises(ArgumentError, match="size mismatch"):
        net.load_state_dict(wrong)
    assert is_lazy(net[0].weight)


@pytest.mark.parametrize(
    ("layer", "shape", "match"),
    [
        (nn.LazyConv2d(4, 3), (2, 5), r"LazyConv2d: expected an input of 3 or 4 dimensions, got shape \(2, 5\)"),
        (nn.LazyConv1d(4, 3, groups=2), (2, 5, 7), "LazyConv1d: expected groups that divide.*in_channels=5"),
        (nn.LazyBatchNorm2d(), (2, 5, 7), "LazyBatchNorm2d: expected an input of 4 dimensions"),
        (nn.LazyInstanceNorm1d(), (5,), "LazyInstanceNorm1d"),
    ],
)
def test_a_wrong_input_leaves_the_layer_lazy(layer, shape, match):
    with pytest.raises(ArgumentError if "groups" in match else ShapeError, match=match):
        layer(ag.ones(*shape))
    assert layer.has_uninitialized_params() and type(layer).__name__.startswith("Lazy")


def test_materialize():
    buffer = nn.UninitializedBuffer(dtype=ag.int64, persistent=False)
    assert repr(buffer) == "<UninitializedBuffer>"
    buffer.materialize((2, 3))
    assert type(buffer) is nn.Buffer and buffer.shape == (2, 3) and buffer.dtype == ag.int64
    assert not buffer.persistent and not buffer.requires_grad
    parameter = nn.UninitializedParameter(requires_grad=False)
    parameter.materialize((2,), dtype=ag.float64)
    assert parameter.dtype == ag.float64 and not parameter.requires_grad
