"""Whole sequences of RNN, LSTM and GRU, forward and backward.

The input's share in all gates is one product before; then each thread takes some sequences of the batch through all
their steps, so that no thread waits for another: a product of its states with the packed weights, and the cells. The
gradients of weights are single products over all steps afterwards. One thread and many give the same bits.

Shapes: T steps, N sequences, H units, G gates. `sizes` (T,) tells how many sequences, the first of the batch, reach
each step; the states of others stay as they are, their outputs are 0. `reverse` goes from the last step to the first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from autograd.kernels import gemm, threads
from autograd.kernels.arguments import readable
from autograd.kernels.gemm_tile import VECTOR_BYTES
from autograd.kernels.jit import kernel
from autograd.kernels.recurrent_cells import (
    gru_row,
    gru_row_back,
    lstm_row,
    lstm_row_back,
    peephole_row,
    peephole_row_back,
    relu_row,
    relu_row_back,
    tanh_row,
    tanh_row_back,
)
from autograd.kernels.row_product import multiply_rows, pack_matrix, packed_size, padded
from autograd.typing import Array

LSTM, GRU, TANH, RELU, PEEPHOLE = range(5)
KINDS = {"lstm": LSTM, "gru": GRU, "tanh": TANH, "relu": RELU, "peephole": PEEPHOLE}

WORTH_A_THREAD = 1_000_000
"""Multiplications of a whole sequence that repay waking one more thread."""


class Kept(NamedTuple):
    """What the gradient needs of a forward pass besides its results: gates, and cells or candidates (T, N, H)."""

    gates: Array
    inner: Array


@kernel()
def aligned(count, like):
    """Uninitialised elements of which the first is at the start of a cache line."""
    memory = np.empty(count + VECTOR_BYTES // like.itemsize, like.dtype)
    skipped = -np.intp(memory.ctypes.data) % VECTOR_BYTES // like.itemsize
    return memory[skipped : skipped + count]


@kernel()
def address(x, t, row):
    """Where x[t, row] begins."""
    return np.intp(x.ctypes.data) + t * x.strides[0] + row * x.strides[1]


@kernel()
def _of(x, row):
    return np.intp(x.ctypes.data) + row * x.strides[0]


@kernel()
def reached(sizes, t, first, last):
    """How many of the sequences `first` to `last` reach step t."""
    return max(0, min(sizes[t], last) - first)


@kernel()
def _forward_part(out, inner, shares, h, c, weight, bias, peepholes, sizes, kind, reverse, worker, workers):
    steps, batch, hidden = out.shape
    columns, size = shares.shape[2], out.itemsize
    first, last = worker * batch // workers, (worker + 1) * batch // workers
    packed = aligned(packed_size(hidden, columns, out), out)
    pack_matrix(out, packed, np.intp(weight.ctypes.data), size, hidden * size, hidden, columns)
    product = np.empty((last - first, padded(columns, out)), out.dtype)
    for step in range(steps):
        t = steps - 1 - step if reverse else step
        count = reached(sizes, t, first, last)
        multiply_rows(
            out, (_of(h, first), hidden * size), np.intp(packed.ctypes.data), (np.intp(bias.ctypes.data), 0),
            (np.intp(product.ctypes.data), product.strides[0]), count, hidden, columns,
        )  # fmt: skip
        kept = min(t, len(inner) - 1)
        for row in range(first, first + count):
            share, own, state, to = (
                address(shares, t, row),
                _of(product, row - first),
                _of(h, row),
                address(out, t, row),
            )
            if kind == LSTM:
                lstm_row(out, (share, own, state, _of(c, row), to, address(inner, kept, row)), hidden)
            elif kind == PEEPHOLE:
                places = share, own, state, _of(c, row), to, address(inner, kept, row), np.intp(peepholes.ctypes.data)
                peephole_row(out, places, hidden)
            elif kind == GRU:
                gru_row(out, (share, own, state, to, address(inner, kept, row)), hidden)
            elif kind == TANH:
                tanh_row(out, (share, own, state, to), hidden)
            else:
                relu_row(out, (share, own, state, to), hidden)
        out[t, first + count : last] = 0


@kernel(parallel=True)
def _forward_shared(out, inner, shares, h, c, weight, bias, peepholes, sizes, kind, reverse, workers):
    for worker in prange(workers):
        _forward_part(
            out, inner, shares, h, c, weight, bias, peepholes, sizes, kind, reverse, np.intp(worker), workers,
        )  # fmt: skip


@kernel()
def _backward_part(
    delta, dh, dc, totals, grad, out, gates, inner, h0, c0, weight, peepholes, sizes, kind, reverse, worker, workers,
):  # fmt: skip
    steps, batch, hidden = out.shape
    columns, size = len(weight), out.itemsize
    first, last = worker * batch // workers, (worker + 1) * batch // workers
    packed = aligned(packed_size(columns, hidden, out), out)
    pack_matrix(out, packed, np.intp(weight.ctypes.data), hidden * size, size, columns, hidden)
    skipped = hidden * size if kind == GRU else 0
    for step in range(steps):
        t = step if reverse else steps - 1 - step
        earlier = t + 1 if reverse else t - 1
        count = reached(sizes, t, first, last)
        known = reached(sizes, earlier, first, last) if 0 <= earlier < steps else 0
        for row in range(first, first + count):
            from_above, state, to = address(grad, t, row), _of(dh, row), address(delta, t, row)
            if kind == LSTM:
                before = address(inner, earlier, row) if row - first < known else _of(c0, row)
                own = address(gates, t, row), address(inner, t, row)
                lstm_row_back(out, (from_above, state, _of(dc, row), own[0], own[1], before, to), hidden)
            elif kind == PEEPHOLE:
                before = address(inner, earlier, row) if row - first < known else _of(c0, row)
                own = address(gates, t, row), address(inner, t, row)
                peeped = np.intp(peepholes.ctypes.data), _of(totals, row)
                places = from_above, state, _of(dc, row), own[0], own[1], before, to, peeped[0], peeped[1]
                peephole_row_back(out, places, hidden)
            elif kind == GRU:
                before = address(out, earlier, row) if row - first < known else _of(h0, row)
                own = address(gates, t, row), address(inner, t, row)
                gru_row_back(out, (from_above, state, own[0], own[1], before, to), hidden)
            elif kind == TANH:
                tanh_row_back(out, (from_above, state, address(out, t, row), to), hidden)
            else:
                relu_row_back(out, (from_above, state, address(out, t, row), to), hidden)
        delta[t, first + count : last] = 0
        multiply_rows(
            out, (address(delta, t, first) + skipped, delta.strides[1]), np.intp(packed.ctypes.data),
            (_of(dh, first), dh.strides[0]), (_of(dh, first), dh.strides[0]), count, columns, hidden,
        )  # fmt: skip


@kernel(parallel=True)
def _backward_shared(
    delta, dh, dc, totals, grad, out, gates, inner, h0, c0, weight, peepholes, sizes, kind, reverse, workers,
):  # fmt: skip
    for worker in prange(workers):
        _backward_part(
            delta, dh, dc, totals, grad, out, gates, inner, h0, c0, weight, peepholes, sizes, kind, reverse,
            np.intp(worker), workers,
        )  # fmt: skip


def shared_by(batch: int, steps: int, weight: Array) -> int:
    """How many threads a sequence is worth."""
    return min(batch, steps * batch * weight.size // WORTH_A_THREAD)


def with_room(rows: Array) -> Array:
    """The rows with room for what products write beside their columns."""
    wide = np.zeros((len(rows), padded(rows.shape[1], rows)), rows.dtype)
    wide[:, : rows.shape[1]] = rows
    return wide


def forward(
    kind: int, x: Array, states: list[Array], weight_ih: Array, weight_hh: Array, bias_ih: Array | None,
    bias_hh: Array | None, sizes: Array, reverse: bool, keep: bool, peepholes: Array | None = None,
) -> tuple[tuple[Array, ...], Kept | None]:  # fmt: skip
    """Outputs (T, N, H) and last states (N, H) of x (T, N, I) from states (N, H); and what `backward` needs, if `keep`.

    weight_ih (G·H, I), weight_hh (G·H, H), biases (G·H) or None; `states` is h, for LSTM h and c. `peepholes` (3, H)
    are those of i, f and o.
    """
    steps, batch = x.shape[:2]
    hidden = weight_hh.shape[1]
    shares = gemm.linear(np.ascontiguousarray(x), weight_ih, bias_ih)
    out = np.empty((steps, batch, hidden), x.dtype)
    inner = np.empty((steps if keep and kind in (LSTM, PEEPHOLE, GRU) else 1, batch, hidden), x.dtype)
    last = [np.array(state, order="C") for state in states]
    bias = with_room(np.zeros((1, len(weight_hh)), x.dtype) if bias_hh is None else bias_hh[None])
    threads.run(
        _forward_part, _forward_shared, shared_by(batch, steps, weight_hh),
        out, inner, shares, last[0], last[-1], readable(weight_hh), bias, _or_nothing(peepholes, x), sizes,
        kind, reverse,
    )  # fmt: skip
    return (out, *last), Kept(shares, inner) if keep else None


def backward(
    kind: int, grads: list[Array], out: Array, kept: Kept, states: list[Array], weight_hh: Array, sizes: Array,
    reverse: bool, peepholes: Array | None = None,
) -> tuple[Array, list[Array], Array]:  # fmt: skip
    """Gradients of the gates, of the first states, and of the peepholes, from those of the results.

    The gates' are (T, N, G·H); for GRU (T, N, 4·H): n, r, z as the input's share sees them, and n as the state's
    product sees it.
    """
    steps, batch, hidden = out.shape
    delta = np.empty((steps, batch, 4 * hidden if kind == GRU else len(weight_hh)), out.dtype)
    dh = with_room(grads[1])
    dc = np.array(grads[-1], order="C")
    totals = np.zeros((batch if kind == PEEPHOLE else 1, 3 * hidden), out.dtype)
    threads.run(
        _backward_part, _backward_shared, shared_by(batch, steps, weight_hh),
        delta, dh, dc, totals, readable(grads[0]), out, kept.gates, kept.inner, readable(states[0]),
        readable(states[-1]), readable(weight_hh), _or_nothing(peepholes, out), sizes, kind, reverse,
    )  # fmt: skip
    first = [np.ascontiguousarray(dh[:, :hidden]), dc][: len(states)]
    return delta, first, totals.sum(axis=0).reshape(3, hidden)


def _or_nothing(peepholes: Array | None, like: Array) -> Array:
    return readable(np.zeros((1, 1), like.dtype) if peepholes is None else peepholes)


def weight_gradient(delta: Array, out: Array, h0: Array, sizes: Array, reverse: bool) -> Array:
    """The gradient (G·H, H) of weight_hh, from those of its products delta (T, N, G·H)."""
    _, batch, columns = delta.shape
    hidden = out.shape[2]
    later, earlier = (delta[:-1], out[1:]) if reverse else (delta[1:], out[:-1])
    total = gemm.matmul(later.reshape(-1, columns).T, earlier.reshape(-1, hidden))
    if reverse:
        lengths = (sizes[:, None] > np.arange(batch)).sum(0)
        begun = np.flatnonzero(lengths)
        return total + gemm.matmul(delta[lengths[begun] - 1, begun].T, h0[begun])
    return total + gemm.matmul(delta[0].T, h0)
