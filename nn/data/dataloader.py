"""DataLoader: batches of a dataset, in PyTorch's order for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.random import Generator, default_generator
from nn.data.collate import default_collate
from nn.data.dataset import IterableDataset
from nn.data.sampler import BatchSampler, RandomSampler, SequentialSampler


class DataLoader:
    """Iterate over `dataset` in batches: `for inputs, targets in loader`.

    `shuffle` visits the samples in a new random order each pass: PyTorch's order after the same `manual_seed`, or from
    `generator`. A `sampler` or `batch_sampler` decides the order instead. `batch_size=None` yields single samples.
    `collate_fn` makes a batch of a list of samples (default: `default_collate`). `drop_last` leaves out a last shorter
    batch. Batches are loaded in this process: `num_workers`, `pin_memory`, `timeout`, `worker_init_fn`,
    `multiprocessing_context`, `prefetch_factor`, `persistent_workers`, `pin_memory_device` and `in_order` are accepted
    and change nothing.
    Raises ArgumentError for options that exclude each other.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        self.dataset = dataset
        self.num_workers = num_workers
        self.pin_memory = pin_memory
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.generator = generator
        self._streams = isinstance(dataset, IterableDataset)
        self._check(batch_size, shuffle, sampler, batch_sampler, drop_last)
        if sampler is None and not self._streams:
            sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        if batch_sampler is None and batch_size is not None and not self._streams:
            batch_sampler = BatchSampler(sampler or (), batch_size, drop_last)
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.collate_fn = collate_fn or (default_collate if batch_size is not None or batch_sampler else _unchanged)

    def _check(self, batch_size: Any, shuffle: Any, sampler: Any, batch_sampler: Any, drop_last: bool) -> None:
        if sampler is not None and shuffle:
            raise ArgumentError(complaint("DataLoader", "shuffle or a sampler", "both"))
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ArgumentError(
                complaint("DataLoader", "a batch_sampler alone", "batch_size, shuffle, sampler or drop_last beside it")
            )
        if batch_size is None and drop_last:
            raise ArgumentError(complaint("DataLoader", "drop_last with a batch_size", "batch_size=None"))
        if self._streams and (shuffle or sampler is not None or batch_sampler is not None):
            raise ArgumentError(
                complaint("DataLoader", "an IterableDataset without shuffle or sampler", "one of them",
                          "Shuffle inside the dataset's __iter__")
            )  # fmt: skip

    def __iter__(self) -> Iterator[Any]:
        # PyTorch draws the base seed of its workers here, with or without workers: the stream must stay in step.
        (self.generator or default_generator).random_u64()
        return self._stream_batches() if self._streams else self._batches()

    def _batches(self) -> Iterator[Any]:
        if self.batch_sampler is None:
            for index in self.sampler or ():
                yield self.collate_fn(self.dataset[index])
            return
        whole_batch = getattr(self.dataset, "whole_batch", None) if self.collate_fn is default_collate else None
        if whole_batch is not None:
            yield from map(whole_batch, self.batch_sampler)
            return
        fetch_all = getattr(self.dataset, "__getitems__", None)
        for indices in self.batch_sampler:
            yield self.collate_fn(fetch_all(indices) if fetch_all else [self.dataset[i] for i in indices])

    def _stream_batches(self) -> Iterator[Any]:
        if self.batch_size is None:
            yield from map(self.collate_fn, self.dataset)
            return
        batch = []
        for sample in self.dataset:
            batch.append(sample)
            if len(batch) == self.batch_size:
                yield self.collate_fn(batch)
                batch = []
        if batch and not self.drop_last:
            yield self.collate_fn(batch)

    def __len__(self) -> int:
        if self._streams:
            size = len(self.dataset)
            if self.batch_size is None:
                return size
            return size // self.batch_size if self.drop_last else -(-size // self.batch_size)
        return len(self.sampler if self.batch_sampler is None else self.batch_sampler)  # type: ignore[arg-type]


def _unchanged(sample: Any) -> Any:
    return sample
