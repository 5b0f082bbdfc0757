"""DataLoader: batches of a dataset, in PyTorch's order for the same seed."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.observation import observed
from autograd.random import Generator, default_generator
from nn.data.collate import default_collate, default_convert
from nn.data.dataset import IterableDataset
from nn.data.fetch import map_fetcher, stream_batches
from nn.data.sampler import BatchSampler, RandomSampler, SequentialSampler
from nn.data.worker import Duty, WorkerInfo
from nn.data.worker_pool import WorkerIterator, WorkerPool

_FIXED = ("dataset", "batch_size", "sampler", "batch_sampler", "drop_last", "persistent_workers")


class _Pass:
    """One pass over the data in the loader's process; an error in one batch does not keep the next from coming."""

    def __init__(self, loader: DataLoader, batches: Iterator[Any]) -> None:
        self._loader, self._batches = loader, batches

    def __iter__(self) -> _Pass:
        return self

    def __next__(self) -> Any:
        return observed.call("enumerate(DataLoader)#_SingleProcessDataLoaderIter.__next__", next, self._batches)

    def __len__(self) -> int:
        return len(self._loader)


class DataLoader:
    """Iterate over `dataset` in batches: `for inputs, targets in loader`.

    `shuffle` visits the samples in a new random order each pass: PyTorch's order after the same `manual_seed`, or from
    `generator`. A `sampler` or `batch_sampler` decides the order instead. `batch_size=None` yields single samples.
    `collate_fn` makes a batch of a list of samples (default: `default_collate`). `drop_last` leaves out a last shorter
    batch.

    `num_workers` processes load batches ahead, `prefetch_factor` (default 2) each; the batches and their order are the
    same as without. Worker i begins with `manual_seed(seed + i)`, and with its own numbers in `random` and NumPy, then
    calls `worker_init_fn(i)`. An iterable dataset is iterated in each worker: let it ask `get_worker_info` for its
    part. `multiprocessing_context` is a start method ("fork", "spawn", "forkserver") or a context.
    `persistent_workers` keeps the processes from one pass to the next. `timeout` is how many seconds to wait for a
    batch, 0 for ever. What a worker raises is raised here with the worker's traceback; one that is killed, or takes
    longer than `timeout`, raises AutogradError, a RuntimeError.
    `pin_memory`, `pin_memory_device` and `in_order` are accepted and change nothing.
    Raises ArgumentError for options that exclude each other, and for a dataset, a sampler or a batch size that is set
    later.
    """

    _made = False

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
        self.dataset, self.num_workers = dataset, num_workers
        self.pin_memory, self.timeout = pin_memory, timeout
        self.worker_init_fn, self.generator = worker_init_fn, generator
        self.multiprocessing_context = multiprocessing_context
        self.prefetch_factor = 2 if prefetch_factor is None and num_workers else prefetch_factor
        self.persistent_workers = persistent_workers
        self._pool: WorkerPool | None = None
        self._streams = isinstance(dataset, IterableDataset)
        self._check(batch_size, shuffle, sampler, batch_sampler, drop_last)
        self._check_workers()
        if sampler is None and not self._streams:
            sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        self.batch_size, self.drop_last = None if batch_sampler is not None else batch_size, drop_last
        if batch_sampler is None and batch_size is not None and not self._streams:
            batch_sampler = BatchSampler(sampler or (), batch_size, drop_last)
        self.sampler, self.batch_sampler = sampler, batch_sampler
        batched = batch_size is not None or batch_sampler is not None
        self.collate_fn = collate_fn or (default_collate if batched else default_convert)
        self._made = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._made and name in _FIXED:
            text = complaint(
                f"DataLoader.{name}", "no change once the loader is made", repr(value), "Make a new loader"
            )
            raise ArgumentError(text)
        super().__setattr__(name, value)

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

    def _check_workers(self) -> None:
        if self.num_workers < 0 or self.timeout < 0:
            given = f"num_workers={self.num_workers}, timeout={self.timeout}"
            raise ArgumentError(complaint("DataLoader", "num_workers >= 0 and timeout >= 0", given))
        if self.num_workers:
            if self.prefetch_factor is None or self.prefetch_factor < 1:
                raise ArgumentError(complaint("DataLoader", "prefetch_factor >= 1", str(self.prefetch_factor)))
            methods, given = multiprocessing.get_all_start_methods(), self.multiprocessing_context
            if isinstance(given, str) and given not in methods:
                expected = f"multiprocessing_context one of {', '.join(methods)}"
                raise ArgumentError(complaint("DataLoader", expected, repr(given)))
            return
        options = ("prefetch_factor", "persistent_workers", "timeout", "multiprocessing_context")
        if needless := [name for name in options if getattr(self, name)]:
            expected = f"num_workers > 0 beside {', '.join(needless)}"
            raise ArgumentError(complaint("DataLoader", expected, "num_workers=0"))

    def __iter__(self) -> Iterator[Any]:
        if self._pool is not None and self._pool.stop.alive:
            return self._pass_over(self._pool)
        # PyTorch draws the base seed of its workers here, with or without workers: the stream must stay in step.
        seed = (self.generator or default_generator).random_u64() & (2**63 - 1)
        if self.num_workers:
            duties = [self._duty(i, seed) for i in range(self.num_workers)]
            return self._pass_over(WorkerPool(duties, self.multiprocessing_context))
        if self._streams:
            batches = stream_batches(self.dataset, self.collate_fn, self.batch_size, self.drop_last)
        else:
            batches = self._batches()
        return _Pass(self, batches)

    def _batches(self) -> Iterator[Any]:
        return map(map_fetcher(self.dataset, self.collate_fn, self.batch_sampler is not None), self._orders())

    def _orders(self) -> Iterator[Any]:
        """What to fetch, one task a batch; streams know it themselves."""
        if self._streams:
            return itertools.repeat(None)
        return iter((self.sampler if self.batch_sampler is None else self.batch_sampler) or ())

    def _pass_over(self, pool: WorkerPool) -> WorkerIterator:
        self._pool = pool if self.persistent_workers else None
        return WorkerIterator(
            pool, self._orders(), self.prefetch_factor or 1, self.timeout, self.persistent_workers, self.__len__
        )

    def _duty(self, number: int, seed: int) -> Duty:
        info = WorkerInfo(number, self.num_workers, seed + number, self.dataset)
        return Duty(info, self.collate_fn, self.batch_sampler is not None, self._streams, self.batch_size,
                    self.drop_last, self.worker_init_fn)  # fmt: skip

    def __len__(self) -> int:
        if self._streams:
            size = len(self.dataset)
            if self.batch_size is None:
                return size
            return size // self.batch_size if self.drop_last else -(-size // self.batch_size)
        return len(self.sampler if self.batch_sampler is None else self.batch_sampler)  # type: ignore[arg-type]
