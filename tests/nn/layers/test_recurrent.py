"""Recurrent networks against plain loops, and what they refuse; every option against PyTorch: tests/parity."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.errors import ArgumentError, DTypeError, GraphError, OperandError, ShapeError
from autograd.gradcheck import gradcheck, gradgradcheck
from nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence

UNSORTED = pack_sequence([ag.zeros(2, 2), ag.zeros(3, 2)], enforce_sorted=False)


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, h, c, w_ih, w_hh, b_ih, b_hh):
    outputs = []
    for step in x:
        i, f, g, o = np.split(step @ w_ih.T + b_ih + h @ w_hh.T + b_hh, 4, -1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.array(outputs), h, c


def gru(x, h, w_ih, w_hh, b_ih, b_hh):
    outputs = []
    for step in x:
        a, b = np.split(step @ w_ih.T + b_ih, 3, -1), np.split(h @ w_hh.T + b_hh, 3, -1)
        r, z = sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1])
        h = (1 - z) * np.tanh(a[2] + r * b[2]) + z * h
        outputs.append(h)
    return np.array(outputs), h


def rnn(x, h, w_ih, w_hh, b_ih, b_hh):
    outputs = []
    for step in x:
        h = np.tanh(step @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        outputs.append(h)
    return np.array(outputs), h


@pytest.mark.parametrize(("layer", "loop"), [(nn.LSTM, lstm), (nn.GRU, gru), (nn.RNN, rnn)])
def test_one_layer_is_the_loop(layer, loop):
    model = layer(3, 4, dtype=ag.float64)
    x = ag.randn(6, 2, 3, dtype=ag.float64)
    states = [np.zeros((2, 4))] * (2 if layer is nn.LSTM else 1)
    expected = loop(x.numpy(), *states, *(p.detach().numpy() for p in model.parameters()))
    output, last = model(x)
    found = [output, *(last if layer is nn.LSTM else [last])]
    for got, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(got.detach().numpy().squeeze(), want.squeeze(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("layer", [nn.LSTM, nn.GRU, nn.RNN])
def test_both_orders_of_gradients(layer):
    model = layer(2, 3, bidirectional=True, dtype=ag.float64)
    names, parameters = list(model.state_dict()), list(model.parameters())
    x = ag.randn(3, 2, 2, dtype=ag.float64, requires_grad=True)

    def output(x, *weights):
        for name, weight in zip(names, weights, strict=True):
            delattr(model, name)
            setattr(model, name, weight)
        return model(x)[0]

    assert gradcheck(output, (x, *parameters)) and gradgradcheck(output, (x, *parameters))


@pytest.mark.parametrize("layer", [nn.LSTM, nn.GRU, nn.RNN])
def test_padding_never_touches_a_state(layer):
    model = layer(2, 3, num_layers=2, bidirectional=True, dtype=ag.float64)
    x = ag.randn(5, 3, 2, dtype=ag.float64)
    packed = pack_padded_sequence(x, [2, 5, 4], enforce_sorted=False)
    output, last = model(packed)
    padded, _ = pad_packed_sequence(output)
    for number, length in enumerate([2, 5, 4]):
        alone, state = model(x[:length, number])
        np.testing.assert_allclose(
            padded[:length, number].detach().numpy(), alone.detach().numpy(), rtol=1e-12, atol=1e-12
        )
        got, want = (s[0] if layer is nn.LSTM else s for s in (last, state))
        np.testing.assert_allclose(got[:, number].detach().numpy(), want.detach().numpy(), rtol=1e-12, atol=1e-12)
    assert (padded[2:, 0] == 0).all()


def test_cells_step_as_layers_do():
    for layer, cell in ((nn.LSTM, nn.LSTMCell), (nn.GRU, nn.GRUCell), (nn.RNN, nn.RNNCell)):
        model, single = layer(3, 4, dtype=ag.float64), cell(3, 4, dtype=ag.float64)
        single.load_state_dict({key.removesuffix("_l0"): value for key, value in model.state_dict().items()})
        x, state = ag.randn(5, 2, 3, dtype=ag.float64), None
        for step in x:
            state = single(step, state)
        expected = model(x)[0][-1].detach().numpy()
        found = state[0] if layer is nn.LSTM else state
        np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-12, atol=1e-12)


def test_truncated_backpropagation():
    """A carried state that is detached ends the graph there."""
    model, state = nn.LSTM(2, 3), None
    for _ in range(3):
        output, state = model(ag.randn(4, 2, 2), state)
        output.sum().backward()
        state = tuple(s.detach() for s in state)
    assert model.weight_hh_l0.grad.abs().sum() > 0


@pytest.mark.parametrize("layer", [nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell, nn.GRUCell, nn.PeepholeLSTM, nn.LayerNormLSTM])
def test_a_carried_state_that_is_not_detached_is_told_so(layer):
    model, state = layer(2, 3), None
    x = ag.randn(4, 2) if layer in (nn.LSTMCell, nn.GRUCell) else ag.randn(4, 2, 2)
    with pytest.raises(GraphError, match=r"freed them.*carried over from an earlier window.*h = h\.detach\(\)"):
        for _ in range(2):
            found = model(x, state)
            output, state = (
                (found[0], found) if layer is nn.LSTMCell else (found, found) if layer is nn.GRUCell else found
            )
            output.sum().backward()


def test_a_carried_state_that_outlives_a_step_is_told_so():
    model, state = nn.GRU(2, 3), None
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(GraphError, match=r"optimizer's step has changed.*carried over: h = h\.detach\(\)"):
        for _ in range(2):
            output, state = model(ag.randn(4, 2, 2), state)
            output.sum().backward(retain_graph=True)
            optimizer.step()


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: nn.LSTM(2, 3)(ag.zeros(5, 2, 4)), ShapeError, r"LSTM.*2 features.*\(5, 2, 4\)"),
        (lambda: nn.LSTM(2, 3)(ag.zeros(2)), ShapeError, r"input \(T, N, 2\)"),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 2, 2), ag.zeros(1, 3, 3)), ShapeError, r"h_0 of shape \(1, 2, 3\)"),
        (lambda: nn.LSTM(2, 3)(ag.zeros(5, 2), (ag.zeros(1, 3), ag.zeros(3))), ShapeError, r"c_0 of shape \(1, 3\)"),
        (
            lambda: nn.LSTM(2, 3)(ag.zeros(5, 2), ag.zeros(1, 3)),
            ArgumentError,
            r"^LSTM: expected two states \(h_0, c_0\), got Tensor",
        ),
        (lambda: nn.RNN(2, 3)(pack_sequence([ag.zeros(2, 5)])), ShapeError, "2 features"),
        (lambda: nn.RNN(2, 3)(pack_sequence([ag.zeros(2)])), ShapeError, r"packed sequences \(T, 2\)"),
        (lambda: nn.RNN(2, 3)(ag.zeros(0, 4, 2)), ShapeError, r"at least one step, got shape \(0, 4, 2\)"),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 4, 2, dtype=ag.float64)), DTypeError, r"input of autograd\.float32.*\.to\("),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 4, 2, dtype=ag.int64)), DTypeError, "got autograd.int64"),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 2), ag.zeros(1, 3).double()), DTypeError, "h_0 of autograd.float32"),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 2), (ag.zeros(1, 3),)), OperandError, "h_0 as a Tensor.*got tuple"),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 2), np.zeros((1, 3), np.float32)), OperandError, "got ndarray"),
        (lambda: nn.LSTM(2, 3)(ag.zeros(5, 2), (ag.zeros(1, 3),)), ArgumentError, "two states.*got 1 of them"),
        (lambda: nn.LSTM(2, 3)(ag.zeros(5, 2), (ag.zeros(1, 3), None)), OperandError, "c_0 as a Tensor.*got NoneType"),
        (
            lambda: nn.GRU(2, 3, batch_first=True)(ag.zeros(4, 5, 2), ag.zeros(4, 1, 3)),
            ShapeError,
            r"transpose\(0, 1\)",
        ),
        (lambda: nn.GRU(2, 3)(ag.zeros(5, 4, 7)), ShapeError, "input_size=7, or bring the features to the end"),
        (lambda: nn.GRU(2, 3)(UNSORTED, ag.zeros(1, 3, 3)), ShapeError, r"h_0 of shape \(1, 2, 3\)"),
        (lambda: nn.LSTM(2, 3)((ag.zeros(5, 2),)), OperandError, "^LSTM: expected a Tensor as input, got a tuple of 1"),
        (lambda: nn.RNN(2, 3, nonlinearity="step"), ArgumentError, '"tanh" or "relu"'),
        (lambda: nn.RNNCell(2, 3, nonlinearity="step"), ArgumentError, '"tanh" or "relu"'),
        (lambda: nn.GRU(2, 0), ArgumentError, "above 0"),
        (lambda: nn.GRU(0, 3), ArgumentError, "above 0 as input_size"),
        (lambda: nn.GRU(2, 3.0), ArgumentError, r"above 0 as hidden_size, got 3\.0"),
        (lambda: nn.GRU(2, 3, False), ArgumentError, "above 0 as num_layers, got False"),
        (lambda: nn.GRU(2, 3, 1, 2), ArgumentError, "True or False as bias, got 2"),
        (lambda: nn.GRU(2, 3, dropout=2.0), ArgumentError, "dropout from 0 to 1"),
        (lambda: nn.GRU(2, 3, dropout="a"), ArgumentError, "dropout from 0 to 1, got 'a'"),
        (lambda: nn.GRU(2, 3, dropout=True), ArgumentError, "dropout from 0 to 1, got True"),
        (lambda: nn.GRU(2, 3, recurrent_dropout=1.0), ArgumentError, "recurrent_dropout of at least 0 and below 1"),
        (lambda: nn.LSTM(2, 3, proj_size=3), ArgumentError, "proj_size from 0 to 2"),
        (lambda: nn.LSTMCell(2, 3)(ag.zeros(4, 3)), ShapeError, r"^LSTMCell: expected an input with 2 features"),
        (lambda: nn.LSTMCell(2, 3)(ag.zeros(4)[0]), ShapeError, r"input \(N, 2\)"),
        (lambda: nn.LSTMCell(2, 3)(ag.zeros(4, 2), ag.zeros(4, 3)), ArgumentError, "two states.*got Tensor"),
        (lambda: nn.LSTMCell(2, 3)(ag.zeros(4, 2), (ag.zeros(4, 3),) * 3), ArgumentError, "got 3 of them"),
        (lambda: nn.GRUCell(2, 3)(ag.zeros(4, 2), (ag.zeros(4, 3),)), OperandError, "got tuple"),
        (lambda: nn.RNNCell(2, 3)(ag.zeros(4, 2).double()), DTypeError, "input of autograd.float32"),
        (
            lambda: nn.GRUCell(2, 3)(ag.zeros(4, 2), ag.zeros(3, 3)),
            ShapeError,
            r"^GRUCell: expected h_0 of shape \(4, 3\)",
        ),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_errors_name_the_place():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.LSTM(2, 3)

        def forward(self, x):
            return self.encoder(x)

    with pytest.raises(ShapeError, match="encoder"):
        Model()(ag.zeros(5, 2, 4))


@pytest.mark.parametrize("layer", [nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_a_parametrized_weight_is_made_once_a_call(layer):
    """Spectral norm moves on at each reading of its weight."""

    class Count(nn.Module):
        def forward(self, weight):
            calls.append(weight.shape)
            return weight

    calls, model = [], layer(2, 3)
    name = "weight_ih" if hasattr(model, "weight_ih") else "weight_ih_l0"
    nn.utils.parametrize.register_parametrization(model, name, Count(), unsafe=True)
    calls.clear()
    model(ag.zeros(4, 2))
    assert len(calls) == 1


def test_dropout_of_a_single_layer_warns():
    with pytest.warns(UserWarning, match="num_layers is 1"):
        nn.LSTM(2, 3, dropout=0.5)
