"""Adam and AdamW."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import kernels
from autograd.typing import Array
from optim.gradients import check_betas, check_nonnegative
from optim.optimizer import Optimizer, arrays_of


class Adam(Optimizer):
    """Adam: steps of about `lr` an element, from running averages of the gradient and of its square.

    With `h = beta1 * h + (1 - beta1) * g` and `s = beta2 * s + (1 - beta2) * g * g`, both divided by `1 - beta**step`,
    `param -= lr * h / (sqrt(s) + eps)`. `weight_decay` adds `weight_decay * param` to the gradient or, if
    `decoupled_weight_decay`, shrinks the parameter as AdamW does; `amsgrad` uses the largest `s` so far; `maximize`
    turns the sign; `eps_inside_sqrt` takes sqrt(s + eps), the form of the classic lectures. `foreach`, `capturable`,
    `differentiable` and `fused` are accepted: there is one implementation.
    Raises ArgumentError for negative options and for betas outside [0, 1).
    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015); Reddi et al. (2018) for AMSGrad.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
        eps_inside_sqrt: bool = False,
    ) -> None:
        super().__init__(
            params,
            {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
             "maximize": maximize, "foreach": foreach, "capturable": capturable, "differentiable": differentiable,
             "fused": fused, "decoupled_weight_decay": decoupled_weight_decay, "eps_inside_sqrt": eps_inside_sqrt},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "eps", "weight_decay")
        check_betas(self, group)

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps and the running averages."""
        names = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq") if group["amsgrad"] else ("exp_avg", "exp_avg_sq")
        return {"step": np.zeros((), np.float32), **{name: np.zeros_like(param) for name in names}}

    def update_together(
        self, params: list[Array], grads: list[Array], states: list[dict[str, Any]], *, first: list[bool], lr: float,
        betas: tuple[float, float], eps: float, weight_decay: float, amsgrad: bool, maximize: bool,
        decoupled_weight_decay: bool, eps_inside_sqrt: bool,
    ) -> None:  # fmt: skip
        """One step, in one pass over memory."""
        updates = kernels.parameter_updates
        updates.adam(
            params, grads, arrays_of(states, "exp_avg"), arrays_of(states, "exp_avg_sq"),
            arrays_of(states, "max_exp_avg_sq") if amsgrad else None,
            counts=updates.count_steps(arrays_of(states, "step")), lr=float(lr), beta1=betas[0], beta2=betas[1],
            eps=eps, weight_decay=weight_decay, decoupled=decoupled_weight_decay,
            maximize=maximize, eps_inside_sqrt=eps_inside_sqrt,
        )  # fmt: skip


class AdamW(Adam):
    """Adam with decoupled weight decay: `param *= 1 - lr * weight_decay` at each step, the gradient left alone.

    Arguments as `Adam`, but `weight_decay` is 0.01 by default.
    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        eps_inside_sqrt: bool = False,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable,
            differentiable=differentiable, fused=fused, decoupled_weight_decay=True, eps_inside_sqrt=eps_inside_sqrt,
        )  # fmt: skip

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """As `Optimizer.load_state_dict`; the decay stays decoupled, also with the state of an Adam."""
        super().load_state_dict(state_dict)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True
