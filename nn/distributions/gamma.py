"""Gamma and Beta distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.ops.exponential import log
from autograd.ops.gamma_sampling import standard_gamma
from autograd.ops.joining import stack
from autograd.ops.selection import clamp
from autograd.ops.special import digamma, lgamma
from autograd.tensor import Tensor
from nn.distributions.distribution import Distribution, together


class Gamma(Distribution):
    """The gamma distribution with density ∝ x^(concentration − 1)·exp(−rate·x) for x > 0; both parameters > 0.

    Samples are drawn by the method of Marsaglia and Tsang, "A simple method for generating gamma variables" (2000),
    many at a time: after a seed they differ from PyTorch's.
    """

    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = together(concentration, rate)
        super().__init__(self.concentration.shape, (), validate_args)

    def _check_parameters(self) -> None:
        self._require(self.concentration > 0, "concentration > 0", self.concentration)
        self._require(self.rate > 0, "rate > 0", self.rate)

    def _check_value(self, value: Tensor) -> None:
        self._require(value >= 0, "values of at least 0", value)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        """The most probable value."""
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return self.concentration / self.rate**2

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        shape = self._extended(sample_shape)
        return standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        shape, rate = self.concentration, self.rate
        return shape * log(rate) + (shape - 1) * log(value) - rate * value - lgamma(shape)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        shape = self.concentration
        return shape - log(self.rate) + lgamma(shape) + (1 - shape) * digamma(shape)


class Beta(Distribution):
    """The beta distribution with density ∝ x^(concentration1 − 1)·(1 − x)^(concentration0 − 1) on [0, 1].

    Samples are made of gamma variables, see `Gamma`.
    """

    has_rsample = True

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = together(concentration1, concentration0)
        super().__init__(self.concentration1.shape, (), validate_args)

    def _check_parameters(self) -> None:
        self._require(self.concentration1 > 0, "concentration1 > 0", self.concentration1)
        self._require(self.concentration0 > 0, "concentration0 > 0", self.concentration0)

    def _check_value(self, value: Tensor) -> None:
        self._require((value >= 0) & (value <= 1), "values from 0 to 1", value)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total**2 * (total + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        shape = self._extended(sample_shape)
        parts = standard_gamma(stack([self.concentration1.expand(shape), self.concentration0.expand(shape)]))
        limits = np.finfo(parts.dtype.dtype)
        return clamp(parts[0] / (parts[0] + parts[1]), min=float(limits.tiny), max=1 - float(limits.epsneg))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        a, b = self.concentration1, self.concentration0
        return (a - 1) * log(value) + (b - 1) * log(1 - value) + lgamma(a + b) - lgamma(a) - lgamma(b)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        a, b = self.concentration1, self.concentration0
        total = a + b
        logarithm = lgamma(a) + lgamma(b) - lgamma(total)
        return logarithm - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (total - 2) * digamma(total)
