"""The base of all distributions: shapes, checks, and what follows from others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.creation import as_tensor
from autograd.dtypes import default_float
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.broadcasting import expand
from autograd.size import Size
from autograd.tensor import Tensor


class Distribution:
    """A probability distribution, or a batch of independent ones.

    `batch_shape`: the shape of the batch; `event_shape`: that of one outcome. `sample(sample_shape)` has shape
    sample_shape + batch_shape + event_shape; `rsample` draws the same numbers as a differentiable function of the
    parameters, where `has_rsample`; `log_prob(value)` has shape batch_shape, broadcast with the value. Parameters and
    values are checked unless `validate_args=False`; what is out of range raises ArgumentError.
    """

    has_rsample = False
    has_enumerate_support = False

    def __init__(
        self, batch_shape: Sequence[int] = (), event_shape: Sequence[int] = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape = Size(batch_shape)
        self._event_shape = Size(event_shape)
        self._checks = validate_args is not False
        if self._checks:
            self._check_parameters()

    @property
    def batch_shape(self) -> Size:
        """The shape of the batch of distributions."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one outcome."""
        return self._event_shape

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        raise NotImplementedError

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        raise NotImplementedError

    @property
    def stddev(self) -> Tensor:
        """The root of the variance."""
        return self.variance.sqrt()

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        raise NotImplementedError

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes, through which no gradient passes."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        raise NotImplementedError(f"{type(self).__name__} has no rsample: use sample() and log_prob()")

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density, or of the probability, of a value."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        raise NotImplementedError

    def perplexity(self) -> Tensor:
        """exp(entropy)."""
        return self.entropy().exp()

    def cdf(self, value: Any) -> Tensor:
        """The probability of an outcome up to a value."""
        raise NotImplementedError

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        raise NotImplementedError

    def _check_parameters(self) -> None:
        """Raise ArgumentError where a parameter is out of range."""

    def _check_value(self, value: Tensor) -> None:
        """Raise ArgumentError where a value is no outcome."""

    def _valued(self, value: Any) -> Tensor:
        """A value as a checked tensor."""
        value = as_tensor(value)
        shape = tuple(self._batch_shape + self._event_shape)
        try:
            np.broadcast_shapes(tuple(value.shape), shape)
        except ValueError:
            expected = f"a value that broadcasts to {shape}"
            raise ShapeError(complaint(type(self).__name__, expected, f"shape {tuple(value.shape)}")) from None
        if self._checks:
            self._check_value(value)
        return value

    def _extended(self, sample_shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of samples."""
        return (*sample_shape, *self._batch_shape, *self._event_shape)

    def _require(self, holds: Tensor, what: str, given: Tensor) -> None:
        if not bool(holds.all()):
            array = given.detach().numpy()
            raise ArgumentError(
                complaint(type(self).__name__, what, f"values from {array.min():.4g} to {array.max():.4g}")
            )

    def __repr__(self) -> str:
        parameters = {name: x for name, x in vars(self).items() if isinstance(x, Tensor) and not name.startswith("_")}
        if "probs" in parameters and "logits" in parameters:
            del parameters[max("probs", "logits", key=list(parameters).index)]  # what follows from what was given
        told = (f"{name}: {x if x.numel() == 1 else x.size()}" for name, x in parameters.items())
        return f"{type(self).__name__}({', '.join(told)})"


def together(*parameters: Any) -> list[Tensor]:
    """Parameters, tensors or numbers, as tensors of one shape and a floating-point dtype."""
    tensors = [p for p in parameters if isinstance(p, Tensor)]
    dtype = tensors[0].dtype if tensors and tensors[0].is_floating_point() else default_float()
    made = [as_tensor(p, dtype=dtype) for p in parameters]
    shape = np.broadcast_shapes(*(tuple(p.shape) for p in made))
    return [expand(p, shape) for p in made]


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

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density, or of the probability, of a value."""
        return over_events(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return over_events(self.base_dist.entropy(), self.reinterpreted_batch_ndims)
