"""Gamma, Beta, Dirichlet and chi-squared distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd.creation import arange
from autograd.errors import ShapeError, complaint
from autograd.ops.exponential import log, xlogy
from autograd.ops.gamma_sampling import standard_gamma
from autograd.ops.joining import stack
from autograd.ops.selection import clamp, where
from autograd.ops.special import digamma, lgamma
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.distribution import Distribution, together


class Gamma(Distribution):
    """The gamma distribution with density ∝ x^(concentration − 1)·exp(−rate·x) for x > 0; both parameters > 0.

    Samples are drawn by the method of Marsaglia and Tsang, "A simple method for generating gamma variables" (2000),
    many at a time: after a seed they differ from PyTorch's.
    """

    has_rsample = True
    arg_constraints: ClassVar = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = together(concentration, rate)
        super().__init__(self.concentration.shape, (), validate_args)

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
        shape = self._extended_shape(sample_shape)
        return standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        shape, rate = self.concentration, self.rate
        return xlogy(shape, rate) + xlogy(shape - 1, value) - rate * value - lgamma(shape)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        shape = self.concentration
        return shape - log(self.rate) + lgamma(shape) + (1 - shape) * digamma(shape)


class Beta(Distribution):
    """The beta distribution with density ∝ x^(concentration1 − 1)·(1 − x)^(concentration0 − 1) on [0, 1].

    Samples are made of gamma variables, see `Gamma`.
    """

    has_rsample = True
    arg_constraints: ClassVar = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = together(concentration1, concentration0)
        super().__init__(self.concentration1.shape, (), validate_args)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Tensor:
        """The most probable value; 1 where both ends are."""
        return _likeliest(stack([self.concentration1, self.concentration0], -1))[..., 0]

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total**2 * (total + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        shape = self._extended_shape(sample_shape)
        parts = standard_gamma(stack([self.concentration1.expand(shape), self.concentration0.expand(shape)]))
        limits = np.finfo(parts.dtype.dtype)
        return clamp(parts[0] / (parts[0] + parts[1]), min=float(limits.tiny), max=1 - float(limits.epsneg))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        value = self._valued(value)
        a, b = self.concentration1, self.concentration0
        return xlogy(a - 1, value) + xlogy(b - 1, 1 - value) + lgamma(a + b) - lgamma(a) - lgamma(b)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        a, b = self.concentration1, self.concentration0
        total = a + b
        logarithm = lgamma(a) + lgamma(b) - lgamma(total)
        return logarithm - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (total - 2) * digamma(total)


def _likeliest(concentration: Tensor) -> Tensor:
    """The most probable shares (..., K) under a `Dirichlet`; the first corner where all corners are."""
    above = clamp(concentration - 1, min=0.0)
    corner = (arange(concentration.shape[-1]) == 0).to(concentration.dtype)
    return where((concentration < 1).all(-1, keepdim=True), corner, above / above.sum(-1, keepdim=True))


class Dirichlet(Distribution):
    """The distribution of shares (..., K) that add up to 1, with density ∝ ∏ xᵢ^(concentrationᵢ − 1).

    Samples are made of gamma variables, see `Gamma`.
    """

    has_rsample = True
    arg_constraints: ClassVar = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex

    def __init__(self, concentration: Any, validate_args: bool | None = None) -> None:
        if concentration.ndim < 1:
            raise ShapeError(complaint("Dirichlet", "concentration (..., K)", "a single number"))
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.concentration / self.concentration.sum(-1, keepdim=True)

    @property
    def mode(self) -> Tensor:
        """The most probable value; the first corner where all corners are."""
        return _likeliest(self.concentration)

    @property
    def variance(self) -> Tensor:
        """The variances of the elements."""
        total = self.concentration.sum(-1, keepdim=True)
        return self.concentration * (total - self.concentration) / (total**2 * (total + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        parts = standard_gamma(self.concentration.expand(self._extended_shape(sample_shape)))
        return parts / parts.sum(-1, keepdim=True)

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at a value."""
        shape = self.concentration
        parts = xlogy(shape - 1, self._valued(value)).sum(-1)
        return parts + lgamma(shape.sum(-1)) - lgamma(shape).sum(-1)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        shape, total = self.concentration, self.concentration.sum(-1)
        logarithm = lgamma(shape).sum(-1) - lgamma(total) - (shape.shape[-1] - total) * digamma(total)
        return logarithm - ((shape - 1) * digamma(shape)).sum(-1)


class Chi2(Gamma):
    """The distribution of the sum of `df` squares of standard normal numbers: Gamma(df / 2, 1 / 2)."""

    arg_constraints: ClassVar = {"df": constraints.positive}

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        (self.df,) = together(df)
        super().__init__(self.df / 2, 0.5, validate_args)
