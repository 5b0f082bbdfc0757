"""Distributions: samples have the moments that are claimed, densities sum to 1, mistakes are refused."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from autograd.gradcheck import gradcheck
from nn.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Exponential,
    Gamma,
    Independent,
    MultivariateNormal,
    Normal,
    Uniform,
    kl_divergence,
)

ROOT = np.array([[1.0, 0, 0], [0.5, 2.0, 0], [-1.0, 0.3, 0.7]])
COVARIANCE = ag.tensor(ROOT @ ROOT.T)
MADE = [
    Normal(ag.tensor([1.0, -2.0]), ag.tensor([0.5, 3.0])),
    Uniform(ag.tensor([-1.0, 2.0]), 4.0),
    Exponential(ag.tensor([0.5, 4.0])),
    Gamma(ag.tensor([0.3, 1.0, 8.0]), 2.0),
    Beta(ag.tensor([0.5, 2.0, 8.0]), ag.tensor([0.5, 5.0, 1.0])),
    Bernoulli(ag.tensor([0.1, 0.8])),
    MultivariateNormal(ag.tensor([1.0, 2.0, 3.0], dtype=ag.float64), COVARIANCE),
    Independent(Normal(ag.zeros(2), ag.tensor([1.0, 2.0])), 1),
]


@pytest.mark.parametrize("p", MADE, ids=lambda p: type(p).__name__)
def test_samples_have_the_moments(p):
    ag.manual_seed(1)
    drawn = p.sample((40_000,)).double()
    assert drawn.shape == (40_000, *p.batch_shape, *p.event_shape) and not drawn.requires_grad
    spread = p.stddev.double().numpy()
    np.testing.assert_allclose(drawn.mean(0).numpy(), p.mean.double().numpy(), atol=0.03 * spread.max(), rtol=0)
    np.testing.assert_allclose(drawn.std(0).numpy(), spread, rtol=0.05)


@pytest.mark.parametrize("p", MADE, ids=lambda p: type(p).__name__)
def test_entropy_is_the_mean_surprise(p):
    ag.manual_seed(2)
    surprise = -p.log_prob(p.sample((40_000,))).double()
    np.testing.assert_allclose(surprise.mean(0).numpy(), p.entropy().double().numpy(), atol=0.05)


def test_categories():
    ag.manual_seed(3)
    p = Categorical(ag.tensor([[1.0, 3.0], [2.0, 2.0]]))
    drawn = p.sample((20_000,))
    np.testing.assert_allclose(drawn.double().mean(0).numpy(), [0.75, 0.5], atol=0.02)
    np.testing.assert_allclose(p.log_prob(drawn).exp().double().mean(0).numpy(), (p.probs**2).sum(1).numpy(), atol=0.02)
    assert p.enumerate_support().tolist() == [[0, 0], [1, 1]] and p.mode.tolist() == [1, 0]
    np.testing.assert_allclose(p.perplexity()[1].item(), 2, rtol=1e-6)


def test_divergences_by_sampling():
    ag.manual_seed(4)
    pairs = [
        (Normal(0.0, 1.0), Normal(1.0, 2.0)), (Gamma(2.0, 1.0), Gamma(3.0, 2.0)), (Beta(2.0, 3.0), Beta(1.0, 1.5)),
        (Exponential(1.0), Exponential(2.5)), (Bernoulli(ag.tensor(0.3)), Bernoulli(ag.tensor(0.6))),
        (MADE[6], MultivariateNormal(ag.zeros(3, dtype=ag.float64), scale_tril=ag.eye(3).double() * 3)),
        (MADE[7], Independent(Normal(ag.ones(2), ag.ones(2)), 1)),
    ]  # fmt: skip
    for p, q in pairs:
        drawn = p.sample((100_000,))
        estimate = (p.log_prob(drawn) - q.log_prob(drawn)).double().mean().item()
        assert abs(kl_divergence(p, q).item() - estimate) < 0.03 * max(1, abs(estimate))
    assert kl_divergence(Uniform(0.0, 3.0), Uniform(1.0, 4.0)).item() == math.inf


def test_samples_are_differentiable():
    concentration = ag.tensor([0.4, 2.0, 9.0], dtype=ag.float64, requires_grad=True)

    def mean_of_logarithms(concentration):
        ag.manual_seed(0)
        return Gamma(concentration, ag.ones(3).double()).rsample((4000,)).log().mean(0)

    (found,) = ag.grad(mean_of_logarithms(concentration).sum(), concentration)
    np.testing.assert_allclose(found.numpy(), ag.polygamma(1, concentration).detach().numpy(), rtol=0.15)
    loc, scale = ag.zeros(2, dtype=ag.float64, requires_grad=True), ag.ones(2, dtype=ag.float64, requires_grad=True)

    def drawn(loc, scale):
        ag.manual_seed(0)
        return Normal(loc, scale).rsample((3,))

    assert gradcheck(drawn, (loc, scale))


def test_log_prob_reaches_the_parameters():
    logits = ag.randn(4, 3, dtype=ag.float64, requires_grad=True)
    assert gradcheck(lambda x: Categorical(logits=x).log_prob(ag.tensor([0, 1, 2, 1])), (logits,))
    factor = ag.tensor(ROOT, requires_grad=True)
    assert gradcheck(lambda x: MultivariateNormal(ag.zeros(3).double(), scale_tril=x).log_prob(ag.ones(3).double()),
                     (factor,))  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: Normal(0.0, -1.0), ArgumentError, "Normal.*scale > 0, got values from -1"),
        (lambda: Uniform(1.0, 0.0), ArgumentError, "low below high"),
        (lambda: Exponential(0.0), ArgumentError, "rate > 0"),
        (lambda: Gamma(0.0, 1.0), ArgumentError, "concentration > 0"),
        (lambda: Beta(1.0, 0.0), ArgumentError, "concentration0"),
        (lambda: Bernoulli(ag.tensor(1.5)), ArgumentError, "from 0 to 1"),
        (lambda: Bernoulli(), ArgumentError, "neither"),
        (lambda: Categorical(ag.ones(2), ag.ones(2)), ArgumentError, "both"),
        (lambda: Categorical(-ag.ones(2, 2) + ag.tensor([3.0, 0.0])), ArgumentError, "at least 0"),
        (lambda: Categorical(ag.tensor(1.0)), ShapeError, "single number"),
        (lambda: Categorical(ag.ones(3)).log_prob(ag.tensor(3)), ArgumentError, "classes from 0 to 2"),
        (lambda: Exponential(1.0).log_prob(ag.tensor(-1.0)), ArgumentError, "at least 0"),
        (lambda: Normal(ag.zeros(3), 1.0).log_prob(ag.zeros(2)), ShapeError, r"broadcasts to \(3,\)"),
        (lambda: MultivariateNormal(ag.zeros(3)), ArgumentError, "one of covariance_matrix"),
        (lambda: MultivariateNormal(ag.zeros(3), ag.eye(2)), ShapeError, r"\(\.\.\., D, D\)"),
        (lambda: MultivariateNormal(ag.zeros(2), scale_tril=-ag.eye(2)), ArgumentError, "diagonal above 0"),
        (lambda: Independent(Normal(0.0, 1.0), 1), ArgumentError, "from 0 to 0"),
        (lambda: kl_divergence(Normal(0.0, 1.0), Exponential(1.0)), ArgumentError, "Normal and Exponential"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_checks_can_be_left_out():
    assert Normal(0.0, -1.0, validate_args=False).scale.item() == -1
    with pytest.raises(NotImplementedError, match="no rsample"):
        Categorical(ag.ones(2)).rsample()
    assert repr(Normal(ag.zeros(2), 1.0)) == "Normal(loc: torch.Size([2]), scale: torch.Size([2]))"
    assert repr(Normal(0.5, 1.0)) == "Normal(loc: 0.5, scale: 1.0)"
    assert repr(Categorical(logits=ag.zeros(2, 3))) == "Categorical(logits: torch.Size([2, 3]))"
