"""The Kullback-Leibler divergence of one distribution from another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from autograd.errors import ArgumentError, complaint
from autograd.ops.activation import softplus
from autograd.ops.exponential import exp, log, log1p
from autograd.ops.selection import where
from autograd.ops.solve import solve_triangular
from autograd.ops.special import digamma, lgamma
from autograd.tensor import Tensor
from nn.distributions.continuous import Exponential, Normal, Uniform
from nn.distributions.counts import Geometric
from nn.distributions.discrete import Bernoulli, Categorical, OneHotCategorical
from nn.distributions.distribution import Distribution
from nn.distributions.gamma import Beta, Dirichlet, Gamma
from nn.distributions.independent import Independent, over_events
from nn.distributions.location_scale import EULER, Cauchy, Gumbel, HalfNormal, Laplace, LogNormal
from nn.distributions.multivariate_normal import MultivariateNormal

Formula = TypeVar("Formula", bound=Callable[[Any, Any], Tensor])
_FORMULAS: dict[tuple[type[Distribution], type[Distribution]], Callable[[Any, Any], Tensor]] = {}


def register_kl(type_p: type[Distribution], type_q: type[Distribution]) -> Callable[[Formula], Formula]:
    """A decorator: the function (p, q) gives KL(p‖q) for distributions of these types and types made from them."""

    def register(formula: Formula) -> Formula:
        _FORMULAS[type_p, type_q] = formula
        return formula

    return register


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """KL(p‖q) = E_p[log p − log q] in nats, in the shape of the batch; see `register_kl` for types of one's own.

    Raises NotImplementedError for types without a formula.
    Source: Kullback and Leibler, "On information and sufficiency" (1951).
    """
    first, second = type(p).__mro__, type(q).__mro__
    fitting = [(x, y) for x, y in _FORMULAS if x in first and y in second]
    if not fitting:
        given = f"{type(p).__name__} and {type(q).__name__}"
        raise NotImplementedError(complaint("kl_divergence", "distributions with a formula", given, "Use register_kl"))
    nearest = min(fitting, key=lambda pair: (first.index(pair[0]), second.index(pair[1])))
    return _FORMULAS[nearest](p, q)


@register_kl(Normal, Normal)
def _normal(p: Normal, q: Normal) -> Tensor:
    ratio: Tensor = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - log(ratio))


@register_kl(Uniform, Uniform)
def _uniform(p: Uniform, q: Uniform) -> Tensor:
    found = log((q.high - q.low) / (p.high - p.low))
    return where((q.low > p.low) | (q.high < p.high), float("inf"), found)


@register_kl(Exponential, Exponential)
def _exponential(p: Exponential, q: Exponential) -> Tensor:
    ratio = q.rate / p.rate
    return ratio - log(ratio) - 1


@register_kl(Categorical, Categorical)
def _categorical(p: Categorical, q: Categorical) -> Tensor:
    terms = where(p.probs == 0, 0.0, p.probs * (p.logits - q.logits))
    return where((q.probs == 0) & (p.probs > 0), float("inf"), terms).sum(-1)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Bernoulli, q: Bernoulli) -> Tensor:
    endless = float("inf")
    positive = softplus(-q.logits, threshold=endless) - softplus(-p.logits, threshold=endless)
    negative = softplus(q.logits, threshold=endless) - softplus(p.logits, threshold=endless)
    first = where(p.probs == 0, 0.0, where(q.probs == 0, endless, p.probs * positive))
    return first + where(p.probs == 1, 0.0, where(q.probs == 1, endless, (1 - p.probs) * negative))


@register_kl(Gamma, Gamma)
def _gamma(p: Gamma, q: Gamma) -> Tensor:
    a, b = p.concentration, q.concentration
    return b * log(p.rate / q.rate) + lgamma(b) - lgamma(a) + (a - b) * digamma(a) + (q.rate - p.rate) * (a / p.rate)


@register_kl(Beta, Beta)
def _beta(p: Beta, q: Beta) -> Tensor:
    total_p, total_q = p.concentration1 + p.concentration0, q.concentration1 + q.concentration0
    constant = lgamma(total_p) - lgamma(p.concentration1) - lgamma(p.concentration0)
    constant = constant - lgamma(total_q) + lgamma(q.concentration1) + lgamma(q.concentration0)
    first = (p.concentration1 - q.concentration1) * (digamma(p.concentration1) - digamma(total_p))
    return constant + first + (p.concentration0 - q.concentration0) * (digamma(p.concentration0) - digamma(total_p))


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate(p: MultivariateNormal, q: MultivariateNormal) -> Tensor:
    size = p.event_shape[0]
    spread: Tensor = (solve_triangular(q.scale_tril, p.scale_tril, upper=False) ** 2).sum((-2, -1))
    distance = q.squared_distance(p.loc)
    return q.half_log_determinant() - p.half_log_determinant() + 0.5 * (spread + distance - size)


@register_kl(Independent, Independent)
def _independent(p: Independent, q: Independent) -> Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        given = f"{p.reinterpreted_batch_ndims} and {q.reinterpreted_batch_ndims}"
        raise ArgumentError(complaint("kl_divergence", "equal reinterpreted_batch_ndims", given))
    return over_events(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p: OneHotCategorical, q: OneHotCategorical) -> Tensor:
    return kl_divergence(p.categorical, q.categorical)


@register_kl(LogNormal, LogNormal)
@register_kl(HalfNormal, HalfNormal)
def _of_normal(p: LogNormal | HalfNormal, q: LogNormal | HalfNormal) -> Tensor:
    return _normal(p.base_dist, q.base_dist)


@register_kl(Laplace, Laplace)
def _laplace(p: Laplace, q: Laplace) -> Tensor:
    ratio, away = p.scale / q.scale, (p.loc - q.loc).abs()
    return -log(ratio) + away / q.scale + ratio * exp(-away / p.scale) - 1


@register_kl(Gumbel, Gumbel)
def _gumbel(p: Gumbel, q: Gumbel) -> Tensor:
    ratio, away = p.scale / q.scale, (p.loc - q.loc) / q.scale
    return -log(ratio) + away + ratio * EULER + exp(lgamma(1 + ratio) - away) - (1 + EULER)


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Cauchy, q: Cauchy) -> Tensor:
    return log((p.scale + q.scale) ** 2 + (p.loc - q.loc) ** 2) - log(4 * p.scale * q.scale)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Dirichlet, q: Dirichlet) -> Tensor:
    total_p, total_q = p.concentration.sum(-1), q.concentration.sum(-1)
    constant = lgamma(total_p) - lgamma(total_q) - (lgamma(p.concentration) - lgamma(q.concentration)).sum(-1)
    weights = digamma(p.concentration) - digamma(total_p).unsqueeze(-1)
    return constant + ((p.concentration - q.concentration) * weights).sum(-1)


@register_kl(Geometric, Geometric)
def _geometric(p: Geometric, q: Geometric) -> Tensor:
    return -p.entropy() - log1p(-q.probs) / p.probs - q.logits


@register_kl(Exponential, Gamma)
def _exponential_gamma(p: Exponential, q: Gamma) -> Tensor:
    ratio, shape = q.rate / p.rate, q.concentration
    return ratio - shape * log(ratio) + lgamma(shape) + shape * EULER - (1 + EULER)


@register_kl(Gamma, Exponential)
def _gamma_exponential(p: Gamma, q: Exponential) -> Tensor:
    return -p.entropy() - log(q.rate) + q.rate * p.concentration / p.rate


@register_kl(Uniform, Normal)
@register_kl(Exponential, Normal)
@register_kl(Gamma, Normal)
@register_kl(Beta, Normal)
@register_kl(Laplace, Normal)
def _from_normal(p: Distribution, q: Normal) -> Tensor:
    """All that a normal distribution asks of another are its entropy, mean and variance."""
    square: Tensor = (p.mean - q.loc) ** 2
    return (p.variance + square) / (2 * q.variance) + q.entropy() - 0.5 - p.entropy()


@register_kl(Normal, Uniform)
@register_kl(Normal, Exponential)
@register_kl(Normal, Gamma)
@register_kl(Normal, Beta)
@register_kl(Laplace, Uniform)
@register_kl(Laplace, Exponential)
@register_kl(Laplace, Gamma)
@register_kl(Laplace, Beta)
@register_kl(Exponential, Uniform)
@register_kl(Exponential, Beta)
@register_kl(Gamma, Uniform)
@register_kl(Gamma, Beta)
def _beyond(p: Distribution, q: Distribution) -> Tensor:
    """Infinite: outcomes of p are impossible under q."""
    return p.mean.detach() * 0 + q.mean.detach() * 0 + float("inf")
