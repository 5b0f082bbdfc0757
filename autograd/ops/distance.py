"""Distances between all pairs of points."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import sum_to_size
from autograd.ops.indexing import index_select
from autograd.ops.matmul import different_dtypes, matmul, pair, product, require_ndim
from autograd.ops.norm import vector_norm
from autograd.ops.reduction import sum as total
from autograd.ops.shape import unsqueeze
from autograd.typing import A

FEW = 25
"""Up to how many points in both sets distances are taken from differences; then from products, as in PyTorch."""

MODES = (
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)


def cdist(x1: A, x2: A, p: float = 2.0, compute_mode: str = MODES[0]) -> A:
    """The p-norm distances of all pairs of points: (..., P, M) and (..., R, M) give (..., P, R); batches broadcast.

    The gradient of a distance that is 0 is 0. Euclidean distances between more than 25 points are computed with a
    matrix product, as `compute_mode` says, at the cost of precision for points that almost coincide. Other norms take
    memory for P * R * M differences. Raises ShapeError, DTypeError, and ArgumentError for a negative p.
    """
    if x1.ndim < 2 or x2.ndim < 2 or x1.shape[-1] != x2.shape[-1]:
        raise ShapeError(complaint("cdist", "points (..., P, M) and (..., R, M)", f"shapes {pair(x1, x2)}"))
    if x1.dtype != x2.dtype:
        raise different_dtypes("cdist", x1, x2)
    if not p >= 0:
        raise ArgumentError(complaint("cdist", "p at least 0", str(p)))
    if compute_mode not in MODES:
        raise ArgumentError(complaint("cdist", f"compute_mode one of {', '.join(MODES)}", repr(compute_mode)))
    if p != 2:
        return vector_norm(unsqueeze(x1, -2) - unsqueeze(x2, -3), p, -1)
    many = max(x1.shape[-2], x2.shape[-2]) > FEW
    return euclidean(x1, x2, compute_mode == MODES[1] or (many and compute_mode == MODES[0]))


@operation(
    lambda g, x1, x2, out, x1_shape: sum_to_size(_pull(_slopes(g, out), x1, x2), x1_shape),
    lambda g, x1, x2, out, x2_shape: sum_to_size(_pull(_slopes(g, out).mT, x2, x1), x2_shape),
    operands=("x1", "x2"),
)
def euclidean(x1: A, x2: A, by_product: bool) -> A:
    """`cdist` with p = 2, from squared norms and a matrix product or from the differences."""
    return _distances(x1, x2, by_product)


def _distances(x1: Any, x2: Any, by_product: bool) -> Any:
    if not by_product:
        difference = x1[..., :, None, :] - x2[..., None, :, :]
        return np.sqrt(np.vecdot(difference, difference))
    squares = product(x1 * -2, x2.swapaxes(-1, -2))
    squares += np.vecdot(x1, x1)[..., :, None]
    squares += np.vecdot(x2, x2)[..., None, :]
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


def _slopes(g: Any, out: Any) -> Any:
    """g / out, and 0 where the distance is 0."""
    return g * (out != 0) / (out + (out == 0))


def _pull(weights: Any, points: Any, others: Any) -> Any:
    """The sums over j of weights[i, j] * (points[i] - others[j])."""
    return points * total(weights, -1, True) - matmul(weights, others)


def pdist(input: A, p: float = 2.0) -> A:
    """The p-norm distances of the pairs of points i < j of (N, M), row by row: N * (N - 1) / 2 of them."""
    require_ndim("pdist", 2, input=input)
    if not p >= 0:
        raise ArgumentError(complaint("pdist", "p at least 0", str(p)))
    first, second = np.triu_indices(input.shape[0], 1)
    return vector_norm(index_select(input, 0, first) - index_select(input, 0, second), p, -1)
