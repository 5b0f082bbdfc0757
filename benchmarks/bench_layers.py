"""Layers of today's networks with their gradients, one by one, and the training step of a small GPT."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.gpt import gpt_step
from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library, library_named
from benchmarks.resident_memory import is_measurable
from benchmarks.training import compare_peaks, first_losses, with_gradients

MANY = 1_000_000
STEPS_COMPARED = 3
STEPS_IN_MEMORY = 5

Shape = tuple[int, ...]


class Case(NamedTuple):
    """A function of tensors, made by `make(library)`, of normally distributed operands, and the least ratio.

    `classes`: of the labels that are the function's last operand, one for each row of the first.
    """

    title: str
    make: Callable[[Library], Callable[..., Any]]
    shapes: tuple[Shape, ...]
    target: float
    classes: int = 0


def functional(name: str, **options: Any) -> Callable[[Library], Callable[..., Any]]:
    """A function of `nn.functional`."""
    return lambda library: partial(getattr(library.nn.functional, name), **options)


def method(name: str) -> Callable[[Library], Callable[..., Any]]:
    """A method of tensors."""
    return lambda _: lambda x: getattr(x, name)()


def seeded_dropout(library: Library) -> Callable[..., Any]:
    """Dropout that begins with the same choices in each library."""
    library.tensors.manual_seed(0)
    return partial(library.nn.functional.dropout, p=0.5)


def gathered(library: Library) -> Callable[..., Any]:
    """4,096 rows of a table, some of them more than once."""
    words = library.tensors.from_numpy(np.random.default_rng(1).integers(0, 10_000, 4096))
    return lambda table: library.nn.functional.embedding(words, table)


def attention(shape: Shape, causal: bool) -> Case:
    """Of queries, keys and values of one shape: samples, heads, length, width."""
    title = f"attention {shape}{', causal' if causal else ''}"
    return Case(title, functional("scaled_dot_product_attention", is_causal=causal), (shape,) * 3, 1.0)


CASES = [
    *(Case(f"cross entropy {rows}×{classes}", functional("cross_entropy"), ((rows, classes),), 1.5, classes)
      for rows, classes in ((64, 10_000), (1000, 1000), (4096, 65))),
    *(Case(f"{name} {rows}×{columns}", functional(name, dim=1), ((rows, columns),), 1.2)
      for name in ("softmax", "log_softmax") for rows, columns in ((64, 1000), (1024, 1024))),
    Case("layer norm (4096, 256)", lambda library: library.nn.LayerNorm(256), ((4096, 256),), 2.0),
    Case("batch norm (64, 64, 28, 28)", lambda library: library.nn.BatchNorm2d(64), ((64, 64, 28, 28),), 2.0),
    Case("dropout of 10⁶", seeded_dropout, ((MANY,),), 2.0),
    Case("GELU of 10⁶", functional("gelu"), ((MANY,),), 1.0),
    Case("GELU by tanh of 10⁶", functional("gelu", approximate="tanh"), ((MANY,),), 1.0),
    Case("SiLU of 10⁶", functional("silu"), ((MANY,),), 1.0),
    Case("exp of 10⁶", method("exp"), ((MANY,),), 1.0),
    Case("sigmoid of 10⁶", method("sigmoid"), ((MANY,),), 1.0),
    Case("embedding 10,000×256, 4,096 rows", gathered, ((10_000, 256),), 1.2),
    *(attention(shape, causal) for shape in ((16, 4, 64, 32), (4, 8, 256, 64)) for causal in (False, True)),
]  # fmt: skip


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    if TORCH is None:
        return []
    comparisons = [_against_torch(case, rounds, TORCH) for case in CASES]
    comparisons.append(_gpt(rounds, TORCH))
    if is_measurable():
        comparisons.append(compare_peaks("GPT of 4 layers, 128 wide", __name__, TORCH))
    return comparisons


def _against_torch(case: Case, rounds: int, torch: Library) -> Comparison:
    def rival(library: Library, target: float | None = None) -> Rival:
        return Rival(library.name, work(library, case), lambda: work(library, case)(), target)

    return compare(f"{case.title}, forward+backward", [rival(OURS), rival(torch, case.target)], rounds=rounds)


def work(library: Library, case: Case) -> Callable[[], list[Any]]:
    """Forward and backward, giving the result and the gradients of the operands and of the layer's parameters."""
    source = np.random.default_rng(0)
    arrays = [source.standard_normal(shape).astype(np.float32) for shape in case.shapes]
    leaves = [library.tensors.from_numpy(array).requires_grad_() for array in arrays]
    labels = [library.tensors.from_numpy(source.integers(0, case.classes, case.shapes[0][0]))] if case.classes else []
    function = case.make(library)
    learnt = list(function.parameters()) if isinstance(function, library.nn.Module) else []
    shape = tuple(function(*leaves, *labels).shape)
    seed = library.tensors.from_numpy(np.asarray(source.standard_normal(shape), np.float32))
    return with_gradients(lambda: function(*leaves, *labels), seed, [*leaves, *learnt])


def _gpt(rounds: int, torch: Library) -> Comparison:
    rivals = [
        Rival(library.name, gpt_step(library), first_losses(partial(gpt_step, library), STEPS_COMPARED), least)
        for library, least in ((OURS, None), (torch, 1.0))
    ]
    return compare("GPT of 4 layers, 128 wide, (16, 64) of 65 characters, AdamW", rivals, rounds=rounds)


def memory_work(name: str) -> Callable[[], None]:
    """For a fresh process: after a small network has loaded the code, build the large one and train it."""
    library = library_named(name)
    gpt_step(library, batch=1, width=16)()

    def run() -> None:
        step = gpt_step(library)
        for _ in range(STEPS_IN_MEMORY):
            step()

    return run
