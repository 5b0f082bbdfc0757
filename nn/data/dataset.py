"""Datasets: collections of samples, their parts and their sums."""

from __future__ import annotations

import bisect
import itertools
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.random import Generator, default_generator
from autograd.tensor import Tensor


class Dataset:
    """A collection with `dataset[i]`, and usually `len(dataset)`: define `__getitem__` and `__len__`.

    A dataset that can fetch many samples at once may define `__getitems__(indices)`.
    """

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}: define __getitem__(index)")

    def __add__(self, other: Dataset) -> ConcatDataset:
        return ConcatDataset([self, other])

    @classmethod
    def __class_getitem__(cls, item: Any) -> type[Dataset]:
        return cls


class IterableDataset(Dataset):
    """A stream of samples without an order of its own: define `__iter__`."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__}: define __iter__()")

    def __add__(self, other: Any) -> ChainDataset:  # type: ignore[override]
        return ChainDataset([self, other])


class ChainDataset(IterableDataset):
    """Iterable datasets one after the other."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[Any]:
        for dataset in self.datasets:
            yield from dataset

    def __len__(self) -> int:
        return sum(map(len, self.datasets))


class StackDataset(Dataset):
    """Datasets of equal length side by side: a sample is a tuple of theirs or, for keyword arguments, a dict.

    Raises ArgumentError for none or for both kinds of arguments, ShapeError where the lengths differ.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            given = "both" if args else "none"
            raise ArgumentError(complaint("StackDataset", "datasets, either all or none of them by keyword", given))
        self.datasets: Any = args or kwargs
        lengths = [len(dataset) for dataset in (args or kwargs.values())]
        if len(set(lengths)) > 1:
            raise ShapeError(complaint("StackDataset", "datasets of equal length", f"lengths {lengths}"))
        self._length = lengths[0]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self) -> int:
        return self._length


class TensorDataset(Dataset):
    """Samples along the first dimension of tensors of equal length. Raises ShapeError where the lengths differ."""

    def __init__(self, *tensors: Tensor) -> None:
        lengths = [t.shape[0] if t.ndim else 0 for t in tensors]
        if len(set(lengths)) > 1:
            raise ShapeError(complaint("TensorDataset", "tensors of equal first size", f"sizes {lengths}"))
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0]) if self.tensors else 0

    @property
    def whole_batch(self) -> Callable[[list[int]], list[Any]] | None:
        """A whole batch by one index a tensor, where a subclass has not redefined what a sample is."""
        plain = type(self).__getitem__ is TensorDataset.__getitem__
        return (lambda indices: [tensor[indices] for tensor in self.tensors]) if plain else None


class Subset(Dataset):
    """The samples of a dataset at `indices`."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def whole_batch(self) -> Callable[[list[int]], list[Any]] | None:
        """A whole batch at once, where the dataset can and a subclass has not redefined what a sample is."""
        plain = type(self).__getitem__ is Subset.__getitem__
        whole = getattr(self.dataset, "whole_batch", None) if plain else None
        return None if whole is None else lambda indices: whole([self.indices[i] for i in indices])


class ConcatDataset(Dataset):
    """Datasets one after the other. Raises ArgumentError for none, OperandError for an iterable one."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ArgumentError(complaint("ConcatDataset", "at least one dataset", "none"))
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            cure = "ChainDataset puts streams one after the other"
            raise OperandError(complaint("ConcatDataset", "datasets with a length", "an IterableDataset", cure))
        self.cumulative_sizes = list(itertools.accumulate(len(d) for d in self.datasets))

    def __getitem__(self, index: int) -> Any:
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(complaint("ConcatDataset", f"an index within {len(self)} samples", str(index)))
        which = bisect.bisect_right(self.cumulative_sizes, position)
        start = self.cumulative_sizes[which - 1] if which else 0
        return self.datasets[which][position - start]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


def random_split(dataset: Any, lengths: Sequence[float], generator: Generator | None = None) -> list[Subset]:
    """Parts of a dataset drawn at random, of these lengths, or these fractions that sum to 1.

    What fractions leave over goes to the first parts, one sample each; a part that stays empty makes a warning. The
    order is PyTorch's for the same generator.
    Raises ArgumentError where the lengths do not sum to the dataset's.
    """
    sizes = list(lengths)
    if math.isclose(sum(sizes), 1) and sum(sizes) <= 1:
        sizes = [math.floor(len(dataset) * fraction) for fraction in lengths]
        for i in range(len(dataset) - int(sum(sizes))):
            sizes[i % len(sizes)] += 1
        if 0 in sizes:
            warnings.warn(f"random_split: part {sizes.index(0)} of {len(sizes)} is empty", stacklevel=2)
    if sum(sizes) != len(dataset):
        raise ArgumentError(
            complaint(
                "random_split", f"lengths that sum to {len(dataset)}, or fractions that sum to 1", str(list(lengths))
            )
        )
    order = (generator or default_generator).permutation(len(dataset)).tolist()
    ends = list(itertools.accumulate(int(size) for size in sizes))
    return [Subset(dataset, order[end - int(size) : end]) for end, size in zip(ends, sizes, strict=True)]
