"""Distributions over classes: Categorical, Bernoulli. Each takes probabilities or logits, unnormalised logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.creation import arange
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.activation import softplus
from autograd.ops.exponential import log, sigmoid
from autograd.ops.selection import clamp
from autograd.ops.softmax import logsumexp, softmax
from autograd.sampling import bernoulli, multinomial
from autograd.tensor import Tensor
from nn.distributions.distribution import Distribution, together


def _one_of(where: str, probs: Any, logits: Any) -> None:
    if (probs is None) == (logits is None):
        raise ArgumentError(complaint(where, "either probs or logits", "both" if probs is not None else "neither"))


def _clamped(probs: Tensor) -> Tensor:
    """Probabilities away from 0 and 1 by the dtype's epsilon, so that logarithms are finite."""
    eps = float(np.finfo(probs.dtype.dtype).eps)
    return clamp(probs, min=eps, max=1 - eps)


class Categorical(Distribution):
    """Classes 0 to K − 1 with the probabilities `probs` (..., K), divided by their sum, or softmax(`logits`)."""

    has_enumerate_support = True

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        _one_of("Categorical", probs, logits)
        self._given = probs if logits is None else logits
        if self._given.ndim < 1:
            raise ShapeError(complaint("Categorical", "parameters (..., K)", "a single number"))
        if logits is None:
            self.probs = probs / probs.sum(-1, keepdim=True)
            self.logits = log(_clamped(self.probs))
        else:
            self.logits = logits - logsumexp(logits, -1, True)
            self.probs = softmax(self.logits, -1)
        self._num_events = self._given.shape[-1]
        super().__init__(self._given.shape[:-1], (), validate_args)

    def _check_parameters(self) -> None:
        self._require(self._given == self._given, "parameters without NaN", self._given)
        self._require(self.probs >= 0, "probabilities of at least 0", self.probs)

    def _check_value(self, value: Tensor) -> None:
        fits = (value >= 0) & (value < self._num_events) & (value == value.round())
        self._require(fits, f"classes from 0 to {self._num_events - 1}", value)

    @property
    def param_shape(self) -> Any:
        """The shape of the parameters."""
        return self._given.shape

    @property
    def mode(self) -> Tensor:
        """The most probable class."""
        return self.probs.argmax(-1)

    @property
    def mean(self) -> Tensor:
        """NaN: classes have no mean."""
        return self.probs.detach().sum(-1) * float("nan")

    @property
    def variance(self) -> Tensor:
        """NaN: classes have no variance."""
        return self.mean

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Classes, int64."""
        with no_grad():
            rows = self.probs.reshape(-1, self._num_events)
            count = int(np.prod(tuple(sample_shape), dtype=np.int64))
            drawn = multinomial(rows, count, True)
            return drawn.T.reshape(self._extended(sample_shape))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of classes."""
        value = self._valued(value).long().unsqueeze(-1)
        shape = np.broadcast_shapes(tuple(value.shape[:-1]), tuple(self.batch_shape))
        logits = self.logits.expand(*shape, self._num_events)
        return logits.gather(-1, value.expand(*shape, 1)).squeeze(-1)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        least = float(np.finfo(self.logits.dtype.dtype).min)
        return -(clamp(self.logits, min=least) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All classes (K, ...), expanded over the batch if asked."""
        classes = arange(self._num_events).reshape(-1, *[1] * len(self.batch_shape))
        return classes.expand(self._num_events, *self.batch_shape) if expand else classes


class Bernoulli(Distribution):
    """1 with the probability `probs`, or sigmoid(`logits`), else 0."""

    has_enumerate_support = True

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        _one_of("Bernoulli", probs, logits)
        (self._given,) = together(probs if logits is None else logits)
        self.probs = self._given if logits is None else sigmoid(self._given)
        if logits is None:
            inner = _clamped(self._given)
            self.logits = log(inner) - log(1 - inner)
        else:
            self.logits = self._given
        super().__init__(self._given.shape, (), validate_args)

    def _check_parameters(self) -> None:
        self._require((self.probs >= 0) & (self.probs <= 1), "probabilities from 0 to 1", self.probs)

    def _check_value(self, value: Tensor) -> None:
        self._require((value == 0) | (value == 1), "values of 0 and 1", value)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """The most probable value; NaN where both are as probable."""
        likely = (self.probs.detach() > 0.5).to(self.probs.dtype)
        return likely.masked_fill(self.probs.detach() == 0.5, float("nan"))

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Zeros and ones."""
        with no_grad():
            return bernoulli(self.probs.expand(self._extended(sample_shape)))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of values."""
        value = self._valued(value)
        endless = float("inf")
        return -(
            value * softplus(-self.logits, threshold=endless) + (1 - value) * softplus(self.logits, threshold=endless)
        )

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        endless = float("inf")
        return self.probs * softplus(-self.logits, threshold=endless) + (1 - self.probs) * softplus(
            self.logits, threshold=endless
        )

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 and 1 (2, ...), expanded over the batch if asked."""
        values = arange(2, dtype=self._given.dtype).reshape(-1, *[1] * len(self.batch_shape))
        return values.expand(2, *self.batch_shape) if expand else values
