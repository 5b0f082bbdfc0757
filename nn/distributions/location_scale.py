"""Distributions with a place and a width: Laplace, Gumbel, Cauchy; and functions of normal numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd.ops.exponential import exp, expm1, log, log1p
from autograd.ops.selection import where
from autograd.ops.trigonometry import atan, tan
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.continuous import LocationScale, Normal
from nn.distributions.distribution import Distribution, together

EULER = 0.57721566490153286060
"""Euler's constant, the mean of a standard Gumbel variable."""


class Laplace(LocationScale):
    """The distribution with density ∝ exp(−|x − loc| / scale)."""

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        square: Tensor = self.scale**2
        return 2 * square

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        eps = float(np.finfo(self.loc.dtype.dtype).eps)
        units = self._empty(sample_shape).uniform_(eps - 1, 1)
        return self.loc - self.scale * units.sign() * log1p(-units.abs())

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        return -log(2 * self.scale) - (self._valued(value) - self.loc).abs() / self.scale

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return 1 + log(2 * self.scale)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        away = self._valued(value) - self.loc
        return 0.5 - 0.5 * away.sign() * expm1(-away.abs() / self.scale)

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        side = value - 0.5
        return self.loc - self.scale * side.sign() * log1p(-2 * side.abs())


class Gumbel(LocationScale):
    """The distribution of the largest of many: −log(−log u) for a uniform u, times scale, plus loc."""

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.loc + self.scale * EULER

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return (math.pi / math.sqrt(6) * self.scale) ** 2

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        limits = np.finfo(self.loc.dtype.dtype)
        low, high = float(limits.tiny), 1 - float(limits.eps)
        units = low + self._empty(sample_shape).uniform_() * (high - low)
        return self.loc - self.scale * log(-log(units))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        below = (self.loc - self._valued(value)) / self.scale
        return below - exp(below) - log(self.scale)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return log(self.scale) + (1 + EULER)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return exp(-exp((self.loc - self._valued(value)) / self.scale))

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return self.loc - self.scale * log(-log(value))


class Cauchy(LocationScale):
    """The distribution with density ∝ 1 / (1 + ((x − loc) / scale)²), which has neither mean nor variance."""

    @property
    def mean(self) -> Tensor:
        """NaN."""
        return self.loc.detach() * math.nan

    @property
    def variance(self) -> Tensor:
        """Infinite."""
        return self.scale.detach() * math.inf

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return self.loc + self._empty(sample_shape).cauchy_() * self.scale

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        return -math.log(math.pi) - log(self.scale) - log1p(((self._valued(value) - self.loc) / self.scale) ** 2)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return math.log(4 * math.pi) + log(self.scale)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return atan((self._valued(value) - self.loc) / self.scale) / math.pi + 0.5

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return tan(math.pi * (value - 0.5)) * self.scale + self.loc


class LogNormal(LocationScale):
    """The distribution of exp(x) for a normal x of mean `loc` and standard deviation `scale`."""

    support = constraints.positive

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(loc, scale, validate_args)
        self.base_dist = Normal(self.loc, self.scale, validate_args)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return exp(self.loc + self.scale**2 / 2)

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        return exp(self.loc - self.scale**2)

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        square: Tensor = self.scale**2
        return expm1(square) * exp(2 * self.loc + square)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes, through which no gradient passes."""
        return exp(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return exp(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        logarithm = log(self._valued(value))
        return self.base_dist.log_prob(logarithm) - logarithm

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return self.base_dist.entropy() + self.loc

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return self.base_dist.cdf(log(self._valued(value)))

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return exp(self.base_dist.icdf(value))


class HalfNormal(Distribution):
    """The distribution of |x| for a normal x of mean 0 and standard deviation `scale` > 0."""

    has_rsample = True
    arg_constraints: ClassVar = {"scale": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        (self.scale,) = together(scale)
        super().__init__(self.scale.shape, (), validate_args)
        self.base_dist = Normal(self.scale.detach() * 0, self.scale, validate_args)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def mode(self) -> Tensor:
        """The most probable outcome: 0."""
        return self.scale.detach() * 0

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        square: Tensor = self.scale**2
        return square * (1 - 2 / math.pi)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes, through which no gradient passes."""
        return self.base_dist.sample(sample_shape).abs()

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return self.base_dist.rsample(sample_shape).abs()

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        return where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return self.base_dist.entropy() - math.log(2)

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        return 2 * self.base_dist.cdf(self._valued(value)) - 1

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        return self.base_dist.icdf((value + 1) / 2)
