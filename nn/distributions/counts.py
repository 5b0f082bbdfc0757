"""Distributions of counts: Geometric, Multinomial. Each takes probabilities or logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.creation import arange, empty, ones, zeros
from autograd.grad_mode import no_grad
from autograd.ops.exponential import log, log1p, xlogy
from autograd.ops.selection import where
from autograd.ops.special import lgamma
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.chances import OfOneEvent
from nn.distributions.discrete import Bernoulli, OverClasses


class Geometric(OfOneEvent):
    """How many trials fail before the first success, which has the probability `probs` > 0, or sigmoid(`logits`)."""

    support = constraints.nonnegative_integer

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        super().__init__(probs, logits, validate_args)
        if self._validate_args and logits is None:
            self._require(constraints.positive, "probs", self.probs)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return 1 / self.probs - 1

    @property
    def mode(self) -> Tensor:
        """The most probable value: 0."""
        return self.probs.detach() * 0

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Counts in the dtype of the parameters."""
        dtype = self.probs.dtype
        with no_grad():
            tiny = float(np.finfo(dtype.dtype).tiny)
            units = empty(*self._extended_shape(sample_shape), dtype=dtype).uniform_(tiny, 1)
            return (log(units) / log1p(-self.probs)).floor()

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of counts."""
        value = self._valued(value)
        failing = where((self.probs == 1) & (value == 0), 0.0, self.probs)
        return value * log1p(-failing) + log(self.probs)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        event = Bernoulli(self.probs) if "probs" in vars(self) else Bernoulli(logits=self.logits)
        return event.entropy() / self.probs


class Multinomial(OverClasses):
    """How often each of K classes comes in `total_count` draws; probabilities as of `Categorical`."""

    def __init__(
        self, total_count: int = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self.total_count = total_count
        super().__init__(probs, logits, validate_args)

    @property
    def support(self) -> constraints.Constraint:
        """The set of possible outcomes."""
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        """The variances of the elements."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Counts (..., K) in the dtype of the parameters."""
        drawn = self.categorical.sample((self.total_count, *sample_shape)).movedim(0, -1)
        counts = zeros(*self._extended_shape(sample_shape), dtype=self.probs.dtype)
        return counts.scatter_add(-1, drawn, ones(*drawn.shape, dtype=counts.dtype))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of counts (..., K)."""
        value = self._valued(value)
        arrangements = lgamma(value.sum(-1) + 1) - lgamma(value + 1).sum(-1)
        return arrangements + where(value == 0, 0.0, self.logits * value).sum(-1)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        count, probs = self.total_count, self.probs
        some = arange(1, count + 1, dtype=probs.dtype).reshape(-1, *[1] * probs.ndim)
        all_ways = lgamma(some[-1:] + 1) - lgamma(some + 1) - lgamma(count - some + 1)
        chances = (all_ways + xlogy(some, probs) + xlogy(count - some, 1 - probs)).exp()
        repeats = (chances * lgamma(some + 1)).sum((0, -1))
        return self.categorical.entropy() * count - lgamma(some[-1:] + 1).reshape(()) + repeats
