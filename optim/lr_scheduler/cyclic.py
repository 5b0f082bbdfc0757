"""Schedules that raise the rate and lower it again, and momentum the other way round."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.errors import ArgumentError, complaint
from optim.lr_scheduler.scheduler import (
    LRScheduler,
    functions_state,
    load_functions_state,
    one_per_group,
    set_rate,
)
from optim.optimizer import Optimizer


def _momentum_key(where: str, optimizer: Optimizer) -> str:
    """The option that holds momentum: "momentum", or "betas", whose first is meant."""
    for key in ("momentum", "betas"):
        if key in optimizer.defaults:
            return key
    raise ArgumentError(
        complaint(where, "an optimizer with momentum or betas", type(optimizer).__name__, "Pass cycle_momentum=False")
    )


def _set_momentum(group: dict[str, Any], key: str, momentum: float) -> None:
    group[key] = momentum if key == "momentum" else (momentum, *group["betas"][1:])


class CyclicLR(LRScheduler):
    """From `base_lr` to `max_lr` in step_size_up steps, back in step_size_down steps, over and over.

    `mode`: "triangular"; "triangular2", each cycle half as high; "exp_range", heights times gamma^t; or `scale_fn`, a
    function of the cycle's number or of the step (`scale_mode` "cycle" or "iterations") that scales the height. With
    `cycle_momentum` momentum goes from max_momentum to base_momentum and back meanwhile. Rates and momenta: one for all
    groups or lists. Raises ArgumentError for an unknown mode, lists of another length, an optimizer without momentum.
    Source: Smith, "Cyclical learning rates for training neural networks" (2017).
    """

    def __init__(
        self, optimizer: Optimizer, base_lr: float | list[float], max_lr: float | list[float],
        step_size_up: int = 2000, step_size_down: int | None = None, mode: str = "triangular", gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None, scale_mode: str = "cycle", cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8, max_momentum: float | list[float] = 0.9, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            modes = 'mode "triangular", "triangular2" or "exp_range", or a scale_fn'
            raise ArgumentError(complaint("CyclicLR", modes, repr(mode)))
        base_lrs = one_per_group("CyclicLR", "base_lr", base_lr, optimizer)
        if last_epoch == -1:
            for rate, group in zip(base_lrs, optimizer.param_groups, strict=True):
                set_rate(group, rate)
        self.max_lrs = one_per_group("CyclicLR", "max_lr", max_lr, optimizer)
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up + down)
        self.step_ratio = step_size_up / self.total_size
        self.mode = mode
        self.gamma = gamma
        self.scale_fn = scale_fn
        self.scale_mode = scale_mode if scale_fn else "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._key = _momentum_key("CyclicLR", optimizer)
            self.base_momentums = one_per_group("CyclicLR", "base_momentum", base_momentum, optimizer)
            self.max_momentums = one_per_group("CyclicLR", "max_momentum", max_momentum, optimizer)
            if last_epoch == -1:
                for group, momentum in zip(optimizer.param_groups, self.max_momentums, strict=True):
                    _set_momentum(group, self._key, momentum)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`; sets the momenta."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        scale = self._scale(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            pairs = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, (least, most) in zip(self.optimizer.param_groups, pairs, strict=True):
                _set_momentum(group, self._key, most - (most - least) * height * scale)
        pairs = zip(self.base_lrs, self.max_lrs, strict=True)
        return [least + (most - least) * height * scale for least, most in pairs]

    def state_dict(self) -> dict[str, Any]:
        """As for every schedule, in PyTorch's layout; of a `scale_fn` that is an object its attributes are kept."""
        state = {name: value for name, value in super().state_dict().items() if name != "scale_fn"}
        custom = None if self.scale_fn is None else functions_state([self.scale_fn])[0]
        return {**state, "_scale_fn_ref": None, "_scale_fn_custom": custom}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        kept = {name: value for name, value in state_dict.items() if not name.startswith("_scale_fn")}
        super().load_state_dict(kept)
        if self.scale_fn is not None:
            load_functions_state([self.scale_fn], [state_dict.get("_scale_fn_custom")])

    def _scale(self, x: float) -> float:
        if self.scale_fn is not None:
            return self.scale_fn(x)
        return {"triangular": 1.0, "triangular2": 1 / 2.0 ** (x - 1), "exp_range": self.gamma**x}[self.mode]


class OneCycleLR(LRScheduler):
    """One rise from max_lr/div_factor to `max_lr` and one long fall to that first rate / final_div_factor.

    The length: `total_steps`, or `epochs` times `steps_per_epoch`; `pct_start` of it is the rise. With `three_phase`
    the fall goes to the first rate in as many steps as the rise took, then on to the last. `anneal_strategy`: "cos" or
    "linear". With `cycle_momentum` momentum goes from max_momentum to base_momentum and back. `max_lr` and the momenta:
    one for all groups or lists. A step beyond the last raises ArgumentError, as do arguments out of range.
    Source: Smith and Topin, "Super-convergence" (2019).
    """

    def __init__(
        self, optimizer: Optimizer, max_lr: float | list[float], total_steps: int | None = None,
        epochs: int | None = None, steps_per_epoch: int | None = None, pct_start: float = 0.3,
        anneal_strategy: str = "cos", cycle_momentum: bool = True, base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95, div_factor: float = 25.0, final_div_factor: float = 1e4,
        three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        self.total_steps = self._length(total_steps, epochs, steps_per_epoch)
        if not 0 <= pct_start <= 1:
            raise ArgumentError(complaint("OneCycleLR", "pct_start from 0 to 1", str(pct_start)))
        if anneal_strategy not in ("cos", "linear"):
            raise ArgumentError(complaint("OneCycleLR", 'anneal_strategy "cos" or "linear"', repr(anneal_strategy)))
        self._anneal = anneal_strategy
        self._phases = self._make_phases(pct_start, three_phase)
        self.cycle_momentum = cycle_momentum
        max_lrs = one_per_group("OneCycleLR", "max_lr", max_lr, optimizer)
        if last_epoch == -1:
            for most, group in zip(max_lrs, optimizer.param_groups, strict=True):
                group["initial_lr"] = most / div_factor
                group["max_lr"] = most
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            self._key = _momentum_key("OneCycleLR", optimizer)
            least = one_per_group("OneCycleLR", "base_momentum", base_momentum, optimizer)
            most = one_per_group("OneCycleLR", "max_momentum", max_momentum, optimizer)
            if last_epoch == -1:
                for group, low, high in zip(optimizer.param_groups, least, most, strict=True):
                    _set_momentum(group, self._key, high)
                    group.update(base_momentum=low, max_momentum=high)
        super().__init__(optimizer, last_epoch)

    @staticmethod
    def _length(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ArgumentError(complaint("OneCycleLR", "total_steps, or epochs and steps_per_epoch", "neither"))
        length = total_steps if total_steps is not None else (epochs or 0) * (steps_per_epoch or 0)
        if not isinstance(length, int) or length <= 0:
            raise ArgumentError(complaint("OneCycleLR", "a number of steps above 0", str(length)))
        return length

    def _make_phases(self, share: float, three: bool) -> list[tuple[float, str, str, str, str]]:
        """For each phase its last step, and the group's options where rate and momentum begin and end."""
        steps = self.total_steps
        rise = (share * steps - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum")
        if not three:
            return [rise, (steps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum")]
        fall = (2 * share * steps - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum")
        return [rise, fall, (steps - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum")]

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`; sets the momenta."""
        step = self.last_epoch
        if step > self.total_steps:
            raise ArgumentError(
                complaint("OneCycleLR.step", f"at most {self.total_steps} steps", f"step {step + 1}",
                          "Make total_steps the number of all optimizer steps")
            )  # fmt: skip
        rates = []
        for group in self.optimizer.param_groups:
            start: float = 0
            for number, (end, *names) in enumerate(self._phases):
                if step <= end or number == len(self._phases) - 1:
                    done = (step - start) / (end - start)
                    rates.append(self._between(group[names[0]], group[names[1]], done))
                    if self.cycle_momentum:
                        momentum = self._between(group[names[2]], group[names[3]], done)
                        _set_momentum(group, self._key, momentum)
                    break
                start = end
        return rates

    def _between(self, start: float, end: float, done: float) -> float:
        if self._anneal == "linear":
            return (end - start) * done + start
        return end + (start - end) / 2.0 * (1 + math.cos(math.pi * done))
