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
    "MultivariateNormal": ([SOURCE.normal(size=(4, 3)), covariance()], [SOURCE.normal(size=3), covariance(4)]),
}
VALUES = {
    "Normal": SOURCE.normal(size=(2, 4, 3)), "Uniform": LOW + 0.2, "Exponential": positive(2, 4, 3),
    "Gamma": positive(2, 4, 3), "Beta": SOURCE.uniform(0.1, 0.9, size=(4, 3)),
    "Bernoulli": (SOURCE.uniform(size=(2, 4, 3)) > 0.5) * 1.0, "Categorical": SOURCE.integers(0, 3, size=(2, 4)),
    "MultivariateNormal": SOURCE.normal(size=(2, 4, 3)),
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


@pytest.mark.parametrize("name", [name for name in KINDS if name != "Categorical"])
def test_moments(name):
    run(lambda library, module, p: p.mean, KINDS[name][:1], name)
    run(lambda library, module, p: p.variance, KINDS[name][:1], name)
    run(lambda library, module, p: p.stddev, KINDS[name][:1], name)


@pytest.mark.parametrize("name", ["Normal", "Uniform", "Exponential"])
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


@pytest.mark.parametrize("name", ["Normal", "Uniform", "Exponential", "Bernoulli", "Categorical", "MultivariateNormal"])
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
