"""Adafactor: second moments of matrices kept as one row and one column."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.typing import Array
from optim.gradients import check_nonnegative
from optim.optimizer import Optimizer, check_option


class Adafactor(Optimizer):
    """Steps relative to the parameter's size, from squares averaged over rows and columns: memory n + m, not n·m.

    The average's weight is step^beta2_decay; the rate min(lr, 1/√step) times the larger of eps[1] and the parameter's
    root mean square; steps of a root mean square above `d` are scaled down. eps[0] keeps squares from 0, the dtype's
    epsilon by default. `weight_decay` shrinks the parameter by `lr * weight_decay`, `maximize` turns the gradient's
    sign, `foreach` is accepted. Raises ArgumentError for options out of range.
    Source: Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost" (2018).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3), d: float = 1.0, weight_decay: float = 0.0, *,
        foreach: bool | None = None, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d, "weight_decay": weight_decay,
             "foreach": foreach, "maximize": maximize},
        )  # fmt: skip

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_nonnegative(self, group, "lr", "weight_decay")
        check_option(self, "beta2_decay", group["beta2_decay"], group["beta2_decay"] <= 0, "<= 0")
        check_option(self, "d", group["d"], group["d"] >= 1, ">= 1")
        for eps in group["eps"]:
            check_option(self, "eps", group["eps"], eps is None or eps >= 0, ">= 0")

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The number of steps, and averages of squares: of rows and columns for a matrix or more dimensions."""
        step = {"step": np.zeros((), np.float32)}
        if param.ndim < 2:
            return {**step, "variance": np.zeros_like(param)}
        *rest, rows, columns = param.shape
        return {**step, "row_var": np.zeros((*rest, rows, 1), param.dtype),
                "col_var": np.zeros((*rest, 1, columns), param.dtype)}  # fmt: skip

    def update(
        self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, lr: float, beta2_decay: float,
        eps: tuple[float | None, float], d: float, weight_decay: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step."""
        grad = -grad if maximize else grad
        least = float(np.finfo(param.dtype).eps) if eps[0] is None else eps[0]
        step = float(state["step"])
        share = step**beta2_decay
        size = math.sqrt(param.size)
        rate = max(eps[1], float(np.linalg.norm(param)) / size) * min(lr, 1 / math.sqrt(step))
        if weight_decay:
            param *= 1 - lr * weight_decay
        spread = self._spread(grad, state, share, least)
        change = grad / np.sqrt(np.maximum(spread, least * least))
        excess = max(1.0, float(np.linalg.norm(change)) / (size * d))
        param -= rate / excess * change

    @staticmethod
    def _spread(grad: Array, state: dict[str, Array], share: float, least: float) -> Array:
        """The estimate of the squares of the gradient's elements."""
        squares = grad * grad
        if grad.ndim < 2:
            variance = state["variance"]
            variance += share * (squares - variance)
            return variance
        rows, columns = state["row_var"], state["col_var"]
        rows += share * (squares.mean(-1, keepdims=True) - rows)
        columns += share * (squares.mean(-2, keepdims=True) - columns)
        return rows * columns / np.maximum(rows.mean(-2, keepdims=True), least)
