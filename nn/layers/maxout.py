"""Maxout as a layer."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.creation import empty
from autograd.errors import ArgumentError, complaint
from nn.layers.linear import draw_affine
from nn.module import Module
from nn.parameter import Parameter


class Maxout(Module):
    """`F.maxout`: `weight` (k·out_features, in_features) and `bias` (k·out_features,) unless `bias=False`.

    Both start uniform on ±1/√in_features, as those of `Linear`. Raises ArgumentError for k < 1.
    """

    def __init__(
        self, in_features: int, out_features: int, k: int = 2, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        if k < 1:
            raise ArgumentError(complaint("Maxout", "k of 1 or more", str(k)))
        self.in_features = in_features
        self.out_features = out_features
        self.k = k
        self.weight = Parameter(empty(k * out_features, in_features, device=device, dtype=dtype))
        self.register_parameter(
            "bias", Parameter(empty(k * out_features, device=device, dtype=dtype)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        draw_affine(self.weight, self.bias)

    def forward(self, input: Any) -> Any:
        return F.maxout(input, self.weight, self.bias, self.k)

    def extra_repr(self) -> str:
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, k={self.k}, bias={self.bias is not None}"
