"""The older weight_norm and spectral_norm."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError
from nn.utils import remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm


def test_weight_norm_computes_before_each_call():
    layer = weight_norm(nn.Linear(3, 2))
    before = layer.weight.detach().numpy().copy()
    assert sorted(layer.state_dict()) == ["bias", "weight_g", "weight_v"]
    layer.weight_g.data = 2 * layer.weight_g.detach()
    layer(ag.ones(1, 3)).sum().backward()
    np.testing.assert_allclose(layer.weight.detach().numpy(), 2 * before, rtol=1e-6)
    assert layer.weight_g.grad.shape == (2, 1) and layer.weight_v.grad.shape == (2, 3)
    assert remove_weight_norm(layer) is layer
    np.testing.assert_allclose(layer.weight.detach().numpy(), 2 * before, rtol=1e-6)
    assert isinstance(layer.weight, nn.Parameter) and list(layer.state_dict()) == ["bias", "weight"]
    assert layer(ag.ones(1, 3)).shape == (1, 2)


def test_spectral_norm_iterates_in_training_only():
    layer = spectral_norm(nn.Linear(3, 3), n_power_iterations=100)
    assert sorted(layer.state_dict()) == ["bias", "weight_orig", "weight_u", "weight_v"]
    layer(ag.ones(1, 3))
    assert np.linalg.norm(layer.weight.detach().numpy(), 2) == pytest.approx(1, rel=1e-5)
    layer.eval()
    before = layer.weight_u.numpy().copy()
    layer(ag.ones(1, 3))
    np.testing.assert_array_equal(layer.weight_u.numpy(), before)
    remove_spectral_norm(layer)
    assert list(layer.state_dict()) == ["bias", "weight"]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: weight_norm(weight_norm(nn.Linear(2, 2))), "weight_norm.*once only"),
        (lambda: spectral_norm(nn.Linear(2, 2), "wait"), "spectral_norm.*'wait'"),
        (lambda: spectral_norm(nn.Linear(2, 2), n_power_iterations=0), "1 or more"),
        (lambda: remove_weight_norm(nn.Linear(2, 2)), "remove_weight_norm"),
        (lambda: remove_spectral_norm(weight_norm(nn.Linear(2, 2))), "remove_spectral_norm"),
    ],
)
def test_errors(call, match):
    with pytest.raises(ArgumentError, match=match):
        call()
