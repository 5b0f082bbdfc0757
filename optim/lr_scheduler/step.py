"""Schedules that change the rate at chosen steps, by a constant factor, or by a function of one's own."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.scheduler import LRScheduler, functions_state, load_functions_state, one_per_group
from optim.optimizer import Optimizer


class StepLR(LRScheduler):
    """The rate times `gamma` every `step_size` steps. Raises ArgumentError for a step_size below 1."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        if step_size < 1:
            raise ArgumentError(complaint("StepLR", "a step_size of at least 1", str(step_size)))
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        due = self.last_epoch != 0 and self.last_epoch % self.step_size == 0
        return [rate * self.gamma if due else rate for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """The rate times `gamma` at each of the `milestones`; one that is listed twice counts twice."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        times = self.milestones.get(self.last_epoch, 0)
        return [rate * self.gamma**times if times else rate for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base * self.gamma ** bisect_right(sorted(self.milestones.elements()), self.last_epoch)


class ExponentialLR(LRScheduler):
    """The rate times `gamma` at every step: η₀·gamma^t."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        return self._rates() if self._first else [rate * self.gamma for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base * self.gamma**self.last_epoch


class LaggingExponentialLR(LRScheduler):
    """η_{t+1} = η₀·gamma^t: an exponential that lags one step, so that the first two rates are equal.

    Many textbooks write the exponential schedule this way; `ExponentialLR` is
    their factor schedule, η_{t+1} = η_t·gamma.
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        return [self.closed_form(base) for base in self.base_lrs]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base * self.gamma ** max(0, self.last_epoch - 1)


class _FunctionLR(LRScheduler):
    """A schedule by a function of the step, one for all groups or a list of them."""

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        self.lr_lambdas = one_per_group(type(self).__name__, "lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """As for every schedule; of the functions, the attributes of those that are objects are kept."""
        return {**super().state_dict(), "lr_lambdas": functions_state(self.lr_lambdas)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        kept = dict(state_dict)
        load_functions_state(self.lr_lambdas, kept.pop("lr_lambdas"))
        super().load_state_dict(kept)


class LambdaLR(_FunctionLR):
    """The initial rate times `lr_lambda(t)`."""

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        return [base * factor(self.last_epoch) for factor, base in zip(self.lr_lambdas, self.base_lrs, strict=True)]


class MultiplicativeLR(_FunctionLR):
    """The rate times `lr_lambda(t)` at every step."""

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        if self._first:
            return self._rates()
        return [rate * factor(self.last_epoch) for factor, rate in zip(self.lr_lambdas, self._rates(), strict=True)]
