"""Dropout as modules: the functions of `nn.functional.dropout` in training mode, the identity in evaluation mode."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.errors import ArgumentError, complaint
from nn.module import Module


class _Dropout(Module):
    """A probability to drop, and whether the result is written into the input."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ArgumentError(complaint(self._get_name(), "a probability p from 0 to 1", str(p)))
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """`nn.functional.dropout`."""

    def forward(self, input: Any) -> Any:
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """`nn.functional.dropout1d`."""

    def forward(self, input: Any) -> Any:
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """`nn.functional.dropout2d`."""

    def forward(self, input: Any) -> Any:
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """`nn.functional.dropout3d`."""

    def forward(self, input: Any) -> Any:
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """`nn.functional.alpha_dropout`."""

    def forward(self, input: Any) -> Any:
        return F.alpha_dropout(input, self.p, self.training, self.inplace)


class FeatureAlphaDropout(_Dropout):
    """`nn.functional.feature_alpha_dropout`."""

    def forward(self, input: Any) -> Any:
        return F.feature_alpha_dropout(input, self.p, self.training, self.inplace)
