"""Distributions of single real numbers: Normal, Uniform, Exponential."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from autograd.creation import empty, zeros
from autograd.ops.exponential import exp, log
from autograd.ops.selection import where
from autograd.ops.special import erf, erfinv
from autograd.sampling import normal, rand
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.distribution import Distribution, together


class LocationScale(Distribution):
    """A distribution of `loc` + `scale`·x, where x has the one for 0 and 1; `scale` > 0."""

    has_rsample = True
    arg_constraints: ClassVar = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together(loc, scale)
        super().__init__(self.loc.shape, (), validate_args)

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        return self.loc

    def _empty(self, sample_shape: Sequence[int]) -> Tensor:
        return empty(*self._extended_shape(sample_shape), dtype=self.loc.dtype)


class Normal(LocationScale):
    """The normal distribution with mean `loc` and standard deviation `scale` > 0."""

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.loc

    @property
    def stddev(self) -> Tensor:
        """The root of the variance."""
        return self.scale

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return self.scale**2

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes, through which no gradient passes."""
        shape = self._extended_shape(sample_shape)
        return normal(self.loc.detach().expand(shape), self.scale.detach().expand(shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return self.loc + standard_normal(self._extended_shape(sample_shape), self.loc.dtype) * self.scale

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        return -((value - self.loc) ** 2) / (2 * self.variance) - log(self.scale) - math.log(math.sqrt(2 * math.pi))

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return 0.5 + 0.5 * math.log(2 * math.pi) + log(self.scale)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return 0.5 * (1 + erf((self._valued(value) - self.loc) / (self.scale * math.sqrt(2))))

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return self.loc + self.scale * erfinv(2 * value - 1) * math.sqrt(2)


def standard_normal(shape: Sequence[int], dtype: Any) -> Tensor:
    """Numbers of mean 0 and variance 1, as PyTorch draws them for `rsample`."""
    return normal(zeros(tuple(shape), dtype=dtype), 1.0)


class Uniform(Distribution):
    """The uniform distribution on [low, high)."""

    has_rsample = True
    arg_constraints: ClassVar = {"low": constraints.real, "high": constraints.real}

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = together(low, high)
        super().__init__(self.low.shape, (), validate_args)
        if self._validate_args:
            self._require(constraints.positive, "low below high: high - low", self.high - self.low)

    @property
    def support(self) -> constraints.Constraint:
        """The set of possible outcomes."""
        return constraints.interval(self.low, self.high)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Tensor:
        """NaN: all outcomes are as probable."""
        return self.high * math.nan

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        width: Tensor = self.high - self.low
        return width * width / 12

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return self.low + rand(*self._extended_shape(sample_shape), dtype=self.low.dtype) * (self.high - self.low)

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        inside = (value >= self.low) & (value < self.high)
        return where(inside, -log(self.high - self.low), -math.inf)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return log(self.high - self.low)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return ((self._valued(value) - self.low) / (self.high - self.low)).clamp(0, 1)

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return value * (self.high - self.low) + self.low


class Exponential(Distribution):
    """The exponential distribution with density rate·exp(−rate·x) for x >= 0; `rate` > 0."""

    has_rsample = True
    arg_constraints: ClassVar = {"rate": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = together(rate)
        super().__init__(self.rate.shape, (), validate_args)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return 1 / self.rate

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        return self.rate.detach() * 0

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return self.rate**-2

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return empty(*self._extended_shape(sample_shape), dtype=self.rate.dtype).exponential_() / self.rate

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        return log(self.rate) - self.rate * self._valued(value)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return 1 - log(self.rate)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return 1 - exp(-self.rate * self._valued(value))

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return -log(1 - value) / self.rate
