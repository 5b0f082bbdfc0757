"""Averages of a model's weights over training: plain (SWA) or exponential, in a model of their own.

    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.999))
    for x, y in loader:
        ...
        optimizer.step()
        averaged.update_parameters(model)
    update_bn(loader, averaged)

The schedule of rates for plain averages is `optim.lr_scheduler.SWALR`.
Source: Izmailov et al., "Averaging weights leads to wider optima and better generalization" (2018).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from autograd.creation import tensor
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from nn.layers.normalization import BatchNorm
from nn.module import Module

__all__ = [
    "AveragedModel", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn", "get_swa_multi_avg_fn", "update_bn",
]  # fmt: skip

Average = Callable[[Any, Any, Any], Any]
AverageOfAll = Callable[[Sequence[Any], Sequence[Any], Any], None]


def _check_decay(where: str, decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ArgumentError(complaint(where, "a decay from 0 to 1", str(decay)))


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential average: decay · average + (1 − decay) · new."""
    _check_decay("get_ema_avg_fn", decay)
    return lambda average, new, count: decay * average + (1 - decay) * new


def get_swa_avg_fn() -> Average:
    """The plain mean: average + (new − average) / (count + 1)."""
    return lambda average, new, count: average + (new - average) / (count + 1)


def _over_all(average_of: Average) -> AverageOfAll:
    def update(averages: Sequence[Any], new: Sequence[Any], count: Any) -> None:
        with no_grad():
            for average, value in zip(averages, new, strict=True):
                floating = average.is_floating_point()
                average.copy_(average_of(average, value, count) if floating else value)

    return update


def get_ema_multi_avg_fn(decay: float = 0.999) -> AverageOfAll:
    """As `get_ema_avg_fn`, for lists of tensors, which it changes in place."""
    _check_decay("get_ema_multi_avg_fn", decay)
    return _over_all(get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> AverageOfAll:
    """As `get_swa_avg_fn`, for lists of tensors, which it changes in place."""
    return _over_all(get_swa_avg_fn())


class AveragedModel(Module):
    """A copy of `model` that holds the average of its weights over calls of `update_parameters`.

    avg_fn(average, new, count) gives a tensor's next average; multi_avg_fn(averages, news, count) changes all in
    place; at most one of both, by default the plain mean. use_buffers: average buffers too; else they are copied.
    forward is the copy's. Its state_dict has `n_averaged` and, under `module.`, the averages.
    Raises ArgumentError for both functions at once.
    """

    n_averaged: Any

    def __init__(
        self, model: Module, device: Any = None, avg_fn: Average | None = None,
        multi_avg_fn: AverageOfAll | None = None, use_buffers: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise ArgumentError(complaint("AveragedModel", "avg_fn or multi_avg_fn", "both"))
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the present weights of `model` into the average; the first time they are copied."""
        mine, theirs = _values(self.module, self.use_buffers), _values(model, self.use_buffers)
        with no_grad():
            if self.n_averaged.item() == 0:
                for average, value in zip(mine, theirs, strict=True):
                    average.copy_(value)
            elif self.avg_fn is not None:
                for average, value in zip(mine, theirs, strict=True):
                    average.copy_(self.avg_fn(average, value, self.n_averaged))
            else:
                (self.multi_avg_fn or get_swa_multi_avg_fn())(mine, theirs, self.n_averaged)
            if not self.use_buffers:
                for kept, value in zip(self.module.buffers(), model.buffers(), strict=True):
                    kept.copy_(value)
            self.n_averaged.add_(1)


def _values(model: Module, with_buffers: bool) -> list[Any]:
    found = chain(model.parameters(), model.buffers()) if with_buffers else model.parameters()
    return [value.detach() for value in found]


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running statistics of all batch norms anew, as the mean over one pass of the loader.

    Where a batch is a list or tuple, its first entry is the input. The model's mode and its norms' momenta are given
    back, also after an exception.
    """
    norms = [module for module in model.modules() if isinstance(module, BatchNorm)]
    if not norms:
        return
    momenta, training = [norm.momentum for norm in norms], model.training
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    model.train()
    try:
        with no_grad():
            for batch in loader:
                x = batch[0] if isinstance(batch, list | tuple) else batch
                model(x if device is None else x.to(device))
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        model.train(training)
