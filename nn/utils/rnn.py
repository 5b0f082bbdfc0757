"""Sequences of different lengths in one batch: padded to a common length, or packed without padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.array_like import array_of
from autograd.creation import from_numpy, full
from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.ops.indexing import index_select
from autograd.ops.joining import cat
from autograd.ops.shape import reshape, transpose
from autograd.tensor import Tensor
from autograd.typing import Array


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


class PackedSequence(_Packed):
    """Sequences stored step by step without padding, longest first.

    `data` (sum of lengths, ...): all first elements, then all second ones, and so on; `batch_sizes` (T,) int64, how
    many sequences reach each step; `sorted_indices` (N,), the order in which the batch was put, and
    `unsorted_indices`, its inverse, or None where the order was kept.
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Tensor,
        batch_sizes: Tensor,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> PackedSequence:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with data that went through `Tensor.to`."""
        return self._replace(data=self.data.to(*args, **kwargs))

    def double(self) -> PackedSequence:
        """The same with data in float64."""
        return self._replace(data=self.data.double())

    def float(self) -> PackedSequence:
        """The same with data in float32."""
        return self._replace(data=self.data.float())

    def half(self) -> PackedSequence:
        """The same with data in float16."""
        return self._replace(data=self.data.half())

    def long(self) -> PackedSequence:
        """The same with data in int64."""
        return self._replace(data=self.data.long())

    def int(self) -> PackedSequence:
        """The same with data in int32."""
        return self._replace(data=self.data.int())

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """Raises ArgumentError: there is no such device."""
        return self.to("cuda")

    def cpu(self) -> PackedSequence:
        """The same."""
        return self

    def pin_memory(self) -> PackedSequence:
        """The same."""
        return self

    def is_pinned(self) -> bool:
        """False."""
        return False

    @property
    def is_cuda(self) -> bool:
        """False."""
        return False


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes the given one; None for None."""
    if permutation is None:
        return None
    return from_numpy(np.argsort(array_of(permutation), kind="stable").astype(np.int64))


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack the first `lengths` elements of each sequence of a batch (T, N, ...), or (N, T, ...) if `batch_first`.

    `lengths`: a tensor (N,) or a sequence of integers from 1 to T, falling unless `enforce_sorted=False`, which sorts
    the batch. Raises OperandError, ShapeError and ArgumentError.
    """
    _check_kind("pack_padded_sequence", "a padded batch as a Tensor", input, Tensor)
    if input.ndim < 2:
        expected = "a padded batch of at least two dimensions"
        raise ShapeError(complaint("pack_padded_sequence", expected, f"shape {tuple(input.shape)}"))
    if batch_first:
        input = transpose(input, 0, 1)
    longest, batch = input.shape[:2]
    sizes = _checked_lengths(lengths, longest, batch)
    order = None
    if not enforce_sorted:
        order = np.argsort(-sizes, kind="stable").astype(np.int64)
        sizes = sizes[order]
    elif (np.diff(sizes) > 0).any():
        raise ArgumentError(
            complaint("pack_padded_sequence", "lengths from longest to shortest", str(sizes.tolist()),
                      "Sort the batch by length, or pass enforce_sorted=False")
        )  # fmt: skip
    steps, places = np.nonzero(np.arange(sizes.max())[:, None] < sizes)
    columns = places if order is None else order[places]
    data = index_select(reshape(input, (longest * batch, *input.shape[2:])), 0, steps * batch + columns)
    batch_sizes = from_numpy(np.bincount(steps).astype(np.int64))
    return PackedSequence(data, batch_sizes, None if order is None else from_numpy(order))


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The padded batch (T, N, ...), or (N, T, ...), in its original order, and the lengths (N,) int64.

    T is the largest length, or `total_length`. Raises ArgumentError where that is smaller.
    """
    _check_kind("pad_packed_sequence", "a PackedSequence", sequence, PackedSequence)
    counts = array_of(sequence.batch_sizes)
    steps, batch = len(counts), int(counts[0])
    if total_length is not None and total_length < steps:
        raise ArgumentError(complaint("pad_packed_sequence", f"a total_length of at least {steps}", str(total_length)))
    present = np.arange(batch) < counts[:, None]
    lengths = present.sum(0).astype(np.int64)
    places = np.full((total_length or steps, batch), len(sequence.data), np.intp)
    places[:steps][present] = np.arange(len(sequence.data))
    if sequence.unsorted_indices is not None:
        unsorted = array_of(sequence.unsorted_indices)
        places, lengths = places[:, unsorted], lengths[unsorted]
    if batch_first:
        places = places.T
    data = sequence.data
    if (places == len(data)).any():
        rest = tuple(data.shape[1:])
        data = cat([data, full((1, *rest), padding_value, dtype=data.dtype)])
    padded = index_select(data, 0, np.ascontiguousarray(places).ravel())
    return reshape(padded, (*places.shape, *data.shape[1:])), from_numpy(lengths)


def pad_sorted(packed: PackedSequence) -> Tensor:
    """The padded batch (T, N, ...) of a packed one, longest first as it is packed, filled up with zeros."""
    return pad_packed_sequence(packed._replace(sorted_indices=None, unsorted_indices=None))[0]


def pack_like(padded: Tensor, packed: PackedSequence) -> PackedSequence:
    """A padded batch (T, N, ...), in the order of a packed one, packed as that is."""
    steps, places = np.nonzero(np.arange(padded.shape[1]) < array_of(packed.batch_sizes)[:, None])
    rows = reshape(padded, (padded.shape[0] * padded.shape[1], *padded.shape[2:]))
    return packed._replace(data=index_select(rows, 0, steps * padded.shape[1] + places))


def pad_sequence(
    sequences: Tensor | Sequence[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (L_i, ...) in one batch (T, N, ...), or (N, T, ...), filled up to the longest with `padding_value`.

    `padding_side`: "right" or "left". Raises ArgumentError, and ShapeError for sequences that differ beyond length.
    """
    if padding_side not in ("left", "right"):
        raise ArgumentError(complaint("pad_sequence", 'padding_side "left" or "right"', repr(padding_side)))
    chosen = list(sequences)
    _check_alike("pad_sequence", chosen)
    lengths = np.array([len(sequence) for sequence in chosen])
    longest, total = int(lengths.max()), int(lengths.sum())
    times = np.arange(longest) if padding_side == "right" else np.arange(longest)[::-1]
    places = np.full((len(chosen), longest), total, np.intp)
    places[times < lengths[:, None]] = np.arange(total)
    if not batch_first:
        places = places.T
    rest, dtype = tuple(chosen[0].shape[1:]), chosen[0].dtype
    alike = [sequence if sequence.dtype == dtype else sequence.to(dtype) for sequence in chosen]
    data = cat([*alike, full((1, *rest), padding_value, dtype=dtype)])
    return reshape(index_select(data, 0, np.ascontiguousarray(places).ravel()), (*places.shape, *rest))


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences (L_i, ...), from longest to shortest unless `enforce_sorted=False`."""
    lengths = [len(sequence) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpad_sequence(padded_sequences: Tensor, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """The sequences (L_i, ...) of a padded batch (T, N, ...), or (N, T, ...)."""
    batch = padded_sequences if batch_first else transpose(padded_sequences, 0, 1)
    sizes = _checked_lengths(lengths, batch.shape[1], batch.shape[0], "unpad_sequence")
    return [sequence[: int(size)] for sequence, size in zip(batch, sizes, strict=True)]


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences (L_i, ...) of a packed batch, in their original order."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


def _checked_lengths(lengths: Any, longest: int, batch: int, where: str = "pack_padded_sequence") -> Array:
    if not batch or not longest:
        raise ArgumentError(complaint(where, "at least one sequence and one step", f"{batch} and {longest}"))
    sizes = array_of(lengths) if isinstance(lengths, Tensor) else np.asarray(lengths)
    if sizes.shape != (batch,) or sizes.dtype.kind not in "iuf" or (sizes % 1 != 0).any():
        given = f"shape {sizes.shape} of {sizes.dtype}"
        raise ShapeError(complaint(where, f"lengths as {batch} integers, one for each sequence", given))
    if sizes.min() < 1 or sizes.max() > longest:
        cure = "Leave empty sequences out" if sizes.min() < 1 else ""
        raise ArgumentError(complaint(where, f"lengths from 1 to {longest}", str(sizes.tolist()), cure))
    return sizes.astype(np.int64)


def _check_kind(where: str, expected: str, given: Any, kind: type) -> None:
    if not isinstance(given, kind):
        raise OperandError(complaint(where, expected, type(given).__name__))


def _check_alike(where: str, sequences: list[Tensor]) -> None:
    if not sequences:
        raise ArgumentError(complaint(where, "at least one sequence", "none"))
    for sequence in sequences:
        _check_kind(where, "sequences as Tensors", sequence, Tensor)
    shapes = [tuple(sequence.shape) for sequence in sequences]
    if any(not shape or shape[1:] != shapes[0][1:] for shape in shapes):
        raise ShapeError(complaint(where, "sequences (L, ...) that differ in their first size only", str(shapes)))
