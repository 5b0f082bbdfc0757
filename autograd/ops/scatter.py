"""Collecting and distributing elements along a dimension by an index tensor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.general_call import operation
from autograd.operands import NUMBERS, describe
from autograd.ops.accumulation import add_at, flat_places, gathered, scatter_at, with_slices
from autograd.ops.arithmetic import times
from autograd.ops.broadcasting import expand
from autograd.ops.dimensions import wrap_dim
from autograd.ops.indexing import check_places, index_select, masked_fill, put_region, vector_along
from autograd.ops.inplace import keep_where
from autograd.ops.shape import reshape
from autograd.typing import A, Array, Shape


@operation(
    lambda g, input_shape, dim, index: gather_back(g, input_shape, dim, index), None, operands=("input", "index")
)
def gather(input: A, dim: int, index: Any, sparse_grad: bool = False) -> A:
    """The elements that `index` names along a dimension: for dim 1, `out[i, j] = input[i, index[i, j]]`.

    The index has as many dimensions as the tensor, none larger but `dim`. Raises DimensionError beyond the tensor.
    """
    chosen = _check("gather", input, dim, index)
    if input.ndim == 0:
        return np.broadcast_to(input, index.shape).copy()
    return gathered(input, chosen, index)


@operation(lambda g, dim, index: gather(g, dim, index), None, operands=("input", "index"))
def gather_back(input: A, shape: Shape, dim: int, index: Any) -> A:
    """Zeros of that shape plus the tensor at the places that `index` names along a dimension."""
    made = np.zeros(shape, input.dtype)
    scatter_at(made, dim, index, input)
    return made


def _check(where: str, input: Any, dim: int, index: Any) -> int:
    """The dimension from 0. Raises where the index is no index for the tensor."""
    chosen = wrap_dim(where, dim, input.ndim)
    check_places(where, index, input.shape[chosen] if input.ndim else 1)
    given, sizes = (x.shape or (1,) for x in (index, input))
    if len(given) != len(sizes) or any(
        n > s and d != chosen for d, (n, s) in enumerate(zip(given, sizes, strict=True))
    ):
        raise ShapeError(
            complaint(where, f"an index of {input.ndim} dimensions, at most as large as {input.shape} but in {chosen}",
                      f"shape {index.shape}")
        )  # fmt: skip
    return chosen


def _first(sizes: Shape) -> tuple[slice, ...]:
    """The key of the first elements of each dimension, so many of them."""
    return tuple([slice(n) for n in sizes])


def _from_source(g: Any, dim: int, index: Any, shape: Shape) -> Any:
    """The gradient of a source of that shape, of which only the part of the index's shape was taken."""
    found = gather(g, dim, index)
    return found if found.shape == shape else put_region(found, shape, _first(index.shape))


def _source_part(where: str, index: Any, src: Any) -> Any:
    """The part of a source of the shape of the index; a number as it is."""
    if src.__class__ in NUMBERS:
        return src
    if src.ndim != index.ndim or any(n > s for n, s in zip(index.shape, src.shape, strict=True)):
        raise ShapeError(complaint(where, f"a source at least as large as the index, {index.shape}", describe(src)))
    return src[_first(index.shape)]


@operation(
    lambda g, dim, index: scatter_set(g, dim, index, 0),
    None,
    lambda g, dim, index, src_shape: _from_source(g, dim, index, src_shape),
    operands=("input", "index", "src"),
)
def scatter_set(input: A, dim: int, index: Any, src: Any) -> A:
    """A copy of the tensor with `src`, a tensor or a number, at the places that `index` names along a dimension."""
    chosen = _check("scatter", input, dim, index)
    made = np.array(input, order="C")
    made.reshape(-1)[flat_places(index, chosen, made.shape)] = np.ravel(_source_part("scatter", index, src))
    return made


@operation(
    lambda g: g,
    None,
    lambda g, dim, index, src_shape: _from_source(g, dim, index, src_shape),
    operands=("input", "index", "src"),
)
def scatter_add(input: A, dim: int, index: Any, src: Any) -> A:
    """A copy of the tensor plus `src` at the places that `index` names along a dimension; repeated places add up."""
    return _combined("scatter_add", np.add, input, dim, index, src)


def _combined(where: str, function: Any, input: Any, dim: int, index: Any, src: Any) -> Any:
    chosen = _check(where, input, dim, index)
    part = _source_part(where, index, src)
    if getattr(part, "dtype", input.dtype) != input.dtype:
        raise DTypeError(complaint(where, f"a source of dtype {input.dtype}", f"dtype {part.dtype}", "Cast it first"))
    made = np.array(input, order="C")
    scatter_at(made, chosen, index, part, function)
    return made


def scatter(input: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: str | None = None) -> Any:
    """A copy of the tensor with `src` at the places that `index` names: for dim 1, `out[i, index[i, j]] = src[i, j]`.

    `src` (or `value`) is a tensor or a number. `reduce`, "add" or "multiply", combines it with what is there.
    """
    source = value if src is None else src
    if reduce is None:
        return scatter_set(input, dim, index, source)
    if reduce not in ("add", "multiply"):
        raise ArgumentError(complaint("scatter", "reduce 'add' or 'multiply'", repr(reduce)))
    return (scatter_add if reduce == "add" else scatter_prod)(input, dim, index, source)


@operation(
    lambda g, input, dim, index, src: _product_to_input(g, input, dim, index, src),
    None,
    lambda g, input, dim, index, src: _product_to_source(g, input, dim, index, src),
    operands=("input", "index", "src"),
)
def scatter_prod(input: A, dim: int, index: Any, src: Any) -> A:
    """A copy of the tensor times `src` at the places that `index` names along a dimension."""
    return _combined("scatter_reduce", np.multiply, input, dim, index, src)


def _product_parts(input: Any, dim: int, index: Any, src: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Both factors with ones for zeros, their products, where the zeros are, and how many meet at each place."""
    own, given = _is_zero(input), _is_zero(src)
    count = scatter_add(own.astype(np.int64), dim, index, given.astype(np.int64))
    filled, source = masked_fill(input, own, 1), masked_fill(src, given, 1)
    return filled, source, scatter_prod(filled, dim, index, source), (own, given), count


def _is_zero(x: Any) -> Array:
    return array_of(x) == 0


def _product_to_input(g: Any, input: Any, dim: int, index: Any, src: Any) -> Any:
    filled, _, product, (own, _), count = _product_parts(input, dim, index, src)
    return keep_where(g * product / filled, count == own)


def _product_to_source(g: Any, input: Any, dim: int, index: Any, src: Any) -> Any:
    _, source, product, (_, given), count = _product_parts(input, dim, index, src)
    shape, taken = source.shape, _first(index.shape)
    alone = put_region(gather(count, dim, index) == given[taken], shape, taken)
    return keep_where(_from_source(g * product, dim, index, shape) / source, alone)


@operation(
    lambda g, input, dim, index, src, out: _extreme_to_input(g, input, dim, index, src, out),
    None,
    lambda g, input, dim, index, src, out: _extreme_to_source(g, input, dim, index, src, out),
    operands=("input", "index", "src"),
)
def scatter_extreme(input: A, dim: int, index: Any, src: Any, largest: bool) -> A:
    """A copy of the tensor with the larger, or smaller, of it and `src` at the places that `index` names."""
    return _combined("scatter_reduce", np.maximum if largest else np.minimum, input, dim, index, src)


def _extreme_shares(input: Any, dim: int, index: Any, src: Any, out: Any) -> tuple[Array, Array, Array]:
    """Where the tensor and where the source hold the result, and how many do so at each place."""
    own, given, result = (array_of(x) for x in (input, src, out))
    kept = own == result
    taken = np.zeros(given.shape, bool)
    inner = _first(index.shape)
    taken[inner] = given[inner] == gather(result, dim, index)
    return kept, taken, scatter_add(kept.astype(result.dtype), dim, index, taken.astype(result.dtype))


def _extreme_to_input(g: Any, input: Any, dim: int, index: Any, src: Any, out: Any) -> Any:
    kept, _, count = _extreme_shares(input, dim, index, src, out)
    return keep_where(g / np.maximum(count, 1), kept)


def _extreme_to_source(g: Any, input: Any, dim: int, index: Any, src: Any, out: Any) -> Any:
    _, taken, count = _extreme_shares(input, dim, index, src, out)
    return keep_where(_from_source(g / np.maximum(count, 1), dim, index, taken.shape), taken)


def scatter_reduce(input: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True) -> Any:
    """A copy of the tensor where `src` is combined with what stands at the places that `index` names.

    `reduce`: "sum", "prod", "mean", "amax" or "amin"; without `include_self` what stood there does not count.
    """
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise ArgumentError(complaint("scatter_reduce", "sum, prod, mean, amax or amin", repr(reduce)))
    base = input if include_self else scatter_set(input, dim, index, _neutral(reduce, input._array.dtype))
    if reduce == "prod":
        return scatter_prod(base, dim, index, src)
    if reduce in ("amax", "amin"):
        return scatter_extreme(base, dim, index, src, reduce == "amax")
    total = scatter_add(base, dim, index, src)
    if reduce == "sum":
        return total
    places, own = index._array, np.ones(input.shape, np.int64)
    if not include_self:
        own = scatter_set(own, dim, places, 0)
    count = scatter_add(own, dim, places, np.ones(places.shape, np.int64))
    count = total._wrapped(np.maximum(count, 1).astype(total._array.dtype))
    return total / count if total._array.dtype.kind == "f" else total // count


def _neutral(reduce: str, dtype: np.dtype[Any]) -> Any:
    """What changes nothing when combined with any number."""
    if reduce not in ("amax", "amin"):
        return 1 if reduce == "prod" else 0
    if dtype.kind == "f":
        return -math.inf if reduce == "amax" else math.inf
    limits = np.iinfo(dtype)
    return int(limits.min if reduce == "amax" else limits.max)


@operation(
    lambda g: g,
    None,
    lambda g, dim, index, alpha: times(index_select(g, dim, index), alpha),
    operands=("input", "index", "source"),
)
def index_add(input: A, dim: int, index: Any, source: A, alpha: Any = 1) -> A:
    """A copy of the tensor plus `alpha` times the slices of `source` at the places in `index` of a dimension."""
    chosen, places = _slices("index_add", input, dim, index, source)
    made = np.array(input, order="C")
    add_at(made, (*[None] * chosen, places), times(source, alpha))
    return made


@operation(
    lambda g, dim, index: index_fill(g, dim, index, 0),
    None,
    lambda g, dim, index: index_select(g, dim, index),
    operands=("input", "index", "source"),
)
def index_copy(input: A, dim: int, index: Any, source: A) -> A:
    """A copy of the tensor with the slices of `source` at the places in `index` of a dimension."""
    chosen, places = _slices("index_copy", input, dim, index, source)
    made = np.array(input, order="C")
    made[with_slices((*[None] * chosen, places))] = source
    return made


def _slices(where: str, input: Any, dim: int, index: Any, source: Any) -> tuple[int, Array]:
    """The dimension and the places along it. Raises ShapeError where the source does not have a slice for each."""
    chosen, places = vector_along(where, input, dim, index)
    wanted = (*input.shape[:chosen], len(places), *input.shape[chosen + 1 :])
    if source.shape != wanted:
        raise ShapeError(complaint(where, f"a source of shape {wanted}", describe(source)))
    if source.dtype != input.dtype:
        raise DTypeError(complaint(where, f"a source of dtype {input.dtype}", f"{source.dtype}", "Cast it first"))
    return chosen, places


@operation(
    lambda g, dim, index: index_fill(g, dim, index, 0),
    None,
    lambda g, dim, index: index_select(g, dim, index).sum(),
    operands=("input", "index", "value"),
)
def index_fill(input: A, dim: int, index: Any, value: Any) -> A:
    """A copy of the tensor with a number, or a 0-d tensor, in the slices at the places in `index` of a dimension."""
    chosen, places = vector_along("index_fill", input, dim, index)
    if np.ndim(value):
        raise ShapeError(complaint("index_fill", "a number or a 0-d tensor", describe(value)))
    made = np.array(input, order="C")
    made[with_slices((*[None] * chosen, places))] = value
    return made


def take_along_dim(input: Any, indices: Any, dim: int | None = None) -> Any:
    """`gather` where tensor and index are broadcast first, but in `dim`; without dim both are flattened."""
    if dim is None:
        return gather(reshape(input, (-1,)), 0, reshape(indices, (-1,)))
    chosen = wrap_dim("take_along_dim", dim, input.ndim)
    if indices.ndim != input.ndim:
        raise ShapeError(complaint("take_along_dim", f"an index of {input.ndim} dimensions", f"shape {indices.shape}"))
    both = np.broadcast_shapes(
        *[tuple([1 if d == chosen else n for d, n in enumerate(x.shape)]) for x in (input, indices)]
    )
    wide, places = (
        expand(x, tuple([n if d == chosen else both[d] for d, n in enumerate(x.shape)])) for x in (input, indices)
    )
    return gather(wide, chosen, places)
