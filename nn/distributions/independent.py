"""Batches of distributions as one distribution of their outcomes together."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.distribution import Distribution


def over_events(x: Tensor, count: int) -> Tensor:
    """The sum over the last `count` dimensions."""
    return x.sum(tuple(range(-count, 0))) if count else x


class Independent(Distribution):
    """A distribution whose last `reinterpreted_batch_ndims` batch dimensions count as parts of one outcome."""

    def __init__(
        self, base_distribution: Distribution, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        shape = base_distribution.batch_shape
        if not 0 <= reinterpreted_batch_ndims <= len(shape):
            expected = f"from 0 to {len(shape)} batch dimensions"
            raise ArgumentError(complaint("Independent", expected, str(reinterpreted_batch_ndims)))
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.has_rsample = base_distribution.has_rsample
        cut = len(shape) - reinterpreted_batch_ndims
        super().__init__(shape[:cut], shape[cut:] + base_distribution.event_shape, validate_args)

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"

    @property
    def support(self) -> constraints.Constraint:
        """The set of possible outcomes."""
        base, count = self.base_dist.support, self.reinterpreted_batch_ndims
        return constraints.independent(base, count) if count else base

    def expand(self, batch_shape: Sequence[int]) -> Independent:
        """The same distribution as a batch of this shape."""
        count = self.reinterpreted_batch_ndims
        base = self.base_dist.expand((*batch_shape, *self.event_shape[:count]))
        return Independent(base, count, self._validate_args)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        return self.base_dist.variance

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes, through which no gradient passes."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, or of the probability, of a value."""
        return over_events(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return over_events(self.base_dist.entropy(), self.reinterpreted_batch_ndims)
