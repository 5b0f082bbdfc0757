"""Sums, means and arithmetic of arrays from small to large, forward alone and with gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.harness import Comparison, compare
from benchmarks.libraries import TORCH, Library
from benchmarks.training import Forms, in_both_libraries, with_gradients

LEAST = {"forward": 1.0, "forward+backward": 1.0}

Shape = tuple[int, ...]


class Case(NamedTuple):
    """A function of tensors of the given shapes."""

    name: str
    function: Callable[..., Any]
    shapes: tuple[Shape, ...]

    @property
    def title(self) -> str:
        """As it stands in the tables of results."""
        sizes = ", ".join("(" + ",".join(map(str, shape)) + ")" for shape in self.shapes)
        return f"{self.name} of {sizes}"


def _of_size(rows: int, columns: int) -> list[Case]:
    table, flat = (rows, columns), (rows * columns,)
    images = (rows // 8, 8, columns // 20, 20)
    return [
        Case("sum", lambda x: x.sum(), (flat,)),
        Case("mean", lambda x: x.mean(), (table,)),
        Case("sum over dim 1", lambda x: x.sum(1), (table,)),
        Case("sum over dim 0", lambda x: x.sum(0), (table,)),
        Case("sum over dims 0, 2, 3", lambda x: x.sum((0, 2, 3)), (images,)),
        Case("x + y", lambda x, y: x + y, (flat, flat)),
        Case("x - y", lambda x, y: x - y, (flat, flat)),
        Case("x * y", lambda x, y: x * y, (flat, flat)),
        Case("x / y", lambda x, y: x / y, (flat, flat)),
        Case("x + row", lambda x, y: x + y, (table, (columns,))),
        Case("x * 1.5", lambda x: x * 1.5, (flat,)),
    ]


CASES = [
    Case("x + y", lambda x, y: x + y, ((10,), (10,))),
    Case("sum", lambda x: x.sum(), ((10,),)),
    *_of_size(200, 500),
    *_of_size(1000, 500),
    *_of_size(1000, 1000),
    *_of_size(5000, 2000),
    Case("mean over dims 2, 3", lambda x: x.mean((2, 3)), ((32, 16, 32, 32),)),
    Case("sum over dim 1", lambda x: x.sum(1), ((100_000, 10),)),
    Case("sum over dim 0", lambda x: x.sum(0), ((100_000, 10),)),
    Case("x * 2 + x", lambda x: x * 2 + x, ((524_288,),)),
]


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    if TORCH is None:
        return []
    return [_against_torch(case, part, rounds, TORCH) for case in CASES for part in LEAST]


def _against_torch(case: Case, part: str, rounds: int, torch: Library) -> Comparison:
    rivals = in_both_libraries(partial(library_work, case=case), torch, LEAST[part], part == "forward")
    return compare(f"{case.title}, {part}", rivals, rounds=rounds, rtol=1e-3)


def library_work(library: Library, case: Case) -> Forms:
    """The forward pass without recording, and forward and backward, giving the result and all gradients."""
    source = np.random.default_rng(0)
    arrays = [source.uniform(0.5, 1.5, shape).astype(np.float32) for shape in case.shapes]
    leaves = [library.tensors.from_numpy(array).requires_grad_() for array in arrays]
    seed = library.tensors.ones_like(case.function(*leaves)).detach()

    def forward() -> Any:
        with library.tensors.no_grad():
            return case.function(*leaves)

    return forward, with_gradients(lambda: case.function(*leaves), seed, leaves)
