"""Arithmetic on arrays: NumPy arrays in, NumPy arrays out; nothing here knows a Tensor.

A module is loaded when it is first touched (`kernels.gemm.matmul(...)` imports Numba then, not before), so that
`import autograd` stays quick.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.kernels import (
        activations,
        arithmetic,
        attention,
        box_muller,
        conv_paths,
        convolution,
        cross_entropy,
        dropout,
        elementwise,
        embedding,
        gemm,
        grid_sampling,
        jit,
        mersenne_twister,
        normalization,
        parameter_updates,
        pooling,
        recurrent,
        recurrent_original,
        recurrent_step,
        reductions,
        resampling,
        row_normalization,
        scan,
        scatter,
        shuffle,
        softmax,
        sparse,
        special,
        threads,
        vector_math,
    )

__all__ = [
    "arithmetic",
    "activations",
    "attention",
    "box_muller",
    "conv_paths",
    "convolution",
    "cross_entropy",
    "dropout",
    "elementwise",
    "embedding",
    "gemm",
    "grid_sampling",
    "jit",
    "mersenne_twister",
    "normalization",
    "parameter_updates",
    "pooling",
    "recurrent",
    "recurrent_original",
    "recurrent_step",
    "reductions",
    "resampling",
    "row_normalization",
    "scan",
    "scatter",
    "shuffle",
    "softmax",
    "sparse",
    "special",
    "threads",
    "vector_math",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
