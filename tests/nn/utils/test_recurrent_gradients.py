"""Norms of gradients for each step against products of Jacobians, and what the lecture says of them."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, OperandError, ShapeError
from nn.utils import gradient_norms_per_step
from nn.utils.rnn import pack_sequence


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def last_output(outputs):
    return outputs[-1].sum()


def test_norms_are_those_of_products_of_jacobians():
    """dh_t/dh_{t−1} of a tanh RNN is diag(1 − h_t²)·W_hh."""
    layer = nn.RNN(2, 3, dtype=ag.float64)
    x = ag.randn(6, 1, 2, dtype=ag.float64)
    outputs = layer(x)[0].detach().numpy()[:, 0]
    weight, gradient, expected = layer.weight_hh_l0.detach().numpy(), np.ones(3), []
    for h in outputs[::-1]:
        expected.append(np.sqrt((gradient**2).sum()))
        gradient = (gradient * (1 - h * h)) @ weight
    np.testing.assert_allclose(gradient_norms_per_step(layer, x, last_output), expected[::-1], rtol=1e-10)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN, nn.PeepholeLSTM])
def test_layers_batches_and_states(kind):
    layer = kind(2, 3, 2, batch_first=True)
    states = None
    if kind in (nn.LSTM, nn.PeepholeLSTM):
        states = (ag.randn(2, 4, 3), ag.randn(2, 4, 3))
    norms = gradient_norms_per_step(layer, ag.randn(4, 7, 2), lambda outputs: (outputs**2).sum(), states)
    assert norms.shape == (7,) and norms.dtype == np.float64 and (norms > 0).all()
    assert all(parameter.grad is None for parameter in layer.parameters())


def test_of_outputs_that_the_loss_does_not_see_the_first_matter_to_later_ones_only():
    layer = nn.RNN(2, 3)
    norms = gradient_norms_per_step(layer, ag.randn(5, 1, 2), lambda outputs: outputs[2].sum())
    assert (norms[:3] > 0).all() and (norms[3:] == 0).all()


def test_an_rnn_forgets_geometrically_and_an_lstm_with_open_forget_gates_slower():
    ag.manual_seed(0)
    rnn, lstm = nn.RNN(4, 32, dtype=ag.float64), nn.LSTM(4, 32, forget_bias=1.0, dtype=ag.float64)
    with ag.no_grad():
        rnn.weight_hh_l0.mul_(0.8 / np.abs(np.linalg.eigvals(rnn.weight_hh_l0.numpy())).max())
    x = ag.randn(100, 1, 4, dtype=ag.float64)
    norms = {layer: gradient_norms_per_step(layer, x, last_output) for layer in (rnn, lstm)}
    factors = norms[rnn][20:80:10] / norms[rnn][30:90:10]
    assert (factors < 0.8**10).all()
    assert norms[rnn][0] / norms[rnn][-1] < 1e-6 * norms[lstm][0] / norms[lstm][-1]


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_one_sequence_frozen_layers_and_no_grad(kind):
    layer, x = kind(2, 3, dtype=ag.float64), ag.randn(5, 1, 2, dtype=ag.float64)
    expected = gradient_norms_per_step(layer, x, last_output)
    layer.requires_grad_(False)
    np.testing.assert_allclose(gradient_norms_per_step(layer, x, last_output), expected)
    with ag.no_grad():
        np.testing.assert_allclose(gradient_norms_per_step(layer, x[:, 0], last_output), expected)
    assert not x.requires_grad


def test_refused():
    with pytest.raises(ArgumentError, match="one direction"):
        gradient_norms_per_step(nn.GRU(2, 3, bidirectional=True), ag.zeros(3, 1, 2), last_output)
    for shape in ((2,), (0, 1, 2), (1, 1, 1, 2)):
        with pytest.raises(ShapeError, match=r"\(T, N, I\) or \(T, I\) of at least one step, got shape"):
            gradient_norms_per_step(nn.GRU(2, 3), ag.zeros(shape), last_output)
    with pytest.raises(OperandError, match="got PackedSequence"):
        gradient_norms_per_step(nn.GRU(2, 3), pack_sequence([ag.zeros(3, 2)]), last_output)
