"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import kernels
from autograd.typing import Array
from optim.gradients import check_nonnegative
from optim.optimizer import Optimizer, arrays_of


class RMSprop(Optimizer):
    """`param -= lr * g / (sqrt(s) + eps)`, where `s = alpha * s + (1 - alpha) * g * g`.

    `centered` subtracts the square of the gradient's own average from s; with `momentum` the step is a running sum
    `buffer = momentum * buffer + g / (sqrt(s) + eps)`. `weight_decay` adds `weight_decay * param` to the gradient g,
    `maximize` turns its sign; `eps_inside_sqrt` takes sqrt(s + eps) instead, the form of the classic lectures, which
    have alpha = 0.9. `capturable`, `foreach` and `differentiable` are accepted. Raises ArgumentError for negative
    options. Source: Tieleman and Hinton, "Lecture 6.5: rmsprop" (2012); Graves (2013) for the centered form.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0,
        momentum: float = 0, centered: bool = False, capturable: bool = False, foreach: bool | None = None,
        maximize: bool = False, differentiable: bool = False, *, eps_inside_sqrt: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
             "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach, "maximize": maximize,
             "differentiable": differentiable, "eps_inside_sqrt": eps_inside_sqrt},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "alpha", "eps", "weight_decay", "momentum")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps, the average of squares, and what momentum and centering keep."""
        names = ["square_avg"]
        names += ["momentum_buffer"] if group["momentum"] > 0 else []
        names += ["grad_avg"] if group["centered"] else []
        return {"step": np.zeros((), np.float32), **{name: np.zeros_like(param) for name in names}}

    def update_together(
        self, params: list[Array], grads: list[Array], states: list[dict[str, Any]], *, first: list[bool], lr: float,
        momentum: float, alpha: float, eps: float, centered: bool, weight_decay: float, maximize: bool,
        eps_inside_sqrt: bool,
    ) -> None:  # fmt: skip
        """One step, in one pass over memory."""
        updates = kernels.parameter_updates
        updates.count_steps(arrays_of(states, "step"))
        updates.rmsprop(
            params, grads, arrays_of(states, "square_avg"), arrays_of(states, "grad_avg") if centered else None,
            arrays_of(states, "momentum_buffer") if momentum > 0 else None, lr=float(lr), alpha=alpha, eps=eps,
            weight_decay=weight_decay, momentum=momentum, maximize=maximize, eps_inside_sqrt=eps_inside_sqrt,
        )  # fmt: skip
