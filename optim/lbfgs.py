"""L-BFGS: a quasi-Newton method with limited memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import memory
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import enable_grad
from autograd.tensor import as_tensor_of
from autograd.typing import Array
from optim.line_search import Point, StrongWolfe
from optim.optimizer import Optimizer, check_option


class LBFGS(Optimizer):
    """Up to `max_iter` quasi-Newton steps a call, from the last `history_size` changes of parameters and gradients.

    `step(closure)` calls the closure, which clears the gradients, computes the loss, calls backward and returns the
    loss, again and again, at most `max_eval` times (max_iter·5/4 by default). It ends when no gradient's element is
    above `tolerance_grad` or no change above `tolerance_change`. `line_search_fn`: None for steps of `lr`, or
    "strong_wolfe". All parameters are in one group. Raises ArgumentError for several groups, options out of range, or a
    step without closure. Source: Liu and Nocedal, "On the limited memory BFGS method" (1989).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1, max_iter: int = 20, max_eval: int | None = None,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            params,
            {"lr": lr, "max_iter": max_iter, "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
             "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change, "history_size": history_size,
             "line_search_fn": line_search_fn},
        )  # fmt: skip
        if len(self.param_groups) != 1:
            raise ArgumentError(complaint("LBFGS", "one parameter group", str(len(self.param_groups))))

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""
        check_option(self, "lr", group["lr"], group["lr"] >= 0, ">= 0")
        check_option(self, "line_search_fn", group["line_search_fn"], group["line_search_fn"] in (None, "strong_wolfe"),
                     'None or "strong_wolfe"')  # fmt: skip

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """Nothing for each parameter: the state belongs to all of them together."""
        return {}

    def _take_step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Minimize; gives the loss of the first evaluation."""
        if closure is None:
            raise ArgumentError(
                complaint("LBFGS.step", "a closure that computes the loss and calls backward", "None",
                          "Pass optimizer.step(closure)")
            )  # fmt: skip
        group = self.param_groups[0]
        state: dict[str, Any] = self.state[group["params"][0]]
        first = self._evaluated(closure)
        loss, gradient = float(first), self._gradient()
        state["func_evals"] = state.get("func_evals", 0) + 1
        state.setdefault("n_iter", 0)
        evaluations = 1
        for iteration in range(1, group["max_iter"] + 1):
            if self._largest(gradient) <= group["tolerance_grad"]:
                break
            state["n_iter"] += 1
            direction = self._direction(gradient, state, group)
            slope = float(np.dot(gradient, direction))
            if slope > -group["tolerance_change"]:
                break
            rate = min(1.0, 1.0 / float(np.abs(gradient).sum())) if state["n_iter"] == 1 else 1.0
            start = Point(0.0, loss, gradient, slope)
            loss, gradient, rate, count = self._move(closure, direction, start, rate * group["lr"], iteration)
            state["t"] = rate
            evaluations += count
            state["func_evals"] += count
            small = self._largest(direction * rate) <= group["tolerance_change"]
            still = abs(loss - start.value) < group["tolerance_change"]
            if evaluations >= group["max_eval"] or self._largest(gradient) <= group["tolerance_grad"] or small or still:
                break
        return first

    def _move(
        self, closure: Callable[[], Any], direction: Array, start: Point, rate: float, iteration: int
    ) -> tuple[float, Array, float, int]:
        """Go along the direction: the loss and gradient there, the step, and the evaluations made."""
        group = self.param_groups[0]
        before = [param._array.copy() for param in group["params"]]
        if group["line_search_fn"] is None:
            self._go(before, direction, rate)
            if iteration == group["max_iter"]:
                return start.value, start.gradient, rate, 0
            loss = float(self._evaluated(closure))
            return loss, self._gradient(), rate, 1

        def evaluate(step: float) -> tuple[float, Array]:
            self._go(before, direction, step)
            return float(self._evaluated(closure)), self._gradient()

        search = StrongWolfe(evaluate, direction, start, group["tolerance_change"])
        found = search.run(rate)
        self._go(before, direction, found.step)
        return found.value, found.gradient, found.step, search.evaluations

    def _direction(self, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """Minus the gradient times the estimate of the inverse Hessian, from the two-loop recursion."""
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
            direction = -gradient
        else:
            change = gradient - state["prev_flat_grad"]._array
            moved = state["d"]._array * state["t"]
            curvature = float(np.dot(change, moved))
            if curvature > 1e-10:
                for name, value in (("old_dirs", change), ("old_stps", moved)):
                    state[name] = [*state[name], as_tensor_of(value)][-group["history_size"] :]
                state["ro"] = [*state["ro"], 1.0 / curvature][-group["history_size"] :]
                state["H_diag"] = curvature / float(np.dot(change, change))
            direction = self._two_loops(-gradient, state)
        state["d"] = as_tensor_of(direction)
        state["prev_flat_grad"] = as_tensor_of(gradient)
        return direction

    @staticmethod
    def _two_loops(direction: Array, state: dict[str, Any]) -> Array:
        triples = list(zip(state["old_dirs"], state["old_stps"], state["ro"], strict=True))
        weights = []
        for change, moved, scale in reversed(triples):
            weights.append(float(np.dot(moved._array, direction)) * scale)
            direction = direction - weights[-1] * change._array
        direction = direction * state["H_diag"]
        for (change, moved, scale), weight in zip(triples, reversed(weights), strict=True):
            share = float(np.dot(change._array, direction)) * scale
            direction = direction + (weight - share) * moved._array
        return direction

    def _evaluated(self, closure: Callable[[], Any]) -> Any:
        with enable_grad():
            return closure()

    def _gradient(self) -> Array:
        """All gradients one after the other; zeros where there is none."""
        params = self.param_groups[0]["params"]
        parts = [np.zeros(p._array.size, p._array.dtype) if p._grad is None else p._grad._array.ravel() for p in params]
        return np.concatenate(parts)

    def _go(self, before: list[Array], direction: Array, step: float) -> None:
        """Set the parameters to where they were, plus a step along the direction."""
        first = 0
        for param, values in zip(self.param_groups[0]["params"], before, strict=True):
            share = direction[first : first + values.size].reshape(values.shape)
            param._array[...] = values + step * share
            memory.wrote(param._array)
            first += values.size

    @staticmethod
    def _largest(values: Array) -> float:
        return float(np.abs(values).max(initial=0.0))

    def _loaded(self, param: Any, kept: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
        def own(value: Any) -> Any:
            if isinstance(value, list):
                return [own(item) for item in value]
            if hasattr(value, "detach"):
                array = np.array(value.detach().numpy())
                return as_tensor_of(array) if array.ndim else array.item()
            return value

        return {name: own(value) for name, value in kept.items() if name != "al"}
