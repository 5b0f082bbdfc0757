"""When to end the training loop. Each rule is asked once a step or an epoch: `if stop(...): break`.

stop = optim.stopping.NoImprovement(patience=5, parameters=model.parameters())
for epoch in range(1000):
    ...
    if stop(validation_loss):
        break
stop.restore()
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from autograd.tensor import Tensor, as_tensor_of
from optim.optimizer import check_option


class GradientNorm:
    """Ends when the norm of all gradients together is below `tolerance`: ∇L ≈ 0.

    Ask it after `backward()`. Parameters without a gradient count as 0. `value` is the norm last seen.
    """

    def __init__(self, parameters: Iterable[Tensor], tolerance: float = 1e-6) -> None:
        self.parameters = list(parameters)
        self.tolerance = tolerance
        self.value = math.inf

    def __call__(self) -> bool:
        """Whether the norm is below the tolerance."""
        gradients = [p.grad.detach().numpy() for p in self.parameters if p.grad is not None]
        self.value = math.sqrt(sum(float(np.vdot(g, g)) for g in gradients))
        return self.value < self.tolerance


class StepLength:
    """Ends when the parameters moved by less than `tolerance` since they were asked about last: ‖w' − w‖ ≈ 0.

    Ask it after the optimizer's step. `value` is the length last seen.
    """

    def __init__(self, parameters: Iterable[Tensor], tolerance: float = 1e-6) -> None:
        self.parameters = list(parameters)
        self.tolerance = tolerance
        self.value = math.inf
        self._before = [p.detach().numpy().copy() for p in self.parameters]

    def __call__(self) -> bool:
        """Whether the step was shorter than the tolerance."""
        square = 0.0
        for parameter, before in zip(self.parameters, self._before, strict=True):
            now = parameter.detach().numpy()
            square += float(((now - before) ** 2).sum())
            before[...] = now
        self.value = math.sqrt(square)
        return self.value < self.tolerance


class NoImprovement:
    """Ends once a loss has not fallen below its best by more than `min_delta` for `patience` times in a row.

    `mode="max"`: for measures that should grow. `parameters`: copied whenever the loss is best; `restore()` gives
    them back. `best` is the best loss, `best_time` the number, from 0, of the call that gave it, `waited` the calls
    since. NaN is never an improvement. Raises ArgumentError for a patience below 1, a negative min_delta, an unknown
    mode. Source: Prechelt, "Early stopping - but when?" (1998).
    """

    def __init__(
        self, patience: int, min_delta: float = 0.0, mode: str = "min", parameters: Iterable[Tensor] | None = None
    ) -> None:
        check_option(self, "patience", patience, patience >= 1, ">= 1")
        check_option(self, "min_delta", min_delta, min_delta >= 0, ">= 0")
        check_option(self, "mode", mode, mode in ("min", "max"), '"min" or "max"')
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.parameters = None if parameters is None else list(parameters)
        self.best = math.inf if mode == "min" else -math.inf
        self.best_time: int | None = None
        self.waited = 0
        self._calls = 0
        self._kept: list[Any] | None = None

    def __call__(self, loss: Any) -> bool:
        """Take note of a loss, a number or a tensor of one element; whether patience has come to its end."""
        current = float(loss.detach()) if isinstance(loss, Tensor) else float(loss)
        gain = self.best - current if self.mode == "min" else current - self.best
        if gain > self.min_delta:
            self.best, self.best_time, self.waited = current, self._calls, 0
            if self.parameters is not None:
                self._kept = [p.detach().numpy().copy() for p in self.parameters]
        else:
            self.waited += 1
        self._calls += 1
        return self.waited >= self.patience

    def restore(self) -> None:
        """Set the parameters to what they were when the loss was best. Raises ArgumentError where nothing was kept."""
        if self.parameters is None or self._kept is None:
            given = "none were given" if self.parameters is None else "no loss was an improvement"
            raise ArgumentError(complaint("NoImprovement.restore", "parameters that were kept", given))
        with no_grad():
            for parameter, kept in zip(self.parameters, self._kept, strict=True):
                parameter.copy_(as_tensor_of(kept))

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on, the kept parameters too."""
        names = ("best", "best_time", "waited", "_calls")
        kept = None if self._kept is None else [as_tensor_of(array.copy()) for array in self._kept]
        return {**{name: getattr(self, name) for name in names}, "kept": kept}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        state = dict(state_dict)
        kept = state.pop("kept")
        self.__dict__.update(state)
        self._kept = None if kept is None else [tensor.detach().numpy().copy() for tensor in kept]


class AveragedLoss:
    """The exponential average Q = (1 − eta)·Q + eta·loss; ends when Q changes by less than `tolerance` in one call.

    Q begins with `start`, or with the first loss. With the loss of single examples this is the functional that
    stochastic gradient descent watches in the classic lectures. `value` is Q. Raises ArgumentError for eta outside
    (0, 1].
    """

    def __init__(self, eta: float = 0.01, tolerance: float = 0.0, start: float | None = None) -> None:
        check_option(self, "eta", eta, 0 < eta <= 1, "in (0, 1]")
        self.eta = eta
        self.tolerance = tolerance
        self.value = start

    def __call__(self, loss: Any) -> bool:
        """Take note of a loss; whether Q has settled."""
        current = float(loss.detach()) if isinstance(loss, Tensor) else float(loss)
        before = self.value
        self.value = current if before is None else (1 - self.eta) * before + self.eta * current
        return before is not None and abs(self.value - before) < self.tolerance
