"""Embeddings: rows of a table by number, alone or brought together in bags.

`weight` is the table (M, D), numbers are integers from 0 to M − 1. The row `padding_idx` gets no gradient; a negative
one counts from the end. `max_norm` first scales the rows that are looked up down to that `norm_type`-norm, in place.
`scale_grad_by_freq` divides the gradient of a row by the number of times it is looked up. `sparse` has no effect.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import autograd.ops.embedding as ops
from autograd import memory
from autograd.array_like import array_of, example_of, stands_in
from autograd.creation import from_numpy, full
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError, complaint
from autograd.ops.joining import cat
from autograd.ops.selection import where
from autograd.tensor import Tensor
from autograd.typing import Array


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """The rows of `weight` (M, D) with the numbers in `input` (...): (..., D).

    Raises ShapeError, DTypeError, DimensionError for numbers out of range, ArgumentError for such a padding_idx.
    Source: Bengio et al., "A neural probabilistic language model" (2003).
    """
    padding = _checked("embedding", input, weight, padding_idx)
    if max_norm is not None:
        _renormalize(weight, array_of(input), max_norm, norm_type)
    return ops.embedding(input, weight, padding, scale_grad_by_freq)


class _Bags(NamedTuple):
    """What goes into each bag: numbers of rows, the bag and the weight of each, and how many bags there are."""

    places: Array
    owners: Array
    weights: Any
    number: int


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum (`mode`) of the rows of each bag: (B, D); 0 for an empty bag.

    `input` (B, L) has a bag in each row; `input` (N,) has bags one after the other that begin at `offsets` (B,), whose
    last element, with `include_last_offset`, is N instead. `per_sample_weights`, of the input's shape, scales the rows
    for "sum". Rows `padding_idx` are left out of their bags.
    Raises ShapeError, DTypeError, DimensionError, ArgumentError.
    """
    if mode not in ("sum", "mean", "max"):
        raise ArgumentError(complaint("embedding_bag", 'mode "sum", "mean" or "max"', repr(mode)))
    if per_sample_weights is not None and mode != "sum":
        raise ArgumentError(complaint("embedding_bag", 'mode "sum" for per_sample_weights', repr(mode)))
    if mode == "max" and scale_grad_by_freq:
        raise ArgumentError(complaint("embedding_bag", 'mode "sum" or "mean" for scale_grad_by_freq', repr(mode)))
    padding = _checked("embedding_bag", input, weight, padding_idx)
    if stands_in(input) and input.ndim == 2 and max_norm is None and per_sample_weights is None:
        return _bags_in_rows(input, weight, mode, padding)
    bags = _bags(array_of(input), offsets, per_sample_weights, include_last_offset, padding)
    if max_norm is not None:
        _renormalize(weight, bags.places, max_norm, norm_type)
    rows = ops.embedding(from_numpy(bags.places), weight, -1, scale_grad_by_freq)
    if bags.weights is not None:
        rows = rows * bags.weights.unsqueeze(1)
    if mode == "max":
        return _largest(rows, bags)
    sums = ops.embedding_back(rows, bags.owners, bags.number)
    if mode == "sum":
        return sums
    sizes = np.maximum(np.bincount(bags.owners, minlength=bags.number), 1)
    return sums / sizes.astype(weight.dtype.dtype)[:, None]


def _bags_in_rows(input: Any, weight: Any, mode: str, padding: int) -> Any:
    """Bags (B, L) as operations of fixed shapes, for `nn.export`."""
    rows = ops.embedding(input, weight, padding, False)
    kept = (input != padding).unsqueeze(-1)
    if mode == "max":
        found = where(kept, rows, -np.inf).amax(1)
        return where(kept.any(1), found, 0.0)
    sums = where(kept, rows, 0.0).sum(1)
    return sums if mode == "sum" else sums / kept.float().sum(1).clamp(min=1)


def _bags(numbers: Array, offsets: Any, weights: Any, include_last: bool, padding: int) -> _Bags:
    if weights is not None and tuple(weights.shape) != numbers.shape:
        given = f"shape {tuple(weights.shape)}"
        raise ShapeError(complaint("embedding_bag", f"per_sample_weights of shape {numbers.shape}", given))
    if numbers.ndim == 2:
        if offsets is not None:
            raise ArgumentError(complaint("embedding_bag", "no offsets for an input (B, L)", "both", "Leave them out"))
        owners, count = np.repeat(np.arange(len(numbers)), numbers.shape[1]), len(numbers)
    elif numbers.ndim == 1:
        owners, count = _owners(numbers.size, offsets, include_last)
    else:
        raise ShapeError(complaint("embedding_bag", "an input (B, L), or (N,) with offsets", f"shape {numbers.shape}"))
    flat = numbers.reshape(-1)
    kept = (flat != padding) & (owners >= 0)
    chosen = None if weights is None else weights.reshape(-1)[np.flatnonzero(kept)]
    return _Bags(flat[kept], owners[kept], chosen, count)


def _owners(size: int, offsets: Any, include_last: bool) -> tuple[Array, int]:
    """The bag of each of `size` elements, and the number of bags."""
    if offsets is None:
        raise ArgumentError(complaint("embedding_bag", "offsets for an input (N,)", "None", "Say where bags begin"))
    starts = array_of(offsets)
    if starts.ndim != 1 or starts.dtype.kind not in "iu":
        raise ShapeError(complaint("embedding_bag", "offsets as a vector of integers", f"shape {starts.shape}"))
    ends = size if not include_last else int(starts[-1]) if starts.size else 0
    starts = starts[:-1] if include_last else starts
    rising = (np.diff(starts) >= 0).all() and (starts.size == 0 or (starts[0] == 0 and starts[-1] <= ends <= size))
    if not rising:
        raise ArgumentError(complaint("embedding_bag", f"offsets that rise from 0 to at most {size}", str(starts[:9])))
    owners = np.searchsorted(starts, np.arange(size), side="right") - 1
    return np.where(np.arange(size) < ends, owners, -1), len(starts)


def _largest(rows: Any, bags: _Bags) -> Any:
    """The largest element of each column in each bag."""
    sizes = np.bincount(bags.owners, minlength=bags.number)
    width, columns = int(sizes.max(initial=0)), rows.shape[1]
    if not width:
        return rows.new_zeros((bags.number, columns))
    order = np.argsort(bags.owners, kind="stable")
    table = np.full((bags.number, width), len(rows), np.intp)
    table[np.arange(width) < sizes[:, None]] = order
    table[sizes == 0, 0] = len(rows) + 1
    lowest, nothing = full((1, columns), -np.inf, dtype=rows.dtype), rows.new_zeros((1, columns))
    found = cat([rows, lowest, nothing])[from_numpy(table)]
    return found.max(1).values


def _checked(where: str, input: Any, weight: Any, padding_idx: int | None) -> int:
    """The row without a gradient, −1 for none."""
    if weight.ndim != 2:
        raise ShapeError(complaint(where, "a weight (M, D)", f"shape {tuple(weight.shape)}"))
    numbers = array_of(example_of(input))
    if numbers.dtype.kind not in "iu":
        raise DTypeError(complaint(where, "integers as input", f"{numbers.dtype}", "Convert it with long()"))
    count = weight.shape[0]
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < count):
        given = f"{numbers.min()} to {numbers.max()}"
        raise DimensionError(complaint(where, f"numbers from 0 to {count - 1}, as the table has {count} rows", given))
    if padding_idx is None:
        return -1
    if not -count <= padding_idx < count:
        raise ArgumentError(complaint(where, f"padding_idx from {-count} to {count - 1}", str(padding_idx)))
    return padding_idx % count


def _renormalize(weight: Tensor, numbers: Array, max_norm: float, norm_type: float) -> None:
    """Scale those of the rows down whose norm is above `max_norm`."""
    chosen = np.unique(numbers)
    table = weight.detach().numpy()
    norms = np.linalg.norm(table[chosen], norm_type, axis=1)
    large = norms > max_norm
    if large.any():
        factors = (max_norm / (norms[large] + 1e-7)).astype(table.dtype)
        table[chosen[large]] *= factors[:, None]
        memory.wrote(table)
