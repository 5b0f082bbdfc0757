"""Distributions against PyTorch: log_prob, moments, entropy, divergences and their gradients; random streams."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.ops.gamma_sampling import gamma_slope

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(6)


def positive(*shape):
    return SOURCE.uniform(0.3, 3.0, size=shape)


def covariance(*batch):
    root = SOURCE.normal(size=(*batch, 3, 3))
    return root @ root.swapaxes(-1, -2) + 0.5 * np.eye(3)


LOW = SOURCE.normal(size=(4, 1))
KINDS = {
    "Normal": ([SOURCE.normal(size=(4, 1)), positive(3)], [SOURCE.normal(size=(4, 3)), positive(4, 3)]),
    "Uniform": ([LOW, LOW + positive(4, 3)], [LOW - 1, LOW + 5 + positive(4, 3)]),
    "Exponential": ([positive(4, 3)], [positive(4, 3)]),
    "Gamma": ([positive(4, 1), positive(3)], [positive(4, 3), positive(4, 3)]),
    "Beta": ([positive(4, 1), positive(3)], [positive(4, 3), positive(4, 3)]),
    "Bernoulli": ([SOURCE.uniform(size=(4, 3))], [SOURCE.uniform(size=(4, 3))]),
    "Categorical": ([positive(4, 3)], [positive(4, 3)]),
    "OneHotCategorical": ([positive(4, 3)], [positive(4, 3)]),
    "Laplace": ([SOURCE.normal(size=(4, 1)), positive(3)], [SOURCE.normal(size=(4, 3)), positive(4, 3)]),
    "Gumbel": ([SOURCE.normal(size=(4, 1)), positive(3)], [SOURCE.normal(size=(4, 3)), positive(4, 3)]),
    "Cauchy": ([SOURCE.normal(size=(4, 1)), positive(3)], [SOURCE.normal(size=(4, 3)), positive(4, 3)]),
    "LogNormal": ([SOURCE.normal(size=(4, 1)), positive(3)], [SOURCE.normal(size=(4, 3)), positive(4, 3)]),
    "HalfNormal": ([positive(4, 3)], [positive(4, 3)]),
    "Geometric": ([SOURCE.uniform(0.1, 0.9, size=(4, 3))], [SOURCE.uniform(0.1, 0.9, size=(4, 3))]),
    "Dirichlet": ([positive(4, 3)], [positive(4, 3)]),
    "Chi2": ([positive(4, 3)], [positive(4, 3)]),
    "MultivariateNormal": ([SOURCE.normal(size=(4, 3)), covariance()], [SOURCE.normal(size=3), covariance(4)]),
}
VALUES = {
    "Normal": SOURCE.normal(size=(2, 4, 3)), "Uniform": LOW + 0.2, "Exponential": positive(2, 4, 3),
    "Gamma": positive(2, 4, 3), "Beta": SOURCE.uniform(0.1, 0.9, size=(4, 3)),
    "Bernoulli": (SOURCE.uniform(size=(2, 4, 3)) > 0.5) * 1.0, "Categorical": SOURCE.integers(0, 3, size=(2, 4)),
    "MultivariateNormal": SOURCE.normal(size=(2, 4, 3)), "Chi2": positive(2, 4, 3), "HalfNormal": positive(2, 4, 3),
    "OneHotCategorical": np.eye(3)[SOURCE.integers(0, 3, size=(2, 4))], "LogNormal": positive(2, 4, 3),
    "Laplace": SOURCE.normal(size=(2, 4, 3)), "Gumbel": SOURCE.normal(size=(2, 4, 3)),
    "Cauchy": SOURCE.normal(size=(2, 4, 3)), "Geometric": SOURCE.integers(0, 5, size=(2, 4, 3)) * 1.0,
    "Dirichlet": SOURCE.dirichlet(np.ones(3), size=(2, 4)),
}  # fmt: skip
LIBRARIES = ((ag, nn.distributions), (torch, torch.distributions))


def run(calculate, kinds, name):
    found = []
    for library, module in LIBRARIES:
        parameters = [[library.tensor(x, requires_grad=True) for x in kind] for kind in kinds]
        made = [getattr(module, name)(*given) for given in parameters]
        result = calculate(library, module, *made)
        found.append([result.detach().numpy()])
        if result.requires_grad:
            (result * result).sum().backward()
            found[-1] += [x.grad.numpy() for given in parameters for x in given if x.grad is not None]
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", KINDS)
def test_log_prob(name):
    run(lambda library, module, p: p.log_prob(library.tensor(VALUES[name])), KINDS[name][:1], name)


@pytest.mark.parametrize("name", KINDS)
def test_entropy_and_divergence(name):
    run(lambda library, module, p: p.entropy(), KINDS[name][:1], name)
    run(lambda library, module, p, q: module.kl_divergence(p, q), KINDS[name], name)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("Categorical", "Cauchy")])
def test_moments(name):
    run(lambda library, module, p: p.mean, KINDS[name][:1], name)
    run(lambda library, module, p: p.variance, KINDS[name][:1], name)
    run(lambda library, module, p: p.stddev, KINDS[name][:1], name)


@pytest.mark.parametrize(
    "name", ["Normal", "Uniform", "Exponential", "Laplace", "Gumbel", "Cauchy", "LogNormal", "HalfNormal"]
)
def test_distribution_functions(name):
    run(lambda library, module, p: p.cdf(library.tensor(VALUES[name])), KINDS[name][:1], name)
    run(lambda library, module, p: p.icdf(library.tensor(SOURCE_CHANCES)), KINDS[name][:1], name)


SOURCE_CHANCES = SOURCE.uniform(0.05, 0.95, size=(4, 3))


@pytest.mark.parametrize("name", ["Categorical", "Bernoulli"])
def test_logits(name):
    logits = SOURCE.normal(size=(4, 3)) * 3
    found = []
    for library, module in LIBRARIES:
        given = library.tensor(logits, requires_grad=True)
        p = getattr(module, name)(logits=given)
        (p.log_prob(library.tensor(VALUES[name])).sum() + p.entropy().sum() * 2).backward()
        found.append([p.probs.detach().numpy(), p.entropy().detach().numpy(), given.grad.numpy()])
        found[-1].append(p.enumerate_support().numpy())
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("Gamma", "Beta", "Dirichlet", "Chi2")])
def test_samples(name):
    found = []
    for library, module in LIBRARIES:
        library.manual_seed(4)
        p = getattr(module, name)(*(library.tensor(x.astype(np.float32)) for x in KINDS[name][0]))
        drawn = [p.sample((5, 2)), p.sample()]
        found.append([x.numpy() for x in (drawn + [p.rsample((6,))] if p.has_rsample else drawn)])
    for got, want in zip(*found, strict=True):
        assert got.shape == want.shape and got.dtype == want.dtype
        np.testing.assert_allclose(got, want, rtol=3e-5, atol=1e-6)


def test_gradients_of_samples():
    """Of gamma variables at given values; the streams differ."""
    shape = np.array([0.05, 0.3, 0.9, 1.0, 2.5, 7.0, 30.0, 200.0])
    for share in (0.05, 0.5, 0.9, 1.3):
        expected = torch._standard_gamma_grad(torch.tensor(shape), torch.tensor(shape * share)).numpy()
        np.testing.assert_allclose(gamma_slope(shape, shape * share), expected, rtol=2e-3)


def test_independent_and_reprs():
    made = [module.Independent(module.Normal(library.zeros(4, 3), 1.0), 1) for library, module in LIBRARIES]
    ours, theirs = made
    assert ours.batch_shape == tuple(theirs.batch_shape) and ours.event_shape == tuple(theirs.event_shape)
    values = SOURCE.normal(size=(4, 3)).astype(np.float32)
    got, want = ours.log_prob(ag.tensor(values)), theirs.log_prob(torch.tensor(values))
    np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-5)
    np.testing.assert_allclose(ours.entropy().numpy(), theirs.entropy().numpy(), rtol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_shapes_and_supports(name):
    found = []
    for library, module in LIBRARIES:
        p = getattr(module, name)(*(library.tensor(x) for x in KINDS[name][0]))
        told = [p.has_rsample, p.has_enumerate_support, p.support.event_dim, p.support.is_discrete]
        told += [list(p.batch_shape), list(p.event_shape), p.support.check(library.tensor(VALUES[name])).tolist()]
        if name != "Uniform":  # whose bounds are printed in full
            told += [str(p.support), {key: str(x) for key, x in p.arg_constraints.items()}]
        wide = p.expand((2, 4) if "Cat" in name or len(p.event_shape) else (2, 4, 3))
        told += [list(wide.batch_shape), list(wide.mean.shape), wide.log_prob(library.tensor(VALUES[name])).tolist()]
        found.append(told)
    np.testing.assert_allclose(found[0].pop(), found[1].pop(), rtol=1e-6)
    assert found[0] == found[1]


MODES = ["Normal", "Exponential", "Gamma", "Beta", "Bernoulli", "Categorical", "MultivariateNormal", "Uniform",
         "OneHotCategorical", "Laplace", "Gumbel", "LogNormal", "HalfNormal", "Geometric", "Dirichlet"]  # fmt: skip


@pytest.mark.parametrize("name", MODES)
def test_modes(name):
    modes = [getattr(module, name)(*(library.tensor(x) for x in KINDS[name][0])).mode for library, module in LIBRARIES]
    np.testing.assert_allclose(*(x.detach().numpy() for x in modes), rtol=1e-6)


def test_multinomial():
    found = []
    counts = SOURCE.multinomial(6, [0.2, 0.5, 0.3], size=(2, 4)) * 1.0
    for library, module in LIBRARIES:
        library.manual_seed(2)
        logits = library.tensor(KINDS["Normal"][1][0], requires_grad=True)
        p = module.Multinomial(6, logits=logits)
        told = [p.log_prob(library.tensor(counts)), p.entropy(), p.mean, p.variance]
        sum(x.sum() for x in told).backward()
        rare = module.Multinomial(4, probs=library.tensor([0.5, 0.5, 0.0])).log_prob(library.tensor([1.0, 3.0, 0.0]))
        found.append([x.detach().numpy() for x in [*told, logits.grad, rare, p.sample((3,))]])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-6)


@pytest.mark.parametrize("pair", [
    ("Exponential", "Gamma"), ("Gamma", "Exponential"), ("Uniform", "Normal"), ("Exponential", "Normal"),
    ("Gamma", "Normal"), ("Beta", "Normal"), ("Laplace", "Normal"), ("Normal", "Uniform"), ("Normal", "Gamma"),
    ("Laplace", "Beta"), ("Gamma", "Uniform"),
], ids="-".join)  # fmt: skip
def test_divergences_between_kinds(pair):
    found = []
    for library, module in LIBRARIES:
        p, q = (getattr(module, name)(*(library.tensor(x) for x in KINDS[name][0])) for name in pair)
        found.append(module.kl_divergence(p, q).numpy())
    np.testing.assert_allclose(*found, rtol=1e-6)


@pytest.mark.parametrize(("name", "value"), [("Gamma", 0.0), ("Beta", 0.0), ("Beta", 1.0), ("Exponential", 0.0)])
def test_densities_at_the_ends(name, value):
    for parameters in ((1.0, 1.0), (1.0, 2.0), (0.5, 1.0), (2.0, 1.0)):
        given = parameters[:1] if name == "Exponential" else parameters
        found = [getattr(module, name)(*given).log_prob(library.tensor(value)).item() for library, module in LIBRARIES]
        np.testing.assert_allclose(*found, rtol=1e-6)


@pytest.mark.parametrize("name", ["Categorical", "Bernoulli", "OneHotCategorical", "Geometric", "MultivariateNormal"])
def test_gradients_after_sampling(name):
    """What follows from the parameters, and is kept, stays in the graph although a sample asked for it first."""
    found = []
    for library, module in LIBRARIES:
        key = "covariance_matrix" if name == "MultivariateNormal" else "logits"
        array = KINDS[name][0][1] if name == "MultivariateNormal" else KINDS["Normal"][1][0]
        given = library.tensor(array, requires_grad=True)
        options = {"loc": library.zeros(3).double()} if name == "MultivariateNormal" else {}
        p = getattr(module, name)(**options, **{key: given})
        p.sample((2,))
        (p.entropy().sum() + p.log_prob(library.tensor(VALUES[name])).sum() + p.variance.nansum()).backward()
        found.append(given.grad.numpy())
    np.testing.assert_allclose(*found, rtol=1e-6)
