"""Products of tensors other than matrix products: outer, inner, Kronecker, cross, and over chosen dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.arithmetic import mul
from autograd.ops.broadcasting import sum_to_size
from autograd.ops.contraction import contract
from autograd.ops.dimensions import wrap_dim, wrap_dims
from autograd.ops.matmul import pair, require_ndim
from autograd.ops.reduction import sum as total
from autograd.ops.shape import reshape, unsqueeze
from autograd.typing import A


def outer(input: A, vec2: A) -> A:
    """The products of all pairs of elements of two vectors: (M,) and (N,) give (M, N). Raises ShapeError."""
    require_ndim("outer", 1, input=input, vec2=vec2)
    return mul(unsqueeze(input, 1), unsqueeze(vec2, 0))


ger = outer


def inner(input: A, other: A) -> A:
    """The sums of products over the last dimensions: (..., K) and (*, K) give (..., *); with a 0-d tensor, the product.

    Raises ShapeError where the last sizes differ.
    """
    if input.ndim == 0 or other.ndim == 0:
        return mul(input, other)
    if input.shape[-1] != other.shape[-1]:
        raise ShapeError(complaint("inner", "last dimensions of one size", f"shapes {pair(input, other)}"))
    return tensordot(input, other, ([-1], [-1]))


def vecdot(x: A, y: A, *, dim: int = -1) -> A:
    """The sums of products along one dimension of two tensors that broadcast."""
    return total(mul(x, y), dim)


def tensordot(a: A, b: A, dims: Any = 2) -> A:
    """The products of two tensors summed over pairs of dimensions.

    `dims`: how many, the last ones of `a` with the first ones of `b`; or two lists, dimension `dims[0][i]` of `a` with
    `dims[1][i]` of `b`. The result has the other dimensions of `a`, then those of `b`.
    Raises ShapeError where the sizes of a pair differ, DTypeError for different dtypes.
    """
    one, other = _dims(a, b, dims)
    if [a.shape[i] for i in one] != [b.shape[i] for i in other]:
        raise ShapeError(
            complaint("tensordot", f"equal sizes in the dimensions {one} and {other}", f"shapes {pair(a, b)}")
        )
    first = tuple(range(a.ndim))
    partners = dict(zip(other, one, strict=True))
    second = tuple([partners.get(i, a.ndim + i) for i in range(b.ndim)])
    target = tuple([label for label in (*first, *second) if label not in one])
    return contract(a, b, first, second, target)


def _dims(a: Any, b: Any, dims: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if isinstance(dims, int | np.integer):
        if not 0 <= dims <= min(a.ndim, b.ndim):
            raise ShapeError(
                complaint("tensordot", f"0 to {min(a.ndim, b.ndim)} dimensions to sum over", f"dims={dims}")
            )
        return tuple(range(a.ndim - int(dims), a.ndim)), tuple(range(int(dims)))
    one, other = (wrap_dims("tensordot", chosen, x.ndim) for chosen, x in zip(dims, (a, b), strict=True))
    if len(one) != len(other):
        raise ShapeError(complaint("tensordot", "as many dimensions of a as of b", f"dims={dims}"))
    return one, other


def kron(input: A, other: A) -> A:
    """The Kronecker product: each element of `input` times the whole of `other`, as blocks.

    Sizes multiply dimension by dimension; where one tensor has fewer dimensions, they are its last ones.
    """
    ndim = max(input.ndim, other.ndim)
    one, two = ((1,) * (ndim - x.ndim) + tuple(x.shape) for x in (input, other))
    spaced = [size for i in range(ndim) for size in (one[i], 1)]
    between = [size for i in range(ndim) for size in (1, two[i])]
    blocks = mul(reshape(input, tuple(spaced)), reshape(other, tuple(between)))
    return reshape(blocks, tuple(map(math.prod, zip(one, two, strict=True))))


@operation(
    lambda g, other, input_shape, dim: sum_to_size(cross_along(other, g, dim), input_shape),
    lambda g, input, other_shape, dim: sum_to_size(cross_along(g, input, dim), other_shape),
    promote=True,
)
def cross_along(input: A, other: A, dim: int) -> A:
    """The cross products of the vectors of 3 components along `dim`, counted from the end; other sizes broadcast."""
    return _crossed(input, other, dim)


def _crossed(a: Any, b: Any, dim: int) -> Any:
    (a0, a1, a2), (b0, b1, b2) = (np.moveaxis(x, dim, 0) for x in (a, b))
    return np.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], dim)


def cross(input: A, other: A, dim: int | None = None) -> A:
    """The cross products of vectors of 3 components along `dim`: by default the first dimension of size 3.

    The other dimensions broadcast. Raises ShapeError where there are not 3 components.
    """
    if dim is None:
        if 3 not in input.shape:
            raise ShapeError(complaint("cross", "a dimension of size 3", f"shape {tuple(input.shape)}"))
        dim = tuple(input.shape).index(3) - input.ndim
    chosen = wrap_dim("cross", dim, max(input.ndim, other.ndim)) - max(input.ndim, other.ndim)
    if any(x.ndim < -chosen or x.shape[chosen] != 3 for x in (input, other)):
        raise ShapeError(
            complaint("cross", f"size 3 in dimension {dim} of both tensors", f"shapes {pair(input, other)}")
        )
    return cross_along(input, other, chosen)


def vector_cross(input: A, other: A, *, dim: int = -1) -> A:
    """`linalg.cross`: as `cross`, along the last dimension unless told otherwise."""
    return cross(input, other, dim)
