"""Steps of optimizers over a million parameters in 50 tensors, and over 1,000 tensors of 100, where calls cost most."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library

SIZES = {"50 tensors of 20,000": (50, 20_000), "1,000 tensors of 100": (1_000, 100)}
ALGORITHMS: dict[str, tuple[str, dict[str, float]]] = {
    "Adam": ("Adam", {"lr": 1e-3}),
    "AdamW": ("AdamW", {"lr": 1e-3}),
    "SGD, momentum": ("SGD", {"lr": 1e-3, "momentum": 0.9}),
    "RMSprop": ("RMSprop", {"lr": 1e-3}),
}
FORMS: dict[str, tuple[dict[str, bool], float]] = {
    "torch": ({}, 3.0),
    "torch foreach": ({"foreach": True}, 1.1),
    "torch fused": ({"fused": True}, 1.1),
}
"""PyTorch's ways to run a step, and the least ratio that we promise for each."""

NOT_FUSED = {"RMSprop"}
STEPS_COMPARED = 3


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject; without PyTorch there is none."""
    if TORCH is None:
        return []
    return [
        _compared(f"{title}, {layout}", kind, options, SIZES[layout], rounds)
        for layout in SIZES
        for title, (kind, options) in ALGORITHMS.items()
    ]


def _compared(title: str, kind: str, options: dict[str, float], sizes: tuple[int, int], rounds: int) -> Comparison:
    rivals = [_rival(OURS, OURS.name, kind, options, sizes, None)]
    for name, (form, target) in FORMS.items():
        if not (form.get("fused") and kind in NOT_FUSED):
            rivals.append(_rival(TORCH, name, kind, {**options, **form}, sizes, target))
    return compare(title, rivals, rounds=rounds)


def _rival(
    library: Any, name: str, kind: str, options: dict[str, Any], sizes: tuple[int, int], target: float | None
) -> Rival:
    make = partial(_parameters, library, sizes)
    optimizer: Callable[..., Any] = partial(getattr(library.optim, kind), **options)
    return Rival(name, optimizer(make()).step, partial(_after_some_steps, make, optimizer), target)


def _parameters(library: Library, sizes: tuple[int, int]) -> list[Any]:
    """Parameters with gradients, the same at every call."""
    source = np.random.default_rng(0)
    made = []
    for _ in range(sizes[0]):
        values, gradient = source.standard_normal((2, sizes[1])).astype(np.float32)
        parameter = library.tensors.from_numpy(values.copy()).requires_grad_()
        parameter.grad = library.tensors.from_numpy(gradient.copy())
        made.append(parameter)
    return made


def _after_some_steps(make: Callable[[], list[Any]], optimizer: Callable[..., Any]) -> list[Any]:
    parameters = make()
    steps = optimizer(parameters)
    for _ in range(STEPS_COMPARED):
        steps.step()
    return [parameter.detach() for parameter in parameters]
