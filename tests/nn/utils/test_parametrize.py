"""Parametrizing parameters and buffers: access, assignment, gradients, chains, copies, removal, errors."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError
from nn.utils.parametrize import (
    ParametrizationList,
    cached,
    is_parametrized,
    register_parametrization,
    remove_parametrizations,
    transfer_parametrizations_and_params,
    type_before_parametrizations,
)


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

    def right_inverse(self, x):
        return x.triu()


class Double(nn.Module):
    """2x; counts its calls."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        return 2 * x


class Product(nn.Module):
    """The product of two factors, the first of which starts as ones."""

    def forward(self, x, y):
        return x * y

    def right_inverse(self, z):
        return ag.ones_like(z), z


class FlatteningModule(nn.Module):
    def forward(self, x):
        return x.flatten()


class Halving(nn.Module):
    def forward(self, x):
        return x.half()


class Listing(nn.Module):
    def forward(self, x):
        return [x]


class Countless(nn.Module):
    def forward(self, x):
        return x

    def right_inverse(self, x):
        return 3


def symmetric_layer():
    ag.manual_seed(0)
    layer = nn.Linear(3, 3)
    return register_parametrization(layer, "weight", Symmetric()), layer


def test_access_computes_and_gradients_reach_the_original():
    ag.manual_seed(0)
    layer = nn.Linear(3, 3)
    weight = layer.weight
    before = weight.detach().numpy().copy()
    assert register_parametrization(layer, "weight", Symmetric()) is layer
    assert layer.parametrizations.weight.original is weight
    np.testing.assert_array_equal(layer.weight.detach().numpy(), np.triu(before) + np.triu(before, 1).T)
    (layer.weight * ag.tensor(np.arange(9, dtype=np.float32).reshape(3, 3))).sum().backward()
    np.testing.assert_array_equal(weight.grad.numpy(), [[0, 4, 8], [0, 4, 12], [0, 0, 8]])
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]
    assert isinstance(layer, nn.Linear) and type(layer) is not nn.Linear
    assert type_before_parametrizations(layer) is nn.Linear
    assert is_parametrized(layer) and is_parametrized(layer, "weight") and not is_parametrized(layer, "bias")
    assert isinstance(layer.parametrizations.weight, ParametrizationList)


def test_other_modules_of_the_class_are_left_alone():
    symmetric_layer()
    other = nn.Linear(3, 3)
    assert type(other) is nn.Linear and not is_parametrized(other)
    assert isinstance(other.weight, nn.Parameter)


def test_assignment_goes_through_right_inverse():
    _, layer = symmetric_layer()
    value = ag.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 5.0, 6.0]])
    for given in (value, nn.Parameter(value)):
        layer.parametrizations.weight.original.data = ag.zeros(3, 3)
        layer.weight = given
        np.testing.assert_array_equal(layer.weight.detach().numpy(), value.numpy())
        np.testing.assert_array_equal(layer.parametrizations.weight.original.detach().numpy(), np.triu(value.numpy()))
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]
    layer.bias = nn.Parameter(ag.ones(3))
    assert layer.bias.sum().item() == 3


def test_a_chain_is_applied_in_order():
    layer = nn.Linear(2, 2)
    layer.weight.data = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    register_parametrization(layer, "weight", Symmetric())
    register_parametrization(layer, "weight", Double())
    np.testing.assert_array_equal(layer.weight.detach().numpy(), [[2, 4], [4, 8]])
    with pytest.raises(ArgumentError, match="Double, which has none"):
        layer.weight = ag.eye(2)


def test_buffers_can_be_parametrized():
    layer = nn.BatchNorm1d(2)
    register_parametrization(layer, "running_mean", Double())
    assert "parametrizations.running_mean.original" in dict(layer.named_buffers())
    layer.parametrizations.running_mean.original.fill_(1.5)
    assert layer.running_mean.tolist() == [3, 3]
    remove_parametrizations(layer, "running_mean")
    assert dict(layer.named_buffers())["running_mean"].tolist() == [3, 3]


def test_cached_computes_once():
    layer = nn.Linear(2, 2)
    register_parametrization(layer, "weight", Double())
    double = layer.parametrizations.weight[0]
    double.calls = 0
    assert layer.weight is not layer.weight and double.calls == 2
    with cached():
        first = layer.weight
        with cached():
            assert layer.weight is first
        assert layer.weight is first and double.calls == 3
    assert layer.weight is not first and double.calls == 4


def test_the_cache_lets_go_after_an_error():
    layer = nn.Linear(2, 2)
    register_parametrization(layer, "weight", Double())
    kept = []
    with pytest.raises(KeyError), cached():
        kept.append(weakref.ref(layer.weight))
        raise KeyError
    gc.collect()
    assert kept[0]() is None


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_copies(copied):
    net = nn.Sequential(symmetric_layer()[1], nn.Linear(3, 2))
    other = copied(net)
    assert repr(other) == repr(net) and type(other[0]) is type(net[0])
    assert other[0].parametrizations.weight.original is not net[0].parametrizations.weight.original
    np.testing.assert_array_equal(other[0].weight.detach().numpy(), net[0].weight.detach().numpy())
    before = net[0].weight.detach().numpy()
    other[0].weight = ag.eye(3)
    np.testing.assert_array_equal(net[0].weight.detach().numpy(), before)
    remove_parametrizations(other[0], "weight")
    assert type(other[0]) is nn.Linear


def test_removal_keeps_the_value_or_the_original():
    for keep in (True, False):
        _, layer = symmetric_layer()
        original = layer.parametrizations.weight.original
        wanted = (layer.weight if keep else original).detach().numpy().copy()
        assert remove_parametrizations(layer, "weight", leave_parametrized=keep) is layer
        assert layer.weight is original and type(layer) is nn.Linear
        np.testing.assert_array_equal(original.detach().numpy(), wanted)
        assert sorted(layer.state_dict()) == ["bias", "weight"]
        assert not hasattr(layer, "parametrizations")


def test_removal_of_one_of_two():
    _, layer = symmetric_layer()
    register_parametrization(layer, "bias", Double())
    remove_parametrizations(layer, "weight")
    assert isinstance(layer.weight, nn.Parameter) and is_parametrized(layer, "bias")
    assert layer(ag.ones(1, 3)).shape == (1, 3)


def test_several_originals():
    layer = register_parametrization(nn.Linear(2, 2), "weight", Product())
    weight = layer.weight.detach().numpy()
    assert [name for name, _ in layer.named_parameters()][1:] == [
        "parametrizations.weight.original0", "parametrizations.weight.original1",
    ]  # fmt: skip
    layer.weight = 3 * layer.weight
    np.testing.assert_allclose(layer.weight.detach().numpy(), 3 * weight)
    with pytest.raises(ArgumentError, match="one original"):
        remove_parametrizations(layer, "weight", leave_parametrized=False)
    remove_parametrizations(layer, "weight")
    assert isinstance(layer.weight, nn.Parameter) and layer.weight.requires_grad


def test_training_keeps_the_constraint():
    _, layer = symmetric_layer()
    optimizer = optim.Adam(layer.parameters(), lr=0.1)
    before = layer.weight.detach().numpy()
    for _ in range(3):
        optimizer.zero_grad()
        layer(ag.tensor([[1.0, 2.0, 3.0]])).square().sum().backward()
        optimizer.step()
    after = layer.weight.detach().numpy()
    np.testing.assert_array_equal(after, after.T)
    assert np.abs(after - before).max() > 0.1


def test_mode_and_dtype_reach_the_parametrization():
    layer = nn.Linear(3, 3).eval()
    register_parametrization(layer, "weight", Double())
    assert not layer.parametrizations.weight[0].training
    assert layer.train().parametrizations.weight[0].training
    assert layer.double().weight.dtype == ag.float64


def test_unsafe_may_change_the_shape():
    layer = register_parametrization(nn.Linear(2, 3), "weight", FlatteningModule(), unsafe=True)
    assert layer.weight.shape == (6,)


def test_transfer():
    _, source = symmetric_layer()
    target = nn.Linear(3, 3)
    assert transfer_parametrizations_and_params(source, target) is target
    assert target.parametrizations.weight.original is source.parametrizations.weight.original
    assert transfer_parametrizations_and_params(nn.Linear(3, 3), target, "weight") is target
    several = register_parametrization(nn.Linear(2, 2), "bias", Product())
    empty = transfer_parametrizations_and_params(several, nn.Identity(), "bias")
    assert empty.parametrizations.bias.original1 is several.parametrizations.bias.original1


@pytest.mark.parametrize(
    ("parametrization", "error", "match"),
    [
        (FlatteningModule(), ShapeError, r"shape \(2, 2\), got shape \(4,\)"),
        (Halving(), DTypeError, "float32.*float16"),
        (Listing(), OperandError, "a Tensor, got list"),
        (Countless(), OperandError, "sequence of Tensors, got int"),
    ],
)
def test_what_does_not_fit_leaves_the_module_alone(parametrization, error, match):
    for layer in (nn.Linear(2, 2), register_parametrization(nn.Linear(2, 2), "weight", nn.Tanh())):
        before = repr(layer), list(layer.state_dict())
        with pytest.raises(error, match=match if layer.__class__ is nn.Linear else "expected"):
            register_parametrization(layer, "weight", parametrization)
        assert (repr(layer), list(layer.state_dict())) == before


def test_errors():
    layer = nn.Linear(2, 2)
    with pytest.raises(ArgumentError, match="a parameter or a buffer of Linear, got 'wait'"):
        register_parametrization(layer, "wait", Symmetric())
    with pytest.raises(ArgumentError, match="a parametrized tensor of Linear, got 'weight'"):
        remove_parametrizations(layer, "weight")
    register_parametrization(layer, "weight", Symmetric())
    with pytest.raises(ArgumentError, match="free"):
        layer.register_parameter("weight", nn.Parameter(ag.ones(2, 2)))
