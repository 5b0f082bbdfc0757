"""Schedules along a cosine, with and without restarts."""

from __future__ import annotations

import math

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.scheduler import LRScheduler
from optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """eta_min + (η₀ − eta_min)·(1 + cos(π·t/T_max))/2: down in `T_max` steps, then up again.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        t = self.last_epoch
        if self._first:
            return self._rates()
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:
            rise = (1 - math.cos(math.pi / self.T_max)) / 2
            pairs = zip(self._rates(), self.base_lrs, strict=True)
            return [rate + (base - self.eta_min) * rise for rate, base in pairs]
        factor = (1 + math.cos(math.pi * t / self.T_max)) / (1 + math.cos(math.pi * (t - 1) / self.T_max))
        return [factor * (rate - self.eta_min) + self.eta_min for rate in self._rates()]

    def closed_form(self, base: float) -> float:
        """The rate at step `self.last_epoch` of a group that began with `base`."""
        bend = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        return self.eta_min + (base - self.eta_min) * bend / 2


class CosineAnnealingWarmRestarts(LRScheduler):
    """A cosine from η₀ to `eta_min` in T_0 steps, again in T_0·T_mult steps, and so on.

    `step(epoch)` takes fractions of epochs too. Raises ArgumentError unless T_0 and T_mult are integers from 1 on.
    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, int) or value < 1:
                raise ArgumentError(
                    complaint("CosineAnnealingWarmRestarts", f"{name} an integer of at least 1", str(value))
                )
        self.T_0 = T_0
        self.T_i = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)
        self.T_cur = self.last_epoch

    def get_lr(self) -> list[float]:
        """The rate of each group at `self.T_cur` of `self.T_i` steps."""
        bend = 1 + math.cos(math.pi * self.T_cur / self.T_i)
        return [self.eta_min + (base - self.eta_min) * bend / 2 for base in self.base_lrs]

    def _begin(self) -> None:
        self._go_to(self.last_epoch + 1)

    def step(self, epoch: float | None = None) -> None:
        """Go to the next step, or to `epoch`, which may be a fraction; set the rates."""
        if epoch is not None and epoch < 0:
            raise ArgumentError(complaint("CosineAnnealingWarmRestarts.step", "an epoch of at least 0", str(epoch)))
        if epoch is not None:
            self._go_to(epoch)
            return
        self.T_cur += 1
        if self.T_cur >= self.T_i:
            self.T_cur -= self.T_i
            self.T_i *= self.T_mult
        self._step_count += 1
        self.last_epoch += 1
        self._set(self.get_lr())

    def _go_to(self, epoch: float) -> None:
        if epoch < self.T_0:
            self.T_i, self.T_cur = self.T_0, epoch
        elif self.T_mult == 1:
            self.T_cur = epoch % self.T_0
        else:
            restarts = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
            self.T_cur = epoch - self.T_0 * (self.T_mult**restarts - 1) / (self.T_mult - 1)
            self.T_i = self.T_0 * self.T_mult**restarts
        self._step_count += 1
        self.last_epoch = math.floor(epoch)
        self._set(self.get_lr())
