"""Attention of several heads, each with projections of its own."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autograd.creation import zeros
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.indexing import masked_fill
from autograd.ops.joining import cat
from autograd.ops.linear import linear
from autograd.ops.matmul import matmul
from autograd.ops.shape import reshape
from autograd.ops.softmax import softmax
from nn.functional.attention import scaled_dot_product_attention
from nn.functional.dropout import dropout

NAME = "multi_head_attention_forward"


class Projections(NamedTuple):
    """The weights that lead into the heads: one for all three, or one each for query, key and value; and the bias."""

    together: Any
    query: Any
    key: Any
    value: Any
    bias: Any


def multi_head_attention_forward(
    query: Any, key: Any, value: Any, embed_dim_to_check: int, num_heads: int, in_proj_weight: Any, in_proj_bias: Any,
    bias_k: Any, bias_v: Any, add_zero_attn: bool, dropout_p: float, out_proj_weight: Any, out_proj_bias: Any,
    training: bool = True, key_padding_mask: Any = None, need_weights: bool = True, attn_mask: Any = None,
    use_separate_proj_weight: bool = False, q_proj_weight: Any = None, k_proj_weight: Any = None,
    v_proj_weight: Any = None, static_k: Any = None, static_v: Any = None, average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Any, Any]:  # fmt: skip
    """Attention of `num_heads` heads over `query` (L, N, E), `key` (S, N, Ek), `value` (S, N, Ev), or without N.

    The arguments are explained at `nn.MultiheadAttention`; `static_k` and `static_v` (N·heads, S, E/heads) stand for
    projected keys and values. Gives the output (L, N, E) and, with `need_weights`, the weights (N, L, S), or
    (N, heads, L, S) unless they are averaged. Raises ShapeError, ArgumentError.
    """
    single = query.ndim == 2
    if single:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    _check(query, key, value, embed_dim_to_check, num_heads)
    if is_causal and attn_mask is None:
        raise ArgumentError(complaint(NAME, "an attn_mask with is_causal, which is a hint only", "None"))
    weights = Projections(
        None if use_separate_proj_weight else in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias
    )
    q, k, v = _projected(query, key, value, weights)
    if bias_k is not None:
        k, v = (cat([x, bias.expand(1, x.shape[1], -1)]) for x, bias in ((k, bias_k), (v, bias_v)))
    extra = int(bias_k is not None) + int(add_zero_attn)
    length, batch, size = q.shape
    q = _heads(q, num_heads)
    k, v = (_heads(x, num_heads) if given is None else reshape(given, (batch, num_heads, *given.shape[1:]))
            for x, given in ((k, static_k), (v, static_v)))  # fmt: skip
    if add_zero_attn:
        k, v = (cat([x, zeros(batch, num_heads, 1, x.shape[-1], dtype=x.dtype)], 2) for x in (k, v))
    mask = _mask(attn_mask, key_padding_mask, (batch, num_heads, length, k.shape[2]), extra, q.dtype)
    found, shares = _attended(q, k, v, mask, dropout_p if training else 0.0, need_weights)
    merged = reshape(found.permute(2, 0, 1, 3), (length * batch, size))
    output = reshape(linear(merged, out_proj_weight, out_proj_bias), (length, batch, out_proj_weight.shape[0]))
    if shares is not None and average_attn_weights:
        shares = shares.mean(1)
    if single:
        return output.squeeze(1), None if shares is None else shares.squeeze(0)
    return output, shares


def _attended(q: Any, k: Any, v: Any, mask: Any, p: float, need_weights: bool) -> tuple[Any, Any]:
    """The heads' outputs (N, heads, L, E/heads), and their weights if they are needed."""
    if not need_weights:
        return scaled_dot_product_attention(q, k, v, mask, p), None
    scores = matmul(q * math.sqrt(1 / q.shape[-1]), k.transpose(-2, -1))
    shares = dropout(softmax(scores if mask is None else scores + mask, -1), p)
    return matmul(shares, v), shares


def _projected(query: Any, key: Any, value: Any, weights: Projections) -> tuple[Any, Any, Any]:
    together = weights.together
    if together is not None and query is key and key is value:
        return linear(query, together, weights.bias).chunk(3, -1)
    parts = (weights.query, weights.key, weights.value) if together is None else together.chunk(3)
    biases = (None,) * 3 if weights.bias is None else weights.bias.chunk(3)
    triples = zip((query, key, value), parts, biases, strict=True)
    return tuple(linear(x, weight, bias) for x, weight, bias in triples)


def _heads(x: Any, heads: int) -> Any:
    """(L, N, E) as (N, heads, L, E/heads)."""
    length, batch, size = x.shape
    return reshape(x, (length, batch, heads, size // heads)).permute(1, 2, 0, 3)


def _mask(attn_mask: Any, padding: Any, shape: tuple[int, ...], extra: int, dtype: Any) -> Any:
    """What is added to the scores (N, heads, L, S): both masks together, open for `extra` keys at the end."""
    batch, heads, length, keys = shape
    given = keys - extra
    found = None
    if attn_mask is not None:
        allowed = (length, given), (batch * heads, length, given)
        if tuple(attn_mask.shape) not in allowed:
            expected = f"attn_mask of shape {allowed[0]} or {allowed[1]}"
            raise ShapeError(complaint(NAME, expected, str(tuple(attn_mask.shape))))
        found = _additive(attn_mask, dtype)
        found = reshape(found, (batch, heads, length, given) if found.ndim == 3 else (1, 1, length, given))
    if padding is not None:
        if tuple(padding.shape) != (batch, given):
            expected = f"key_padding_mask of shape {(batch, given)}"
            raise ShapeError(complaint(NAME, expected, str(tuple(padding.shape))))
        hidden = reshape(_additive(padding, dtype), (batch, 1, 1, given))
        found = hidden if found is None else found + hidden
    if found is None or not extra:
        return found
    return cat([found, zeros(*found.shape[:-1], extra, dtype=dtype)], -1)


def _additive(mask: Any, dtype: Any) -> Any:
    """A mask of booleans, true where nothing is seen, as 0 and -inf; numbers as they are."""
    if mask.dtype.dtype.kind != "b":
        return mask.to(dtype)
    return masked_fill(zeros(*mask.shape, dtype=dtype), mask, -math.inf)


def _check(query: Any, key: Any, value: Any, size: int, heads: int) -> None:
    shapes = f"query {tuple(query.shape)}, key {tuple(key.shape)}, value {tuple(value.shape)}"
    if query.ndim != 3 or key.ndim != 3 or value.ndim != 3 or query.shape[-1] != size:
        expected = f"query (L, N, {size}), key (S, N, Ek), value (S, N, Ev), or without N"
        raise ShapeError(complaint(NAME, expected, shapes))
    if key.shape[:2] != value.shape[:2] or query.shape[1] != key.shape[1]:
        raise ShapeError(complaint(NAME, "key and value of one length, and one batch size", shapes))
    if size % heads:
        raise ShapeError(complaint(NAME, f"an embedding size that {heads} heads divide", str(size)))
