"""Multi-head attention as a module. What it computes stands in `nn.functional.multihead_attention`."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.creation import empty
from autograd.errors import ArgumentError, complaint
from nn import init
from nn.layers.linear import Linear
from nn.module import Module
from nn.parameter import Parameter


class NonDynamicallyQuantizableLinear(Linear):
    """`Linear` under the name that PyTorch prints for the output projection of attention."""


class MultiheadAttention(Module):
    """`num_heads` heads of scaled dot product attention of size embed_dim / num_heads, and a linear map of them all.

    `kdim`, `vdim`: sizes of keys and values, embed_dim by default; `bias` of the projections; `add_bias_kv`: a learnt
    key and value more; `add_zero_attn`: a key and value of zeros more; `dropout` of the weights; `batch_first`: inputs
    (N, L, E) instead of (L, N, E). Parameters are `in_proj_weight` (3·embed_dim, embed_dim), or `q_proj_weight`,
    `k_proj_weight`, `v_proj_weight`, then `in_proj_bias`, `bias_k`, `bias_v`, `out_proj.weight`, `out_proj.bias`.
    Raises ArgumentError unless num_heads divides embed_dim.
    Source: Vaswani et al., "Attention is all you need" (2017).
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, add_bias_kv: bool = False,
        add_zero_attn: bool = False, kdim: int | None = None, vdim: int | None = None, batch_first: bool = False,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            expected = "embed_dim and num_heads above 0, one a multiple of the other"
            raise ArgumentError(complaint("MultiheadAttention", expected, f"{embed_dim} and {num_heads}"))
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads

        def parameter(wanted: bool, *shape: int) -> Parameter | None:
            return Parameter(empty(*shape, device=device, dtype=dtype)) if wanted else None

        separate = not self._qkv_same_embed_dim
        self.register_parameter("q_proj_weight", parameter(separate, embed_dim, embed_dim))
        self.register_parameter("k_proj_weight", parameter(separate, embed_dim, self.kdim))
        self.register_parameter("v_proj_weight", parameter(separate, embed_dim, self.vdim))
        self.register_parameter("in_proj_weight", parameter(not separate, 3 * embed_dim, embed_dim))
        self.register_parameter("in_proj_bias", parameter(bias, 3 * embed_dim))
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        self.register_parameter("bias_k", parameter(add_bias_kv, 1, 1, embed_dim))
        self.register_parameter("bias_v", parameter(add_bias_kv, 1, 1, embed_dim))
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self, query: Any, key: Any, value: Any, key_padding_mask: Any = None, need_weights: bool = True,
        attn_mask: Any = None, average_attn_weights: bool = True, is_causal: bool = False,
    ) -> tuple[Any, Any]:  # fmt: skip
        """The output, shaped as `query`, and the weights (N, L, S), or None unless `need_weights`.

        `key_padding_mask` (N, S): true for keys that are not there; `attn_mask` (L, S) or (N·heads, L, S): true where a
        query must not see a key; numbers in either are added to the scores. `is_causal` is a hint that attn_mask is
        causal. With `average_attn_weights=False` the weights are (N, heads, L, S).
        """
        swapped = self.batch_first and query.ndim == 3
        if swapped:
            same_key, same_value = key is query, value is key
            query = query.transpose(0, 1)
            key = query if same_key else key.transpose(0, 1)
            value = key if same_value else value.transpose(0, 1)
        output, weights = F.multi_head_attention_forward(
            query, key, value, self.embed_dim, self.num_heads, self.in_proj_weight, self.in_proj_bias, self.bias_k,
            self.bias_v, self.add_zero_attn, self.dropout, self.out_proj.weight, self.out_proj.bias, self.training,
            key_padding_mask, need_weights, attn_mask, not self._qkv_same_embed_dim, self.q_proj_weight,
            self.k_proj_weight, self.v_proj_weight, average_attn_weights=average_attn_weights, is_causal=is_causal,
        )  # fmt: skip
        return (output.transpose(0, 1) if swapped else output), weights
