"""Pruning: what becomes zero, stays zero in training, and what is refused."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError
from nn.utils import prune


def layer_of(values):
    layer = nn.Linear(len(values[0]), len(values))
    layer.weight.data = ag.tensor(values)
    return layer


def test_the_least_elements_go():
    layer = layer_of([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
    assert prune.l1_unstructured(layer, "weight", 0.5) is layer
    assert layer.weight.tolist() == [[0, 0, 0], [-4, 5, -6]]
    assert layer.weight_mask.tolist() == [[0, 0, 0], [1, 1, 1]]
    assert layer.weight_orig.tolist() == [[1, -2, 3], [-4, 5, -6]]
    prune.l1_unstructured(layer, "weight", 1)
    assert layer.weight.tolist() == [[0, 0, 0], [0, 5, -6]]
    prune.l1_unstructured(layer, "weight", 0.5)
    assert layer.weight.tolist() == [[0, 0, 0], [0, 0, -6]]


def test_the_least_channels_go():
    values = [[1.0, -9.0, 3.0], [-4.0, 5.0, -6.0]]
    assert prune.ln_structured(layer_of(values), "weight", 1, 2, dim=1).weight.tolist() == [[0, -9, 3], [0, 5, -6]]
    assert prune.ln_structured(layer_of(values), "weight", 0.5, 1, 0).weight.tolist() == [[0, 0, 0], [-4, 5, -6]]
    weight = prune.random_structured(layer_of(values), "weight", 2, -1).weight.detach().numpy()
    assert (weight == 0).all(0).sum() == 2


def test_training_keeps_zeros_until_removal():
    layer = layer_of([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
    prune.random_unstructured(layer, "weight", 4)
    zero = layer.weight.detach().numpy() == 0
    assert zero.sum() == 4
    optimizer = optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        layer(ag.ones(1, 3)).square().sum().backward()
        optimizer.step()
    layer(ag.ones(1, 3))
    after = layer.weight.detach().numpy()
    np.testing.assert_array_equal(after == 0, zero)
    assert prune.is_pruned(nn.Sequential(nn.ReLU(), layer))
    prune.remove(layer, "weight")
    np.testing.assert_array_equal(layer.weight.detach().numpy(), after)
    assert not prune.is_pruned(layer) and isinstance(layer.weight, nn.Parameter)
    assert sorted(layer.state_dict()) == ["bias", "weight"]


def test_several_parameters_as_one():
    net = nn.Sequential(layer_of([[1.0, 20.0]]), layer_of([[3.0], [40.0]]))
    prune.global_unstructured([(net[0], "weight"), (net[1], "weight")], prune.L1Unstructured, amount=2)
    assert net[0].weight.tolist() == [[0, 20]] and net[1].weight.tolist() == [[0], [40]]


def test_a_method_of_ones_own():
    class EverySecond(prune.BasePruningMethod):
        def compute_mask(self, t, default_mask):
            mask = default_mask.clone()
            mask[::2] = 0
            return mask

    layer = layer_of([[1.0, 2.0, 3.0, 4.0]])
    EverySecond.apply(layer, "weight")
    assert layer.weight.tolist() == [[0, 2, 0, 4]]
    EverySecond.apply(layer, "weight")
    assert layer.weight.tolist() == [[0, 0, 0, 4]]


def test_a_tensor_without_a_module():
    t = ag.tensor([1.0, -3.0, 2.0], requires_grad=True)
    assert prune.L1Unstructured(1).prune(t).tolist() == [0, -3, 2]
    assert prune.L1Unstructured(1).prune(t, importance_scores=ag.tensor([3.0, 2.0, 1.0])).tolist() == [1, -3, 0]
    assert prune.CustomFromMask(ag.tensor([1, 0, 1])).prune(t, ag.tensor([0.0, 1.0, 1.0])).tolist() == [0, 0, 2]


def test_a_pruned_state_can_be_loaded():
    layer = prune.l1_unstructured(layer_of([[1.0, -2.0, 3.0]]), "weight", 1)
    other = prune.identity(layer_of([[0.0, 0.0, 0.0]]), "weight")
    other.load_state_dict(layer.state_dict())
    other(ag.ones(1, 3))
    assert other.weight.tolist() == [[0, -2, 3]]


class Sideways(prune.Identity):
    PRUNING_TYPE = "sideways"


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda x: prune.l1_unstructured(x, "weight", "half"), OperandError, "amount as an int or a float, got str"),
        (lambda x: prune.l1_unstructured(x, "weight", 1.5), ArgumentError, "from 0 to 1, got 1.5"),
        (lambda x: prune.random_unstructured(x, "weight", -1), ArgumentError, "got -1"),
        (lambda x: prune.random_unstructured(x, "weight", 7), ArgumentError, "at most the 6 .*got 7"),
        (lambda x: prune.l1_unstructured(x, "wait", 1), ArgumentError, "a parameter of Linear, got 'wait'"),
        (lambda x: prune.l1_unstructured(x, "weight", 1, ag.ones(2)), ShapeError, r"shape \(2, 3\), got shape \(2,\)"),
        (lambda x: prune.custom_from_mask(x, "weight", ag.ones(2)), ShapeError, r"mask of shape \(2, 3\)"),
        (lambda x: prune.ln_structured(x, "bias", 1, 2, 0), ShapeError, "two dimensions or more"),
        (lambda x: prune.ln_structured(x, "weight", 1, 2, 2), DimensionError, r"\(2, 3\), got 2"),
        (lambda x: prune.remove(x, "weight"), ArgumentError, "prune.remove: expected a pruned tensor of Linear"),
        (lambda x: prune.global_unstructured([(x, "weight")], prune.LnStructured, amount=1, n=1), OperandError,
         "an unstructured method, got LnStructured"),
        (lambda x: Sideways.apply(x, "weight"), ArgumentError, "Sideways.*got 'sideways'"),
        (lambda x: prune.BasePruningMethod.apply(x, "weight"), NotImplementedError, "define it"),
    ],
)  # fmt: skip
def test_errors_leave_the_module_alone(call, error, match):
    layer = nn.Linear(3, 2)
    with pytest.raises(error, match=match):
        call(layer)
    assert list(layer.state_dict()) == ["weight", "bias"] and not prune.is_pruned(layer)
