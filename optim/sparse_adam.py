"""SparseAdam: Adam for tables of which a batch uses few rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_betas, check_nonnegative
from optim.optimizer import Optimizer


class SparseAdam(Optimizer):
    """Adam that leaves rows without a gradient, and their averages, as they are: for embeddings.

    A row is what belongs to one index of the first dimension; gradients are dense here, and a row without one is all
    zeros. For the others `h = beta1 * h + (1 - beta1) * g`, `s = beta2 * s + (1 - beta2) * g * g`, and
    `param -= lr * sqrt(1 - beta2**step) / (1 - beta1**step) * h / (sqrt(s) + eps)`, step counting those of the table.
    `maximize` turns the sign of g. Raises ArgumentError for negative options and for betas outside [0, 1).
    Source: PyTorch, `torch.optim.SparseAdam`.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "eps")
        check_betas(self, group)

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps and the running averages."""
        return {"step": np.zeros((), np.float32), "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float,
        betas: tuple[float, float], eps: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step of the rows that have a gradient."""
        rows = np.flatnonzero(grad.reshape(len(grad), -1).any(1)) if grad.ndim else ...
        g = -grad[rows] if maximize else grad[rows]
        mean = state["exp_avg"][rows] + (1 - betas[0]) * (g - state["exp_avg"][rows])
        square = state["exp_avg_sq"][rows] + (1 - betas[1]) * (g * g - state["exp_avg_sq"][rows])
        state["exp_avg"][rows], state["exp_avg_sq"][rows] = mean, square
        step = float(state["step"])
        rate = lr * (1 - betas[1] ** step) ** 0.5 / (1 - betas[0] ** step)
        param[rows] -= rate * mean / (np.sqrt(square) + eps)
