"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_nonnegative, penalized
from optim.optimizer import Optimizer


class ASGD(Optimizer):
    """Gradient descent with a falling rate eta = lr / (1 + lambd·lr·step)^alpha; the mean of the parameters is kept.

    `param = (1 - lambd * eta) * param - eta * g`; from step `t0` on the state "ax" is the average of the parameters.
    `weight_decay` adds `weight_decay * param` to the gradient g, `maximize` turns its sign; `foreach`,
    `differentiable` and `capturable` are accepted. Raises ArgumentError for negative lr or weight_decay.
    Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, lambd: float = 1e-4, alpha: float = 0.75, t0: float = 1e6,
        weight_decay: float = 0, foreach: bool | None = None, maximize: bool = False, differentiable: bool = False,
        capturable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay, "foreach": foreach,
             "maximize": maximize, "differentiable": differentiable, "capturable": capturable},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "weight_decay")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps, the present rate, the weight of the newest parameters in the mean, and the mean."""
        scalars = {name: np.full((), value, np.float32) for name, value in
                   (("step", 0), ("eta", group["lr"]), ("mu", 1))}  # fmt: skip
        return {**scalars, "ax": np.zeros_like(param)}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float, lambd: float,
        alpha: float, t0: float, weight_decay: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = penalized(grad, param, weight_decay, maximize)
        rate, weight, mean = float(state["eta"]), float(state["mu"]), state["ax"]
        param *= 1 - lambd * rate
        param -= rate * grad
        mean += (param - mean) * weight
        step = float(state["step"])
        state["eta"][...] = lr / (1 + lambd * lr * step) ** alpha
        state["mu"][...] = 1 / max(1, step - t0)
