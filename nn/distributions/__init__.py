"""Probability distributions, with PyTorch's names and numbers."""

from nn.distributions import constraints
from nn.distributions.continuous import Exponential, Normal, Uniform
from nn.distributions.counts import Geometric, Multinomial
from nn.distributions.discrete import Bernoulli, Categorical, OneHotCategorical
from nn.distributions.distribution import Distribution
from nn.distributions.divergence import kl_divergence, register_kl
from nn.distributions.gamma import Beta, Chi2, Dirichlet, Gamma
from nn.distributions.independent import Independent
from nn.distributions.location_scale import Cauchy, Gumbel, HalfNormal, Laplace, LogNormal
from nn.distributions.multivariate_normal import MultivariateNormal

__all__ = [
    "Bernoulli", "Beta", "Categorical", "Cauchy", "Chi2", "Dirichlet", "Distribution", "Exponential", "Gamma",
    "Geometric", "Gumbel", "HalfNormal", "Independent", "Laplace", "LogNormal", "Multinomial", "MultivariateNormal",
    "Normal", "OneHotCategorical", "Uniform", "constraints", "kl_divergence", "register_kl",
]  # fmt: skip
