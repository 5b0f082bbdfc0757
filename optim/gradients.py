"""What most algorithms do with a gradient first."""

from __future__ import annotations

from typing import Any

from autograd.typing import Array
from optim.optimizer import check_option


def penalized(grad: Array, param: Array, weight_decay: float, maximize: bool) -> Array:
    """The gradient, its sign turned if `maximize`, plus that of the penalty weight_decay·|param|²/2."""
    if maximize:
        grad = -grad
    return grad + weight_decay * param if weight_decay else grad


def check_nonnegative(optimizer: Any, group: dict[str, Any], *names: str) -> None:
    """Raise ArgumentError where one of these options is negative."""
    for name in names:
        check_option(optimizer, name, group[name], group[name] >= 0, ">= 0")


def check_betas(optimizer: Any, group: dict[str, Any]) -> None:
    """Raise ArgumentError where one of the betas is outside [0, 1)."""
    for beta in group["betas"]:
        check_option(optimizer, "betas", group["betas"], 0 <= beta < 1, "in [0, 1)")
