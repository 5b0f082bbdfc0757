"""Kin of Adam: Adamax, NAdam, RAdam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_betas, check_nonnegative, penalized
from optim.optimizer import Optimizer


class _Moments(Optimizer):
    """Adam's options and, unless a subclass keeps others, its averages of the gradient and of its square."""

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "eps", "weight_decay")
        check_betas(self, group)

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps and the running averages."""
        return {"step": np.zeros((), np.float32), "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}


def _averaged(grad: Array, state: dict[str, Array], betas: tuple[float, float]) -> tuple[Array, Array]:
    """The averages, brought up to date."""
    mean, square = state["exp_avg"], state["exp_avg_sq"]
    mean += (1 - betas[0]) * (grad - mean)
    square *= betas[1]
    square += (1 - betas[1]) * grad * grad
    return mean, square


class Adamax(_Moments):
    """Adam with a decaying maximum in place of the root mean square.

    `h = beta1 * h + (1 - beta1) * g`, `u = max(beta2 * u, |g| + eps)`, `param -= lr / (1 - beta1**step) * h / u`.
    `weight_decay` adds `weight_decay * param` to the gradient g, `maximize` turns its sign. `foreach`,
    `differentiable` and `capturable` are accepted. Raises ArgumentError for negative options, betas outside [0, 1).
    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, foreach: bool | None = None, *, maximize: bool = False, differentiable: bool = False,
        capturable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach,
             "maximize": maximize, "differentiable": differentiable, "capturable": capturable},
        )  # fmt: skip

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps, the running average and the decaying maximum."""
        return {"step": np.zeros((), np.float32), "exp_avg": np.zeros_like(param), "exp_inf": np.zeros_like(param)}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float,
        betas: tuple[float, float], eps: float, weight_decay: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = penalized(grad, param, weight_decay, maximize)
        mean, largest = state["exp_avg"], state["exp_inf"]
        mean += (1 - betas[0]) * (grad - mean)
        np.maximum(largest * betas[1], np.abs(grad) + eps, out=largest)
        param -= lr / (1 - betas[0] ** float(state["step"])) * mean / largest


class NAdam(_Moments):
    """Adam with Nesterov's momentum, whose share grows with the steps: beta1·(1 − 0.96^(step·momentum_decay)/2).

    `weight_decay` adds `weight_decay * param` to the gradient or, if `decoupled_weight_decay`, shrinks the parameter by
    `lr * weight_decay`; `maximize` turns the gradient's sign. `foreach`, `capturable`, `differentiable` are accepted.
    Raises ArgumentError for negative options, betas outside [0, 1).
    Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, momentum_decay: float = 4e-3, decoupled_weight_decay: bool = False, *,
        foreach: bool | None = None, maximize: bool = False, capturable: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "momentum_decay": momentum_decay,
             "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize, "foreach": foreach,
             "capturable": capturable, "differentiable": differentiable},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        super().check(group)
        check_nonnegative(self, group, "momentum_decay")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps, the product of all momenta, and the running averages."""
        state = super().init_state(param, group)
        return {"step": state.pop("step"), "mu_product": np.ones((), np.float32), **state}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float,
        betas: tuple[float, float], eps: float, weight_decay: float, momentum_decay: float,
        decoupled_weight_decay: bool, maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        if decoupled_weight_decay:
            param *= 1 - lr * weight_decay
            weight_decay = 0
        grad = penalized(grad, param, weight_decay, maximize)
        mean, square = _averaged(grad, state, betas)
        step = float(state["step"])
        now, later = (betas[0] * (1 - 0.5 * 0.96 ** (t * momentum_decay)) for t in (step, step + 1))
        state["mu_product"] *= np.float32(now)
        product = float(state["mu_product"])
        root = np.sqrt(square / (1 - betas[1] ** step)) + eps
        param -= lr * (1 - now) / (1 - product) * grad / root
        param -= lr * later / (1 - product * later) * mean / root


class RAdam(_Moments):
    """Adam whose adaptive rate is rectified while its variance is large, and left out in the first few steps.

    Options as for `NAdam`, without momentum_decay. Raises ArgumentError for negative options, betas outside [0, 1).
    Source: Liu et al., "On the variance of the adaptive learning rate and beyond" (2020).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, decoupled_weight_decay: bool = False, *, foreach: bool | None = None,
        maximize: bool = False, capturable: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
             "foreach": foreach, "capturable": capturable, "decoupled_weight_decay": decoupled_weight_decay,
             "differentiable": differentiable},
        )  # fmt: skip

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float,
        betas: tuple[float, float], eps: float, weight_decay: float, decoupled_weight_decay: bool, maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        if decoupled_weight_decay:
            param *= 1 - lr * weight_decay
            weight_decay = 0
        grad = penalized(grad, param, weight_decay, maximize)
        mean, square = _averaged(grad, state, betas)
        step = float(state["step"])
        scale, unbias = lr / (1 - betas[0] ** step), 1 - betas[1] ** step
        longest = 2 / (1 - betas[1]) - 1
        length = longest - 2 * step * betas[1] ** step / unbias
        if length > 5:
            share = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            param -= scale * (share * unbias) ** 0.5 * mean / (np.sqrt(square) + eps)
        else:
            param -= scale * mean
