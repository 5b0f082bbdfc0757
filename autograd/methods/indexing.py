"""Indexing methods and brackets."""

from __future__ import annotations

from typing import Any

from autograd.ops import assignment, diagonal, indexing
from autograd.ops import scatter as scatters
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase


class IndexingMethods(TensorBase):
    """Reading and writing by index, and the in-place twins; see `autograd.ops.indexing`, `assignment`, `scatter`."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return indexing.read(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        assignment.assign(self, key, value)

    select = indexing.select
    narrow = indexing.narrow
    index_select = indexing.index_select
    take = indexing.take
    put = assignment.put
    take_along_dim = scatters.take_along_dim
    gather = scatters.gather
    masked_select = indexing.masked_select
    masked_fill = indexing.masked_fill
    masked_scatter = indexing.masked_scatter
    nonzero = indexing.nonzero
    argwhere = indexing.argwhere
    index_put = assignment.index_put
    index_put_ = assignment.index_put_
    index_add = scatters.index_add
    index_copy = scatters.index_copy
    index_fill = scatters.index_fill
    scatter = scatters.scatter
    scatter_add = scatters.scatter_add
    scatter_reduce = scatters.scatter_reduce
    select_scatter = assignment.select_scatter
    slice_scatter = assignment.slice_scatter
    diagonal_scatter = diagonal.diagonal_scatter
    fill_ = assignment.fill_

    def zero_(self) -> Any:
        """Store zero everywhere."""
        return assignment.fill_(self, 0)

    def masked_fill_(self, mask: Any, value: Any) -> Any:
        return overwrite(self, indexing.masked_fill(self, mask, value), "masked_fill_")

    def masked_scatter_(self, mask: Any, source: Any) -> Any:
        return overwrite(self, indexing.masked_scatter(self, mask, source), "masked_scatter_")

    def index_add_(self, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
        return overwrite(self, scatters.index_add(self, dim, index, source, alpha=alpha), "index_add_")

    def index_copy_(self, dim: int, index: Any, source: Any) -> Any:
        return overwrite(self, scatters.index_copy(self, dim, index, source), "index_copy_")

    def index_fill_(self, dim: int, index: Any, value: Any) -> Any:
        return overwrite(self, scatters.index_fill(self, dim, index, value), "index_fill_")

    def scatter_(self, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: str | None = None) -> Any:
        return overwrite(self, scatters.scatter(self, dim, index, src, value=value, reduce=reduce), "scatter_")

    def scatter_add_(self, dim: int, index: Any, src: Any) -> Any:
        return overwrite(self, scatters.scatter_add(self, dim, index, src), "scatter_add_")

    def scatter_reduce_(self, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True) -> Any:
        made = scatters.scatter_reduce(self, dim, index, src, reduce, include_self=include_self)
        return overwrite(self, made, "scatter_reduce_")

    def put_(self, index: Any, source: Any, accumulate: bool = False) -> Any:
        """Store `source` at places of the flattened tensor, or add it."""
        return overwrite(self, assignment.put(self, index, source, accumulate), "put_")

    def fill_diagonal_(self, fill_value: Any) -> Any:
        """Store a number on the main diagonal of a matrix."""
        assignment.fill_(diagonal.diagonal(self), fill_value)
        return self
