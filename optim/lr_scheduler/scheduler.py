"""The base of all schedules: it counts steps and writes the learning rates that a subclass gives."""

from __future__ import annotations

import types
import warnings
from typing import Any

from autograd.errors import ArgumentError, OperandError, complaint
from autograd.grad_mode import no_grad
from autograd.tensor import Tensor
from optim.optimizer import Optimizer


class LRScheduler:
    """Base of the schedules of learning rates.

    `last_epoch`: −1 to begin, or the number of steps already made, when groups must have their "initial_lr" and, as
    "lr", the rate to go on with. Calling
    `step()` after the optimizer's steps, once an epoch or once a batch, sets the rate of every parameter group to what
    `get_lr` gives. A subclass declares `get_lr`; it may build on the groups' present rates, as PyTorch's do, so that
    several schedules on one optimizer multiply. Raises OperandError for what is no optimizer, ArgumentError for groups
    without "initial_lr" where `last_epoch` is not −1.
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(type(self).__name__, optimizer)
        self.optimizer = optimizer
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", _number(group["lr"]))
            elif "initial_lr" not in group:
                raise ArgumentError(
                    complaint(type(self).__name__, f'"initial_lr" in parameter group {number} to resume',
                              f"last_epoch={last_epoch} and no such option",
                              "Load the optimizer's and the schedule's state_dict, with last_epoch=-1")
                )  # fmt: skip
        self.base_lrs: list[float] = [_number(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._step_count = 0
        self._steps_before = optimizer.steps_taken
        self._last_lr: list[float] = []
        self._begin()

    def _begin(self) -> None:
        """Set the first rates: a step that needs none of the optimizer's before it."""
        self._advance(self.last_epoch + 1)

    def get_lr(self) -> list[float]:
        """The rate of each group at step `self.last_epoch`."""
        raise NotImplementedError

    def get_last_lr(self) -> list[float]:
        """The rates that were set last, one for each group."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next step, or to `epoch`, and set the rates. Warns if the optimizer has made no step yet."""
        if self._step_count == 1 and self.optimizer.steps_taken == self._steps_before:
            warnings.warn(
                "lr_scheduler.step() came before optimizer.step(): the first value of the schedule is skipped. "
                "Call optimizer.step() first",
                stacklevel=2,
            )
        if epoch is None:
            self._advance(self.last_epoch + 1)
        else:
            self._jump(epoch)

    def _advance(self, epoch: int) -> None:
        self._step_count += 1
        self.last_epoch = epoch
        self._set(self.get_lr())

    def _jump(self, epoch: int) -> None:
        """Set the rates of any step, from the closed form where the subclass has one."""
        self._step_count += 1
        self.last_epoch = epoch
        closed_form = getattr(self, "closed_form", None)
        self._set(self.get_lr() if closed_form is None else [closed_form(base) for base in self.base_lrs])

    def _set(self, rates: list[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            set_rate(group, rate)
        self._last_lr = self._rates()

    def _rates(self) -> list[float]:
        """The groups' present rates."""
        return [_number(group["lr"]) for group in self.optimizer.param_groups]

    @property
    def _first(self) -> bool:
        """Whether the rates set now are the first, those that the schedule begins or resumes with."""
        return self._step_count == 1

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on, except the optimizer and plain functions, which cannot be kept."""
        return {
            name: value
            for name, value in self.__dict__.items()
            if name != "optimizer" and not isinstance(value, types.FunctionType | types.MethodType)
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self.__dict__.update(state_dict)


def check_optimizer(where: str, optimizer: Any) -> None:
    """Raise OperandError for what is no optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise OperandError(complaint(where, "an Optimizer", type(optimizer).__name__))


def set_rate(group: dict[str, Any], rate: float) -> None:
    """Give a group its rate; where that is a tensor, whoever holds it sees the new one."""
    if isinstance(group["lr"], Tensor):
        with no_grad():
            group["lr"].fill_(rate)
    else:
        group["lr"] = rate


def _number(rate: Any) -> float:
    return rate.item() if isinstance(rate, Tensor) else rate


def functions_state(functions: list[Any]) -> list[Any]:
    """What is kept of a list of callables: the attributes of objects, None for plain functions."""
    plain = types.FunctionType | types.BuiltinFunctionType
    return [None if isinstance(function, plain) else dict(function.__dict__) for function in functions]


def load_functions_state(functions: list[Any], states: list[Any]) -> None:
    """Give callable objects their attributes back."""
    for function, state in zip(functions, states, strict=True):
        if state is not None:
            function.__dict__.update(state)


def one_per_group(where: str, name: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """A value for each parameter group, from one for all or a list.

    Raises OperandError for what is no optimizer, ArgumentError for a list of another length.
    """
    check_optimizer(where, optimizer)
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [value] * count
    if len(value) != count:
        raise ArgumentError(
            complaint(where, f"{count} values of {name}, one for each parameter group", str(len(value)))
        )
    return list(value)
