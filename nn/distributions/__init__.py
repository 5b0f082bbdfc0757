"""Probability distributions, with PyTorch's names and numbers."""

from nn.distributions.continuous import Exponential, Normal, Uniform
from nn.distributions.discrete import Bernoulli, Categorical
from nn.distributions.distribution import Distribution, Independent
from nn.distributions.divergence import kl_divergence
from nn.distributions.gamma import Beta, Gamma
from nn.distributions.multivariate_normal import MultivariateNormal

__all__ = [
    "Bernoulli", "Beta", "Categorical", "Distribution", "Exponential", "Gamma", "Independent", "MultivariateNormal",
    "Normal", "Uniform", "kl_divergence",
]  # fmt: skip
