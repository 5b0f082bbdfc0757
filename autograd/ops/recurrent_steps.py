"""Recurrent steps and sequences out of small operations: what the fused ones of recurrent.py compute.

Gates stand one after the other in the rows of weights, in PyTorch's order. A sequence is `input` (T, N, I); `sizes`
says how many sequences, the first of the batch, reach each step: the states of the others stay as they are, and their
outputs are 0. `reverse` goes from the last step to the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.ops.exponential import sigmoid
from autograd.ops.joining import cat, stack
from autograd.ops.linear import linear
from autograd.ops.selection import relu
from autograd.ops.trigonometry import tanh


class Weights(NamedTuple):
    """The parameters of one layer and direction; those that are absent are None."""

    weight_ih: Any
    weight_hh: Any
    bias_ih: Any = None
    bias_hh: Any = None
    weight_hr: Any = None


Step = Callable[[Any, tuple[Any, ...], Weights], tuple[Any, ...]]
"""New states, the output first, from the input's share in all gates (N, gates·H) and the states (N, H)."""


def rnn_step(share: Any, states: tuple[Any, ...], weights: Weights, nonlinearity: str = "tanh") -> tuple[Any, ...]:
    """h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or relu. Source: Elman, "Finding structure in time" (1990)."""
    total = share + linear(states[0], weights.weight_hh, weights.bias_hh)
    return (tanh(total) if nonlinearity == "tanh" else relu(total),)


def lstm_step(share: Any, states: tuple[Any, ...], weights: Weights) -> tuple[Any, ...]:
    """c' = f·c + i·g, h' = o·tanh(c'), gates i, f, g, o; h' is then multiplied by weight_hr if there is one.

    Sources: Hochreiter and Schmidhuber, "Long short-term memory" (1997); Gers et al., "Learning to forget" (2000).
    """
    h, c = lstm_gates(share, linear(states[0], weights.weight_hh, weights.bias_hh), states[1])
    return (h if weights.weight_hr is None else linear(h, weights.weight_hr), c)


def gru_step(share: Any, states: tuple[Any, ...], weights: Weights) -> tuple[Any, ...]:
    """h' = (1 − z)·n + z·h, n = tanh(x_n + r·(W_hn·h + b_hn)), gates r, z, n.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), reset after the product.
    """
    (h,) = states
    return (gru_gates(share, linear(h, weights.weight_hh, weights.bias_hh), h),)


def lstm_gates(share: Any, product: Any, c: Any) -> tuple[Any, Any]:
    """The new h and c from the parts of input and state in the gates (N, 4·H), and the old c (N, H)."""
    i, f, g, o = (share + product).chunk(4, -1)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(c), c


def gru_gates(share: Any, product: Any, h: Any) -> Any:
    """The new h from the parts of input and state in the gates (N, 3·H), and the old h (N, H)."""
    x_r, x_z, x_n = share.chunk(3, -1)
    h_r, h_z, h_n = product.chunk(3, -1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n = tanh(x_n + r * h_n)
    return n + z * (h - n)


class Peepholes(NamedTuple):
    """Through what the gates see the cell: (H,) each unit its own, (H, H) all, None not at all."""

    i: Any = None
    f: Any = None
    o: Any = None


def peephole_lstm_step(share: Any, states: tuple[Any, ...], weights: Weights, peepholes: Peepholes) -> tuple[Any, ...]:
    """`lstm_step` whose gates i and f also see c, and whose gate o the new c, through the peepholes.

    Source: Gers and Schmidhuber, "Recurrent nets that time and count" (2000).
    """
    h, c = states
    i, f, g, o = (share + linear(h, weights.weight_hh, weights.bias_hh)).chunk(4, -1)
    c_new = sigmoid(_peeped(f, peepholes.f, c)) * c + sigmoid(_peeped(i, peepholes.i, c)) * tanh(g)
    return (sigmoid(_peeped(o, peepholes.o, c_new)) * tanh(c_new), c_new)


def _peeped(gate: Any, weight: Any, c: Any) -> Any:
    if weight is None:
        return gate
    return gate + (weight * c if weight.ndim == 1 else linear(c, weight))


def original_gru_step(share: Any, states: tuple[Any, ...], weights: Weights, mask: Any = None) -> tuple[Any, ...]:
    """h' = (1 − z)·h + z·tanh(x_n + W_hn·(r·h) + b_hn), gates r, z, n: reset before the product.

    z says how much is new, in `gru_step` how much stays. `mask` (N, H) multiplies h where the gates see it.
    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014).
    """
    (h,) = states
    seen = h if mask is None else h * mask[: len(h)]
    size = 2 * h.shape[-1]
    weight, bias = weights.weight_hh, weights.bias_hh
    first, last = (None, None) if bias is None else (bias[:size], bias[size:])
    r, z = sigmoid(share[:, :size] + linear(seen, weight[:size], first)).chunk(2, -1)
    n = tanh(share[:, size:] + linear(r * seen, weight[size:], last))
    return (h + z * (n - h),)


def sequence(
    step: Step, input: Any, states: list[Any], weights: Weights, sizes: list[int] | None = None, reverse: bool = False
) -> tuple[Any, ...]:
    """The outputs (T, N, H) of a step repeated over a sequence, and the last states (N, H)."""
    shares = linear(input, weights.weight_ih, weights.bias_ih)
    batch, outputs = input.shape[1], []
    current = tuple(states)
    times = range(len(input) - 1, -1, -1) if reverse else range(len(input))
    for t in times:
        reached = batch if sizes is None else sizes[t]
        if reached == batch:
            current = step(shares[t], current, weights)
            outputs.append(current[0])
            continue
        new = step(shares[t][:reached], tuple(state[:reached] for state in current), weights)
        outputs.append(cat([new[0], new[0].new_zeros((batch - reached, new[0].shape[1]))]))
        current = tuple(cat([fresh, old[reached:]]) for fresh, old in zip(new, current, strict=True))
    return (stack(outputs[::-1] if reverse else outputs), *current)
