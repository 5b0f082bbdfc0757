"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_nonnegative, penalized
from optim.optimizer import Optimizer


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

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float, momentum: float,
        alpha: float, eps: float, centered: bool, weight_decay: float, maximize: bool, eps_inside_sqrt: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = penalized(grad, param, weight_decay, maximize)
        squares = state["square_avg"]
        squares *= alpha
        squares += (1 - alpha) * grad * grad
        spread = squares
        if centered:
            mean = state["grad_avg"]
            mean += (1 - alpha) * (grad - mean)
            spread = squares - mean * mean
        step = grad / (np.sqrt(spread + eps) if eps_inside_sqrt else np.sqrt(spread) + eps)
        if momentum > 0:
            buffer = state["momentum_buffer"]
            buffer *= momentum
            buffer += step
            step = buffer
        param -= lr * step
