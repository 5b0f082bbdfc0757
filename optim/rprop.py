"""Rprop: steps by the signs of gradients alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_nonnegative
from optim.optimizer import Optimizer, check_option


class Rprop(Optimizer):
    """Each element has a step size, which grows by etas[1] while its gradient keeps its sign and shrinks by etas[0]
    when that turns; the step is then left out.

    Step sizes begin with `lr` and stay within `step_sizes`. `maximize` turns the gradients' sign; `capturable`,
    `foreach` and `differentiable` are accepted. For whole batches: noise turns signs. Raises ArgumentError unless
    0 < etas[0] < 1 < etas[1].
    Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning" (1993).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50), *, capturable: bool = False, foreach: bool | None = None,
        maximize: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach, "maximize": maximize,
             "differentiable": differentiable, "capturable": capturable},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr")
        low, high = group["etas"]
        check_option(self, "etas", group["etas"], 0 < low < 1 < high, "with 0 < etas[0] < 1 < etas[1]")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps, the gradient before, and the step sizes."""
        sizes = np.full_like(param, group["lr"])
        return {"step": np.zeros((), np.float32), "prev": np.zeros_like(param), "step_size": sizes}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float,
        etas: tuple[float, float], step_sizes: tuple[float, float], maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = -grad if maximize else grad
        before, sizes = state["prev"], state["step_size"]
        agreement = grad * before
        factors = np.where(agreement > 0, etas[1], np.where(agreement < 0, etas[0], 1)).astype(sizes.dtype)
        np.clip(sizes * factors, *step_sizes, out=sizes)
        grad = np.where(agreement < 0, np.zeros((), grad.dtype), grad)
        param -= np.sign(grad) * sizes
        before[...] = grad
