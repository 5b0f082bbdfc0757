"""Recurrent layers that PyTorch lacks, as its users write them: a Python loop over the steps, in any library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.libraries import Library


def peephole_lstm(library: Library, x: Any, weights: Sequence[Any]) -> Any:
    """Outputs (T, N, H) of an LSTM whose gates i, f and o see c through weights (H,), from states of zeros.

    x (T, N, I); weights: (4·H, I), (4·H, H), two biases (4·H,), and those of the peepholes of i, f, o.
    """
    w_ih, w_hh, b_ih, b_hh, w_ci, w_cf, w_co = weights
    torch = library.tensors
    share = x @ w_ih.T + (b_ih + b_hh)
    h = c = torch.zeros(x.shape[1], w_hh.shape[1])
    outputs = []
    for now in share:
        i, f, g, o = (now + h @ w_hh.T).chunk(4, -1)
        c = torch.sigmoid(f + w_cf * c) * c + torch.sigmoid(i + w_ci * c) * torch.tanh(g)
        h = torch.sigmoid(o + w_co * c) * torch.tanh(c)
        outputs.append(h)
    return torch.stack(outputs)


def original_gru(library: Library, x: Any, weights: Sequence[Any]) -> Any:
    """Outputs (T, N, H) of h' = (1 − z)·h + z·tanh(x_n + W_hn·(r·h)), gates r, z, n, from a state of zeros.

    x (T, N, I); weights: (3·H, I), (3·H, H) and two biases (3·H,).
    """
    w_ih, w_hh, b_ih, b_hh = weights
    torch = library.tensors
    size = w_hh.shape[1]
    share = x @ w_ih.T + (b_ih + b_hh)
    h = torch.zeros(x.shape[1], size)
    outputs = []
    for now in share:
        r, z = torch.sigmoid(now[:, : 2 * size] + h @ w_hh[: 2 * size].T).chunk(2, -1)
        h = h + z * (torch.tanh(now[:, 2 * size :] + (r * h) @ w_hh[2 * size :].T) - h)
        outputs.append(h)
    return torch.stack(outputs)
