"""Attention: averages of values, weighted by how well their keys match queries."""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.attention import attention_weights, fused_attention, repeat_heads, suits_kernel
from autograd.ops.matmul import matmul
from nn.functional.dropout import dropout


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """softmax(scale·Q·Kᵀ + mask)·V of `query` (..., L, E), `key` (..., S, E), `value` (..., S, V): (..., L, V).

    `attn_mask` broadcasts to (..., L, S): booleans, true where a key may be seen, or numbers that are added.
    `is_causal` instead lets query i see keys up to i. A query that sees no key gives 0. `scale`: 1/√E by default.
    `dropout_p` drops weights, whether training or not. `enable_gqa` repeats the heads (dimension −3) of key and value
    as often as the query has more of them. Raises ShapeError, DTypeError, ArgumentError.
    Source: Vaswani et al., "Attention is all you need" (2017).
    """
    _check_operands(query, key, value, enable_gqa)
    if is_causal and attn_mask is not None:
        raise ArgumentError(complaint("scaled_dot_product_attention", "attn_mask or is_causal", "both"))
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    if dropout_p == 0 and suits_kernel(query, key, value, attn_mask, enable_gqa):
        mask = None if attn_mask is None else attn_mask.numpy()
        return fused_attention(query, key, value, mask, is_causal, scale, [])
    if enable_gqa:
        key, value = repeat_heads(query, key, value)
    weights = attention_weights(query, key, attn_mask, is_causal, scale)
    return matmul(dropout(weights, dropout_p), value)


def _check_operands(query: Any, key: Any, value: Any, grouped: bool) -> None:
    operands = query, key, value
    shapes = ", ".join(str(tuple(x.shape)) for x in operands)
    fits = all(x.ndim >= 2 for x in operands) and query.shape[-1] == key.shape[-1] and key.shape[-2] == value.shape[-2]
    if not fits:
        expected = "query (..., L, E), key (..., S, E), value (..., S, V)"
        raise ShapeError(complaint("scaled_dot_product_attention", expected, shapes))
    if grouped and (query.ndim < 3 or any(query.shape[-3] % x.shape[-3] for x in (key, value))):
        expected = "heads of the query (dimension -3) as a multiple of the heads of key and value"
        raise ShapeError(complaint("scaled_dot_product_attention", expected, shapes))
    if len({x.dtype for x in operands}) > 1:
        dtypes = ", ".join(str(x.dtype) for x in operands)
        raise DTypeError(complaint("scaled_dot_product_attention", "query, key and value of one dtype", dtypes))
