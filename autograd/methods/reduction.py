"""Reductions over dimensions, and scans along one."""

from __future__ import annotations

from typing import Any

from autograd.ops import extremum, reduction, scan, statistics
from autograd.ops import softmax as softmaxes
from autograd.ops import tensor_norm as norms
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase


class ReductionMethods(TensorBase):
    """Reductions, scans and the in-place twins of scans.

    See `autograd.ops.reduction`, `extremum`, `statistics`, `norm`, `scan` and `softmax`.
    """

    __slots__ = ()

    sum = reduction.sum
    mean = reduction.mean
    prod = reduction.prod
    nansum = reduction.nansum
    nanmean = reduction.nanmean
    all = reduction.all
    any = reduction.any
    count_nonzero = reduction.count_nonzero
    trace = reduction.trace

    max = extremum.max
    min = extremum.min
    amax = extremum.amax
    amin = extremum.amin
    aminmax = extremum.aminmax
    argmax = extremum.argmax
    argmin = extremum.argmin

    var = statistics.var
    std = statistics.std
    quantile = statistics.quantile
    nanquantile = statistics.nanquantile
    cov = statistics.cov
    corrcoef = statistics.corrcoef
    norm = norms.norm

    dist = norms.dist

    softmax = softmaxes.softmax
    log_softmax = softmaxes.log_softmax
    logsumexp = softmaxes.logsumexp

    cumsum = scan.cumsum
    cumprod = scan.cumprod
    cummax = scan.cummax
    cummin = scan.cummin
    logcumsumexp = scan.logcumsumexp
    diff = scan.diff

    def cumsum_(self, dim: int, *, dtype: Any = None) -> Any:
        return overwrite(self, scan.cumsum(self, dim, dtype=dtype), "cumsum_")

    def cumprod_(self, dim: int, *, dtype: Any = None) -> Any:
        return overwrite(self, scan.cumprod(self, dim, dtype=dtype), "cumprod_")
