"""What the subjects do alike with either library: training steps, results with gradients, memory at the peak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, Series
from benchmarks.libraries import OURS, Library
from benchmarks.resident_memory import peak_growth

PROCESSES = 3

Step = Callable[[], Any]
"""Trains for one step, returns the loss before it."""

Forms = tuple[Callable[[], Any], Callable[[], Any]]
"""A piece of work: the forward pass without recording, and forward and backward."""


def training_step(optimizer: Any, loss: Callable[[], Any]) -> Step:
    """Gradients set to none, the loss and its gradients, a step of the optimizer."""

    def step() -> Any:
        optimizer.zero_grad()
        found = loss()
        found.backward()
        optimizer.step()
        return found

    return step


def first_losses(make_step: Callable[[], Step], count: int) -> Callable[[], list[Any]]:
    """What to compare with other libraries: the first losses of a fresh training step."""

    def losses() -> list[Any]:
        step = make_step()
        return [step() for _ in range(count)]

    return losses


def with_gradients(forward: Callable[[], Any], seed: Any, leaves: Sequence[Any]) -> Callable[[], list[Any]]:
    """Forward and backward from the gradient `seed`, giving the result and the gradients of the leaves."""

    def both() -> list[Any]:
        for leaf in leaves:
            leaf.grad = None
        out = forward()
        out.backward(seed)
        return [out, *(leaf.grad for leaf in leaves)]

    return both


def in_both_libraries(
    work: Callable[[Library], Forms], torch: Library, least: float | None, forward_only: bool
) -> list[Rival]:
    """The work in both libraries, of which the forward pass or all is timed, and all compared."""
    found = []
    for library, target in ((OURS, None), (torch, least)):
        forward, both = work(library)
        found.append(Rival(library.name, forward if forward_only else both, both, target))
    return found


def set_parameters(library: Library, layer: Any, values: Iterable[np.ndarray]) -> None:
    """Store the arrays in the layer's parameters, one after the other."""
    with library.tensors.no_grad():
        for parameter, value in zip(layer.parameters(), values, strict=True):
            parameter.copy_(library.tensors.from_numpy(value))


def compare_peaks(title: str, module: str, rival: Library) -> Comparison:
    """What `module.memory_work(NAME)` adds to fresh processes at its peak, NAME that of a library."""

    def series(library: Library, target: float | None = None) -> Series:
        growths = [peak_growth(module, "memory_work", library.name) for _ in range(PROCESSES)]
        return Series(library.name, tuple(growths), target)

    return Comparison(f"{title}, peak memory", series(OURS), (series(rival, 1.0),), unit="B")
