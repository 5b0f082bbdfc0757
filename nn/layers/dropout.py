"""Dropout as a module."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.errors import ArgumentError, complaint
from nn.module import Module


class Dropout(Module):
    """`nn.functional.dropout` in training mode, the identity in evaluation mode."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ArgumentError(complaint("Dropout", "a probability p from 0 to 1", str(p)))
        self.p = p
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
