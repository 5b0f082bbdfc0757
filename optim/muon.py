"""Muon: momentum made orthogonal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array
from optim.gradients import check_nonnegative
from optim.optimizer import Optimizer, check_option


class Muon(Optimizer):
    """For matrices: `param -= rate * orthogonal(buffer)`, where `buffer = momentum * buffer + (1 - momentum) * g`.

    The buffer, with `nesterov` its mean with the gradient g, is brought near an orthogonal matrix by `ns_steps` steps
    of a Newton-Schulz iteration with `ns_coefficients`. The rate is lr·√max(1, rows/columns), or with
    `adjust_lr_fn="match_rms_adamw"` 0.2·lr·√max(rows, columns). `weight_decay` shrinks the parameter by
    `lr * weight_decay`. The iteration runs in the parameter's dtype; PyTorch's, in bfloat16, differs by about 1 %.
    Raises ArgumentError for parameters that are no matrices and options out of range.
    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, weight_decay: float = 0.1, momentum: float = 0.95,
        nesterov: bool = True, ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7, ns_steps: int = 5, adjust_lr_fn: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
             "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps, "adjust_lr_fn": adjust_lr_fn},
        )  # fmt: skip
        for param in self._all_params():
            if param.ndim != 2:
                raise ArgumentError(
                    complaint("Muon", "matrices as parameters", f"one of shape {tuple(param.shape)}",
                              "Give vectors and others to AdamW")
                )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "weight_decay", "momentum")
        fits = group["adjust_lr_fn"] in (None, "original", "match_rms_adamw")
        check_option(self, "adjust_lr_fn", group["adjust_lr_fn"], fits, '"original" or "match_rms_adamw"')
        check_option(self, "ns_steps", group["ns_steps"], 0 < group["ns_steps"] < 100, "from 1 to 99")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The running average of gradients."""
        return {"momentum_buffer": np.zeros_like(param)}

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float, weight_decay: float,
        momentum: float, nesterov: bool, ns_coefficients: tuple[float, float, float], eps: float, ns_steps: int,
        adjust_lr_fn: str | None,
    ) -> None:  # fmt: skip
        """One step."""
        buffer = state["momentum_buffer"]
        buffer += (1 - momentum) * (grad - buffer)
        direction = orthogonal(
            grad + momentum * (buffer - grad) if nesterov else buffer, ns_coefficients, eps, ns_steps
        )
        rows, columns = param.shape
        by_rms = adjust_lr_fn == "match_rms_adamw"
        ratio = 0.2 * math.sqrt(max(rows, columns)) if by_rms else math.sqrt(max(1, rows / columns))
        param *= 1 - lr * weight_decay
        param -= lr * ratio * direction


def orthogonal(matrix: Array, coefficients: tuple[float, float, float], eps: float, steps: int) -> Array:
    """A matrix with the singular vectors of the given one and singular values near 1, from odd polynomials of it."""
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / max(float(np.linalg.norm(x)), eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x.T if tall else x
