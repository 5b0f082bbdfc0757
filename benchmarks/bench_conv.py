"""Convolutions, forward alone and with all gradients, at the shapes of common networks; and against plain loops."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd.ops import convolution
from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library
from benchmarks.naive import compiled_convolution as compiled
from benchmarks.naive import convolution as naive
from benchmarks.training import Forms, in_both_libraries, with_gradients

LEAST = {"forward": 0.9, "forward+backward": 0.95}


class Shape(NamedTuple):
    """One layer: images, channels, side of the image, output channels, kernel, stride, padding, groups, dimensions."""

    images: int
    channels: int
    side: int
    outputs: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    dims: int = 2

    @property
    def operations(self) -> float:
        """Products and sums of the forward pass; each gradient takes as many."""
        side = (self.side + 2 * self.padding - self.kernel) // self.stride + 1
        results = self.images * self.outputs * float(side**self.dims)
        return 2 * results * self.channels // self.groups * self.kernel**self.dims

    @property
    def title(self) -> str:
        """As it stands in the tables of results."""
        groups = f" groups {self.groups}" if self.groups > 1 else ""
        size = "×".join([str(self.side)] * self.dims)
        kernel = "×".join([str(self.kernel)] * self.dims)
        return (
            f"({self.images},{self.channels},{size})→{self.outputs} {kernel}/{self.stride} pad {self.padding}{groups}"
        )


SHAPES = [
    Shape(64, 1, 28, 32, 3, 1, 1),
    Shape(64, 32, 28, 64, 3, 1, 1),
    Shape(32, 3, 32, 16, 3, 1, 1),
    Shape(32, 64, 32, 64, 3, 1, 1),
    Shape(32, 128, 16, 128, 3, 2, 1),
    Shape(8, 64, 56, 64, 3, 1, 1),
    Shape(8, 256, 14, 256, 3, 1, 1),
    Shape(8, 3, 224, 64, 7, 2, 3),
    Shape(32, 64, 28, 128, 1, 1, 0),
    Shape(32, 64, 28, 64, 3, 1, 1, 64),
    Shape(1, 64, 56, 64, 3, 1, 1),
    Shape(64, 6, 14, 16, 5, 1, 0),
    *(Shape(32, 128, 64, 128, kernel, dims=1) for kernel in (3, 4, 5)),
]
NAIVE = Shape(1, 3, 8, 4, 3, 1, 1)
COMPILED = Shape(32, 64, 32, 64, 3, 1, 1)
PRODUCTS = {"forward": 1, "forward+backward": 3}
SGEMM = 1024


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    comparisons = [_against_loops(rounds), _against_compiled_loops(rounds)]
    if TORCH is not None:
        comparisons.append(_matrix_product(rounds, TORCH))
        for shape in SHAPES:
            comparisons += [_against_torch(shape, part, rounds, TORCH) for part in LEAST]
    return comparisons


def _against_torch(shape: Shape, part: str, rounds: int, torch: Library) -> Comparison:
    rivals = in_both_libraries(partial(library_work, shape=shape), torch, LEAST[part], part == "forward")
    operations = PRODUCTS[part] * shape.operations
    return compare(f"conv {shape.title}, {part}", rivals, rounds=rounds, operations=operations, group=part)


def _matrix_product(rounds: int, torch: Library) -> Comparison:
    """What the machine gives to a product of matrices in the same run: the rate to compare the others with."""
    source = np.random.default_rng(0)
    a, b = (source.standard_normal((SGEMM, SGEMM)).astype(np.float32) for _ in range(2))
    rivals = []
    for library in (OURS, torch):
        left, right = library.tensors.from_numpy(a), library.tensors.from_numpy(b)
        run = partial(library.tensors.matmul, left, right)
        rivals.append(Rival(library.name, run, run))
    return compare(f"matrix product, {SGEMM}", rivals, rounds=rounds, operations=2.0 * SGEMM**3)


def library_work(library: Library, shape: Shape) -> Forms:
    """The forward pass without recording, and forward and backward, giving the result and all gradients."""
    arrays = operands(shape)
    place = convolution if library is OURS else library.tensors
    function = getattr(place, f"conv{shape.dims}d")
    x, weight, bias = (library.tensors.from_numpy(array).requires_grad_() for array in arrays[:3])
    seed = library.tensors.from_numpy(arrays[3])
    options = {"stride": shape.stride, "padding": shape.padding, "groups": shape.groups}

    def forward() -> Any:
        with library.tensors.no_grad():
            return function(x, weight, bias, **options)

    return forward, with_gradients(lambda: function(x, weight, bias, **options), seed, [x, weight, bias])


def operands(shape: Shape) -> list[np.ndarray]:
    """Input, weight, bias and gradient of the result, the same at every call."""
    source = np.random.default_rng(0)
    side = (shape.side + 2 * shape.padding - shape.kernel) // shape.stride + 1
    sizes = [
        (shape.images, shape.channels) + (shape.side,) * shape.dims,
        (shape.outputs, shape.channels // shape.groups) + (shape.kernel,) * shape.dims,
        (shape.outputs,),
        (shape.images, shape.outputs) + (side,) * shape.dims,
    ]
    return [source.standard_normal(size).astype(np.float32) for size in sizes]


def _against_loops(rounds: int) -> Comparison:
    x, weight, bias, seed = operands(NAIVE)
    options = (NAIVE.stride,) * 2, (NAIVE.padding,) * 2, (1, 1), NAIVE.groups

    def loops() -> list[np.ndarray]:
        return [
            naive.convolution(x, weight, bias, *options),
            naive.input_gradient(seed, weight, x.shape, *options),
            naive.weight_gradient(seed, x, weight.shape, *options),
            seed.sum((0, 2, 3)),
        ]

    _, both = library_work(OURS, NAIVE)
    rivals = [Rival(OURS.name, both, both), Rival("plain loops", loops, loops, slow=True)]
    return compare(f"conv {NAIVE.title}, forward+backward", rivals, rounds=rounds)


def _against_compiled_loops(rounds: int) -> Comparison:
    x, weight, bias, seed = operands(COMPILED)
    options = COMPILED.stride, COMPILED.padding

    def loops() -> list[np.ndarray]:
        return [
            compiled.convolution(x, weight, bias, *options),
            compiled.input_gradient(seed, weight, x.shape, *options),
            compiled.weight_gradient(seed, x, weight.shape, *options),
            seed.sum((0, 2, 3)),
        ]

    _, both = library_work(OURS, COMPILED)
    rivals = [Rival(OURS.name, both, both), Rival("loops, by Numba", loops, loops, slow=True)]
    operations = PRODUCTS["forward+backward"] * COMPILED.operations
    return compare(f"conv {COMPILED.title}, forward+backward", rivals, rounds=rounds, operations=operations)
