"""Indexing methods and brackets."""

from __future__ import annotations

from typing import Any

from autograd.ops import indexing
from autograd.tensor_base import TensorBase


class IndexingMethods(TensorBase):
    """Reading and writing by index; see `autograd.ops.indexing`."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return indexing.read(self, key)

    select = indexing.select
    narrow = indexing.narrow
