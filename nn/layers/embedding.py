"""Embeddings as modules. What they compute stands in `nn.functional.embedding`."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.creation import empty
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.tensor import Tensor
from nn import init
from nn.module import Module
from nn.parameter import Parameter


class _Table(Module):
    """A learnt table of rows, drawn from a normal distribution; the row `padding_idx` is 0 at first."""

    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None
    max_norm: float | None
    norm_type: float
    scale_grad_by_freq: bool
    weight: Tensor

    def _make(self, count: int, size: int, padding_idx: int | None, given: Any, dtype: Any, device: Any) -> None:
        if padding_idx is not None and not -count <= padding_idx < count:
            expected = f"padding_idx from {-count} to {count - 1}"
            raise ArgumentError(complaint(self._get_name(), expected, str(padding_idx)))
        self.num_embeddings = count
        self.embedding_dim = size
        self.padding_idx = None if padding_idx is None else padding_idx % count
        if given is None:
            self.weight = Parameter(empty(count, size, dtype=dtype, device=device))
            self.reset_parameters()
        elif tuple(given.shape) != (count, size):
            raise ShapeError(complaint(self._get_name(), f"a weight {(count, size)}", f"shape {tuple(given.shape)}"))
        else:
            self.weight = Parameter(given)

    def reset_parameters(self) -> None:
        """Draw the table anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx].fill_(0)

    def _padding_told(self) -> list[str]:
        return [] if self.padding_idx is None else [f"padding_idx={self.padding_idx}"]

    def _norms_told(self) -> list[str]:
        unusual = {"max_norm": self.max_norm is not None, "norm_type": self.norm_type != 2,
                   "scale_grad_by_freq": self.scale_grad_by_freq}  # fmt: skip
        return [f"{name}={getattr(self, name)}" for name, told in unusual.items() if told]


class Embedding(_Table):
    """`nn.functional.embedding` of a learnt `weight` (num_embeddings, embedding_dim).

    `_weight`: a table to begin with. Raises ArgumentError for a padding_idx out of range, ShapeError for such a table.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        self._make(num_embeddings, embedding_dim, padding_idx, _weight, dtype, device)
        self.weight.requires_grad_(not _freeze)

    @classmethod
    def from_pretrained(
        cls, embeddings: Tensor, freeze: bool = True, padding_idx: int | None = None, max_norm: float | None = None,
        norm_type: float = 2.0, scale_grad_by_freq: bool = False, sparse: bool = False,
    ) -> Embedding:  # fmt: skip
        """A layer with the given table (M, D), which is not trained if `freeze`."""
        _check_table("Embedding.from_pretrained", embeddings)
        count, size = embeddings.shape
        options = max_norm, norm_type, scale_grad_by_freq, sparse
        return cls(count, size, padding_idx, *options, _weight=embeddings, _freeze=freeze)

    def forward(self, input: Any) -> Any:
        return F.embedding(input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq)

    def extra_repr(self) -> str:
        sizes = f"{self.num_embeddings}, {self.embedding_dim}"
        return ", ".join([sizes, *self._padding_told(), *self._norms_told(), *(["sparse=True"] if self.sparse else [])])


class EmbeddingBag(_Table):
    """`nn.functional.embedding_bag` of a learnt `weight` (num_embeddings, embedding_dim). Raises as `Embedding`."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset
        self._make(num_embeddings, embedding_dim, padding_idx, _weight, dtype, device)

    @classmethod
    def from_pretrained(
        cls, embeddings: Tensor, freeze: bool = True, max_norm: float | None = None, norm_type: float = 2.0,
        scale_grad_by_freq: bool = False, mode: str = "mean", sparse: bool = False, include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:  # fmt: skip
        """A layer with the given table (M, D), which is not trained if `freeze`."""
        _check_table("EmbeddingBag.from_pretrained", embeddings)
        count, size = embeddings.shape
        options = max_norm, norm_type, scale_grad_by_freq, mode, sparse
        layer = cls(count, size, *options, embeddings, include_last_offset, padding_idx)
        layer.weight.requires_grad_(not freeze)
        return layer

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        return F.embedding_bag(
            input, self.weight, offsets, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.mode,
            self.sparse, per_sample_weights, self.include_last_offset, self.padding_idx,
        )  # fmt: skip

    def extra_repr(self) -> str:
        sizes = f"{self.num_embeddings}, {self.embedding_dim}"
        return ", ".join([sizes, *self._norms_told(), f"mode={self.mode!r}", *self._padding_told()])


def _check_table(where: str, embeddings: Any) -> None:
    if embeddings.ndim != 2:
        raise ShapeError(complaint(where, "a table (M, D)", f"shape {tuple(embeddings.shape)}"))
