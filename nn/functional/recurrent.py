"""Recurrent networks over sequences, by fused operations where these apply, else step by step.

A sequence is `input` (T, N, I); `sizes` says how many sequences, the first of the batch, reach each step: the states
of the others stay as they are, and their outputs are 0. `reverse` goes from the last step to the first.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from autograd.grad_mode import is_grad_enabled
from autograd.ops.linear import linear
from autograd.ops.recurrent import fused_gru, fused_lstm, fused_rnn
from autograd.ops.recurrent_gates import fused_gru_gates, fused_lstm_gates
from autograd.ops.recurrent_steps import Step, Weights, gru_step, lstm_step, rnn_step, sequence

__all__ = [
    "Step", "Weights", "gru", "gru_cell", "gru_step", "lstm", "lstm_cell", "lstm_step", "rnn", "rnn_step", "sequence",
]  # fmt: skip


def suits_kernel(input: Any, states: list[Any], weights: Weights) -> bool:
    """Whether the fused operations can have a sequence: one dtype, nothing empty, no weight_hr."""
    operands = [input, *states, *(weight for weight in weights if weight is not None)]
    one_kind = all(operand.dtype == input.dtype for operand in operands) and input.dtype.dtype.char in "fd"
    return one_kind and weights.weight_hr is None and input.shape[0] > 0 and input.shape[1] > 0 and input.shape[2] > 0


def room_kept(*operands: Any) -> list[Any] | None:
    """Room for what the gradient needs, or None where there will be none."""
    wanted = any(operand is not None and operand.requires_grad for operand in operands)
    return [] if wanted and is_grad_enabled() else None


def rnn(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False,
    nonlinearity: str = "tanh",
) -> tuple[Any, ...]:  # fmt: skip
    """`rnn_step` over a sequence: the outputs (T, N, H) and the last state (N, H)."""
    if suits_kernel(input, states, weights):
        kept = room_kept(input, *states, *weights)
        return tuple(fused_rnn(input, states[0], *weights[:4], nonlinearity, sizes, reverse, kept))
    return sequence(partial(rnn_step, nonlinearity=nonlinearity), input, states, weights, sizes, reverse)


def lstm(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False
) -> tuple[Any, ...]:
    """`lstm_step` over a sequence: the outputs (T, N, H) and the last states h and c (N, H)."""
    if suits_kernel(input, states, weights):
        kept = room_kept(input, *states, *weights)
        return tuple(fused_lstm(input, states[0], states[1], *weights[:4], sizes, reverse, kept))
    return sequence(lstm_step, input, states, weights, sizes, reverse)


def gru(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False
) -> tuple[Any, ...]:
    """`gru_step` over a sequence: the outputs (T, N, H) and the last state (N, H)."""
    if suits_kernel(input, states, weights):
        kept = room_kept(input, *states, *weights)
        return tuple(fused_gru(input, states[0], *weights[:4], sizes, reverse, kept))
    return sequence(gru_step, input, states, weights, sizes, reverse)


def _is_plain(share: Any, product: Any, state: Any) -> bool:
    """Whether a step's gates, of one sequence each row, suit the fused operations."""
    same = share.dtype == product.dtype == state.dtype and state.dtype.dtype.char in "fd"
    return same and state.ndim == 2 and share.shape == product.shape and state.numel() > 0


def lstm_cell(share: Any, states: tuple[Any, ...], weights: Weights) -> tuple[Any, ...]:
    """`lstm_step` without weight_hr: the new h and c."""
    product = linear(states[0], weights.weight_hh, weights.bias_hh)
    if _is_plain(share, product, states[1]):
        return tuple(fused_lstm_gates(share, product, states[1], []))
    return lstm_step(share, states, weights)


def gru_cell(share: Any, states: tuple[Any, ...], weights: Weights) -> Any:
    """`gru_step`: the new h."""
    product = linear(states[0], weights.weight_hh, weights.bias_hh)
    if _is_plain(share, product, states[0]):
        return fused_gru_gates(share, product, states[0], [])
    return gru_step(share, states, weights)[0]
