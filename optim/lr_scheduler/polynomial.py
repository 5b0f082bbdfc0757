"""Schedules along a line or a power of the step, and warming up."""

from __future__ import annotations

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.scheduler import LRScheduler
from optim.optimizer import Optimizer


class ConstantLR(LRScheduler):
    """The rate times `factor` for the first `total_iters` steps. Raises ArgumentError for a factor outside [0, 1]."""

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not 0 <= factor <= 1:
            raise ArgumentError(complaint("ConstantLR", "a factor from 0 to 1", str(factor)))
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        if self.last_epoch == 0:
            return [rate * self.factor for rate in self._rates()]
        if self.last_epoch != self.total_iters:
            return self._rates()
        return [rate * (1 / self.factor) for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base * (self.factor + (self.last_epoch >= self.total_iters) * (1 - self.factor))


class LinearLR(LRScheduler):
    """The rate times a factor that goes from `start_factor` to `end_factor` in `total_iters` equal steps.

    Raises ArgumentError unless 0 < start_factor <= 1 and 0 <= end_factor <= 1.
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if not 0 < start_factor <= 1:
            raise ArgumentError(complaint("LinearLR", "a start_factor above 0 and up to 1", str(start_factor)))
        if not 0 <= end_factor <= 1:
            raise ArgumentError(complaint("LinearLR", "an end_factor from 0 to 1", str(end_factor)))
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        if self.last_epoch == 0:
            return [rate * self.start_factor for rate in self._rates()]
        if self._first or self.last_epoch > self.total_iters:
            return self._rates()
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return [rate * (1 + rise / before) for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        done = min(self.total_iters, self.last_epoch) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class PolynomialLR(LRScheduler):
    """η₀·(1 − t/total_iters)^power, and 0 after that."""

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        if self._first or self.last_epoch > self.total_iters:
            return self._rates()
        before = 1 - (self.last_epoch - 1) / self.total_iters
        factor = ((1 - self.last_epoch / self.total_iters) / before) ** self.power
        return [rate * factor for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base * (1 - min(self.total_iters, self.last_epoch) / self.total_iters) ** self.power


class InversePowerLR(LRScheduler):
    """η₀ / (1 + alpha·t)^beta, the polynomial schedule of the classic lectures; beta = 1 is decay by time.

    Raises ArgumentError for a negative alpha or beta. The sum of the rates diverges for beta <= 1, as Robbins and
    Monro, "A stochastic approximation method" (1951), ask; that of their squares converges for beta > 1/2.
    """

    def __init__(self, optimizer: Optimizer, alpha: float, beta: float = 1.0, last_epoch: int = -1) -> None:
        if alpha < 0 or beta < 0:
            raise ArgumentError(complaint("InversePowerLR", "alpha and beta of at least 0", f"{alpha} and {beta}"))
        self.alpha = alpha
        self.beta = beta
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        return [self.closed_form(base) for base in self.base_lrs]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        return base / (1 + self.alpha * self.last_epoch) ** self.beta


class WarmupLR(LRScheduler):
    """The rate grows along a line from `start_factor`·η₀ to η₀ in `warmup_iters` steps; then `after` takes over.

    `after`: another schedule of the same optimizer, made before this one, which then begins with its first rate; None
    to stay at η₀. `start_factor`: 1 / (warmup_iters + 1) by default, so that every step has a rate above 0.
    Raises ArgumentError for a negative warmup_iters, or where `after` has another optimizer.
    Source: Goyal et al., "Accurate, large minibatch SGD" (2017).
    """

    def __init__(
        self, optimizer: Optimizer, warmup_iters: int, after: LRScheduler | None = None,
        start_factor: float | None = None, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if warmup_iters < 0:
            raise ArgumentError(complaint("WarmupLR", "warmup_iters of at least 0", str(warmup_iters)))
        if after is not None and after.optimizer is not optimizer:
            raise ArgumentError(complaint("WarmupLR", "a schedule `after` of the same optimizer", "another one's"))
        self.warmup_iters = warmup_iters
        self.start_factor = 1 / (warmup_iters + 1) if start_factor is None else start_factor
        self.after = after
        rates = [group["lr"] for group in optimizer.param_groups]
        self._first_rates = rates if after is None else list(after.get_last_lr())
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        if self.last_epoch >= self.warmup_iters:
            return self._rates() if self.last_epoch > self.warmup_iters else list(self._first_rates)
        done = self.last_epoch / self.warmup_iters
        factor = self.start_factor + (1 - self.start_factor) * done
        return [first * factor for first in self._first_rates]

    def step(self, epoch: int | None = None) -> None:
        """Go to the next step; after warming up that is one of `after`."""
        if self.after is None or self.last_epoch < self.warmup_iters or epoch is not None:
            super().step(epoch)
            return
        self.after.step()
        self._step_count += 1
        self.last_epoch += 1
        self._last_lr = self.after.get_last_lr()

    def state_dict(self) -> dict[str, object]:
        """As for every schedule, with the state of `after`."""
        state = super().state_dict()
        return {**state, "after": None if self.after is None else self.after.state_dict()}

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        """Take over what `state_dict` gave."""
        kept = dict(state_dict)
        after = kept.pop("after")
        super().load_state_dict(kept)
        if self.after is not None:
            self.after.load_state_dict(after)  # type: ignore[arg-type]
