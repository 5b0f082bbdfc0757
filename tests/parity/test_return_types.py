"""Results of several tensors are printed as PyTorch prints them."""

import numpy as np
import pytest

import autograd

torch = pytest.importorskip("torch")

X = np.random.default_rng(0).standard_normal((3, 4))
CALLS = {
    "max": lambda t, x: t.max(x, 1),
    "min": lambda t, x: x.min(0, keepdim=True),
    "sort": lambda t, x: x.sort(),
    "topk": lambda t, x: x.topk(2, dim=0),
    "kthvalue": lambda t, x: x.kthvalue(2),
    "median": lambda t, x: x.median(1),
    "nanmedian": lambda t, x: x.nanmedian(1),
    "mode": lambda t, x: x.mode(1),
    "cummax": lambda t, x: x.cummax(0),
    "cummin": lambda t, x: x.cummin(0),
    "aminmax": lambda t, x: x.aminmax(),
    "eigh": lambda t, x: t.linalg.eigh(t.tensor([[2.0]])),
    "svd": lambda t, x: t.linalg.svd(x[:1, :1]),
    "slogdet": lambda t, x: t.linalg.slogdet(t.eye(2)),
    "older svd": lambda t, x: t.svd(x).S,
    "older qr": lambda t, x: t.qr(x[:1, :1]),
}


@pytest.mark.filterwarnings("ignore:torch.qr is deprecated", "ignore:torch.svd is deprecated")
@pytest.mark.parametrize("name", CALLS)
def test_text(name):
    ours, theirs = (repr(CALLS[name](t, t.tensor(X, dtype=t.float32))) for t in (autograd, torch))
    assert ours.replace("autograd.", "torch.") == theirs


@pytest.mark.filterwarnings("ignore:torch.svd is deprecated", "ignore:torch.qr is deprecated")
@pytest.mark.parametrize("some", [True, False])
def test_older_decompositions(some):
    for matrix in (X, X.T):
        for ours, theirs in zip(
            autograd.svd(autograd.tensor(matrix), some), torch.svd(torch.tensor(matrix), some), strict=True
        ):
            assert ours.shape == theirs.shape
        u, s, v = (part.numpy() for part in autograd.svd(autograd.tensor(matrix), some))
        np.testing.assert_allclose(u[:, :3] * s @ v[:, :3].T, matrix, atol=1e-12)
        for ours, theirs in zip(
            autograd.qr(autograd.tensor(matrix), some), torch.qr(torch.tensor(matrix), some), strict=True
        ):
            np.testing.assert_allclose(np.abs(ours.numpy()), np.abs(theirs.numpy()), atol=1e-12)
    values = autograd.svd(autograd.tensor(X), compute_uv=False)
    np.testing.assert_allclose(values.S.numpy(), torch.svd(torch.tensor(X)).S.numpy())
    assert values.U.shape == (3, 3) and values.V.shape == (4, 4) and not values.V.any()
