"""Transformers: layers of attention and feed-forward nets, and stacks of them.

Source: Vaswani et al., "Attention is all you need" (2017); `norm_first`: Xiong et al., "On layer normalization in the
transformer architecture" (2020).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import nn.functional as F
from autograd.array_like import array_of, stands_in
from autograd.creation import full
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import is_grad_enabled
from autograd.ops.indexing import masked_fill
from nn import init
from nn.layers.activation import GELU, ReLU
from nn.layers.attention import MultiheadAttention
from nn.layers.container import ModuleList
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.normalization import LayerNorm
from nn.module import Module


def _activation(where: str, given: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if callable(given):
        return given
    named: dict[str, Callable[[Any], Any]] = {"relu": F.relu, "gelu": F.gelu}
    if given not in named:
        raise ArgumentError(complaint(where, 'activation "relu", "gelu" or a function', repr(given)))
    return named[given]


class TransformerEncoderLayer(Module):
    """Self-attention, then a feed-forward net of `dim_feedforward` units, each with a residual connection and a norm.

    Input and output (S, N, d_model), or (N, S, d_model) with `batch_first`, or without N. `norm_first`: norms before
    attention and net instead of after the sums.
    """

    def __init__(
        self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = F.relu, layer_norm_eps: float = 1e-5, batch_first: bool = False,
        norm_first: bool = False, bias: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        made = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.activation = _activation("TransformerEncoderLayer", activation)

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        """The layer's output; masks as for `MultiheadAttention`."""

        def attend(x: Any) -> Any:
            found, _ = self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)
            return self.dropout1(found)

        if self.norm_first:
            x = src + attend(self.norm1(src))
            return x + self._feed_forward(self.norm2(x))
        x = self.norm1(src + attend(src))
        return self.norm2(x + self._feed_forward(x))

    def _feed_forward(self, x: Any) -> Any:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerDecoderLayer(Module):
    """Self-attention, attention to `memory`, then a feed-forward net, each with a residual connection and a norm.

    Arguments and shapes as for `TransformerEncoderLayer`; `memory` (S, N, d_model) is what the encoder gives.
    """

    def __init__(
        self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = F.relu, layer_norm_eps: float = 1e-5, batch_first: bool = False,
        norm_first: bool = False, bias: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        made = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **made)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.dropout3 = Dropout(dropout)
        self.activation = _activation("TransformerDecoderLayer", activation)

    def forward(
        self, tgt: Any, memory: Any, tgt_mask: Any = None, memory_mask: Any = None, tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None, tgt_is_causal: bool = False, memory_is_causal: bool = False,
    ) -> Any:  # fmt: skip
        """The layer's output; masks as for `MultiheadAttention`."""

        def attend(x: Any) -> Any:
            found, _ = self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)
            return self.dropout1(found)

        def look_up(x: Any) -> Any:
            found, _ = self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, False, memory_mask, is_causal=memory_is_causal
            )
            return self.dropout2(found)

        if self.norm_first:
            x = tgt + attend(self.norm1(tgt))
            x = x + look_up(self.norm2(x))
            return x + self._feed_forward(self.norm3(x))
        x = self.norm1(tgt + attend(tgt))
        x = self.norm2(x + look_up(x))
        return self.norm3(x + self._feed_forward(x))

    def _feed_forward(self, x: Any) -> Any:
        return self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))


def _can_leave_out_padding(layer: Module) -> bool:
    """Whether PyTorch has a path without padding for such an encoder layer."""
    return (
        isinstance(layer, TransformerEncoderLayer)
        and layer.self_attn.batch_first
        and layer.self_attn.in_proj_bias is not None
        and layer.self_attn.num_heads % 2 == 0
        and not layer.norm_first
        and (layer.activation in (F.relu, F.gelu) or isinstance(layer.activation, ReLU | GELU))
    )


class TransformerEncoder(Module):
    """`num_layers` copies of an encoder layer one after the other, then `norm` if there is one.

    As in PyTorch, the layers' output at padding is 0 in evaluation mode without gradients, where `enable_nested_tensor`
    and the layer, made with `batch_first`, allow PyTorch to leave padding out: see `use_nested_tensor`. `mask_check`
    looks whether padding stands at the end of each sequence, and leaves it as it is where it does not.
    """

    def __init__(
        self, encoder_layer: Module, num_layers: int, norm: Module | None = None, enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.layers = ModuleList([deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm
        self.enable_nested_tensor = enable_nested_tensor
        self.use_nested_tensor = enable_nested_tensor and _can_leave_out_padding(encoder_layer)
        self.mask_check = mask_check

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Any:
        """The stack's output; masks as for `MultiheadAttention`."""
        x = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, bool(is_causal))
        if mask is None and src_key_padding_mask is not None and self._leaves_out(src, src_key_padding_mask):
            x = masked_fill(x, (src_key_padding_mask != 0).unsqueeze(-1), 0.0)
        return x if self.norm is None else self.norm(x)

    def _leaves_out(self, src: Any, padding: Any) -> bool:
        first = self.layers[0]
        if not self.use_nested_tensor or first.training or src.ndim != 3 or stands_in(padding):
            return False
        if is_grad_enabled() and (src.requires_grad or any(p.requires_grad for p in first.parameters())):
            return False
        hidden = array_of(padding) != 0
        return not self.mask_check or not (hidden[:, :-1] & ~hidden[:, 1:]).any()


class TransformerDecoder(Module):
    """`num_layers` copies of a decoder layer one after the other, then `norm` if there is one."""

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = ModuleList([deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self, tgt: Any, memory: Any, tgt_mask: Any = None, memory_mask: Any = None, tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None, tgt_is_causal: bool | None = None, memory_is_causal: bool = False,
    ) -> Any:  # fmt: skip
        """The stack's output; masks as for `MultiheadAttention`."""
        x = tgt
        for layer in self.layers:
            x = layer(
                x, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, bool(tgt_is_causal),
                memory_is_causal,
            )  # fmt: skip
        return x if self.norm is None else self.norm(x)


class Transformer(Module):
    """An encoder for `src` and a decoder for `tgt` that attends to what the encoder gives.

    Arguments as for the layers and stacks, whose parts can be replaced by `custom_encoder` and `custom_decoder`.
    """

    def __init__(
        self, d_model: int = 512, nhead: int = 8, num_encoder_layers: int = 6, num_decoder_layers: int = 6,
        dim_feedforward: int = 2048, dropout: float = 0.1, activation: str | Callable[[Any], Any] = F.relu,
        custom_encoder: Module | None = None, custom_decoder: Module | None = None, layer_norm_eps: float = 1e-5,
        batch_first: bool = False, norm_first: bool = False, bias: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        settings = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias,
                    device, dtype)  # fmt: skip

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, device=device, dtype=dtype)

        if custom_encoder is None:
            custom_encoder = TransformerEncoder(TransformerEncoderLayer(*settings), num_encoder_layers, norm())
        self.encoder = custom_encoder
        if custom_decoder is None:
            custom_decoder = TransformerDecoder(TransformerDecoderLayer(*settings), num_decoder_layers, norm())
        self.decoder = custom_decoder
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first

    def forward(
        self, src: Any, tgt: Any, src_mask: Any = None, tgt_mask: Any = None, memory_mask: Any = None,
        src_key_padding_mask: Any = None, tgt_key_padding_mask: Any = None, memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None, tgt_is_causal: bool | None = None, memory_is_causal: bool = False,
    ) -> Any:  # fmt: skip
        """The decoder's output, shaped as `tgt`; masks as for `MultiheadAttention`. Raises ShapeError."""
        if src.shape[-1] != self.d_model or tgt.shape[-1] != self.d_model:
            given = f"src {tuple(src.shape)} and tgt {tuple(tgt.shape)}"
            raise ShapeError(complaint("Transformer", f"src and tgt of {self.d_model} features", given))
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, tgt_is_causal,
            memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Any:
        """Numbers (sz, sz) to add to scores: 0 up to the diagonal, -inf above it."""
        return full((sz, sz), -math.inf, device=device, dtype=dtype).triu(1)
