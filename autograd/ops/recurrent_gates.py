"""The gates of one step of LSTM or GRU as single operations, for cells that users unroll themselves."""

from __future__ import annotations

from typing import Any

from autograd import kernels
from autograd.general_call import operation
from autograd.ops.recurrent_steps import gru_gates, lstm_gates


def _lstm_back(g: Any, c: Any, out: Any, kept: Any) -> tuple[Any, ...]:
    delta, before = kernels.recurrent_step.lstm_backward(g[0], g[1], kept[0], out[1], c)
    return delta, delta, before


def _lstm_parts(share: Any, product: Any, c: Any, kept: Any) -> Any:
    return lstm_gates(share, product, c)


@operation(operands=("share", "product", "c"), joint=_lstm_back, decompose=_lstm_parts)
def fused_lstm_gates(share: Any, product: Any, c: Any, kept: Any) -> Any:
    """`lstm_gates` of floats (N, 4·H) and (N, H). `kept`, an empty list, receives what the gradient needs."""
    h, new, gates = kernels.recurrent_step.lstm_forward(share, product, c)
    kept.append(gates)
    return h, new


def _gru_back(g: Any, h: Any, kept: Any) -> tuple[Any, ...]:
    delta, before = kernels.recurrent_step.gru_backward(g, kept[0], kept[1], h)
    hidden = h.shape[1]
    return _with_candidate_last(delta, hidden), delta[:, hidden:], before


def _with_candidate_last(delta: Any, hidden: int) -> Any:
    share = delta[:, hidden:].copy()
    share[:, 2 * hidden :] = delta[:, :hidden]
    return share


def _gru_parts(share: Any, product: Any, h: Any, kept: Any) -> Any:
    return gru_gates(share, product, h)


@operation(operands=("share", "product", "h"), joint=_gru_back, decompose=_gru_parts)
def fused_gru_gates(share: Any, product: Any, h: Any, kept: Any) -> Any:
    """`gru_gates` of floats (N, 3·H) and (N, H). `kept` as for `fused_lstm_gates`."""
    out, gates, inner = kernels.recurrent_step.gru_forward(share, product, h)
    kept += [gates, inner]
    return out
