"""Scaled dot-product attention. Its arguments are checked, and explained at length, in `nn.functional`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import kernels
from autograd.array_like import stands_in
from autograd.general_call import operation
from autograd.ops.arrangement import repeat_interleave
from autograd.ops.indexing import masked_fill
from autograd.ops.matmul import matmul
from autograd.ops.selection import where
from autograd.ops.softmax import softmax

KERNEL_SIZE = 16_384
"""Multiplications from which the fused kernel beats the composition."""


def attention_weights(query: Any, key: Any, mask: Any, causal: bool, scale: float) -> Any:
    """The softmax of scale·Q·Kᵀ + mask, (..., L, S), out of smaller operations; 0 where a query sees nothing."""
    scores = matmul(query * scale, key.transpose(-2, -1))
    if causal:
        mask = query.new_tensor(np.tri(query.shape[-2], key.shape[-2]), dtype=bool)
    if mask is None:
        return softmax(scores, -1)
    boolean = mask.dtype.dtype.kind == "b"
    blind = ~mask.any(-1, keepdim=True) if boolean else (mask == -math.inf).all(-1, keepdim=True)
    some = stands_in(blind) or bool(blind.any())
    if some:  # these rows see everything at first: softmax of nothing but -inf would be NaN, and so its gradient
        mask = mask | blind if boolean else masked_fill(mask, blind, 0.0)
    weights = softmax(masked_fill(scores, ~mask, -math.inf) if boolean else scores + mask, -1)
    return where(blind, 0.0, weights) if some else weights


def repeat_heads(query: Any, *others: Any) -> list[Any]:
    """Keys and values, (..., H, S, E), with each head repeated so that there are as many as of the query."""
    if query.shape[:-2] == others[0].shape[:-2]:
        return list(others)
    return [repeat_interleave(x, query.shape[-3] // x.shape[-3], -3) for x in others]


def suits_kernel(query: Any, key: Any, value: Any, mask: Any, grouped: bool) -> bool:
    """Whether `fused_attention` takes these Tensors, and is worth it. `grouped`: the query may have more heads."""
    if query.numel() * key.shape[-2] < KERNEL_SIZE or not value.numel() or query.dtype.dtype.char not in "fd":
        return False
    if key.shape[:-2] != value.shape[:-2] or query.ndim != key.ndim:
        return False
    if query.shape[:-2] != key.shape[:-2] and not (grouped and query.shape[:-3] == key.shape[:-3]):
        return False
    return mask is None or _mask_suits(mask, query, key.shape[-2])


def _mask_suits(mask: Any, query: Any, keys: int) -> bool:
    full = (*query.shape[:-1], keys)
    fits = mask.ndim <= len(full) and all(n in (1, m) for n, m in zip(mask.shape[::-1], full[::-1], strict=False))
    return (
        fits
        and not stands_in(mask)
        and not mask.requires_grad
        and (mask.dtype == query.dtype or mask.dtype.dtype.kind == "b")
    )


def _attention_back(
    g: Any, query: Any, key: Any, value: Any, out: Any, mask: Any, causal: bool, scale: float, workspace: list[Any]
) -> tuple[Any, Any, Any]:
    return kernels.attention.backward(g, out, workspace[0], query, key, value, mask, causal, scale)


def _attention_parts(
    query: Any, key: Any, value: Any, mask: Any, causal: bool, scale: float, workspace: list[Any]
) -> Any:
    key, value = repeat_heads(query, key, value)
    seen = None if mask is None else query.new_tensor(mask, dtype=mask.dtype)
    return matmul(attention_weights(query, key, seen, causal, scale), value)


@operation(operands=("query", "key", "value"), joint=_attention_back, decompose=_attention_parts)
def fused_attention(
    query: Any, key: Any, value: Any, mask: Any, causal: bool, scale: float, workspace: list[Any]
) -> Any:
    """softmax(scale·Q·Kᵀ + mask)·V without the weights in memory, for what `suits_kernel`; grouped heads as they are.

    `mask` is an array or None. `workspace`, an empty list, receives what the gradient needs.
    """
    out, sums = kernels.attention.forward(query, key, value, mask, causal, scale)
    workspace.append(sums)
    return out
