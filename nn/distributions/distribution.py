"""The base of all distributions: shapes, checks, and what follows from others."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from autograd.array_like import array_of
from autograd.creation import as_tensor
from autograd.dtypes import default_float
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.broadcasting import expand
from autograd.size import Size
from autograd.tensor import Tensor
from nn.distributions.constraints import Constraint

D = TypeVar("D", bound="Distribution")
_DEFAULTS = {"validate_args": True}


class Distribution:
    """A probability distribution, or a batch of independent ones.

    `batch_shape`: the shape of the batch; `event_shape`: that of one outcome. `sample(sample_shape)` has shape
    sample_shape + batch_shape + event_shape; `rsample` draws the same numbers as a differentiable function of the
    parameters, where `has_rsample`; `log_prob(value)` has shape batch_shape, broadcast with the value. Parameters are
    held to `arg_constraints`, values to `support`, unless `validate_args=False`; others raise ArgumentError.
    """

    has_rsample = False
    has_enumerate_support = False
    arg_constraints: ClassVar[Mapping[str, Constraint]] = {}

    def __init__(
        self, batch_shape: Sequence[int] = (), event_shape: Sequence[int] = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape = Size(batch_shape)
        self._event_shape = Size(event_shape)
        self._validate_args = _DEFAULTS["validate_args"] if validate_args is None else validate_args
        if self._validate_args:
            for name, constraint in self.arg_constraints.items():
                if name in vars(self):
                    self._require(constraint, name, getattr(self, name))

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether distributions made from now on check their parameters and values: True at first."""
        _DEFAULTS["validate_args"] = value

    @property
    def batch_shape(self) -> Size:
        """The shape of the batch of distributions."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one outcome."""
        return self._event_shape

    @property
    def support(self) -> Constraint:
        """The set of possible outcomes."""
        raise NotImplementedError

    def expand(self: D, batch_shape: Sequence[int]) -> D:
        """The same distribution as a batch of this shape, to which the present one broadcasts; no memory is copied."""
        found = copy.copy(self)
        kept = len(self._batch_shape)
        for name, x in vars(self).items():
            if isinstance(x, Tensor):
                vars(found)[name] = x.expand(*batch_shape, *x.shape[kept:])
            elif isinstance(x, Distribution):
                vars(found)[name] = x.expand(batch_shape)
        found._batch_shape = Size(batch_shape)
        return found

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
        raise NotImplementedError(f"{type(self).__name__} has no mode")

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes, through which no gradient passes."""
        with no_grad():
            return self.rsample(sample_shape)

    def sample_n(self, n: int) -> Tensor:
        """`sample((n,))`, which is to be used instead."""
        warnings.warn("sample_n: deprecated, use sample((n,))", FutureWarning, stacklevel=2)
        return self.sample((n,))

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
        raise NotImplementedError(f"{type(self).__name__} has no cdf")

    def icdf(self, value: Any) -> Tensor:
        """The value up to which the probability is the given one."""
        raise NotImplementedError(f"{type(self).__name__} has no icdf")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All outcomes, along a new first dimension, where `has_enumerate_support`; for the whole batch if asked."""
        raise NotImplementedError(f"the outcomes of {type(self).__name__} cannot be listed")

    def _validate_sample(self, value: Tensor) -> None:
        """Raise ShapeError where a value does not broadcast, ArgumentError where it is no outcome."""
        shape = tuple(self._batch_shape + self._event_shape)
        if tuple(value.shape) != shape:
            try:
                np.broadcast_shapes(tuple(value.shape), shape)
            except ValueError:
                expected = f"a value that broadcasts to {shape}"
                raise ShapeError(complaint(type(self).__name__, expected, f"shape {tuple(value.shape)}")) from None
        self._require(self.support, "values", value)

    def _valued(self, value: Any) -> Tensor:
        """A value, a tensor or a number, as a tensor, checked unless this is left out."""
        value = as_tensor(value)
        if self._validate_args:
            self._validate_sample(value)
        return value

    def _extended_shape(self, sample_shape: Sequence[int] = ()) -> Size:
        """The shape of samples."""
        return Size((*sample_shape, *self._batch_shape, *self._event_shape))

    def _require(self, constraint: Constraint, what: str, given: Tensor) -> None:
        array = array_of(given)
        if not constraint.check(array).all():
            told = f"values from {array.min():.4g} to {array.max():.4g}"
            raise ArgumentError(complaint(type(self).__name__, f"{what} {constraint.expected}", told))

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
    return [p if p.shape == shape else expand(p, shape) for p in made]
