"""LSTM with peepholes and the original GRU over whole sequences, as single operations with kernels of their own.

What they compute, out of smaller operations, stands in recurrent_steps.py.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.ops.recurrent import run_backward, run_forward, steps_reached
from autograd.ops.recurrent_steps import Peepholes, Weights, original_gru_step, peephole_lstm_step, sequence
from autograd.ops.summation import total


def _peephole_back(
    g: Any, input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, peepholes: Any, out: Any, reverse: bool,
    kept: Any, needed: Any,
) -> Any:  # fmt: skip
    weights = Weights(weight_ih, weight_hh)
    return run_backward("peephole", g, input, [h, c], weights, out[0], reverse, kept, needed, peepholes)


def _peephole_parts(
    input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, peepholes: Any, sizes: Any,
    reverse: bool, kept: Any,
) -> Any:  # fmt: skip
    step = partial(peephole_lstm_step, peepholes=Peepholes(*peepholes))
    return sequence(step, input, [h, c], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse)


@operation(
    operands=("input", "h", "c", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "peepholes"), joint=_peephole_back,
    decompose=_peephole_parts,
)  # fmt: skip
def fused_peephole_lstm(
    input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, peepholes: Any, sizes: Any,
    reverse: bool, kept: Any,
) -> Any:  # fmt: skip
    """`peephole_lstm_step` over a sequence (T, N, I), peepholes (3, H) of i, f, o; results as `fused_lstm` gives them.

    `kept`, an empty list, receives what the gradient needs; None where none will be asked for.
    """
    weights = Weights(weight_ih, weight_hh, bias_ih, bias_hh)
    return run_forward("peephole", input, [h, c], weights, sizes, reverse, kept, peepholes)


def _original_back(
    g: Any, input: Any, h: Any, weight_ih: Any, weight_hh: Any, out: Any, reverse: bool, kept: Any, needed: Any
) -> Any:
    steps, inner = kept[0]
    kernel, matmul = kernels.recurrent_original, kernels.gemm.matmul
    delta, first, weight = kernel.backward(list(g), out[0], inner, h, weight_hh, steps, reverse)
    rows = delta.reshape(-1, delta.shape[2])
    to_input = matmul(rows, weight_ih).reshape(input.shape) if needed[0] else None
    to_weight = matmul(rows.T, np.ascontiguousarray(input).reshape(-1, input.shape[2])) if needed[2] else None
    sums = np.asarray(total(delta, (0, 1))) if needed[4] or needed[5] else None
    return to_input, first, to_weight, weight, sums, None if sums is None else sums.copy()


def _original_parts(
    input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, sizes: Any, reverse: bool,
    kept: Any,
) -> Any:  # fmt: skip
    return sequence(original_gru_step, input, [h], Weights(weight_ih, weight_hh, bias_ih, bias_hh), sizes, reverse)


@operation(
    operands=("input", "h", "weight_ih", "weight_hh", "bias_ih", "bias_hh"), joint=_original_back,
    decompose=_original_parts,
)  # fmt: skip
def fused_original_gru(
    input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, sizes: Any, reverse: bool,
    kept: Any,
) -> Any:  # fmt: skip
    """`original_gru_step` over a sequence (T, N, I): outputs (T, N, H), last state (N, H). `kept` as for others."""
    steps = steps_reached(input, sizes)
    results, needed = kernels.recurrent_original.forward(
        input, h, weight_ih, weight_hh, bias_ih, bias_hh, steps, reverse, kept is not None
    )
    if kept is not None:
        kept.append((steps, needed))
    return results
