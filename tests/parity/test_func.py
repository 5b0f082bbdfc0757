"""The transformations of functions, and assert_close, against PyTorch's."""

import numpy as np
import pytest

import autograd
import nn
from autograd import func, testing
from nn.utils import stateless

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 3))
LIBRARIES = [(autograd, func), (torch, torch.func)]


def flat(tree):
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in flat(tree[key])]
    if isinstance(tree, tuple | list):
        return [leaf for item in tree for leaf in flat(item)]
    return [tree.detach().numpy()]


CASES = {
    "grad": lambda t, f, x, y: f.grad(lambda x, y: (x.sin() * y).sum(), argnums=(1, 0))(x, y),
    "aux": lambda t, f, x, y: f.grad_and_value(lambda p: ((p["a"] * y).sum(), p["a"] + 1), has_aux=True)({"a": x}),
    "vjp": lambda t, f, x, y: (lambda out, pull: (out, pull({"s": y})))(*f.vjp(lambda x: {"s": x.exp() * x}, x)),
    "jvp": lambda t, f, x, y: f.jvp(lambda x, y: (x * y, x.sum(0)), (x, y), (y, x)),
    "jacrev": lambda t, f, x, y: f.jacrev(lambda x, y: (x @ y.T, {"n": y.norm()}), argnums=(0, 1))(x, y),
    "jacfwd": lambda t, f, x, y: f.jacfwd(lambda x: x.cumsum(0) ** 2)(x),
    "hessian": lambda t, f, x, y: f.hessian(lambda x, y: (x**3 * y).sum(), argnums=(0, 1))(x, y),
    "vmap": lambda t, f, x, y: f.vmap(lambda a, b: (t.outer(a, b), a.max()), in_dims=(0, 1), out_dims=(2, 0))(x, y.T),
    "per sample": lambda t, f, x, y: f.vmap(f.grad(lambda w, x: (w * x).sum().tanh()), in_dims=(None, 0))(y[0], x),
    "nested": lambda t, f, x, y: f.vmap(f.vmap(f.grad(f.grad(lambda x: x**4))))(x),
    "batched jacobian": lambda t, f, x, y: f.vmap(f.jacrev(lambda x: x.softmax(0)))(x),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of PyTorch itself, in jvp
def test_transformation(name):
    results = [flat(CASES[name](t, f, t.tensor(X), t.tensor(Y))) for t, f in LIBRARIES]
    assert len(results[0]) == len(results[1])
    for ours, theirs in zip(*results, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_functional_call():
    results = []
    for t, layers, call in ((autograd, nn, stateless.functional_call), (torch, torch.nn, torch.func.functional_call)):
        net = layers.Sequential(layers.Linear(3, 2), layers.Tanh()).double()
        given = {"0.weight": t.tensor(X[:2], requires_grad=True)}
        with t.no_grad():
            net[0].bias.zero_()
        out = call(net, given, (t.tensor(Y),))
        out.sum().backward()
        results.append((out.detach().numpy(), given["0.weight"].grad.numpy()))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1.0, 2.0], [1.0, 2.00001]), ([1.0, 2.0], [1.0, 2.1]), ([0.0], [9e-6]), ([0.0], [2e-5]), ([1, 2], [1, 2]),
        ([1, 2], [1, 4]), ([np.nan], [np.nan]), ([np.inf], [np.inf]), ([[1.0]], [1.0]), ([1.0], [1]),
    ],
)  # fmt: skip
def test_assert_close(a, b):
    def told(t, assert_close):
        try:
            assert_close(t.tensor(a), t.tensor(b))
        except AssertionError as problem:
            return str(problem).partition("\n\n")[0].partition("!")[0]
        return ""

    ours, theirs = told(autograd, testing.assert_close), told(torch, torch.testing.assert_close)
    assert bool(ours) == bool(theirs)
    if theirs.startswith("Tensor-likes"):
        assert ours == theirs
