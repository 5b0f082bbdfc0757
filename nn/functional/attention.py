"""Attention: averages of values, weighted by how well their keys match queries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.creation import from_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.arrangement import repeat_interleave
from autograd.ops.indexing import masked_fill
from autograd.ops.matmul import matmul
from autograd.ops.selection import where
from autograd.ops.softmax import softmax
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
    if enable_gqa:
        key, value = (repeat_interleave(x, query.shape[-3] // x.shape[-3], -3) for x in (key, value))
    mask = causal_mask(query.shape[-2], key.shape[-2]) if is_causal else attn_mask
    weights = _safe_weights(query, key, mask, 1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    return matmul(dropout(weights, dropout_p), value)


def causal_mask(queries: int, keys: int) -> Any:
    """Booleans (queries, keys): true where key j is at most query i."""
    return from_numpy(np.tri(queries, keys, dtype=bool))


def _safe_weights(query: Any, key: Any, mask: Any, scale: float) -> Any:
    """The softmax of masked scores; 0 where a query sees nothing."""
    scores = matmul(query * scale, key.transpose(-2, -1))
    if mask is None:
        return softmax(scores, -1)
    if mask.dtype.dtype.kind == "b":
        weights = softmax(masked_fill(scores, ~mask, -math.inf), -1)
        blind = ~mask.any(-1, keepdim=True)
    else:
        scores = scores + mask
        weights = softmax(scores, -1)
        blind = (scores.detach() == -math.inf).all(-1, keepdim=True)
    return where(blind, 0.0, weights) if bool(blind.any()) else weights


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
