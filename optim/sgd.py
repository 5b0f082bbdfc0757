"""Stochastic gradient descent, with momentum if asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import kernels
from autograd.typing import Array
from optim.optimizer import Optimizer, arrays_of, check_option


class SGD(Optimizer):
    """Stochastic gradient descent: `param -= lr * step`.

    The step is the gradient plus `weight_decay * param` (its sign turned with `maximize`); with `momentum` it is the
    running sum `buffer = momentum * buffer + (1 - dampening) * gradient` (the first gradient enters undamped), and
    with `nesterov` the gradient plus `momentum * buffer`. `foreach`, `differentiable` and `fused` are accepted: there
    is one implementation, one pass over memory.
    Raises ArgumentError for negative options, and for nesterov without momentum or with dampening.
    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov,
             "maximize": maximize, "foreach": foreach, "differentiable": differentiable, "fused": fused},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        for name in ("lr", "momentum", "weight_decay"):
            check_option(self, name, group[name], group[name] >= 0, ">= 0")
        allowed = not group["nesterov"] or (group["momentum"] > 0 and group["dampening"] == 0)
        check_option(self, "nesterov", group["nesterov"], allowed, "only with momentum > 0 and dampening = 0")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The running sum of gradients, where there is momentum."""
        return {"momentum_buffer": np.zeros_like(param)} if group["momentum"] else {}

    def update_together(
        self, params: list[Array], grads: list[Array], states: list[dict[str, Any]], *, first: list[bool], lr: float,
        momentum: float, dampening: float, weight_decay: float, nesterov: bool, maximize: bool,
    ) -> None:  # fmt: skip
        """One step, in one pass over memory."""
        kernels.parameter_updates.sgd(
            params, grads, arrays_of(states, "momentum_buffer") if momentum else None, lr=float(lr), momentum=momentum,
            dampening=dampening, weight_decay=weight_decay, nesterov=nesterov, maximize=maximize, first=first,
        )  # fmt: skip
