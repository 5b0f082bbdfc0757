"""A training step of a 784-512-512-10 network with Adam on a batch of 128: time, memory, and plain Python loops.

And what it costs to keep each step's loss in a `History` on disk and to show it in a progress bar.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library, library_named
from benchmarks.naive import mlp as naive
from benchmarks.resident_memory import is_measurable
from benchmarks.training import Step, compare_peaks, first_losses, training_step
from nn.history import History
from nn.progress import Progress

SIZES, BATCH = (784, 512, 512, 10), 128
SMALL = (20, 16, 16, 10), 8
NARROW_SIZES = (784, 16, 16, 10)
STEPS_COMPARED = 5
STEPS_IN_MEMORY = 10
STEPS_TOLD = 64  # about as many as the bar lets pass between two drawings


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    title = f"MLP {'-'.join(map(str, SIZES))}, batch {BATCH}, Adam"
    ours = partial(library_step, OURS)
    rivals = [_rival("numbagrad", ours)]
    if TORCH is not None:
        fused = partial(library_step, TORCH, fused=True)
        rivals += [_rival("torch", partial(library_step, TORCH), 2.0), _rival("torch, fused=True", fused, 1.3)]
    loops = [_rival("numbagrad", ours, compared=SMALL), _rival("plain loops", naive_step, compared=SMALL, slow=True)]
    comparisons = [compare(title, rivals, rounds=rounds)] if len(rivals) > 1 else []
    comparisons += [compare(title, loops, rounds=rounds), _record(title, rounds)]
    if TORCH is not None and is_measurable():
        comparisons.append(compare_peaks(title, __name__, TORCH))
    return comparisons


def _rival(
    name: str,
    make_step: Callable[[Sequence[int], int], Step],
    target: float | None = None,
    compared: tuple[Sequence[int], int] = (SIZES, BATCH),
    slow: bool = False,
) -> Rival:
    """Timed at full size; the losses of its first steps are compared at the size `compared`."""
    losses = first_losses(partial(make_step, *compared), STEPS_COMPARED)
    return Rival(name, make_step(SIZES, BATCH), losses, target, slow)


def _record(title: str, rounds: int) -> Comparison:
    """History and progress bar may take a hundredth of the steps that they tell of."""
    step = library_step(OURS, SIZES, BATCH)
    loss = step()

    def steps() -> None:
        for _ in range(STEPS_TOLD):
            step()

    with TemporaryDirectory() as folder, History(Path(folder, "run.csv")) as history, redirect_stderr(io.StringIO()):

        def record() -> None:
            for _ in (bar := Progress(range(STEPS_TOLD), "epoch 1", disable=False)):
                history.step(loss=loss)
                bar.update(loss=loss)

        def told() -> list[float]:
            record()
            return history.steps["loss"][-STEPS_TOLD:]

        rivals = [
            Rival("History and progress bar", record, told),
            Rival("the steps told of", steps, lambda: [loss] * STEPS_TOLD, 100.0),
        ]
        return compare(f"{title}, record of {STEPS_TOLD} steps", rivals, rounds=rounds)


def memory_work(name: str) -> Callable[[], None]:
    """For a fresh process: after a narrow network has loaded the code, build the network and train it."""
    library = library_named(name)
    library_step(library, NARROW_SIZES, BATCH)()

    def work() -> None:
        step = library_step(library, SIZES, BATCH)
        for _ in range(STEPS_IN_MEMORY):
            step()

    return work


def library_step(library: Library, sizes: Sequence[int], batch: int, **options: Any) -> Step:
    """A fresh network and its training step."""
    weights, inputs, labels = problem(sizes, batch)
    net, nn = network(library, weights), library.nn
    optimizer = library.optim.Adam(net.parameters(), lr=1e-3, **options)
    loss_function = nn.CrossEntropyLoss()
    inputs, labels = library.tensors.from_numpy(inputs), library.tensors.from_numpy(labels)
    return training_step(optimizer, lambda: loss_function(net(inputs), labels))


def naive_step(sizes: Sequence[int], batch: int) -> Step:
    """The same in plain Python loops."""
    weights, inputs, labels = problem(sizes, batch)
    layers = [naive.Layer(weight.tolist(), bias.tolist()) for weight, bias in weights]
    rows, label_list, optimizer = inputs.tolist(), labels.tolist(), naive.Adam()
    return lambda: naive.train_step(layers, optimizer, rows, label_list)


def problem(sizes: Sequence[int], batch: int) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray, np.ndarray]:
    """Weights and biases of each layer, inputs `(batch, I)` and labels `(batch,)`, the same at every call."""
    generator = np.random.default_rng(0)

    def normal(scale: float, *shape: int) -> np.ndarray:
        return generator.normal(0, scale, shape).astype(np.float32)

    weights = [(normal(n_in**-0.5, n_out, n_in), normal(0.1, n_out)) for n_in, n_out in pairwise(sizes)]
    return weights, normal(1.0, batch, sizes[0]), generator.integers(0, sizes[-1], batch)


def network(library: Library, weights: Sequence[tuple[np.ndarray, np.ndarray]]) -> Any:
    """Linear layers of the given weights with ReLU between them."""
    layers: list[Any] = []
    for weight, bias in weights:
        linear = library.nn.Linear(weight.shape[1], weight.shape[0])
        with library.tensors.no_grad():
            linear.weight.copy_(library.tensors.from_numpy(weight))
            linear.bias.copy_(library.tensors.from_numpy(bias))
        layers += [linear, library.nn.ReLU()]
    return library.nn.Sequential(*layers[:-1])
