"""When a profile records: a schedule over the steps of a training loop."""

from __future__ import annotations

import enum
from collections.abc import Callable

from autograd.errors import ArgumentError, complaint


class ProfilerAction(enum.Enum):
    """What to do in a step."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3


class ProfilerActivity(enum.Enum):
    """What to watch. There is a CPU only; the others are accepted and give no events."""

    CPU = 0
    XPU = 1
    CUDA = 3


def supported_activities() -> set[ProfilerActivity]:
    """What can be watched: the processor."""
    return {ProfilerActivity.CPU}


def schedule(
    *, wait: int, warmup: int, active: int, repeat: int = 0, skip_first: int = 0, skip_first_wait: int = 0
) -> Callable[[int], ProfilerAction]:
    """For `profile(schedule=...)`: skip `skip_first` steps, then in turn wait, warm up and record so many steps each.

    The round is run `repeat` times, 0: without end; the first one does not wait if `skip_first_wait` is not 0. Nothing
    is recorded in the steps of the warm-up.
    Raises ArgumentError for negative numbers or active = 0.
    """
    if min(wait, warmup, repeat, skip_first) < 0 or active < 1:
        given = f"wait={wait}, warmup={warmup}, active={active}, repeat={repeat}, skip_first={skip_first}"
        raise ArgumentError(complaint("schedule", "active >= 1 and the others >= 0", given))
    length = wait + warmup + active

    def action(step: int) -> ProfilerAction:
        step -= skip_first
        if step < 0:
            return ProfilerAction.NONE
        step += wait if skip_first_wait else 0
        if repeat and step >= repeat * length:
            return ProfilerAction.NONE
        place = step % length
        if place < wait:
            return ProfilerAction.NONE
        if place < wait + warmup:
            return ProfilerAction.WARMUP
        return ProfilerAction.RECORD if place < length - 1 else ProfilerAction.RECORD_AND_SAVE

    return action
