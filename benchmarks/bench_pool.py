"""Pooling, forward and backward, at the shapes of common networks; and against plain loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import nn.functional as F
from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library
from benchmarks.naive import pooling as naive
from benchmarks.training import with_gradients

LEAST = 2.5


class Shape(NamedTuple):
    """One layer: images, channels, side of the image, kernel, stride, padding."""

    images: int
    channels: int
    side: int
    kernel: int
    stride: int
    padding: int = 0

    @property
    def title(self) -> str:
        """As it stands in the tables of results."""
        size = f"({self.images},{self.channels},{self.side}×{self.side})"
        return f"{size} {self.kernel}×{self.kernel}/{self.stride} pad {self.padding}"


SHAPES = [
    Shape(64, 32, 28, 2, 2),
    Shape(64, 64, 28, 2, 2),
    Shape(64, 6, 28, 2, 2),
    Shape(64, 16, 10, 2, 2),
    Shape(64, 32, 28, 3, 2, 1),
    Shape(64, 64, 28, 3, 2, 1),
    Shape(8, 64, 112, 3, 2, 1),
]
NAIVE = Shape(1, 3, 8, 2, 2)


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    comparisons = [_against_loops(rounds)]
    if TORCH is not None:
        comparisons += [_against_torch(kind, shape, rounds, TORCH) for kind in ("max", "avg") for shape in SHAPES]
    return comparisons


def _against_torch(kind: str, shape: Shape, rounds: int, torch: Library) -> Comparison:
    ours, theirs = library_work(OURS, F, kind, shape), library_work(torch, torch.tensors.nn.functional, kind, shape)
    rivals = [Rival(OURS.name, ours, ours), Rival(torch.name, theirs, theirs, LEAST)]
    return compare(f"{kind} pool {shape.title}, forward+backward", rivals, rounds=rounds)


def library_work(library: Library, functional: Any, kind: str, shape: Shape) -> Callable[[], list[Any]]:
    """Forward and backward, giving the result and the gradient."""
    x, seed = operands(shape)
    leaf = library.tensors.from_numpy(x).requires_grad_()
    direction = library.tensors.from_numpy(seed)
    function = getattr(functional, f"{kind}_pool2d")
    return with_gradients(lambda: function(leaf, shape.kernel, shape.stride, shape.padding), direction, [leaf])


def operands(shape: Shape) -> list[np.ndarray]:
    """Input and gradient of the result, the same at every call."""
    source = np.random.default_rng(0)
    side = (shape.side + 2 * shape.padding - shape.kernel) // shape.stride + 1
    sizes = [(shape.images, shape.channels, size, size) for size in (shape.side, side)]
    return [source.standard_normal(size).astype(np.float32) for size in sizes]


def _against_loops(rounds: int) -> Comparison:
    x, seed = operands(NAIVE)
    windows = [naive.sliding(NAIVE.side, NAIVE.kernel, NAIVE.stride)] * 2

    def loops() -> list[np.ndarray]:
        values, numbers = naive.largest(x, windows)
        return [values, naive.scattered(seed, numbers, x.shape[2:])]

    ours = library_work(OURS, F, "max", NAIVE)
    rivals = [Rival(OURS.name, ours, ours), Rival("plain loops", loops, loops, slow=True)]
    return compare(f"max pool {NAIVE.title}, forward+backward", rivals, rounds=rounds)
