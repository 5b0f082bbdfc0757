"""Whole sequences of the original GRU, whose reset stands before the product: two products a step.

h' = (1 − z)·h + z·n with n = tanh(x_n + W_n·(r·h)). Laid out and shared among threads as recurrent.py does.
Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014).
"""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import gemm, threads
from autograd.kernels.arguments import readable
from autograd.kernels.jit import kernel
from autograd.kernels.recurrent import Kept, address, aligned, reached, shared_by, weight_gradient, with_room
from autograd.kernels.recurrent_cells import reset_row, reset_row_back, update_row, update_row_back
from autograd.kernels.row_product import multiply_rows, pack_matrix, packed_size, padded
from autograd.typing import Array


@kernel()
def _forward_part(out, inner, shares, h, weight, bias, sizes, reverse, worker, workers):
    steps, batch, hidden = out.shape
    size, row_bytes = out.itemsize, out.shape[2] * out.itemsize
    first, last = worker * batch // workers, (worker + 1) * batch // workers
    gates, candidate = (
        aligned(packed_size(hidden, 2 * hidden, out), out),
        aligned(packed_size(hidden, hidden, out), out),
    )
    origin = np.intp(weight.ctypes.data)
    pack_matrix(out, gates, origin, size, row_bytes, hidden, 2 * hidden)
    below = origin + 2 * hidden * row_bytes
    pack_matrix(out, candidate, below, size, row_bytes, hidden, hidden)
    product = np.empty((last - first, padded(2 * hidden, out)), out.dtype)
    starts = address(bias, 0, 0), address(bias, 0, 1)
    for step in range(steps):
        t = steps - 1 - step if reverse else step
        kept, count = min(t, len(inner) - 1), reached(sizes, t, first, last)
        to = np.intp(product.ctypes.data), product.strides[0]
        multiply_rows(
            out, (address(h, 0, first), row_bytes), np.intp(gates.ctypes.data), (starts[0], 0), to, count, hidden,
            2 * hidden,
        )  # fmt: skip
        for row in range(first, first + count):
            own = to[0] + (row - first) * to[1]
            reset_row(out, (address(shares, t, row), own, address(h, 0, row), address(inner, kept, row)), hidden)
        multiply_rows(
            out, (address(inner, kept, first), row_bytes), np.intp(candidate.ctypes.data), (starts[1], 0), to, count,
            hidden, hidden,
        )  # fmt: skip
        for row in range(first, first + count):
            own = to[0] + (row - first) * to[1]
            update_row(out, (address(shares, t, row), own, address(h, 0, row), address(out, t, row)), hidden)
        out[t, first + count : last] = 0


@kernel(parallel=True)
def _forward_shared(out, inner, shares, h, weight, bias, sizes, reverse, workers):
    for worker in prange(workers):
        _forward_part(out, inner, shares, h, weight, bias, sizes, reverse, np.intp(worker), workers)


@kernel()
def _backward_part(delta, dh, grad, out, gates, h0, weight, sizes, reverse, worker, workers):
    steps, batch, hidden = out.shape
    size, row_bytes = out.itemsize, out.shape[2] * out.itemsize
    first, last = worker * batch // workers, (worker + 1) * batch // workers
    both = aligned(packed_size(2 * hidden, hidden, out), out)
    candidate = aligned(packed_size(hidden, hidden, out), out)
    origin = np.intp(weight.ctypes.data)
    pack_matrix(out, both, origin, row_bytes, size, 2 * hidden, hidden)
    below = origin + 2 * hidden * row_bytes
    pack_matrix(out, candidate, below, row_bytes, size, hidden, hidden)
    product = np.empty((last - first, padded(hidden, out)), out.dtype)
    nothing = np.zeros(padded(hidden, out), out.dtype)
    for step in range(steps):
        t = step if reverse else steps - 1 - step
        earlier = t + 1 if reverse else t - 1
        count = reached(sizes, t, first, last)
        known = reached(sizes, earlier, first, last) if 0 <= earlier < steps else 0
        for row in range(first, first + count):
            before = address(out, earlier, row) if row - first < known else address(h0, 0, row)
            own = address(gates, t, row), before, address(delta, t, row)
            update_row_back(out, (address(grad, t, row), address(dh, 0, row), own[0], own[1], own[2]), hidden)
        delta[t, first + count : last] = 0
        to, onto = (np.intp(product.ctypes.data), product.strides[0]), (address(dh, 0, first), dh.strides[1])
        multiply_rows(
            out, (address(delta, t, first) + 2 * row_bytes, 3 * row_bytes), np.intp(candidate.ctypes.data),
            (np.intp(nothing.ctypes.data), 0), to, count, hidden, hidden,
        )  # fmt: skip
        for row in range(first, first + count):
            before = address(out, earlier, row) if row - first < known else address(h0, 0, row)
            own = address(gates, t, row), before, address(delta, t, row)
            reset_row_back(out, (to[0] + (row - first) * to[1], address(dh, 0, row), own[0], own[1], own[2]), hidden)
        multiply_rows(
            out, (address(delta, t, first), 3 * row_bytes), np.intp(both.ctypes.data), onto, onto, count, 2 * hidden,
            hidden,
        )  # fmt: skip


@kernel(parallel=True)
def _backward_shared(delta, dh, grad, out, gates, h0, weight, sizes, reverse, workers):
    for worker in prange(workers):
        _backward_part(delta, dh, grad, out, gates, h0, weight, sizes, reverse, np.intp(worker), workers)


def forward(
    x: Array, h: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array | None, bias_hh: Array | None,
    sizes: Array, reverse: bool, keep: bool,
) -> tuple[tuple[Array, ...], Kept | None]:  # fmt: skip
    """As `recurrent.forward`; gates r, z, n. `Kept.inner` are the reset states r·h (T, N, H)."""
    steps, batch = x.shape[:2]
    hidden = weight_hh.shape[1]
    shares = gemm.linear(np.ascontiguousarray(x), weight_ih, bias_ih)
    out = np.empty((steps, batch, hidden), x.dtype)
    inner = np.empty((steps if keep else 1, batch, hidden), x.dtype)
    last = np.array(h, order="C")
    bias = np.zeros(len(weight_hh), x.dtype) if bias_hh is None else bias_hh
    starts = np.zeros((1, 2, padded(2 * hidden, out)), x.dtype)
    starts[0, 0, : 2 * hidden], starts[0, 1, :hidden] = bias[: 2 * hidden], bias[2 * hidden :]
    threads.run(
        _forward_part, _forward_shared, shared_by(batch, steps, weight_hh),
        out, inner, shares, last[None], readable(weight_hh), starts, sizes, reverse,
    )  # fmt: skip
    return (out, last), Kept(shares, inner) if keep else None


def backward(
    grads: list[Array], out: Array, kept: Kept, h: Array, weight_hh: Array, sizes: Array, reverse: bool
) -> tuple[Array, Array, Array]:
    """Gradients of the gates (T, N, 3·H), of the first state (N, H), and of weight_hh (3·H, H)."""
    hidden = out.shape[2]
    delta = np.empty((*out.shape[:2], 3 * hidden), out.dtype)
    dh = with_room(grads[1])
    threads.run(
        _backward_part, _backward_shared, shared_by(out.shape[1], len(out), weight_hh),
        delta, dh[None], readable(grads[0]), out, kept.gates, readable(h)[None], readable(weight_hh), sizes, reverse,
    )  # fmt: skip
    gates = weight_gradient(delta[..., : 2 * hidden], out, h, sizes, reverse)
    rows = delta.reshape(-1, 3 * hidden)[:, 2 * hidden :]
    return (
        delta,
        np.ascontiguousarray(dh[:, :hidden]),
        np.concatenate([gates, gemm.matmul(rows.T, kept.inner.reshape(-1, hidden))]),
    )
