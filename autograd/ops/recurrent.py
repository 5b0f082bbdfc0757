"""RNN, LSTM and GRU over whole sequences, as single operations with kernels of their own.

Their smaller parts, in recurrent_steps.py, give the higher orders. Arguments are checked, and explained, in `nn`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.ops.recurrent_steps import Weights, gru_step, lstm_step, rnn_step, sequence
from autograd.ops.summation import total


def steps_reached(input: Any, sizes: Any) -> Any:
    """How many sequences reach each step, as kernels want it."""
    return np.full(len(input), input.shape[1]) if sizes is None else np.asarray(sizes, np.int64)


def run_forward(
    kind: str, input: Any, states: list[Any], weights: Weights, sizes: Any, reverse: bool, kept: Any,
    peepholes: Any = None,
) -> Any:  # fmt: skip
    """A kernel's results; what the gradient needs goes to `kept`."""
    recurrent, steps = kernels.recurrent, steps_reached(input, sizes)
    results, needed = recurrent.forward(
        recurrent.KINDS[kind], input, states, *weights[:4], steps, reverse, kept is not None, peepholes
    )
    if kept is not None:
        kept.append((steps, needed))
    return results


def run_backward(
    kind: str, grads: Any, input: Any, states: list[Any], weights: Weights, out: Any, reverse: bool, kept: Any,
    needed: tuple[bool, ...], peepholes: Any = None,
) -> list[Any]:  # fmt: skip
    """Gradients of the input, the states, both weights, both biases, and of the peepholes."""
    recurrent = kernels.recurrent
    steps, inner = kept[0]
    delta, first, peeped = recurrent.backward(
        recurrent.KINDS[kind], list(grads), out, inner, states, weights.weight_hh, steps, reverse, peepholes
    )
    hidden, wants = out.shape[2], dict(zip(Weights._fields, needed[1 + len(states) :], strict=False))
    rows, products, turn, found = delta.reshape(-1, delta.shape[2]), delta, 0, {}
    if kind == "gru":  # n comes first among the shares
        rows, products, turn = rows[:, : 3 * hidden], delta[..., hidden:], hidden
    if needed[0]:
        found["input"] = kernels.gemm.matmul(rows, np.roll(weights.weight_ih, turn, 0)).reshape(input.shape)
    if wants["weight_ih"]:
        gradient = kernels.gemm.matmul(rows.T, np.ascontiguousarray(input).reshape(-1, input.shape[2]))
        found["weight_ih"] = np.roll(gradient, -turn, 0) if turn else gradient
    if wants["weight_hh"]:
        found["weight_hh"] = recurrent.weight_gradient(products, out, states[0], steps, reverse)
    if wants["bias_ih"] or wants["bias_hh"]:
        sums = np.asarray(total(delta, (0, 1)))
        found["bias_ih"] = np.roll(sums[: 3 * hidden], -turn) if turn else sums
        found["bias_hh"] = sums[hidden:] if turn else sums.copy()
    return [found.get("input"), *first, *(found.get(name) for name in Weights._fields[:4]), peeped]


def _rnn_back(
    g: Any, input: Any, h: Any, weight_ih: Any, weight_hh: Any, out: Any, nonlinearity: str, reverse: bool,
    kept: Any, needed: Any,
) -> Any:  # fmt: skip
    return run_backward(nonlinearity, g, input, [h], Weights(weight_ih, weight_hh), out[0], reverse, kept, needed)[:-1]


def _rnn_parts(
    input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, nonlinearity: str, sizes: Any,
    reverse: bool, kept: Any,
) -> Any:  # fmt: skip
    weights = Weights(weight_ih, weight_hh, bias_ih, bias_hh)
    return sequence(partial(rnn_step, nonlinearity=nonlinearity), input, [h], weights, sizes, reverse)


@operation(
    operands=("input", "h", "weight_ih", "weight_hh", "bias_ih", "bias_hh"), joint=_rnn_back, decompose=_rnn_parts
)
def fused_rnn(
    input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, nonlinearity: str, sizes: Any,
    reverse: bool, kept: Any,
) -> Any:  # fmt: skip
    """`rnn_step` over a sequence (T, N, I): outputs (T, N, H) and the last state (N, H).

    `kept`, an empty list, receives what the gradient needs; None where none will be asked for.
    """
    return run_forward(nonlinearity, input, [h], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse, kept)


def _gru_back(
    g: Any, input: Any, h: Any, weight_ih: Any, weight_hh: Any, out: Any, reverse: bool, kept: Any, needed: Any
) -> Any:
    return run_backward("gru", g, input, [h], Weights(weight_ih, weight_hh), out[0], reverse, kept, needed)[:-1]


def _gru_parts(
    input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, sizes: Any, reverse: bool,
    kept: Any,
) -> Any:  # fmt: skip
    return sequence(gru_step, input, [h], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse)


@operation(
    operands=("input", "h", "weight_ih", "weight_hh", "bias_ih", "bias_hh"), joint=_gru_back, decompose=_gru_parts
)
def fused_gru(
    input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, sizes: Any, reverse: bool,
    kept: Any,
) -> Any:  # fmt: skip
    """`gru_step` over a sequence (T, N, I): outputs (T, N, H) and the last state (N, H). `kept` as for `fused_rnn`."""
    return run_forward("gru", input, [h], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse, kept)


def _lstm_back(
    g: Any, input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, out: Any, reverse: bool, kept: Any, needed: Any
) -> Any:
    return run_backward("lstm", g, input, [h, c], Weights(weight_ih, weight_hh), out[0], reverse, kept, needed)[:-1]


def _lstm_parts(
    input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, sizes: Any, reverse: bool,
    kept: Any,
) -> Any:  # fmt: skip
    return sequence(lstm_step, input, [h, c], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse)


@operation(
    operands=("input", "h", "c", "weight_ih", "weight_hh", "bias_ih", "bias_hh"), joint=_lstm_back,
    decompose=_lstm_parts,
)  # fmt: skip
def fused_lstm(
    input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, sizes: Any, reverse: bool,
    kept: Any,
) -> Any:  # fmt: skip
    """`lstm_step` over a sequence (T, N, I): outputs (T, N, H), states h and c (N, H). `kept` as for `fused_rnn`."""
    return run_forward("lstm", input, [h, c], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse, kept)
