"""Distributions over classes: Categorical, OneHotCategorical, Bernoulli. Each takes probabilities or logits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from autograd.creation import arange, eye, one_hot
from autograd.errors import ShapeError, complaint
from autograd.grad_mode import enable_grad, no_grad
from autograd.ops.activation import softplus
from autograd.ops.exponential import log
from autograd.ops.selection import clamp
from autograd.ops.softmax import logsumexp, softmax
from autograd.sampling import bernoulli, multinomial
from autograd.size import Size
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.chances import OfOneEvent, clamped, one_of
from nn.distributions.distribution import Distribution


class Categorical(Distribution):
    """Classes 0 to K − 1 with the probabilities `probs` (..., K), divided by their sum, or softmax(`logits`)."""

    has_enumerate_support = True
    arg_constraints: ClassVar = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        one_of("Categorical", probs, logits)
        given = probs if logits is None else logits
        if given.ndim < 1:
            raise ShapeError(complaint("Categorical", "parameters (..., K)", "a single number"))
        if logits is None:
            vars(self)["probs"] = probs / probs.sum(-1, keepdim=True)
        else:
            vars(self)["logits"] = logits - logsumexp(logits, -1, True)
        self._num_events = given.shape[-1]
        super().__init__(given.shape[:-1], (), validate_args)

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def probs(self) -> Tensor:
        """The probabilities (..., K)."""
        return softmax(self.logits, -1)

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def logits(self) -> Tensor:
        """The logarithms of the probabilities (..., K)."""
        return log(clamped(self.probs))

    @property
    def param_shape(self) -> Size:
        """The shape of the parameters."""
        return Size((*self._batch_shape, self._num_events))

    @property
    def support(self) -> constraints.Constraint:
        """The set of possible outcomes."""
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def mode(self) -> Tensor:
        """The most probable class."""
        return self.probs.argmax(-1)

    @property
    def mean(self) -> Tensor:
        """NaN: classes have no mean."""
        return self.probs.detach().sum(-1) * math.nan

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
            return drawn.T.reshape((*sample_shape, *self._batch_shape))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of classes."""
        value, logits = self._valued(value).long(), self.logits
        if value.shape != self._batch_shape:
            shape = np.broadcast_shapes(tuple(value.shape), tuple(self._batch_shape))
            value, logits = value.expand(*shape), logits.expand(*shape, self._num_events)
        return logits.gather(-1, value.unsqueeze(-1)).squeeze(-1)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        least = float(np.finfo(self.logits.dtype.dtype).min)
        return -(clamp(self.logits, min=least) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All classes (K, ...), expanded over the batch if asked."""
        classes = arange(self._num_events).reshape(-1, *[1] * len(self.batch_shape))
        return classes.expand(self._num_events, *self.batch_shape) if expand else classes


class OverClasses(Distribution):
    """A distribution of vectors (K,) about draws from a `Categorical`, with its parameters."""

    arg_constraints = Categorical.arg_constraints

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        self.categorical = Categorical(probs, logits, validate_args)
        super().__init__(self.categorical.batch_shape, self.param_shape[-1:], validate_args)

    @property
    def probs(self) -> Tensor:
        """The probabilities (..., K)."""
        return self.categorical.probs

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities (..., K)."""
        return self.categorical.logits

    @property
    def param_shape(self) -> Size:
        """The shape of the parameters."""
        return self.categorical.param_shape


class OneHotCategorical(OverClasses):
    """`Categorical` with outcomes (K,) that are 1 at the class, else 0."""

    has_enumerate_support = True
    support = constraints.one_hot

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        return one_hot(self.probs.argmax(-1), self.event_shape[0]).to(self.probs.dtype)

    @property
    def variance(self) -> Tensor:
        """The variances of the elements."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes in the dtype of the parameters."""
        return one_hot(self.categorical.sample(sample_shape), self.event_shape[0]).to(self.probs.dtype)

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of outcomes."""
        return self.categorical.log_prob(self._valued(value).argmax(-1))

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return self.categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All outcomes (K, ..., K), expanded over the batch if asked."""
        size = self.event_shape[0]
        values = eye(size, dtype=self.probs.dtype).reshape(size, *[1] * len(self.batch_shape), size)
        return values.expand(size, *self.batch_shape, size) if expand else values


class Bernoulli(OfOneEvent):
    """1 with the probability `probs`, or sigmoid(`logits`), else 0."""

    has_enumerate_support = True
    support = constraints.boolean

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """The most probable value; NaN where both are as probable."""
        likely = (self.probs.detach() > 0.5).to(self.probs.dtype)
        return likely.masked_fill(self.probs.detach() == 0.5, math.nan)

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Zeros and ones."""
        with no_grad():
            return bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of values."""
        value = self._valued(value)
        return -(value * _surprise(-self.logits) + (1 - value) * _surprise(self.logits))

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return self.probs * _surprise(-self.logits) + (1 - self.probs) * _surprise(self.logits)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 and 1 (2, ...), expanded over the batch if asked."""
        values = arange(2, dtype=self.probs.dtype).reshape(-1, *[1] * len(self.batch_shape))
        return values.expand(2, *self.batch_shape) if expand else values


def _surprise(logits: Tensor) -> Tensor:
    """log(1 + exp(logits)): minus the log-probability of 0."""
    return softplus(logits, threshold=math.inf)
