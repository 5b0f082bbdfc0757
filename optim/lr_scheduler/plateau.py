"""A schedule that waits for a measure to stop improving."""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.scheduler import LRScheduler, check_optimizer, one_per_group, set_rate
from optim.optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """The rate times `factor` once a measure has not improved for more than `patience` steps.

    `mode`: "min" where smaller is better, or "max". A measure has improved if it passes the best so far by `threshold`,
    a share of it (`threshold_mode="rel"`) or a difference ("abs"). After a reduction `cooldown` steps do not count.
    `min_lr`, one for all groups or a list, is the smallest rate; a change by less than `eps` is left out.
    Raises ArgumentError for a factor of 1 or more, an unknown mode, or min_lr of another length.
    """

    def __init__(
        self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: int = 0, min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:  # fmt: skip
        if factor >= 1:
            raise ArgumentError(complaint("ReduceLROnPlateau", "a factor below 1", str(factor)))
        if mode not in ("min", "max"):
            raise ArgumentError(complaint("ReduceLROnPlateau", 'mode "min" or "max"', repr(mode)))
        if threshold_mode not in ("rel", "abs"):
            raise ArgumentError(complaint("ReduceLROnPlateau", 'threshold_mode "rel" or "abs"', repr(threshold_mode)))
        check_optimizer("ReduceLROnPlateau", optimizer)
        self.optimizer = optimizer
        self.min_lrs = one_per_group("ReduceLROnPlateau", "min_lr", min_lr, optimizer)
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.eps = eps
        self.last_epoch = 0
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self._last_lr = self._rates()

    def step(self, metrics: Any, epoch: int | None = None) -> None:
        """Take note of a measure, a number or a tensor of one element, and reduce the rates if it is time to."""
        current = float(metrics)
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self.is_better(current, self.best):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = self._rates()

    def is_better(self, current: float, best: float) -> bool:
        """Whether a measure passes the best so far by the threshold."""
        sign = 1 if self.mode == "max" else -1
        if self.threshold_mode == "rel":
            return sign * current > sign * best * (1 + sign * self.threshold)
        return sign * current > sign * best + self.threshold

    def _reduce(self) -> None:
        for group, present, least in zip(self.optimizer.param_groups, self._rates(), self.min_lrs, strict=True):
            rate = max(present * self.factor, least)
            if present - rate > self.eps:
                set_rate(group, rate)
