"""The libraries that are compared, behind PyTorch's names: a benchmark is written once and run on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import autograd
import nn
import optim
from autograd import kernels

try:
    import torch
except ImportError:  # the comparison with PyTorch is optional
    torch = None


@dataclass(frozen=True)
class Library:
    """Where a library keeps its tensors, its function `grad`, its layers and its optimizers."""

    name: str
    tensors: ModuleType
    grad: Callable[..., Any]
    nn: ModuleType
    optim: ModuleType


OURS = Library("numbagrad", autograd, autograd.grad, nn, optim)
TORCH = None if torch is None else Library("torch", torch, torch.autograd.grad, torch.nn, torch.optim)
INSTALLED = tuple(library for library in (OURS, TORCH) if library is not None)


def library_named(name: str) -> Library:
    """The installed library of that name."""
    return next(library for library in INSTALLED if library.name == name)


def use_threads(threads: int) -> None:
    """Give each library the same number of threads."""
    kernels.threads.set_num_threads(threads)
    if torch is not None:
        torch.set_num_threads(threads)
