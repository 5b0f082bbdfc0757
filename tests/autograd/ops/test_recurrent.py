"""Fused recurrent sequences against plain loops over steps and sequences."""

import numpy as np
import pytest

import autograd as ag
from autograd import kernels
from autograd.ops.recurrent import fused_gru, fused_lstm, fused_rnn
from autograd.ops.recurrent_gates import fused_gru_gates, fused_lstm_gates
from autograd.ops.recurrent_steps import Weights, gru_step, lstm_step, rnn_step, sequence
from autograd.ops.recurrent_variants import fused_original_gru, fused_peephole_lstm
from tests.conformance import OpCase, conforms

STEPS, BATCH, INPUTS, HIDDEN = 4, 3, 2, 5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_cell(a, b, h, c):
    i, f, g, o = np.split(a + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_cell(a, b, h):
    (r, z, n), (hr, hz, hn) = np.split(a, 3), np.split(b, 3)
    r, z = sigmoid(r + hr), sigmoid(z + hz)
    return ((1 - z) * np.tanh(n + r * hn) + z * h,)


def peephole_cell(a, b, h, c, p):
    i, f, g, o = np.split(a + b, 4)
    new = sigmoid(f + p[1] * c) * c + sigmoid(i + p[0] * c) * np.tanh(g)
    return sigmoid(o + p[2] * new) * np.tanh(new), new


def loops(cell, states):
    """A function that takes each sequence of the batch through its steps, one by one."""

    def run(x, *rest, sizes=None, reverse=False, nonlinearity=None):
        kind = cell if nonlinearity is None else RNN_CELLS[nonlinearity]
        state, (w, u, b, v) = [s.copy() for s in rest[:states]], rest[states : states + 4]
        out = np.zeros((len(x), *state[0].shape), x.dtype)
        for n in range(x.shape[1]):
            reached = [t for t in range(len(x)) if sizes is None or n < sizes[t]]
            for t in reached[::-1] if reverse else reached:
                new = kind(w @ x[t, n] + b, u @ state[0][n] + v, *(s[n] for s in state))
                for s, value in zip(state, new, strict=True):
                    s[n] = value
                out[t, n] = new[0]
        return out, *state

    return run


RNN_CELLS = {
    "tanh": lambda a, b, h: (np.tanh(a + b),),
    "relu": lambda a, b, h: (np.maximum(a + b, 0),),
}


def lstm(x, h, c, w, u, b, v, sizes, reverse):
    return fused_lstm(x, h, c, w, u, b, v, sizes, reverse, [])


def gru(x, h, w, u, b, v, sizes, reverse):
    return fused_gru(x, h, w, u, b, v, sizes, reverse, [])


def rnn(x, h, w, u, b, v, nonlinearity, sizes, reverse):
    return fused_rnn(x, h, w, u, b, v, nonlinearity, sizes, reverse, [])


def shapes(gates, states, batch=BATCH):
    weights = [(gates * HIDDEN, INPUTS), (gates * HIDDEN, HIDDEN), (gates * HIDDEN,), (gates * HIDDEN,)]
    return [(STEPS, batch, INPUTS), *[(batch, HIDDEN)] * states, *weights]


CASES = []
for sizes, reverse in ((None, False), (None, True), ([3, 3, 2, 1], False), ([3, 2, 1, 1], True)):
    given = {"sizes": sizes, "reverse": reverse}
    CASES += [
        OpCase(lstm, loops(lstm_cell, 2), shapes(4, 2), given, domain=(-1.0, 1.0), name="fused_lstm"),
        OpCase(gru, loops(gru_cell, 1), shapes(3, 1), given, domain=(-1.0, 1.0), name="fused_gru"),
    ]
    for kind in ("tanh", "relu"):
        given = {"nonlinearity": kind, "sizes": sizes, "reverse": reverse}
        CASES.append(OpCase(rnn, loops(None, 1), shapes(1, 1), given, domain=(-1.0, 1.0), name="fused_rnn"))
CASES.append(OpCase(lstm, loops(lstm_cell, 2), shapes(4, 2, 1), {"sizes": None, "reverse": False}, name="fused_lstm"))

CASES += [
    OpCase(
        lambda a, b, c: fused_lstm_gates(a, b, c, []),
        lambda a, b, c: tuple(map(np.array, zip(*(lstm_cell(p, q, None, r) for p, q, r in zip(a, b, c, strict=True))))),
        [(BATCH, 4 * HIDDEN), (BATCH, 4 * HIDDEN), (BATCH, HIDDEN)],
        name="fused_lstm_gates",
    ),
    OpCase(
        lambda a, b, h: fused_gru_gates(a, b, h, []),
        lambda a, b, h: np.array([gru_cell(p, q, r)[0] for p, q, r in zip(a, b, h, strict=True)]),
        [(BATCH, 3 * HIDDEN), (BATCH, 3 * HIDDEN), (BATCH, HIDDEN)],
        name="fused_gru_gates",
    ),
]


def peephole_loops(*arrays, **options):
    return loops(lambda *inner: peephole_cell(*inner, arrays[-1]), 2)(*arrays[:-1], **options)


def peephole(x, h, c, w, u, b, v, p, sizes, reverse):
    return fused_peephole_lstm(x, h, c, w, u, b, v, p, sizes, reverse, [])


def original(x, h, w, u, b, v, sizes, reverse):
    return fused_original_gru(x, h, w, u, b, v, sizes, reverse, [])


def original_loops(x, h, w, u, b, v, sizes, reverse):
    def cell(a, _, h):
        r, z = sigmoid(a[:HIDDEN] + u[:HIDDEN] @ h + v[:HIDDEN]), sigmoid((a + u @ h + v)[HIDDEN : 2 * HIDDEN])
        n = np.tanh(a[2 * HIDDEN :] + u[2 * HIDDEN :] @ (r * h) + v[2 * HIDDEN :])
        return ((1 - z) * h + z * n,)

    return loops(cell, 1)(x, h, w, u, b, v, sizes=sizes, reverse=reverse)


for sizes, reverse in ((None, False), ([3, 3, 2, 1], False), ([3, 2, 1, 1], True)):
    given = {"sizes": sizes, "reverse": reverse}
    CASES.append(
        OpCase(peephole, peephole_loops, [*shapes(4, 2), (3, HIDDEN)], given, (-1.0, 1.0), name="fused_peephole_lstm")
    )
    CASES.append(OpCase(original, original_loops, shapes(3, 1), given, (-1.0, 1.0), name="fused_original_gru"))

test_cases = conforms(CASES)


def operands(kind, steps, batch, inputs, hidden, dtype=np.float32):
    gates, states = {"lstm": (4, 2), "gru": (3, 1), "rnn": (1, 1)}[kind]
    rng = np.random.default_rng(0)
    sizes = [(gates * hidden, inputs), (gates * hidden, hidden), (gates * hidden,), (gates * hidden,)]
    arrays = [
        rng.standard_normal(s) / np.sqrt(hidden) for s in ((steps, batch, inputs), *[(batch, hidden)] * states, *sizes)
    ]
    return [ag.tensor(a.astype(dtype), requires_grad=True) for a in arrays]


def run(kind, tensors, sizes=None, reverse=False):
    fused = {"lstm": lstm, "gru": gru, "rnn": lambda *a: rnn(*a[:-2], "tanh", *a[-2:])}[kind]
    results = fused(*tensors, sizes, reverse)
    seeds = [ag.ones_like(r) for r in results]
    return [r.detach().numpy() for r in results], [g.numpy() for g in ag.grad(results, tensors, seeds)]


def composed(kind, tensors, sizes=None, reverse=False):
    step, states = {"lstm": (lstm_step, 2), "gru": (gru_step, 1), "rnn": (rnn_step, 1)}[kind]
    weights = Weights(*tensors[1 + states :])
    results = sequence(step, tensors[0], list(tensors[1 : 1 + states]), weights, sizes, reverse)
    seeds = [ag.ones_like(r) for r in results]
    return [r.detach().numpy() for r in results], [g.numpy() for g in ag.grad(results, tensors, seeds)]


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("batch", [1, 2, 7, 9, 20])
@pytest.mark.parametrize("hidden", [1, 16, 50])
def test_every_tile(kind, batch, hidden):
    tensors = operands(kind, 3, batch, 4, hidden, np.float64)
    for found, expected in zip(run(kind, tensors), composed(kind, tensors), strict=True):
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_one_thread_and_two_give_the_same_bits(kind, monkeypatch):
    monkeypatch.setattr(kernels.recurrent, "WORTH_A_THREAD", 1)
    tensors, before, given = operands(kind, 6, 11, 10, 30), ag.get_num_threads(), []
    try:
        for count in (1, before):
            ag.set_num_threads(count)
            given.append(run(kind, tensors, [11, 10, 10, 4, 4, 1], True))
    finally:
        ag.set_num_threads(before)
    for one, many in zip(*given, strict=True):
        for a, b in zip(one, many, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_ten_thousand_steps(kind):
    tensors = operands(kind, 10_000, 1, 2, 3, np.float64)
    for found, expected in zip(run(kind, tensors), composed(kind, tensors), strict=True):
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-9)


def test_saturated_gates():
    tensors = operands("lstm", 3, 2, 2, 3)
    with ag.no_grad():
        tensors[5].copy_(ag.tensor([1e4] * 3 + [-1e4] * 3 + [1e4] * 3 + [1e4] * 3))
    (out, _, c), gradients = run("lstm", tensors)
    np.testing.assert_allclose(c, 1, rtol=1e-6)
    np.testing.assert_allclose(out, np.tanh(1), rtol=1e-6)
    assert all(np.isfinite(g).all() for g in gradients)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_nan_stays_in_its_sequence(kind):
    tensors = operands(kind, 3, 4, 2, 5)
    with ag.no_grad():
        tensors[0][1, 2, 0] = float("nan")
    out = run(kind, tensors)[0][0]
    assert np.isnan(out[1:, 2]).all()
    assert np.isfinite(np.delete(out, 2, 1)).all() and np.isfinite(out[0]).all()


def test_nothing_is_kept_without_gradients():
    tensors = operands("lstm", 3, 2, 2, 5)
    with ag.no_grad():
        out = fused_lstm(*tensors, None, False, None)[0]
    np.testing.assert_array_equal(out.numpy(), run("lstm", tensors)[0][0])


def test_backward_twice_and_operands_unwritten():
    tensors = operands("lstm", 4, 3, 2, 5)
    kept = [t.detach().clone().numpy() for t in tensors]
    out = lstm(*tensors, None, False)[0].sum()
    first = ag.grad(out, tensors, retain_graph=True)
    for a, b in zip(first, ag.grad(out, tensors), strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    for tensor, before in zip(tensors, kept, strict=True):
        np.testing.assert_array_equal(tensor.detach().numpy(), before)
