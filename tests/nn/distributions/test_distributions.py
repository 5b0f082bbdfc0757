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
    Cauchy,
    Chi2,
    Dirichlet,
    Distribution,
    Exponential,
    Gamma,
    Geometric,
    Gumbel,
    HalfNormal,
    Independent,
    Laplace,
    LogNormal,
    Multinomial,
    MultivariateNormal,
    Normal,
    OneHotCategorical,
    Uniform,
    constraints,
    kl_divergence,
    register_kl,
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
    Laplace(ag.tensor([1.0, -2.0]), ag.tensor([0.5, 3.0])),
    Gumbel(ag.tensor([1.0, -2.0]), ag.tensor([0.5, 3.0])),
    LogNormal(ag.tensor([1.0, -2.0]), ag.tensor([0.5, 0.2])),
    HalfNormal(ag.tensor([0.5, 3.0])),
    Chi2(ag.tensor([2.0, 5.0])),
    Dirichlet(ag.tensor([[0.5, 2.0, 1.0], [4.0, 3.0, 2.0]])),
    Geometric(ag.tensor([0.1, 0.8])),
    Multinomial(5, ag.tensor([[1.0, 3.0, 2.0], [1.0, 1.0, 0.0]])),
    OneHotCategorical(ag.tensor([[1.0, 3.0, 2.0], [1.0, 1.0, 0.0]])),
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
def test_expanded(p):
    wide = p.expand((3, *p.batch_shape))
    assert type(wide) is type(p) and wide.batch_shape == (3, *p.batch_shape) and wide.event_shape == p.event_shape
    drawn = wide.sample((5,))
    assert drawn.shape == (5, 3, *p.batch_shape, *p.event_shape)
    np.testing.assert_allclose(wide.log_prob(drawn).numpy(), p.log_prob(drawn).numpy(), rtol=1e-5)
    np.testing.assert_array_equal(wide.mean[2].numpy(), p.mean.numpy())


@pytest.mark.parametrize("p", MADE, ids=lambda p: type(p).__name__)
def test_samples_are_possible(p):
    drawn = p.sample((1000,))
    possible = p.support.check(drawn)
    assert possible.all() and possible.shape == (1000, *p.batch_shape)


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
        (Laplace(0.0, 1.0), Laplace(1.0, 2.0)), (Gumbel(0.0, 1.0), Gumbel(1.0, 2.0)), (Geometric(0.5), Geometric(0.3)),
        (LogNormal(0.0, 1.0), LogNormal(1.0, 2.0)), (HalfNormal(1.0), HalfNormal(2.0)),
        (Cauchy(0.0, 1.0), Cauchy(1.0, 2.0)),
        (Dirichlet(ag.tensor([2.0, 3.0, 1.0])), Dirichlet(ag.tensor([1.0, 2.0, 2.0]))),
        (Exponential(1.0), Gamma(2.0, 1.5)), (Gamma(2.0, 1.5), Exponential(1.0)), (Uniform(0.0, 3.0), Normal(1.0, 2.0)),
        (Gamma(2.0, 1.5), Normal(1.0, 2.0)), (Beta(2.0, 1.5), Normal(1.0, 2.0)), (Laplace(0.0, 1.0), Normal(1.0, 2.0)),
        (OneHotCategorical(ag.tensor([1.0, 2.0])), OneHotCategorical(ag.tensor([2.0, 2.0]))),
    ]  # fmt: skip
    for p, q in pairs:
        drawn = p.sample((100_000,))
        estimate = (p.log_prob(drawn) - q.log_prob(drawn)).double().mean().item()
        assert abs(kl_divergence(p, q).item() - estimate) < 0.03 * max(1, abs(estimate))
    assert kl_divergence(Uniform(0.0, 3.0), Uniform(1.0, 4.0)).item() == math.inf
    assert kl_divergence(Normal(ag.zeros(2), 1.0), Exponential(1.0)).tolist() == [math.inf, math.inf]


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
    centre = ag.zeros(3).double()
    assert gradcheck(lambda x: MultivariateNormal(centre, scale_tril=x.tril()).log_prob(centre + 1), (factor,))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: Normal(0.0, -1.0), ArgumentError, "Normal: expected scale > 0, got values from -1"),
        (lambda: Uniform(1.0, 0.0), ArgumentError, "low below high"),
        (lambda: Exponential(0.0), ArgumentError, "rate > 0"),
        (lambda: Gamma(0.0, 1.0), ArgumentError, "concentration > 0"),
        (lambda: Beta(1.0, 0.0), ArgumentError, "concentration0"),
        (lambda: Bernoulli(ag.tensor(1.5)), ArgumentError, "probs from 0 to 1"),
        (lambda: Geometric(0.0), ArgumentError, "probs > 0"),
        (lambda: Dirichlet(ag.tensor(1.0)), ShapeError, "single number"),
        (lambda: Dirichlet(ag.tensor([1.0, -1.0])), ArgumentError, "concentration > 0"),
        (lambda: Multinomial(3, ag.ones(2)).log_prob(ag.tensor([1.0, 1.0])), ArgumentError, "counts with the sum 3"),
        (lambda: OneHotCategorical(ag.ones(2)).log_prob(ag.ones(2)), ArgumentError, "a single 1"),
        (lambda: MultivariateNormal(ag.zeros(2), ag.tensor([[1.0, 0.5], [0.1, 1.0]])), ArgumentError, "symmetric"),
        (lambda: Normal(ag.zeros(3), 1.0).expand((2, 2)), ShapeError, "expand"),
        (lambda: Bernoulli(), ArgumentError, "neither"),
        (lambda: Categorical(ag.ones(2), ag.ones(2)), ArgumentError, "both"),
        (lambda: Categorical(-ag.ones(2, 2) + ag.tensor([3.0, 0.0])), ArgumentError, "at least 0"),
        (lambda: Categorical(ag.tensor(1.0)), ShapeError, "single number"),
        (lambda: Categorical(ag.ones(3)).log_prob(ag.tensor(3)), ArgumentError, "integers from 0 to 2"),
        (lambda: Exponential(1.0).log_prob(ag.tensor(-1.0)), ArgumentError, "at least 0"),
        (lambda: Normal(ag.zeros(3), 1.0).log_prob(ag.zeros(2)), ShapeError, r"broadcasts to \(3,\)"),
        (lambda: MultivariateNormal(ag.zeros(3)), ArgumentError, "one of covariance_matrix"),
        (lambda: MultivariateNormal(ag.zeros(3), ag.eye(2)), ShapeError, r"\(\.\.\., D, D\)"),
        (lambda: MultivariateNormal(ag.zeros(2), scale_tril=-ag.eye(2)), ArgumentError, "diagonal above 0"),
        (lambda: Independent(Normal(0.0, 1.0), 1), ArgumentError, "from 0 to 0"),
        (
            lambda: kl_divergence(Normal(0.0, 1.0), Bernoulli(0.5)),
            NotImplementedError,
            "Normal and Bernoulli.*register_kl",
        ),
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


def test_checks_by_default():
    Distribution.set_default_validate_args(False)
    try:
        assert Normal(0.0, -1.0).scale.item() == -1
    finally:
        Distribution.set_default_validate_args(True)
    with pytest.raises(ArgumentError, match="scale > 0"):
        Normal(0.0, -1.0)
    with pytest.warns(FutureWarning, match="sample_n"):
        assert Normal(0.0, 1.0).sample_n(3).shape == (3,)


def test_divergences_of_types_of_ones_own():
    class Known(Normal):
        pass

    @register_kl(Known, Normal)
    def _(p, q):
        return ag.tensor(42.0)

    assert kl_divergence(Known(0.0, 1.0), Normal(0.0, 1.0)).item() == 42
    assert kl_divergence(Normal(0.0, 1.0), Known(0.0, 1.0)).item() == 0


class Half(Distribution):
    arg_constraints = {"rate": constraints.less_than(2.0)}
    support = constraints.positive_integer

    def __init__(self, rate):
        self.rate = rate
        super().__init__(rate.shape)

    def log_prob(self, value):
        self._validate_sample(value)
        return value * self.rate


def test_distributions_of_ones_own():
    made = Half(ag.ones(2))
    assert made.expand((3, 2)).log_prob(ag.ones(3, 2)).shape == (3, 2) and repr(made) == "Half(rate: torch.Size([2]))"
    for refused, match in ((lambda: Half(ag.ones(2) * 2), "rate < 2"), (lambda: made.log_prob(ag.zeros(2)), "least 1")):
        with pytest.raises(ArgumentError, match=match):
            refused()
    for missing in (made.entropy, made.rsample, made.enumerate_support, lambda: made.mode, lambda: made.cdf(1.0)):
        with pytest.raises(NotImplementedError):
            missing()


def test_lower_cholesky_wants_triangles():
    given = ag.tensor([[[1.0, 0.0], [2.0, 3.0]], [[1.0, 1.0], [2.0, 3.0]], [[0.0, 0.0], [2.0, 3.0]]])
    assert constraints.lower_cholesky.check(given).tolist() == [True, False, False]
    squares = given @ given.mT
    assert constraints.positive_definite.check(squares).tolist() == [True, True, False]
    assert constraints.interval(0, ag.tensor([1.0, 3.0])).check(ag.tensor([2.0, 2.0])).tolist() == [False, True]
