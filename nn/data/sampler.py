"""Samplers: in which order a loader visits the samples, and how it groups them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.random import Generator, default_generator
from autograd.typing import Array

_PIECE = 256


class Sampler:
    """Base of all samplers: define `__iter__`, which yields indices, and usually `__len__`."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__}: define __iter__()")

    @classmethod
    def __class_getitem__(cls, item: Any) -> type[Sampler]:
        return cls


class SequentialSampler(Sampler):
    """The samples in their order."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """The samples in random order, or drawn with replacement; `num_samples` of them (default: as many as there are).

    Draws are made as they are needed, so `num_samples` may be huge. Without a `generator`, each pass takes one seed
    from the global one and draws from a generator of its own, as PyTorch does, number for number.
    Raises ArgumentError for a `num_samples` that is not positive, and for no samples to draw from.
    """

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if num_samples is not None and num_samples <= 0:
            raise ArgumentError(complaint("RandomSampler", "num_samples > 0", str(num_samples)))
        if not len(data_source):
            raise ArgumentError(complaint("RandomSampler", "one sample at least", "an empty data source"))
        self.data_source = data_source
        self.replacement = replacement
        self.generator = generator
        self._num_samples = num_samples

    @property
    def num_samples(self) -> int:
        """How many indices a pass yields."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        return itertools.chain.from_iterable(self._draws())

    def _draws(self) -> Iterator[list[int]]:
        size = len(self.data_source)
        generator = self.generator
        if generator is None:
            generator = Generator()
            generator.manual_seed(default_generator.random_u64() & (2**63 - 1))
        if self.replacement:
            for _ in range(self.num_samples // 32):
                yield generator.integers(0, size, (32,)).tolist()
            yield generator.integers(0, size, (self.num_samples % 32,)).tolist()
        else:
            for _ in range(self.num_samples // size):
                yield from _pieces(generator.permutation(size))
            if self.num_samples % size or self.generator is not None:  # PyTorch draws it even where it takes none of it
                yield from _pieces(generator.permutation(size)[: self.num_samples % size])

    def __len__(self) -> int:
        return self.num_samples


def _pieces(order: Array) -> Iterator[list[int]]:
    """The indices as lists so short that their objects stay in the processor's nearest cache."""
    for start in range(0, len(order), _PIECE):
        yield order[start : start + _PIECE].tolist()


class SubsetRandomSampler(Sampler):
    """Given indices in random order."""

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[Any]:
        for i in (self.generator or default_generator).permutation(len(self.indices)).tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices drawn with probabilities proportional to `weights`.

    Raises ArgumentError for weights that are not one row, or a `num_samples` that is not positive.
    """

    def __init__(
        self, weights: Any, num_samples: int, replacement: bool = True, generator: Generator | None = None
    ) -> None:
        self.weights = np.asarray(weights, dtype=np.float64)
        if self.weights.ndim != 1 or num_samples <= 0:
            given = f"weights of shape {self.weights.shape}, num_samples={num_samples}"
            raise ArgumentError(complaint("WeightedRandomSampler", "one row of weights and num_samples > 0", given))
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        source = self.generator or default_generator
        return iter(source.multinomial(self.weights, self.num_samples, self.replacement).tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """Indices of another sampler in lists of `batch_size`; a last shorter list is left out with `drop_last`.

    Raises ArgumentError for a `batch_size` that is not positive.
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool = False) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ArgumentError(complaint("batch_size", "a positive integer", repr(batch_size)))
        self.sampler: Any = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        size = len(self.sampler)
        return size // self.batch_size if self.drop_last else -(-size // self.batch_size)


class DistributedSampler(Sampler):
    """The share of process `rank` among `num_replicas`, each of equal length, disjoint but for what fills the last up.

    With `shuffle` the order is drawn from `seed` plus the epoch, PyTorch's numbers, the same in every process: call
    `set_epoch` before each. `drop_last` leaves out samples where the number does not divide; else the first samples
    come again. Raises ArgumentError without `num_replicas` and `rank`, or for a rank out of range.
    """

    def __init__(
        self,
        dataset: Any,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        if num_replicas is None or rank is None or not 0 <= rank < num_replicas:
            given = f"num_replicas={num_replicas}, rank={rank}"
            raise ArgumentError(complaint("DistributedSampler", "0 <= rank < num_replicas", given))
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank
        self.shuffle = shuffle
        self.seed = seed
        self.drop_last = drop_last
        self.epoch = 0
        whole, rest = divmod(len(dataset), num_replicas)
        self.num_samples = whole + (rest > 0 and not drop_last)
        self.total_size = self.num_samples * num_replicas

    def set_epoch(self, epoch: int) -> None:
        """Take the order of this epoch from the next pass on."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        indices = list(range(len(self.dataset)))
        if self.shuffle:
            indices = Generator().manual_seed(self.seed + self.epoch).permutation(len(indices)).tolist()
        repeats = math.ceil(self.total_size / max(len(indices), 1))
        return iter((indices * repeats)[self.rank : self.total_size : self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples
