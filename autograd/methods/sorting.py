"""Order, ranks and counts."""

from __future__ import annotations

from autograd.ops import counting, sorting
from autograd.tensor_base import TensorBase


class SortingMethods(TensorBase):
    """Sorting, elements by rank, and counting; see `autograd.ops.sorting` and `autograd.ops.counting`."""

    __slots__ = ()

    sort = sorting.sort
    argsort = sorting.argsort
    msort = sorting.msort
    topk = sorting.topk
    kthvalue = sorting.kthvalue
    median = sorting.median
    nanmedian = sorting.nanmedian
    mode = sorting.mode

    unique = counting.unique
    unique_consecutive = counting.unique_consecutive
    bincount = counting.bincount
    histc = counting.histc
