"""Schedules made of schedules: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.plateau import ReduceLROnPlateau
from optim.lr_scheduler.scheduler import LRScheduler, set_rate
from optim.optimizer import Optimizer


def _check_schedules(where: str, schedulers: Sequence[Any], optimizer: Optimizer | None) -> None:
    if not schedulers:
        raise ArgumentError(complaint(where, "at least one schedule", "none"))
    for number, scheduler in enumerate(schedulers):
        if isinstance(scheduler, ReduceLROnPlateau):
            raise ArgumentError(
                complaint(where, "schedules that step without a measure", f"{type(scheduler).__name__}")
            )
        if scheduler.optimizer is not (optimizer or schedulers[0].optimizer):
            raise ArgumentError(complaint(where, "schedules of one optimizer", f"another one's at place {number}"))


class SequentialLR(LRScheduler):
    """The first schedule up to the first milestone, then the second, and so on; each begins at its own step 0.

    Raises ArgumentError unless there is one milestone fewer than schedules, all of `optimizer`.
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        _check_schedules("SequentialLR", schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ArgumentError(
                complaint("SequentialLR", f"{len(schedulers) - 1} milestones for {len(schedulers)} schedules",
                          str(len(milestones)))
            )  # fmt: skip
        self._schedulers = schedulers
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        self.optimizer = optimizer
        for group in optimizer.param_groups:
            set_rate(group, group["initial_lr"])
        for scheduler in schedulers:
            scheduler.last_epoch -= 1
            scheduler._step_count = 0
        schedulers[0]._begin()
        self._last_lr = schedulers[0].get_last_lr()

    def step(self, epoch: int | None = None) -> None:
        """Go to the next step, of the schedule whose turn it is."""
        self.last_epoch += 1
        number = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[number]
        if number > 0 and self._milestones[number - 1] == self.last_epoch:
            scheduler.step(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """What is needed to go on, with the states of the schedules."""
        state = {name: value for name, value in self.__dict__.items() if name not in ("optimizer", "_schedulers")}
        return {**state, "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        kept = dict(state_dict)
        states = kept.pop("_schedulers")
        self.__dict__.update(kept)
        for scheduler, state in zip(self._schedulers, states, strict=True):
            scheduler.load_state_dict(state)


class ChainedScheduler(LRScheduler):
    """Several schedules of one optimizer at once: each changes the rate that the one before it left.

    Raises ArgumentError for schedules of different optimizers, or none.
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        _check_schedules("ChainedScheduler", schedulers, optimizer)
        self._schedulers = list(schedulers)
        self.optimizer = optimizer or schedulers[0].optimizer
        self._last_lr = self._rates()

    def step(self, epoch: int | None = None) -> None:
        """Let every schedule make a step."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = self._rates()

    def state_dict(self) -> dict[str, Any]:
        """What is needed to go on: the states of the schedules."""
        return {"_last_lr": self._last_lr, "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self._last_lr = state_dict["_last_lr"]
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)
