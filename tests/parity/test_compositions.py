"""Functions composed of others, against PyTorch's."""

import numpy as np
import pytest

import autograd

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
X, Y, POINTS = RNG.standard_normal((3, 4)), RNG.standard_normal((3, 4)), np.sort(RNG.random(4))
CALLS = {
    "trapezoid": lambda t, x, y, p: t.trapezoid(x),
    "trapezoid dx": lambda t, x, y, p: t.trapezoid(x, dx=0.5, dim=0),
    "trapz points": lambda t, x, y, p: t.trapz(x, p),
    "trapezoid all points": lambda t, x, y, p: t.trapezoid(x, y, dim=0),
    "trapezoid first dim": lambda t, x, y, p: t.trapezoid(x.T, p, dim=0),
    "trapezoid of one": lambda t, x, y, p: t.trapezoid(x[:, :1]),
    "trapezoid of none": lambda t, x, y, p: t.trapezoid(x.detach()[:, :0]),
    "dist": lambda t, x, y, p: t.dist(x, y),
    "dist 1": lambda t, x, y, p: x.dist(p, 1),
    "combinations": lambda t, x, y, p: t.combinations(p),
    "combinations 3": lambda t, x, y, p: t.combinations(p, 3, with_replacement=True),
    "combinations none": lambda t, x, y, p: t.combinations(p[:1], 2),
    "new": lambda t, x, y, p: x.new([1, 2]) + x.new(2).fill_(0),
}


@pytest.mark.parametrize("name", CALLS)
def test_value_and_gradient(name):
    results = []
    for t in (autograd, torch):
        x, y, p = (t.tensor(array, requires_grad=True) for array in (X, Y, POINTS))
        out = CALLS[name](t, x, y, p)
        if out.requires_grad:
            (out * out).sum().backward()
        grads = [None if leaf.grad is None else leaf.grad.numpy() for leaf in (x, y, p)]
        results.append((out.detach().numpy(), [np.zeros(0) if g is None else g for g in grads]))
    (ours, our_grads), (theirs, their_grads) = results
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)
    for a, b in zip(our_grads, their_grads, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
