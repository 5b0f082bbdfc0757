"""The schedule that goes with averaged weights: from the present rates to constant ones."""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.scheduler import LRScheduler, one_per_group
from optim.optimizer import Optimizer

_SHARES = {"cos": lambda t: (1 - math.cos(math.pi * t)) / 2, "linear": lambda t: t}


class SWALR(LRScheduler):
    """Leads the rates, over `anneal_epochs` steps, to `swa_lr`, one for all groups or one each, and stays there.

    anneal_strategy: "cos" or "linear". Another schedule may change the rates meanwhile: what it did before the last
    step is led on. Raises ArgumentError.
    Source: Izmailov et al., "Averaging weights leads to wider optima and better generalization" (2018).
    """

    def __init__(
        self, optimizer: Optimizer, swa_lr: Any, anneal_epochs: int = 10, anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if anneal_strategy not in _SHARES:
            raise ArgumentError(complaint("SWALR", 'anneal_strategy "cos" or "linear"', repr(anneal_strategy)))
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ArgumentError(complaint("SWALR", "anneal_epochs of 0 or more", repr(anneal_epochs)))
        rates = one_per_group("SWALR", "swa_lr", swa_lr, optimizer)
        for rate, group in zip(rates, optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        self.anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _share(self, step: int) -> float:
        """How far the rates have gone after so many steps, from 0 to 1."""
        return float(_SHARES[self.anneal_strategy](max(0.0, min(1.0, step / max(1, self.anneal_epochs)))))

    def get_lr(self) -> list[float]:
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for group, present in zip(self.optimizer.param_groups, self._rates(), strict=True):
            target = group["swa_lr"]
            start = present if before == 1 else (present - before * target) / (1 - before)
            rates.append(target * now + start * (1 - now))
        return rates
