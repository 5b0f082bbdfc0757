"""The variants of recurrent layers against plain loops over steps, sequences and features."""

import itertools
import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, ShapeError
from autograd.gradcheck import gradcheck, gradgradcheck
from nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

T, N, I, H = 4, 3, 2, 3
VARIANTS = {
    "peephole": lambda *a, **k: nn.PeepholeLSTM(*a, **k),
    "peephole, full": lambda *a, **k: nn.PeepholeLSTM(*a, full=True, **k),
    "peephole fi": lambda *a, **k: nn.PeepholeLSTM(*a, peephole="fi", **k),
    "memory cell": lambda *a, **k: nn.MemoryCellRNN(*a, **k),
    "layer norm": lambda *a, **k: nn.LayerNormLSTM(*a, **k),
    "original GRU": lambda *a, **k: nn.OriginalGRU(*a, **k),
    "LSTM": lambda *a, **k: nn.LSTM(*a, **k),
    "GRU": lambda *a, **k: nn.GRU(*a, **k),
    "RNN": lambda *a, **k: nn.RNN(*a, **k),
}
PAIRED = ("peephole", "peephole, full", "peephole fi", "memory cell", "layer norm", "LSTM")


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def dot(row, x):
    return sum(float(a) * float(b) for a, b in zip(row, x, strict=True))


def loop(name, x, p, mask=None):
    """Outputs (T, H) of one sequence x (T, I), feature by feature; `mask` (H,) multiplies h in the gates."""
    h, c, outputs = [0.0] * H, [0.0] * H, []
    mask = [1.0] * H if mask is None else mask
    gates = len(p["weight_ih"]) // H
    zeros = np.zeros(gates * H)
    bias = p.get("bias_ih", zeros) + (0 if name == "GRU" else p.get("bias_hh", zeros))
    for now in x:
        seen = [a * m for a, m in zip(h, mask, strict=True)]
        own = [dot(row, now) for row in p["weight_ih"]]
        back = [dot(row, seen) for row in p["weight_hh"]]
        if name == "layer norm":
            total = normal(own, p["gain_ih"], p["shift_ih"]) + normal(back, p["gain_hh"], p["shift_hh"])
            h, c = lstm(total, c, p, normal_c=True)
        elif name.startswith(("peephole", "LSTM")):
            h, c = lstm(own + np.array(back) + bias, c, p)
        elif name == "memory cell":
            total = own + np.array(back) + bias
            c = [c[k] + sigmoid(total[k]) * math.tanh(total[H + k]) for k in range(H)]
            h = [sigmoid(total[2 * H + k]) * math.tanh(c[k]) for k in range(H)]
        elif name == "RNN":
            h = [math.tanh(v) for v in own + np.array(back) + bias]
        else:
            h = gru(name, own + bias, back, h, seen, p)
        outputs.append(h)
    return np.array(outputs)


def normal(values, gain, shift):
    mean = sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / len(values)
    return np.array(
        [g * (v - mean) / math.sqrt(variance + 1e-5) + s for v, g, s in zip(values, gain, shift, strict=True)]
    )


def lstm(total, c, p, normal_c=False):
    def peep(gate, k, cells):
        weight = p.get(f"weight_c{gate}")
        if weight is None:
            return 0.0
        return weight[k] * cells[k] if weight.ndim == 1 else dot(weight[k], cells)

    new = []
    for k in range(H):
        i, f = sigmoid(total[k] + peep("i", k, c)), sigmoid(total[H + k] + peep("f", k, c))
        new.append(f * c[k] + i * math.tanh(total[2 * H + k]))
    shown = normal(new, p["gain_c"], p["shift_c"]) if normal_c else new
    return [sigmoid(total[3 * H + k] + peep("o", k, new)) * math.tanh(shown[k]) for k in range(H)], new


def gru(name, own, back, h, seen, p):
    hidden = p.get("bias_hh", np.zeros(3 * H)) if name == "GRU" else np.zeros(3 * H)
    r = [sigmoid(own[k] + back[k] + hidden[k]) for k in range(H)]
    z = [sigmoid(own[H + k] + back[H + k] + hidden[H + k]) for k in range(H)]
    if name == "GRU":
        n = [math.tanh(own[2 * H + k] + r[k] * (back[2 * H + k] + hidden[2 * H + k])) for k in range(H)]
        return [(1 - z[k]) * n[k] + z[k] * h[k] for k in range(H)]
    reset = [a * b for a, b in zip(r, seen, strict=True)]
    n = [math.tanh(own[2 * H + k] + dot(p["weight_hh"][2 * H + k], reset)) for k in range(H)]
    return [(1 - z[k]) * h[k] + z[k] * n[k] for k in range(H)]


def arrays(model):
    return {key.removesuffix("_l0"): value.numpy() for key, value in model.state_dict().items()}


def shaken(model):
    """The model with other values in the gains and shifts too."""
    with ag.no_grad():
        for name, parameter in model.named_parameters():
            if name.startswith(("gain", "shift")):
                parameter.add_(0.3 * ag.randn(*parameter.shape, dtype=parameter.dtype))
    return model


@pytest.mark.parametrize(
    ("name", "options"),
    [("layer norm", {}), *itertools.product([name for name in VARIANTS if name != "layer norm"],
                                            [{}, {"bias": False}, {"single_bias": True}])],
)  # fmt: skip
def test_one_layer_is_the_loop(name, options):
    model = shaken(VARIANTS[name](I, H, dtype=ag.float64, **options))
    assert ("bias_hh_l0" in model.state_dict()) == (not options and name != "layer norm")
    x = ag.randn(T, N, I, dtype=ag.float64)
    output, _ = model(x)
    for number in range(N):
        expected = loop(name, x[:, number].numpy(), arrays(model))
        np.testing.assert_allclose(output[:, number].detach().numpy(), expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_features_of_the_state_are_dropped_at_all_steps(name):
    model = shaken(VARIANTS[name](I, H, dtype=ag.float64, recurrent_dropout=0.4))
    x = ag.randn(T, N, I, dtype=ag.float64)
    ag.manual_seed(5)
    masks = nn.functional.recurrent_variants.recurrent_mask(ag.zeros(N, H, dtype=ag.float64), 0.4).numpy()
    ag.manual_seed(5)
    output, _ = model(x)
    assert 0 < (masks == 0).sum() < masks.size
    for number in range(N):
        expected = loop(name, x[:, number].numpy(), arrays(model), masks[number])
        np.testing.assert_allclose(output[:, number].detach().numpy(), expected, rtol=1e-11, atol=1e-12)
    plain = loop(name, x[:, 0].numpy(), arrays(model))
    np.testing.assert_allclose(model.eval()(x)[0][:, 0].detach().numpy(), plain, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("options", [{}, {"recurrent_dropout": 0.3}])
@pytest.mark.parametrize("name", VARIANTS)
def test_both_orders_of_gradients(name, options):
    model = shaken(VARIANTS[name](2, 2, bidirectional=not options, dtype=ag.float64, **options))
    names, parameters = list(model.state_dict()), list(model.parameters())
    x = ag.randn(2, 2, 2, dtype=ag.float64, requires_grad=True)

    def output(x, *weights):
        ag.manual_seed(1)
        for key, weight in zip(names, weights, strict=True):
            delattr(model, key)
            setattr(model, key, weight)
        return model(x)[0]

    assert gradcheck(output, (x, *parameters))
    assert gradgradcheck(output, (x, *parameters))


@pytest.mark.parametrize("name", VARIANTS)
def test_padding_never_touches_a_state(name):
    model = shaken(VARIANTS[name](I, H, num_layers=2, bidirectional=True, dtype=ag.float64))
    x = ag.randn(5, 3, I, dtype=ag.float64)
    output, last = model(pack_padded_sequence(x, [2, 5, 4], enforce_sorted=False))
    padded, _ = pad_packed_sequence(output)
    for number, length in enumerate([2, 5, 4]):
        alone, state = model(x[:length, number])
        np.testing.assert_allclose(
            padded[:length, number].detach().numpy(), alone.detach().numpy(), rtol=1e-11, atol=1e-12
        )
        for got, want in zip(last, state, strict=True) if name in PAIRED else [(last, state)]:
            np.testing.assert_allclose(got[:, number].detach().numpy(), want.detach().numpy(), rtol=1e-11, atol=1e-12)
    assert (padded[2:, 0] == 0).all()


@pytest.mark.parametrize("name", VARIANTS)
def test_carried_states_go_on(name):
    model = VARIANTS[name](I, H, num_layers=2, batch_first=True, dtype=ag.float64)
    x = ag.randn(N, T, I, dtype=ag.float64)
    whole, last = model(x)
    first, state = model(x[:, :2])
    second, end = model(x[:, 2:], state)
    np.testing.assert_allclose(
        ag.cat([first, second], 1).detach().numpy(), whole.detach().numpy(), rtol=1e-12, atol=1e-12
    )
    for got, want in zip(end, last, strict=True) if name in PAIRED else [(end, last)]:
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", VARIANTS)
def test_ten_thousand_steps(name):
    model = VARIANTS[name](1, 2)
    x = ag.randn(10_000, 1, 1, requires_grad=True)
    output, _ = model(x)
    output[-1].sum().backward()
    assert output.shape == (10_000, 1, 2) and output.isfinite().all() and x.grad.isfinite().all()
    assert x.grad[-1].abs().sum() > 0


def test_peepholes_add_so_many_parameters():
    count = {
        gates: sum(p.numel() for p in nn.PeepholeLSTM(5, 7, peephole=gates).parameters()) for gates in ("ifo", "f")
    }
    plain = 4 * 7 * (5 + 7) + 2 * 4 * 7
    assert count == {"ifo": plain + 3 * 7, "f": plain + 7}
    full = nn.PeepholeLSTM(5, 7, peephole="fo", full=True)
    assert sum(p.numel() for p in full.parameters()) == plain + 2 * 7 * 7
    assert [name for name, _ in full.named_parameters()][-2:] == ["weight_cf_l0", "weight_co_l0"]


def test_forget_bias_is_added_to_the_first_values():
    found = []
    for amount in (0.0, 1.5):
        ag.manual_seed(3)
        found.append(nn.LSTM(2, 3, 2, bidirectional=True, forget_bias=amount).state_dict())
    for key in found[0]:
        expected = np.zeros(found[0][key].shape[0])
        if key.startswith("bias_ih"):
            expected[3:6] = 1.5
        difference = (found[1][key] - found[0][key]).numpy()
        np.testing.assert_allclose(
            difference.reshape(12, -1), np.broadcast_to(expected[:, None], difference.reshape(12, -1).shape), atol=1e-6
        )
    for cell in (nn.LSTMCell(2, 3, forget_bias=50.0).bias_ih, nn.LayerNormLSTM(2, 3, forget_bias=50.0).shift_ih_l0):
        assert (cell[3:6] > 49).all() and (cell[:3] < 1).all() and (cell[6:] < 1).all()


def test_variational_dropout_keeps_a_feature_or_drops_it_at_all_steps():
    layer, x = nn.VariationalDropout(0.5), ag.ones(6, 4, 50)
    found = layer(x).numpy()
    assert (found == found[0]).all() and set(np.unique(found)) == {0.0, 2.0}
    first = nn.VariationalDropout(0.5, batch_first=True)(ag.ones(4, 6, 50)).numpy()
    assert (first == first[:, :1]).all() and (first[0] != first[1]).any()
    assert layer.eval()(x) is x


def test_representations_tell_options():
    assert repr(nn.PeepholeLSTM(2, 3, peephole="fi", full=True)) == "PeepholeLSTM(2, 3, peephole='fi', full=True)"
    assert (
        repr(nn.GRU(2, 3, single_bias=True, recurrent_dropout=0.1))
        == "GRU(2, 3, single_bias=True, recurrent_dropout=0.1)"
    )
    assert repr(nn.VariationalDropout(0.2)) == "VariationalDropout(p=0.2)"


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: nn.PeepholeLSTM(2, 3, peephole="ix"), ArgumentError, "PeepholeLSTM.*letters i, f, o.*'ix'"),
        (lambda: nn.PeepholeLSTM(2, 3, peephole="ii"), ArgumentError, "each once"),
        (lambda: nn.LSTM(2, 3, bias=False, forget_bias=1.0), ArgumentError, "LSTM.*bias=True"),
        (lambda: nn.LSTMCell(2, 3, bias=False, forget_bias=1.0), ArgumentError, "LSTMCell.*bias=True"),
        (lambda: nn.RNN(2, 3, recurrent_dropout=1.0), ArgumentError, "RNN.*recurrent_dropout.*below 1"),
        (lambda: nn.VariationalDropout(1.0), ArgumentError, "VariationalDropout.*below 1"),
        (lambda: nn.VariationalDropout(0.5)(ag.zeros(2, 3)), ShapeError, r"\(T, N, F\).*\(2, 3\)"),
        (lambda: nn.OriginalGRU(2, 3)(ag.zeros(5, 2, 4)), ShapeError, r"OriginalGRU.*2 features.*\(5, 2, 4\)"),
        (lambda: nn.OriginalGRU(2, 3)(ag.zeros(5, 2, 2), ag.zeros(1, 3, 3)), ShapeError, r"OriginalGRU.*\(1, 2, 3\)"),
        (lambda: nn.MemoryCellRNN(2, 3)(ag.zeros(5, 2), ag.zeros(1, 3)), ArgumentError, r"MemoryCellRNN.*\(h_0, c_0\)"),
        (lambda: nn.LayerNormLSTM(2, 3)(ag.zeros(5, 7)), ShapeError, "LayerNormLSTM.*2 features"),
    ],
)  # fmt: skip
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
