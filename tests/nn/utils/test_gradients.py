"""Clipping gradients; parameters as one vector."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, ShapeError
from nn.utils import (
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    get_total_norm,
    parameters_to_vector,
    vector_to_parameters,
)


def parameters(*gradients):
    made = [ag.zeros(len(g), requires_grad=True) for g in gradients]
    for parameter, gradient in zip(made, gradients, strict=True):
        parameter.grad = ag.tensor(gradient)
    return made


def test_norm_is_brought_down_and_given_back():
    chosen = [*parameters([3.0], [0.0, 4.0]), ag.zeros(2, requires_grad=True)]
    assert clip_grad_norm_(chosen, 1.0).item() == 5
    np.testing.assert_allclose(chosen[1].grad.numpy(), [0, 0.8], rtol=1e-5)
    np.testing.assert_allclose(get_total_norm(p.grad for p in chosen[:2]).item(), 1, rtol=1e-5)


def test_small_gradients_stay_as_they_are():
    chosen = parameters([3.0], [0.0, 4.0])
    clip_grad_norm_(iter(chosen), 6.0)
    assert chosen[0].grad.tolist() == [3] and chosen[1].grad.tolist() == [0, 4]


def test_other_norms():
    assert clip_grad_norm_(parameters([3.0], [0.0, -4.0]), 1.0, math.inf).item() == 4
    assert clip_grad_norm_(parameters([3.0], [0.0, -4.0]), 1.0, norm_type=1).item() == 7
    (one,) = parameters([3.0, 4.0])
    assert clip_grad_norm_(one, 1.0).item() == 5
    assert clip_grad_norm_([], 1.0).item() == 0
    clip_grads_with_norm_(one, 0.5, ag.tensor(5.0))
    np.testing.assert_allclose(one.grad.numpy(), [0.06, 0.08], rtol=1e-4)


def test_norm_that_is_not_finite():
    chosen = parameters([math.nan], [1.0])
    with pytest.raises(ArgumentError, match="finite norm of the gradients, got nan"):
        clip_grad_norm_(chosen, 0.5, error_if_nonfinite=True)
    assert chosen[1].grad.tolist() == [1]
    assert math.isnan(clip_grad_norm_(chosen, 0.5).item()) and math.isnan(chosen[1].grad.item())


def test_values_are_cut_off():
    chosen = parameters([3.0, -0.2], [-4.0])
    clip_grad_value_(chosen, 0.5)
    np.testing.assert_allclose(chosen[0].grad.numpy(), [0.5, -0.2], rtol=1e-6)
    assert chosen[1].grad.tolist() == [-0.5]


def test_parameters_as_a_vector():
    layer = nn.Linear(3, 2)
    vector = parameters_to_vector(layer.parameters())
    assert vector.shape == (8,) and vector[6:].equal(layer.bias)
    vector_to_parameters(ag.arange(8.0), layer.parameters())
    assert layer.weight.tolist() == [[0, 1, 2], [3, 4, 5]] and layer.bias.tolist() == [6, 7]
    with pytest.raises(ShapeError, match="8 elements"):
        vector_to_parameters(ag.zeros(9), layer.parameters())
    (parameters_to_vector(layer.parameters()) ** 2).sum().backward()
    assert layer.bias.grad.tolist() == [12, 14]
