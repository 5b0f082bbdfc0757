"""What distributions given by probabilities, or by logits, share."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import enable_grad
from autograd.ops.exponential import log, sigmoid
from autograd.ops.selection import clamp
from autograd.size import Size
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.distribution import Distribution, together


def one_of(where: str, probs: Any, logits: Any) -> None:
    """Raise ArgumentError unless one of the two is given."""
    if (probs is None) == (logits is None):
        raise ArgumentError(complaint(where, "either probs or logits", "both" if probs is not None else "neither"))


def clamped(probs: Tensor) -> Tensor:
    """Probabilities away from 0 and 1 by the dtype's epsilon, so that logarithms are finite."""
    eps = float(np.finfo(probs.dtype.dtype).eps)
    return clamp(probs, min=eps, max=1 - eps)


class OfOneEvent(Distribution):
    """A distribution given by the probability `probs` of one event, or sigmoid(`logits`), each tensors or numbers."""

    arg_constraints: ClassVar = {"probs": constraints.unit_interval, "logits": constraints.real}

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        one_of(type(self).__name__, probs, logits)
        (given,) = together(probs if logits is None else logits)
        vars(self)["probs" if logits is None else "logits"] = given
        super().__init__(given.shape, (), validate_args)

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def probs(self) -> Tensor:
        """The probability of the event."""
        return sigmoid(self.logits)

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def logits(self) -> Tensor:
        """log(probs / (1 − probs))."""
        inner = clamped(self.probs)
        return log(inner) - log(1 - inner)

    @property
    def param_shape(self) -> Size:
        """The shape of the parameters."""
        return self._batch_shape
