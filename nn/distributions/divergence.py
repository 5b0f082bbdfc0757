"""The Kullback-Leibler divergence of one distribution from another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.ops.activation import softplus
from autograd.ops.exponential import log
from autograd.ops.selection import where
from autograd.ops.solve import solve_triangular
from autograd.ops.special import digamma, lgamma
from autograd.tensor import Tensor
from nn.distributions.continuous import Exponential, Normal, Uniform
from nn.distributions.discrete import Bernoulli, Categorical
from nn.distributions.distribution import Distribution, Independent, over_events
from nn.distributions.gamma import Beta, Gamma
from nn.distributions.multivariate_normal import MultivariateNormal


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """KL(p‖q) = E_p[log p − log q] in nats, for two distributions of one kind, in the shape of their batch.

    Raises ArgumentError for kinds without a formula.
    Source: Kullback and Leibler, "On information and sufficiency" (1951).
    """
    for kind, formula in _FORMULAS.items():
        if isinstance(p, kind) and isinstance(q, kind):
            return formula(p, q)
    given = f"{type(p).__name__} and {type(q).__name__}"
    kinds = ", ".join(kind.__name__ for kind in _FORMULAS)
    raise ArgumentError(complaint("kl_divergence", f"two distributions of one kind of {kinds}", given))


def _normal(p: Normal, q: Normal) -> Tensor:
    ratio: Tensor = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - log(ratio))


def _uniform(p: Uniform, q: Uniform) -> Tensor:
    found = log((q.high - q.low) / (p.high - p.low))
    return where((q.low > p.low) | (q.high < p.high), float("inf"), found)


def _exponential(p: Exponential, q: Exponential) -> Tensor:
    ratio = q.rate / p.rate
    return ratio - log(ratio) - 1


def _categorical(p: Categorical, q: Categorical) -> Tensor:
    terms = where(p.probs == 0, 0.0, p.probs * (p.logits - q.logits))
    return where((q.probs == 0) & (p.probs > 0), float("inf"), terms).sum(-1)


def _bernoulli(p: Bernoulli, q: Bernoulli) -> Tensor:
    endless = float("inf")
    positive = softplus(-q.logits, threshold=endless) - softplus(-p.logits, threshold=endless)
    negative = softplus(q.logits, threshold=endless) - softplus(p.logits, threshold=endless)
    first = where(p.probs == 0, 0.0, where(q.probs == 0, endless, p.probs * positive))
    return first + where(p.probs == 1, 0.0, where(q.probs == 1, endless, (1 - p.probs) * negative))


def _gamma(p: Gamma, q: Gamma) -> Tensor:
    a, b = p.concentration, q.concentration
    return b * log(p.rate / q.rate) + lgamma(b) - lgamma(a) + (a - b) * digamma(a) + (q.rate - p.rate) * (a / p.rate)


def _beta(p: Beta, q: Beta) -> Tensor:
    total_p, total_q = p.concentration1 + p.concentration0, q.concentration1 + q.concentration0
    constant = lgamma(total_p) - lgamma(p.concentration1) - lgamma(p.concentration0)
    constant = constant - lgamma(total_q) + lgamma(q.concentration1) + lgamma(q.concentration0)
    first = (p.concentration1 - q.concentration1) * (digamma(p.concentration1) - digamma(total_p))
    return constant + first + (p.concentration0 - q.concentration0) * (digamma(p.concentration0) - digamma(total_p))


def _multivariate(p: MultivariateNormal, q: MultivariateNormal) -> Tensor:
    size = p.event_shape[0]
    spread = (solve_triangular(q.scale_tril, p.scale_tril, upper=False) ** 2).sum((-2, -1))
    distance = q.squared_distance(p.loc)
    return q.half_log_determinant() - p.half_log_determinant() + 0.5 * (spread + distance - size)


def _independent(p: Independent, q: Independent) -> Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        given = f"{p.reinterpreted_batch_ndims} and {q.reinterpreted_batch_ndims}"
        raise ArgumentError(complaint("kl_divergence", "equal reinterpreted_batch_ndims", given))
    return over_events(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


_FORMULAS: dict[type[Distribution], Callable[[Any, Any], Tensor]] = {
    Normal: _normal, Uniform: _uniform, Exponential: _exponential, Categorical: _categorical, Bernoulli: _bernoulli,
    Gamma: _gamma, Beta: _beta, MultivariateNormal: _multivariate, Independent: _independent,
}  # fmt: skip
