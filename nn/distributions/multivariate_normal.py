"""The normal distribution of vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import enable_grad
from autograd.ops.decomposition import cholesky
from autograd.ops.exponential import log
from autograd.ops.inverse import inv
from autograd.ops.matmul import matmul
from autograd.ops.solve import solve_triangular
from autograd.tensor import Tensor
from nn.distributions import constraints
from nn.distributions.continuous import standard_normal
from nn.distributions.distribution import Distribution

_MATRICES = "covariance_matrix", "precision_matrix", "scale_tril"


class MultivariateNormal(Distribution):
    """Normal vectors of mean `loc` (..., D) and one of: `covariance_matrix`, its inverse `precision_matrix`, or its
    Cholesky factor `scale_tril`, each (..., D, D). A diagonal covariance is Independent(Normal(loc, scale), 1).

    Raises ArgumentError unless one of the three is given, and for a matrix that is not symmetric and positive definite,
    or a factor that is not lower triangular with a diagonal above 0; ShapeError.
    """

    has_rsample = True
    arg_constraints: ClassVar = {
        "loc": constraints.real_vector, "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite, "scale_tril": constraints.lower_cholesky,
    }  # fmt: skip
    support = constraints.real_vector

    def __init__(
        self, loc: Any, covariance_matrix: Any = None, precision_matrix: Any = None, scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:  # fmt: skip
        matrices = (covariance_matrix, precision_matrix, scale_tril)
        given = [(name, x) for name, x in zip(_MATRICES, matrices, strict=True) if x is not None]
        if len(given) != 1:
            expected = "one of covariance_matrix, precision_matrix and scale_tril"
            raise ArgumentError(complaint("MultivariateNormal", expected, str(len(given))))
        ((name, matrix),) = given
        if loc.ndim < 1 or matrix.ndim < 2 or matrix.shape[-2:] != (loc.shape[-1],) * 2:
            shapes = f"shapes {tuple(loc.shape)} and {tuple(matrix.shape)}"
            raise ShapeError(complaint("MultivariateNormal", "loc (..., D) and a matrix (..., D, D)", shapes))
        size = loc.shape[-1]
        batch = np.broadcast_shapes(tuple(loc.shape[:-1]), tuple(matrix.shape[:-2]))
        self.loc = loc.expand(*batch, size)
        vars(self)[name] = matrix.expand(*batch, size, size)
        super().__init__(batch, (size,), validate_args)

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def scale_tril(self) -> Tensor:
        """The Cholesky factor of the covariances (..., D, D)."""
        given = vars(self)
        return cholesky(given["covariance_matrix"] if "covariance_matrix" in given else inv(self.precision_matrix))

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def covariance_matrix(self) -> Tensor:
        """The covariances (..., D, D)."""
        return matmul(self.scale_tril, self.scale_tril.mT)

    @cached_property
    @enable_grad()  # the first to ask may be a sample
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariances (..., D, D)."""
        return inv(self.covariance_matrix)

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """The most probable outcome."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The variances of the elements."""
        return (self.scale_tril**2).sum(-1)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Outcomes as a differentiable function of the parameters."""
        noise = standard_normal(self._extended_shape(sample_shape), self.loc.dtype)
        return self.loc + matmul(self.scale_tril, noise.unsqueeze(-1)).squeeze(-1)

    def squared_distance(self, value: Tensor) -> Tensor:
        """The squared Mahalanobis distance of vectors from the mean."""
        difference = (value - self.loc).unsqueeze(-1)
        factor = self.scale_tril.expand(*difference.shape[:-2], *self.scale_tril.shape[-2:])
        return (solve_triangular(factor, difference, upper=False) ** 2).sum((-2, -1))

    def half_log_determinant(self) -> Tensor:
        """Half the logarithm of the covariance's determinant."""
        return log(self.scale_tril.diagonal(0, -2, -1)).sum(-1)

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at vectors (..., D)."""
        value = self._valued(value)
        constant = self.event_shape[0] * math.log(2 * math.pi)
        return -0.5 * (constant + self.squared_distance(value)) - self.half_log_determinant()

    def entropy(self) -> Tensor:
        """Minus the expected log_prob, in nats."""
        return 0.5 * self.event_shape[0] * (1 + math.log(2 * math.pi)) + self.half_log_determinant()
