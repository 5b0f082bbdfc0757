"""Adagrad and Adadelta: rates for each element from the squares of its gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_nonnegative, penalized
from optim.optimizer import Optimizer, check_option


class Adagrad(Optimizer):
    """`param -= lr / (1 + (step - 1) * lr_decay) * g / (sqrt(s) + eps)`, where s is the sum of all g².

    The sum begins with `initial_accumulator_value`; `weight_decay` adds `weight_decay * param` to the gradient g,
    `maximize` turns its sign. `eps_inside_sqrt` takes sqrt(s + eps) instead, the form of the classic lectures.
    `foreach`, `differentiable` and `fused` are accepted. Raises ArgumentError for negative options.
    Source: Duchi et al., "Adaptive subgradient methods" (2011).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
        initial_accumulator_value: float = 0, eps: float = 1e-10, foreach: bool | None = None, *,
        maximize: bool = False, differentiable: bool = False, fused: bool | None = None, eps_inside_sqrt: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
             "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
             "differentiable": differentiable, "fused": fused, "eps_inside_sqrt": eps_inside_sqrt},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """As for all optimizers; the sums of squares begin at once, as in PyTorch."""
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        for param in group["params"]:
            self._begin(param, group)

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps and the sum of squares."""
        return {"step": np.zeros((), np.float32), "sum": np.full_like(param, group["initial_accumulator_value"])}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float, lr_decay: float,
        eps: float, weight_decay: float, initial_accumulator_value: float, maximize: bool, eps_inside_sqrt: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = penalized(grad, param, weight_decay, maximize)
        total = state["sum"]
        total += grad * grad
        root = np.sqrt(total + eps) if eps_inside_sqrt else np.sqrt(total) + eps
        param -= lr / (1 + (float(state["step"]) - 1) * lr_decay) * grad / root


class Adadelta(Optimizer):
    """Adagrad with running averages, whose steps have the units of the parameter.

    `s = rho * s + (1 - rho) * g * g`, `delta = sqrt(d + eps) / sqrt(s + eps) * g`, `d = rho * d + (1 - rho) * delta²`,
    `param -= lr * delta`; other arguments as for `Adagrad`. Raises ArgumentError for negative options, rho above 1.
    Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0,
        foreach: bool | None = None, *, capturable: bool = False, maximize: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
             "capturable": capturable, "foreach": foreach, "differentiable": differentiable},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "eps", "weight_decay")
        check_option(self, "rho", group["rho"], 0 <= group["rho"] <= 1, "in [0, 1]")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps and the running averages."""
        zeros = np.zeros_like(param)
        return {"step": np.zeros((), np.float32), "square_avg": zeros, "acc_delta": zeros.copy()}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float, rho: float, eps: float,
        weight_decay: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = penalized(grad, param, weight_decay, maximize)
        squares, deltas = state["square_avg"], state["acc_delta"]
        squares *= rho
        squares += (1 - rho) * grad * grad
        delta = np.sqrt(deltas + eps) / np.sqrt(squares + eps) * grad
        deltas *= rho
        deltas += (1 - rho) * delta * delta
        param -= lr * delta
