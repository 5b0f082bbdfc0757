"""Recurrent networks over sequences, by fused operations where these apply, else step by step.

A sequence is `input` (T, N, I); `sizes` says how many sequences, the first of the batch, reach each step: the states
of the others stay as they are, and their outputs are 0. `reverse` goes from the last step to the first.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from autograd.grad_mode import is_grad_enabled
from autograd.ops.recurrent import fused_gru, fused_lstm, fused_rnn
from autograd.ops.recurrent_steps import Step, Weights, gru_step, lstm_step, rnn_step, sequence

__all__ = ["Step", "Weights", "gru", "gru_step", "lstm", "lstm_step", "rnn", "rnn_step", "sequence"]


def _suits_kernel(input: Any, states: list[Any], weights: Weights) -> bool:
    operands = [input, *states, *(weight for weight in weights if weight is not None)]
    one_kind = all(operand.dtype == input.dtype for operand in operands) and input.dtype.dtype.char in "fd"
    return one_kind and weights.weight_hr is None and input.shape[0] > 0 and input.shape[1] > 0 and input.shape[2] > 0


def _kept(operands: list[Any]) -> list[Any] | None:
    """Room for what the gradient needs, or None where there will be none."""
    wanted = any(operand is not None and operand.requires_grad for operand in operands)
    return [] if wanted and is_grad_enabled() else None


def rnn(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False,
    nonlinearity: str = "tanh",
) -> tuple[Any, ...]:  # fmt: skip
    """`rnn_step` over a sequence: the outputs (T, N, H) and the last state (N, H)."""
    if _suits_kernel(input, states, weights):
        operands: list[Any] = [input, *states, *weights[:4]]
        return tuple(
            fused_rnn(*operands, nonlinearity=nonlinearity, sizes=sizes, reverse=reverse, kept=_kept(operands))
        )
    return sequence(partial(rnn_step, nonlinearity=nonlinearity), input, states, weights, sizes, reverse)


def lstm(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False
) -> tuple[Any, ...]:
    """`lstm_step` over a sequence: the outputs (T, N, H) and the last states h and c (N, H)."""
    if _suits_kernel(input, states, weights):
        operands: list[Any] = [input, *states, *weights[:4]]
        return tuple(fused_lstm(*operands, sizes=sizes, reverse=reverse, kept=_kept(operands)))
    return sequence(lstm_step, input, states, weights, sizes, reverse)


def gru(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False
) -> tuple[Any, ...]:
    """`gru_step` over a sequence: the outputs (T, N, H) and the last state (N, H)."""
    if _suits_kernel(input, states, weights):
        operands: list[Any] = [input, *states, *weights[:4]]
        return tuple(fused_gru(*operands, sizes=sizes, reverse=reverse, kept=_kept(operands)))
    return sequence(gru_step, input, states, weights, sizes, reverse)
