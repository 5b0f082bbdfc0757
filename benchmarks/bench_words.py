"""A training step of skip-gram with negative sampling: the tables, pairs and negatives of a text of medium size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import nn.functional as F
from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library, library_named
from benchmarks.resident_memory import is_measurable
from benchmarks.training import Step, compare_peaks, first_losses, training_step

WORDS, SIZE, NEGATIVES, RATE = 10_000, 100, 5, 0.5
BATCHES = (1024, 8192)
SMALL_BATCH, SMALL_WORDS = 256, 500
STEPS_COMPARED, STEPS_IN_MEMORY = 5, 10

Loss = Callable[..., Any]


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    if TORCH is None:
        return []
    comparisons = [_against_torch(batch, rounds, TORCH) for batch in BATCHES]
    if is_measurable():
        comparisons.append(compare_peaks(f"skip-gram {WORDS}×{SIZE}, {BATCHES[-1]} pairs", __name__, TORCH))
    return comparisons


def _against_torch(batch: int, rounds: int, torch: Library) -> Comparison:
    rivals = [
        _rival(OURS.name, OURS, F.negative_sampling_loss, batch),
        _rival(torch.name, torch, loss_of_layers(torch.tensors.nn.functional), batch, 1.2),
    ]
    return compare(f"skip-gram {WORDS}×{SIZE}, {batch} pairs, k={NEGATIVES}, SGD", rivals, rounds=rounds)


def _rival(name: str, library: Library, loss: Loss, batch: int, target: float | None = None) -> Rival:
    make_step = partial(skip_gram_step, library, loss, batch)
    return Rival(name, make_step(), first_losses(make_step, STEPS_COMPARED), target)


def memory_work(name: str) -> Callable[[], None]:
    """For a fresh process: after a step on a small table has loaded the code, make the large ones and train them."""
    library = library_named(name)
    loss = F.negative_sampling_loss if library is OURS else loss_of_layers(library.tensors.nn.functional)
    skip_gram_step(library, loss, SMALL_BATCH, SMALL_WORDS)()

    def work() -> None:
        step = skip_gram_step(library, loss, BATCHES[-1])
        for _ in range(STEPS_IN_MEMORY):
            step()

    return work


def loss_of_layers(functional: Any) -> Loss:
    """The loss as scripts write it: two embeddings, a batched product, logarithms of sigmoids."""

    def loss(words: Any, contexts: Any, negatives: Any, weight: Any, target_weight: Any) -> Any:
        vectors = functional.embedding(words, weight)
        positive = (vectors * functional.embedding(contexts, target_weight)).sum(1)
        negative = (functional.embedding(negatives, target_weight) @ vectors.unsqueeze(2)).squeeze(2)
        return -(functional.logsigmoid(positive) + functional.logsigmoid(-negative).sum(1)).mean()

    return loss


def skip_gram_step(library: Library, loss: Loss, batch: int, vocabulary: int = WORDS) -> Step:
    """A step on words whose frequencies fall as 1/rank, the same at every call."""
    source = np.random.default_rng(0)
    chances = 1 / np.arange(1, vocabulary + 1)
    chances /= chances.sum()
    counts = ((batch,), (batch,), (batch, NEGATIVES))
    words = [library.tensors.from_numpy(source.choice(vocabulary, size, p=chances)) for size in counts]
    tables = [source.normal(0, 0.1, (vocabulary, SIZE)).astype(np.float32) for _ in range(2)]
    parameters = [library.tensors.from_numpy(table).requires_grad_() for table in tables]
    optimizer = library.optim.SGD(parameters, lr=RATE)
    return training_step(optimizer, lambda: loss(*words, *parameters))
