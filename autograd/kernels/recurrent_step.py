"""The gates of one step of LSTM or GRU, after both products: what cells compute that users unroll themselves."""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.recurrent_cells import gru_row, gru_row_back, lstm_row, lstm_row_back
from autograd.typing import Array

WORTH_A_THREAD = 2_000
"""Hidden units, over all sequences, that repay waking one more thread."""


@kernel()
def _row(x, row):
    return np.intp(x.ctypes.data) + row * x.strides[0]


@kernel()
def _forward_part(out, spare, gates, product, h, c, lstm, worker, workers):
    batch, hidden = out.shape
    for row in range(worker * batch // workers, (worker + 1) * batch // workers):
        places = _row(gates, row), _row(product, row), _row(h, row)
        if lstm:
            lstm_row(out, (places[0], places[1], places[2], _row(c, row), _row(out, row), _row(spare, row)), hidden)
        else:
            gru_row(out, (places[0], places[1], places[2], _row(out, row), _row(spare, row)), hidden)


@kernel(parallel=True)
def _forward_shared(out, spare, gates, product, h, c, lstm, workers):
    for worker in prange(workers):
        _forward_part(out, spare, gates, product, h, c, lstm, np.intp(worker), workers)


@kernel()
def _backward_part(delta, dh, dc, grad, gates, inner, before, lstm, worker, workers):
    batch, hidden = grad.shape
    for row in range(worker * batch // workers, (worker + 1) * batch // workers):
        places = _row(grad, row), _row(dh, row), _row(gates, row), _row(inner, row), _row(before, row), _row(delta, row)
        if lstm:
            lstm_row_back(
                grad, (places[0], places[1], _row(dc, row), places[2], places[3], places[4], places[5]), hidden
            )
        else:
            gru_row_back(grad, places, hidden)


@kernel(parallel=True)
def _backward_shared(delta, dh, dc, grad, gates, inner, before, lstm, workers):
    for worker in prange(workers):
        _backward_part(delta, dh, dc, grad, gates, inner, before, lstm, np.intp(worker), workers)


def _fresh(x: Array) -> Array:
    return np.array(x, order="C")


def lstm_forward(share: Array, product: Array, c: Array) -> tuple[Array, Array, Array]:
    """New h and c (N, H), and the gates (N, 4·H), from the parts of input and state in them and the old c."""
    out, gates, new = np.empty(c.shape, c.dtype), _fresh(share), _fresh(c)
    spare = np.empty_like(out)
    threads.run(
        _forward_part, _forward_shared, c.size // WORTH_A_THREAD,
        out, spare, gates, readable(product), np.empty_like(out), new, True,
    )  # fmt: skip
    return out, new, gates


def lstm_backward(dh: Array, dc: Array, gates: Array, new: Array, c: Array) -> tuple[Array, Array]:
    """Gradients of the gates before they are squashed (N, 4·H), and of the old c (N, H)."""
    delta, through, spare = np.empty_like(gates), _fresh(dc), np.zeros(dh.shape, dh.dtype)
    threads.run(
        _backward_part, _backward_shared, c.size // WORTH_A_THREAD,
        delta, spare, through, readable(dh), gates, readable(new), readable(c), True,
    )  # fmt: skip
    return delta, through


def gru_forward(share: Array, product: Array, h: Array) -> tuple[Array, Array, Array]:
    """New h (N, H), the gates (N, 3·H), and the state's part in n (N, H), from the parts of input and state."""
    out, gates, old = np.empty(h.shape, h.dtype), _fresh(share), _fresh(h)
    inner = np.empty_like(out)
    threads.run(
        _forward_part, _forward_shared, h.size // WORTH_A_THREAD,
        out, inner, gates, readable(product), old, old, False,
    )  # fmt: skip
    return out, gates, inner


def gru_backward(grad: Array, gates: Array, inner: Array, h: Array) -> tuple[Array, Array]:
    """Gradients of the gates (N, 4·H), as `recurrent.backward` gives them, and of the old h besides its product."""
    batch, hidden = grad.shape
    delta, through = np.empty((batch, 4 * hidden), grad.dtype), np.zeros(grad.shape, grad.dtype)
    threads.run(
        _backward_part, _backward_shared, h.size // WORTH_A_THREAD,
        delta, through, through, readable(grad), gates, readable(inner), readable(h), False,
    )  # fmt: skip
    return delta, through
