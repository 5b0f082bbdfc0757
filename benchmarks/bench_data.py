"""Batches of 64 out of 10,000 items in memory: a TensorDataset, lists of tensors and of arrays, and two workers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library

ITEMS, FEATURES, BATCH = 10_000, 32, 64
LEAST = 2.0


class Items:
    """A dataset like a list: (features, label) pairs that are kept."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __getitem__(self, index: int) -> Any:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)


def _tensor_dataset(library: Library, features: Any, labels: Any) -> Any:
    return _data(library).TensorDataset(library.tensors.from_numpy(features), library.tensors.from_numpy(labels))


def _list_of_tensors(library: Library, features: Any, labels: Any) -> Any:
    return Items([(library.tensors.from_numpy(x), int(y)) for x, y in zip(features, labels, strict=True)])


def _list_of_arrays(library: Library, features: Any, labels: Any) -> Any:
    return Items([(x, int(y)) for x, y in zip(features, labels, strict=True)])


DATASETS: dict[str, Callable[..., Any]] = {
    "TensorDataset": _tensor_dataset,
    "list of tensors": _list_of_tensors,
    "list of arrays": _list_of_arrays,
}


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject; without PyTorch there is none."""
    if TORCH is None:
        return []
    libraries = (OURS, TORCH)
    comparisons = []
    for name, make in DATASETS.items():
        for shuffle in (False, True):
            title = f"data {name}, {'shuffled' if shuffle else 'in order'}"
            comparisons.append(_compared(title, libraries, make, rounds, shuffle=shuffle))
    comparisons.append(
        _compared("data list of arrays, 2 workers", libraries, _list_of_arrays, min(rounds, 5), num_workers=2)
    )
    return comparisons


def _compared(
    title: str, libraries: tuple[Library, ...], make: Callable[..., Any], rounds: int, **options: Any
) -> Comparison:
    rivals = []
    for library in libraries:
        target = None if library is OURS or options.get("num_workers") else LEAST
        loader = _data(library).DataLoader(make(library, *arrays()), batch_size=BATCH, **options)
        rivals.append(Rival(library.name, partial(_pass, loader), partial(_contents, library, loader), target))
    return compare(title, rivals, rounds=rounds)


def _data(library: Library) -> Any:
    return import_module("nn.data" if library is OURS else "torch.utils.data")


def arrays() -> tuple[np.ndarray, np.ndarray]:
    """Features (10,000, 32) and labels (10,000,), the same at every call."""
    source = np.random.default_rng(0)
    return source.standard_normal((ITEMS, FEATURES)).astype(np.float32), source.integers(0, 10, ITEMS)


def _pass(loader: Any) -> None:
    for _ in loader:
        pass


def _contents(library: Library, loader: Any) -> list[Any]:
    library.tensors.manual_seed(0)
    return [part for batch in loader for part in batch]
