"""Recurrent networks that stand in papers and lectures beside those of `nn.functional.recurrent`.

Steps take the input's share in all gates (N, gates·H), the states (N, H) and the weights, and give the new states.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.exponential import sigmoid
from autograd.ops.joining import stack
from autograd.ops.linear import linear
from autograd.ops.recurrent_steps import Peepholes, original_gru_step, peephole_lstm_step
from autograd.ops.recurrent_variants import fused_original_gru, fused_peephole_lstm
from autograd.ops.trigonometry import tanh
from autograd.random import default_generator
from nn.functional.normalization import layer_norm
from nn.functional.recurrent import Step, Weights, room_kept, sequence, suits_kernel

__all__ = [
    "Norm", "Norms", "Peepholes", "layer_norm_lstm_step", "memory_cell_step", "original_gru", "original_gru_step",
    "peephole_lstm", "peephole_lstm_step", "recurrent_mask", "variational_dropout", "with_dropped_gru",
    "with_dropped_state",
]  # fmt: skip


class Norm(NamedTuple):
    """Gain and shift (F,) after a normalization of F features; no shift: None."""

    gain: Any
    shift: Any


class Norms(NamedTuple):
    """Those of the input's share (4·H,), of the state's share (4·H,), and of the cell (H,)."""

    ih: Norm
    hh: Norm
    c: Norm


def memory_cell_step(share: Any, states: tuple[Any, ...], weights: Weights) -> tuple[Any, ...]:
    """The LSTM without a forget gate: c' = c + i·g, h' = o·tanh(c'), gates i, g, o.

    Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997).
    """
    h, c = states
    i, g, o = (share + linear(h, weights.weight_hh, weights.bias_hh)).chunk(3, -1)
    c = c + sigmoid(i) * tanh(g)
    return (sigmoid(o) * tanh(c), c)


def layer_norm_lstm_step(
    share: Any, states: tuple[Any, ...], weights: Weights, norms: Norms, eps: float = 1e-5
) -> tuple[Any, ...]:
    """`lstm_step` with layer normalization of the input's and the state's shares, and of the new c on its way to h.

    The shifts of the norms stand for the biases. Source: Ba et al., "Layer normalization" (2016), equations 20 to 22.
    """
    h, c = states
    total = _normal(share, norms.ih, eps) + _normal(linear(h, weights.weight_hh), norms.hh, eps)
    i, f, g, o = total.chunk(4, -1)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return (sigmoid(o) * tanh(_normal(c, norms.c, eps)), c)


def _normal(x: Any, norm: Norm, eps: float) -> Any:
    return layer_norm(x, x.shape[-1:], norm.gain, norm.shift, eps)


def peephole_lstm(
    input: Any, states: list[Any], weights: Weights, peepholes: Peepholes, sizes: list[int] | None = None,
    reverse: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """`peephole_lstm_step` over a sequence: the outputs (T, N, H) and the last states h and c (N, H)."""
    if suits_kernel(input, states, weights) and _each_its_own(peepholes, input):
        rows = stack([input.new_zeros(weights.weight_hh.shape[1]) if row is None else row for row in peepholes])
        kept = room_kept(input, *states, *weights, rows)
        return tuple(fused_peephole_lstm(input, states[0], states[1], *weights[:4], rows, sizes, reverse, kept))
    step = partial(peephole_lstm_step, peepholes=peepholes)
    return sequence(step, input, states, weights, sizes, reverse)


def _each_its_own(peepholes: Peepholes, input: Any) -> bool:
    return all(weight is None or (weight.ndim == 1 and weight.dtype == input.dtype) for weight in peepholes)


def original_gru(
    input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False
) -> tuple[Any, ...]:
    """`original_gru_step` over a sequence: the outputs (T, N, H) and the last state (N, H)."""
    if suits_kernel(input, states, weights):
        kept = room_kept(input, *states, *weights)
        return tuple(fused_original_gru(input, states[0], *weights[:4], sizes, reverse, kept))
    return sequence(original_gru_step, input, states, weights, sizes, reverse)


def recurrent_mask(state: Any, p: float) -> Any:
    """Factors like a state (N, H): 0 with probability p, else 1 / (1 − p), to be used at every step of a sequence.

    Source: Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks" (2016).
    """
    if not 0 <= p < 1:
        raise ArgumentError(complaint("recurrent_mask", "p of at least 0 and below 1", str(p)))
    kept = default_generator.keep_mask(p, tuple(state.shape))
    return state.new_tensor(kept / (1 - p))


def variational_dropout(input: Any, p: float = 0.5, training: bool = True, batch_first: bool = False) -> Any:
    """`recurrent_mask` for an input (T, N, F), or (N, T, F) if `batch_first`: features are dropped at all steps alike.

    Gives the input unless `training`. Raises ArgumentError, ShapeError.
    """
    if input.ndim != 3:
        expected = "an input (N, T, F)" if batch_first else "an input (T, N, F)"
        raise ShapeError(complaint("variational_dropout", expected, f"shape {tuple(input.shape)}"))
    if not training or p == 0:
        return input
    dim = 1 if batch_first else 0
    return input * recurrent_mask(input.select(dim, 0), p).unsqueeze(dim)


def with_dropped_state(step: Step, mask: Any) -> Step:
    """A step that sees its state h, which reaches it through weight_hh only, times the mask (N, H)."""

    def dropped(share: Any, states: tuple[Any, ...], weights: Weights) -> tuple[Any, ...]:
        h, *rest = states
        return step(share, (h * mask[: len(h)], *rest), weights)

    return dropped


def with_dropped_gru(mask: Any) -> Step:
    """`gru_step` whose gates see the state h times the mask (N, H); what stays of h is not masked."""

    def dropped(share: Any, states: tuple[Any, ...], weights: Weights) -> tuple[Any, ...]:
        (h,) = states
        x_r, x_z, x_n = share.chunk(3, -1)
        h_r, h_z, h_n = linear(h * mask[: len(h)], weights.weight_hh, weights.bias_hh).chunk(3, -1)
        n, z = tanh(x_n + sigmoid(x_r + h_r) * h_n), sigmoid(x_z + h_z)
        return (n + z * (h - n),)

    return dropped
