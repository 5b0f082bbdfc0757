"""Weights in one convention compute what the converted ones compute in the other."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, ShapeError
from nn.utils.recurrent_weights import (
    flip_update_gate,
    from_concatenated,
    merge_biases,
    merge_gru_biases,
    reorder_gates,
    split_biases,
)

SOURCE = np.random.default_rng(0)
X = SOURCE.normal(size=(5, 2, 3))


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def tensors(weights):
    return {key: ag.tensor(value) for key, value in weights.items()}


def outputs(layer):
    return layer(ag.tensor(X))[0].detach().numpy()


def test_lecture_lstm_from_gates_in_its_order():
    """Gates g, i, f, o of one W over [h, x] with one bias, as L4-22 writes them."""
    w, b = SOURCE.normal(size=(16, 4 + 3)), SOURCE.normal(size=16)
    h = c = np.zeros((2, 4))
    expected = []
    for step in X:
        g, i, f, o = np.split(np.concatenate([h, step], 1) @ w.T + b, 4, 1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        expected.append(h)
    weights = reorder_gates(from_concatenated(ag.tensor(w), 4, ag.tensor(b)), "gifo", "ifgo")
    layer = nn.LSTM(3, 4, dtype=ag.float64, single_bias=True)
    layer.load_state_dict({f"{key}_l0": value for key, value in weights.items()})
    np.testing.assert_allclose(outputs(layer), expected, rtol=1e-9)
    layer = nn.LSTM(3, 4, dtype=ag.float64)
    layer.load_state_dict({f"{key}_l0": value for key, value in split_biases(weights).items()})
    np.testing.assert_allclose(outputs(layer), expected, rtol=1e-9)


def test_concatenated_the_other_way_round():
    w = ag.tensor(SOURCE.normal(size=(8, 5)))
    found = from_concatenated(w, 2, state_first=False)
    assert list(found) == ["weight_ih", "weight_hh"]
    assert (ag.cat([found["weight_ih"], found["weight_hh"]], 1) == w).all()


@pytest.mark.parametrize("order", ["rzn", "zrn"])
def test_flipped_update_gate(order):
    """A GRU whose z counts what is new."""
    sizes = {"weight_ih": (12, 3), "weight_hh": (12, 4), "bias_ih": (12,), "bias_hh": (12,)}
    weights = {key: SOURCE.normal(size=size) for key, size in sizes.items()}
    h, expected = np.zeros((2, 4)), []
    for step in X:
        a = np.split(step @ weights["weight_ih"].T + weights["bias_ih"], 3, 1)
        b = np.split(h @ weights["weight_hh"].T + weights["bias_hh"], 3, 1)
        r, z = (sigmoid(a[order.index(gate)] + b[order.index(gate)]) for gate in "rz")
        h = (1 - z) * h + z * np.tanh(a[2] + r * b[2])
        expected.append(h)
    flipped = flip_update_gate(tensors(weights), order)
    layer = nn.GRU(3, 4, dtype=ag.float64)
    layer.load_state_dict({f"{key}_l0": value for key, value in reorder_gates(flipped, order, "rzn").items()})
    np.testing.assert_allclose(outputs(layer), expected, rtol=1e-9)
    back = flip_update_gate(flipped, order)
    assert all((back[key].numpy() == weights[key]).all() for key in weights)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.PeepholeLSTM, nn.OriginalGRU])
def test_merged_biases(kind):
    two = kind(3, 4, 2, bidirectional=True, dtype=ag.float64)
    one = kind(3, 4, 2, bidirectional=True, dtype=ag.float64, single_bias=True)
    one.load_state_dict(merge_biases(two.state_dict()))
    np.testing.assert_allclose(outputs(one), outputs(two), rtol=1e-9)
    again = kind(3, 4, 2, bidirectional=True, dtype=ag.float64)
    again.load_state_dict(split_biases(one.state_dict()))
    np.testing.assert_allclose(outputs(again), outputs(two), rtol=1e-9)


def test_a_gru_has_one_bias_only_where_the_reset_gate_multiplies_none():
    two = nn.GRU(3, 4, dtype=ag.float64)
    with pytest.raises(ArgumentError, match="bias_hh_l0 of zeros"):
        merge_gru_biases(two.state_dict())
    with ag.no_grad():
        two.bias_hh_l0[8:] = 0
    one = nn.GRU(3, 4, dtype=ag.float64, single_bias=True)
    one.load_state_dict(merge_gru_biases(two.state_dict()))
    np.testing.assert_allclose(outputs(one), outputs(two), rtol=1e-9)


def test_other_parameters_pass():
    weights = nn.PeepholeLSTM(3, 4).state_dict()
    found = reorder_gates(weights, "ifgo", "oifg")
    assert list(found) == list(weights) and (found["weight_ci_l0"] == weights["weight_ci_l0"]).all()
    assert (found["weight_ih_l0"][:4] == weights["weight_ih_l0"][12:]).all()


def test_the_parameters_of_a_whole_model():
    """Keys with the path of their layer, and values as arrays."""
    model = nn.ModuleDict({"rnn": nn.LSTM(3, 4, 2, bidirectional=True), "head": nn.Linear(4, 2)})
    weights = {f"encoder.{key}": value.numpy() for key, value in model.state_dict().items()}
    found = reorder_gates(weights, "ifgo", "oifg")
    assert list(found) == list(weights)
    for key, value in found.items():
        moved = np.roll(weights[key], 4, 0) if "rnn" in key else weights[key]
        np.testing.assert_array_equal(np.asarray(value), moved)
    merged = merge_biases(weights)
    assert sum("bias_ih" in key for key in merged) == 4 and not any("bias_hh" in key for key in merged)
    key = "encoder.rnn.bias_ih_l1_reverse"
    np.testing.assert_allclose(merged[key], weights[key] + weights[key.replace("ih", "hh")])
    assert list(split_biases(merged)) == list(weights)


def test_gains_and_shifts_have_gates_too():
    weights = nn.LayerNormLSTM(3, 4, forget_bias=2.0).state_dict()
    found = reorder_gates(weights, "ifgo", "figo")
    assert found["shift_ih_l0"].tolist() == [2.0] * 4 + [0.0] * 12 and found["gain_c_l0"] is weights["gain_c_l0"]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: reorder_gates({}, "ifgo", "ifg"), ArgumentError, "same letters.*'ifg'"),
        (lambda: reorder_gates({"weight_ih": ag.zeros(7, 2)}, "rzn", "zrn"), ShapeError, "weight_ih.*multiple of 3"),
        (lambda: flip_update_gate({}, "ifgo"), ArgumentError, "with a z"),
        (lambda: from_concatenated(ag.zeros(8, 2), 2), ShapeError, r"\(8, 2\)"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
