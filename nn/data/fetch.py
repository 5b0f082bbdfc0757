"""Fetching: from the indices of a batch to the batch, in the loader's process and in its workers alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograd.errors import ArgumentError, complaint
from nn.data.collate import default_collate


def map_fetcher(dataset: Any, collate_fn: Callable[[Any], Any], batched: bool) -> Callable[[Any], Any]:
    """What turns a list of indices (`batched`), or one index, into what the loader yields."""
    if not batched:
        return lambda index: collate_fn(dataset[index])
    whole_batch: Callable[[Any], Any] | None = getattr(dataset, "whole_batch", None)
    if whole_batch is not None and collate_fn is default_collate:
        return whole_batch
    fetch_all = getattr(dataset, "__getitems__", None)
    if fetch_all is not None:
        return lambda indices: collate_fn(fetch_all(indices))
    sample = dataset.__getitem__

    def fetch(indices: Any) -> Any:
        wanted = list(indices)
        samples = list(map(sample, wanted))
        if len(samples) < len(wanted):  # `map` takes StopIteration for the end
            given = f"StopIteration for {wanted[len(samples)]!r}"
            raise ArgumentError(complaint("DataLoader", "a sample for each index", given))
        return collate_fn(samples)

    return fetch


def stream_batches(
    dataset: Any, collate_fn: Callable[[Any], Any], batch_size: int | None, drop_last: bool
) -> Iterator[Any]:
    """The batches of an iterable dataset, or its single samples where there is no batch size."""
    if batch_size is None:
        yield from map(collate_fn, dataset)
        return
    batch = []
    for sample in dataset:
        batch.append(sample)
        if len(batch) == batch_size:
            yield collate_fn(batch)
            batch = []
    if batch and not drop_last:
        yield collate_fn(batch)
