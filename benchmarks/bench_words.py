"""A training step of skip-gram with negative sampling: the tables, pairs and negatives of a text of medium size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn.functional as F
from benchmarks.harness import Comparison, Rival, Series, compare
from benchmarks.libraries import INSTALLED, OURS, TORCH, Library
from benchmarks.resident_memory import is_measurable, peak_growth

WORDS, SIZE, NEGATIVES, RATE = 10_000, 100, 5, 0.5
BATCHES = (1024, 8192)
SMALL_BATCH, SMALL_WORDS = 256, 500
STEPS_COMPARED, STEPS_IN_MEMORY, PROCESSES = 5, 10, 3

Loss = Callable[..., Any]


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    if TORCH is None:
        return []
    comparisons = [_against_torch(batch, rounds, TORCH) for batch in BATCHES]
    if is_measurable():
        comparisons.append(_memory(TORCH))
    return comparisons


def _against_torch(batch: int, rounds: int, torch: Library) -> Comparison:
    rivals = [
        _rival(OURS.name, OURS, F.negative_sampling_loss, batch),
        _rival(torch.name, torch, loss_of_layers(torch.tensors.nn.functional), batch, 1.2),
    ]
    return compare(f"skip-gram {WORDS}×{SIZE}, {batch} pairs, k={NEGATIVES}, SGD", rivals, rounds=rounds)


def _rival(name: str, library: Library, loss: Loss, batch: int, target: float | None = None) -> Rival:
    def losses() -> list[Any]:
        step = training_step(library, loss, batch)
        return [step() for _ in range(STEPS_COMPARED)]

    return Rival(name, training_step(library, loss, batch), losses, target)


def _memory(rival: Library) -> Comparison:
    def growth(library: Library) -> tuple[int, ...]:
        return tuple(peak_growth(__name__, "memory_work", library.name) for _ in range(PROCESSES))

    ours, theirs = Series(OURS.name, growth(OURS)), Series(rival.name, growth(rival), target=1.0)
    return Comparison(f"skip-gram {WORDS}×{SIZE}, {BATCHES[-1]} pairs, peak memory", ours, (theirs,), unit="B")


def memory_work(name: str) -> Callable[[], None]:
    """For a fresh process: after a step on a small table has loaded the code, make the large ones and train them."""
    (library,) = [each for each in INSTALLED if each.name == name]
    loss = F.negative_sampling_loss if library is OURS else loss_of_layers(library.tensors.nn.functional)
    training_step(library, loss, SMALL_BATCH, SMALL_WORDS)()

    def work() -> None:
        step = training_step(library, loss, BATCHES[-1])
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


def training_step(library: Library, loss_function: Loss, batch: int, vocabulary: int = WORDS) -> Callable[[], Any]:
    """A step on words whose frequencies fall as 1/rank, the same at every call."""
    source = np.random.default_rng(0)
    chances = 1 / np.arange(1, vocabulary + 1)
    chances /= chances.sum()
    counts = ((batch,), (batch,), (batch, NEGATIVES))
    words = [library.tensors.from_numpy(source.choice(vocabulary, size, p=chances)) for size in counts]
    tables = [source.normal(0, 0.1, (vocabulary, SIZE)).astype(np.float32) for _ in range(2)]
    parameters = [library.tensors.from_numpy(table).requires_grad_() for table in tables]
    optimizer = library.optim.SGD(parameters, lr=RATE)

    def step() -> Any:
        optimizer.zero_grad()
        loss = loss_function(*words, *parameters)
        loss.backward()
        optimizer.step()
        return loss

    return step
