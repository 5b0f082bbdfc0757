"""Products of many matrices: in the cheapest order, or of one matrix with itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.broadcasting import clone
from autograd.ops.inverse import inv
from autograd.ops.matmul import matmul, pair
from autograd.ops.matrix_checks import require_square
from autograd.ops.shape import reshape, unsqueeze
from autograd.typing import A


def multi_dot(tensors: Sequence[A]) -> A:
    """The product of two or more matrices in the order that takes the fewest multiplications.

    The first and the last may be vectors, a row and a column. Raises ShapeError for other dimensions or sizes.
    """
    chain = list(tensors)
    if len(chain) < 2:
        raise ArgumentError(complaint("multi_dot", "two tensors or more", str(len(chain))))
    row, column = chain[0].ndim == 1, chain[-1].ndim == 1
    if row:
        chain[0] = unsqueeze(chain[0], 0)
    if column:
        chain[-1] = unsqueeze(chain[-1], 1)
    _check(chain)
    result = _multiplied(chain, _cuts([chain[0].shape[0], *(x.shape[1] for x in chain)]), 0, len(chain) - 1)
    if row or column:
        result = reshape(result, result.shape[1:] if not column else result.shape[:1] if not row else ())
    return result


def _check(chain: Sequence[Any]) -> None:
    for i, x in enumerate(chain):
        if x.ndim != 2:
            raise ShapeError(
                complaint("multi_dot", "matrices, and vectors only first or last", f"shape {tuple(x.shape)} at {i}")
            )
    for i, (x, y) in enumerate(itertools.pairwise(chain)):
        if x.shape[1] != y.shape[0]:
            raise ShapeError(
                complaint("multi_dot", "as many columns as the next matrix has rows",
                          f"shapes {pair(x, y)} at {i} and {i + 1}")
            )  # fmt: skip


def _cuts(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """Where to cut each part of the chain: after which matrix. Source: Cormen et al., matrix-chain multiplication."""
    n = len(sizes) - 1
    cost = {(i, i): 0 for i in range(n)}
    cuts: dict[tuple[int, int], int] = {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            options = [(cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)]
            cost[i, j], cuts[i, j] = min(options)
    return cuts


def _multiplied(chain: Sequence[Any], cuts: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return chain[i]
    k = cuts[i, j]
    return matmul(_multiplied(chain, cuts, i, k), _multiplied(chain, cuts, k + 1, j))


def chain_matmul(*matrices: A) -> A:
    """`multi_dot` of its arguments."""
    return multi_dot(matrices) if len(matrices) > 1 else matrices[0]


@operation()
def identities(input: A) -> A:
    """Identity matrices in the shape and dtype of square matrices (..., M, M)."""
    return np.broadcast_to(np.eye(input.shape[-1], dtype=input.dtype), input.shape).copy()


def matrix_power(input: A, n: int) -> A:
    """The n-th power of square matrices (..., M, M): n = 0 gives identities, n < 0 powers of the inverse.

    Raises ShapeError for matrices that are not square, LinAlgError for a negative power of a singular one.
    """
    require_square("matrix_power", input)
    if n == 0:
        return identities(input)
    base = input if n > 0 else inv(input)
    result: Any = None
    left = abs(n)
    while left:
        if left & 1:
            result = base if result is None else matmul(result, base)
        left >>= 1
        if left:
            base = matmul(base, base)
    return clone(result) if n == 1 else result
