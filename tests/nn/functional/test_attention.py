"""Attention against loops over queries and keys; multi-head attention against its heads one by one."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DTypeError, ShapeError
from autograd.ops.attention import fused_attention
from tests.conformance import ErrorCase, OpCase, conforms, refuses

MASK = np.array([[True, False, True, True], [False, False, True, False], [True, True, True, True]])
BLIND = np.array([[True, False, True, True], [False, False, False, False], [True, True, True, True]])


def attention(q, k, v, seen=None, scale=None):
    """Row by row, from the definition, for (..., L, E)."""
    scale = 1 / np.sqrt(q.shape[-1]) if scale is None else scale
    out = np.zeros((*q.shape[:-1], v.shape[-1]))
    for place in np.ndindex(q.shape[:-1]):
        *batch, i = place
        scores = scale * k[tuple(batch)] @ q[place]
        if seen is not None:
            scores = np.where(seen[i], scores, -np.inf) if seen.dtype == bool else scores + seen[i]
        if (scores > -np.inf).any():
            weights = np.exp(scores - scores.max())
            out[place] = weights / weights.sum() @ v[tuple(batch)]
    return out


def causal(q, k, v, is_causal):
    return attention(q, k, v, np.tril(np.ones((q.shape[-2], k.shape[-2]), bool)))


def grouped(q, k, v, enable_gqa):
    heads = q.shape[1] // k.shape[1]
    return attention(q, np.repeat(k, heads, 1), np.repeat(v, heads, 1))


def fused(q, k, v, is_causal):
    return fused_attention(q, k, v, None, is_causal, 0.4, [])


def defined(q, k, v, is_causal):
    return attention(q, k, v, np.tril(np.ones((q.shape[-2], k.shape[-2]), bool)) if is_causal else None, 0.4)


def two_heads(x, in_weight, in_bias, out_weight, out_bias):
    arguments = 4, 2, in_weight, in_bias, None, None, False, 0.0, out_weight, out_bias
    return F.multi_head_attention_forward(x, x, x, *arguments)[0]


def two_heads_in_turn(x, in_weight, in_bias, out_weight, out_bias):
    q, k, v = np.split(x.swapaxes(0, 1) @ in_weight.T + in_bias, 3, -1)
    heads = [attention(*(part[..., h : h + 2] for part in (q, k, v))) for h in (0, 2)]
    return (np.concatenate(heads, -1) @ out_weight.T + out_bias).swapaxes(0, 1)


SHAPES = [(2, 3, 5), (2, 4, 5), (2, 4, 6)]

CASES = [
    OpCase(F.scaled_dot_product_attention, attention, SHAPES),
    OpCase(F.scaled_dot_product_attention, attention, [(3, 5), (4, 5), (4, 2)], {"scale": 0.3}),
    OpCase(F.scaled_dot_product_attention, attention, [*SHAPES, MASK], grad_inputs=[0, 1, 2]),
    OpCase(F.scaled_dot_product_attention, attention, [*SHAPES, BLIND], grad_inputs=[0, 1, 2]),
    OpCase(F.scaled_dot_product_attention, attention, [*SHAPES, (3, 4)]),
    OpCase(F.scaled_dot_product_attention, causal, SHAPES, {"is_causal": True}),
    OpCase(F.scaled_dot_product_attention, causal, [(2, 2, 6, 3)] * 3, {"is_causal": True}),
    OpCase(F.scaled_dot_product_attention, grouped, [(1, 4, 3, 5), (1, 2, 4, 5), (1, 2, 4, 5)], {"enable_gqa": True}),
    *(OpCase(fused, defined, [(2, 2, 3, 5), (2, 2, 4, 5), (2, 2, 4, 6)], {"is_causal": c}, name="fused_attention")
      for c in (False, True)),
    OpCase(two_heads, two_heads_in_turn, [(3, 2, 4), (12, 4), (12,), (4, 4), (4,)]),
]  # fmt: skip

zeros = ag.zeros
ERRORS = [
    ErrorCase(F.scaled_dot_product_attention, [zeros(3, 5), zeros(4, 4), zeros(4, 2)], ShapeError, r"\(3, 5\), \(4"),
    ErrorCase(F.scaled_dot_product_attention, [zeros(3, 5), zeros(4, 5), zeros(3, 2)], ShapeError, "S, V"),
    ErrorCase(F.scaled_dot_product_attention, [zeros(2, 2), zeros(2, 2), zeros(2, 2).double()], DTypeError, "float64"),
    ErrorCase(F.scaled_dot_product_attention, [zeros(2, 2)] * 3 + [zeros(2, 2)], ArgumentError, "both",
              {"is_causal": True}),
    ErrorCase(F.scaled_dot_product_attention, [zeros(1, 3, 2, 2), zeros(1, 2, 2, 2), zeros(1, 2, 2, 2)], ShapeError,
              "multiple of the heads", {"enable_gqa": True}),
    ErrorCase(nn.MultiheadAttention, [6, 4], ArgumentError, "6 and 4"),
    ErrorCase(nn.MultiheadAttention(6, 2), [zeros(3, 1, 5)] * 3, ShapeError, r"query \(L, N, 6\)"),
    ErrorCase(nn.MultiheadAttention(6, 2), [zeros(3, 1, 6), zeros(3, 2, 6), zeros(3, 2, 6)], ShapeError, "batch size"),
    ErrorCase(nn.MultiheadAttention(6, 2), [zeros(3, 1, 6)] * 3, ShapeError, r"attn_mask of shape \(3, 3\) or \(2, 3",
              {"attn_mask": zeros(3, 4)}),
    ErrorCase(nn.MultiheadAttention(6, 2), [zeros(3, 1, 6)] * 3, ShapeError, r"key_padding_mask of shape \(1, 3\)",
              {"key_padding_mask": zeros(3, 1)}),
    ErrorCase(nn.MultiheadAttention(6, 2), [zeros(3, 1, 6)] * 3, ArgumentError, "hint", {"is_causal": True}),
]  # fmt: skip

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_dropped_weights_scale_the_others():
    ag.manual_seed(0)
    value = ag.eye(50).double()
    weights = F.scaled_dot_product_attention(ag.zeros(40, 3).double(), ag.zeros(50, 3).double(), value, dropout_p=0.25)
    found = weights.numpy()
    assert set(np.round(np.unique(found), 12)) == {0, np.round(1 / 50 / 0.75, 12)}
    assert 0.2 < (found == 0).mean() < 0.3


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("need_weights", [False, True])
def test_heads_one_by_one(batch_first, need_weights):
    layer = nn.MultiheadAttention(6, 2, batch_first=batch_first, dtype=ag.float64)
    x = ag.randn(2, 3, 6, dtype=ag.float64)
    padding = ag.tensor([[False, False, True], [False, False, False]])
    given = x if batch_first else x.transpose(0, 1)
    output, weights = layer(given, given, given, padding, need_weights)
    output = output if batch_first else output.transpose(0, 1)
    projected = x.numpy() @ layer.in_proj_weight.detach().numpy().T + layer.in_proj_bias.detach().numpy()
    for n in range(2):
        heads = [
            attention(*(projected[n, :, part * 6 + head * 3 : part * 6 + head * 3 + 3] for part in range(3)),
                      seen=np.broadcast_to(~padding[n].numpy(), (3, 3)))
            for head in range(2)
        ]  # fmt: skip
        expected = np.concatenate(heads, 1) @ layer.out_proj.weight.detach().numpy().T
        np.testing.assert_allclose(output[n].detach().numpy(), expected + layer.out_proj.bias.detach().numpy())
    assert (weights is None) != need_weights
    if need_weights:
        np.testing.assert_allclose(weights.sum(-1).detach().numpy(), np.ones((2, 3)))
        assert (weights[0, :, 2] == 0).all()
