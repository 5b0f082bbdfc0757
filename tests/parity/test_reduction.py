"""Reductions, statistics, norms, scans and softmax against PyTorch: values, dtypes and gradients."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

RANDOM = np.random.default_rng(7)
MATRIX = RANDOM.normal(size=(3, 5)).astype(np.float32)
CUBE = RANDOM.normal(size=(2, 3, 4))
TIES = np.array([[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [-1.0, 5.0, 5.0, 5.0]], np.float32)
WITH_NAN = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, 6.0], [np.nan, np.nan, np.nan]], np.float32)
WITH_INF = np.array([[1.0, np.inf, 3.0], [-np.inf, 5.0, 6.0]], np.float32)
ZEROS = np.array([[2.0, 0.0, 3.0], [0.0, 4.0, 0.0], [1.0, 2.0, 3.0]])
INTEGERS = np.array([[3, -1, 0], [7, 7, 2]], np.int64)
SMALL_INTEGERS = np.array([[3, 1, 0], [7, 7, 2]], np.uint8)
BOOLS = np.array([[True, False, True], [True, True, True]])
HALF = RANDOM.normal(size=(3, 4)).astype(np.float16)
NUMBER = np.array(2.5, np.float32)
EMPTY = np.zeros((0, 3), np.float32)
TRANSPOSED = RANDOM.normal(size=(5, 3)).astype(np.float32).T
INPUTS = {name: value for name, value in list(globals().items()) if isinstance(value, np.ndarray)}

FLOATS = ["MATRIX", "CUBE", "TIES", "WITH_NAN", "WITH_INF", "ZEROS", "NUMBER", "TRANSPOSED"]
ALL = [*FLOATS, "INTEGERS", "SMALL_INTEGERS", "BOOLS"]
ORDERED = [*FLOATS, "INTEGERS", "SMALL_INTEGERS"]

CALLS = {
    "sum": (ALL + ["EMPTY", "HALF"], lambda t, x: t.sum(x)),
    "sum dim": (ALL + ["EMPTY"], lambda t, x: t.sum(x, -1)),
    "sum keepdim": (ALL, lambda t, x: t.sum(x, 0, keepdim=True)),
    "sum dims": (["CUBE"], lambda t, x: t.sum(x, (0, -1))),
    "sum dtype": (["MATRIX", "INTEGERS", "BOOLS"], lambda t, x: t.sum(x, 0, dtype=t.float64)),
    "sum axis": (["MATRIX"], lambda t, x: t.sum(x, axis=0, keepdims=True)),
    "mean": (FLOATS + ["EMPTY", "HALF"], lambda t, x: t.mean(x)),
    "mean dim": (FLOATS + ["EMPTY"], lambda t, x: t.mean(x, 0)),
    "mean dtype": (["INTEGERS", "MATRIX"], lambda t, x: t.mean(x, 1, dtype=t.float64)),
    "prod": (ALL + ["EMPTY"], lambda t, x: t.prod(x)),
    "prod dim": (ALL + ["EMPTY"], lambda t, x: t.prod(x, -1)),
    "prod dtype": (["INTEGERS", "ZEROS"], lambda t, x: t.prod(x, 0, True, dtype=t.float32)),
    "nansum": (ALL, lambda t, x: t.nansum(x, -1)),
    "nanmean": (FLOATS, lambda t, x: t.nanmean(x, -1)),
    "all": (ALL + ["EMPTY"], lambda t, x: t.all(x)),
    "any dim": (ALL + ["EMPTY"], lambda t, x: t.any(x, 0)),
    "count_nonzero": (ALL, lambda t, x: t.count_nonzero(x, 0)),
    "trace": (["MATRIX", "INTEGERS", "ZEROS"], lambda t, x: t.trace(x)),
    "max": (ORDERED, lambda t, x: t.max(x)),
    "min": (ORDERED, lambda t, x: t.min(x)),
    "max dim": (ALL, lambda t, x: t.max(x, -1)),
    "min dim": (ALL, lambda t, x: t.min(x, 0, keepdim=True)),
    "max other": (["MATRIX", "TIES"], lambda t, x: t.max(x, t.flip(x, (0,)))),
    "min other": (["MATRIX", "TIES"], lambda t, x: t.min(x, t.flip(x, (0,)))),
    "amax": (ORDERED, lambda t, x: t.amax(x)),
    "amax dim": (ORDERED, lambda t, x: t.amax(x, -1)),
    "amin dims": (["CUBE"], lambda t, x: t.amin(x, (0, 2), keepdim=True)),
    "aminmax": (ORDERED, lambda t, x: t.aminmax(x)),
    "aminmax dim": (ORDERED, lambda t, x: t.aminmax(x, dim=0)),
    "argmax": (ORDERED, lambda t, x: t.argmax(x)),
    "argmax dim": (ORDERED, lambda t, x: t.argmax(x, -1, keepdim=True)),
    "argmin": (ORDERED, lambda t, x: t.argmin(x, 0)),
    "argmin keepdim": (ORDERED, lambda t, x: t.argmin(x, keepdim=True)),
    "var": (["MATRIX", "CUBE", "TIES", "WITH_NAN", "TRANSPOSED"], lambda t, x: t.var(x)),
    "var dim": (["MATRIX", "CUBE", "TIES", "WITH_NAN"], lambda t, x: t.var(x, 1)),
    "var biased": (["MATRIX", "TIES"], lambda t, x: t.var(x, False)),
    "var unbiased": (["MATRIX", "TIES"], lambda t, x: t.var(x, 0, False, True)),
    "var correction": (["CUBE"], lambda t, x: t.var(x, (0, 2), correction=2)),
    "std": (["MATRIX", "CUBE", "TIES", "HALF"], lambda t, x: t.std(x)),
    "std dim": (["MATRIX", "CUBE", "TIES"], lambda t, x: t.std(x, -1, keepdim=True)),
    "std correction": (["MATRIX"], lambda t, x: t.std(x, dim=None, correction=0)),
    "var_mean": (["MATRIX", "TIES"], lambda t, x: t.var_mean(x, 1)),
    "std_mean": (["MATRIX", "TIES"], lambda t, x: t.std_mean(x, 1, unbiased=False)),
    "norm": (FLOATS, lambda t, x: t.norm(x)),
    "norm 1": (FLOATS, lambda t, x: t.norm(x, 1, 0)),
    "norm 3": (["MATRIX", "CUBE", "TIES", "ZEROS"], lambda t, x: t.norm(x, 3, -1, True)),
    "norm 1.5": (["MATRIX", "CUBE", "TIES", "ZEROS"], lambda t, x: t.norm(x, 1.5)),
    "norm 0.5": (["MATRIX", "CUBE", "TIES"], lambda t, x: t.norm(x, 0.5)),
    "norm inf": (FLOATS, lambda t, x: t.norm(x, float("inf"), 0)),
    "norm -inf": (FLOATS, lambda t, x: t.norm(x, -float("inf"))),
    "norm 0": (FLOATS, lambda t, x: t.norm(x, 0)),
    "norm of zeros": (["MATRIX"], lambda t, x: t.norm(x * 0)),
    "norm fro dims": (["CUBE"], lambda t, x: t.norm(x, "fro", (0, 2))),
    "norm nuc": (["MATRIX"], lambda t, x: t.norm(x, "nuc")),
    "norm nuc dims": (["CUBE"], lambda t, x: t.norm(x, "nuc", (0, 2), True)),
    "norm dtype": (["MATRIX"], lambda t, x: t.norm(x, 2, 0, dtype=t.float64)),
    "logsumexp": (FLOATS, lambda t, x: t.logsumexp(x, -1)),
    "logsumexp dims": (["CUBE"], lambda t, x: t.logsumexp(x, (0, 1), keepdim=True)),
    "softmax": (FLOATS + ["HALF"], lambda t, x: t.softmax(x, -1)),
    "softmax dtype": (["MATRIX", "INTEGERS"], lambda t, x: t.softmax(x, 0, dtype=t.float64)),
    "log_softmax": (FLOATS + ["HALF"], lambda t, x: t.log_softmax(x, 0)),
    "log_softmax far": (["MATRIX"], lambda t, x: t.log_softmax(x * 1000, 1)),
    "cumsum": (ALL + ["EMPTY"], lambda t, x: t.cumsum(x, -1)),
    "cumsum dtype": (["INTEGERS", "MATRIX"], lambda t, x: t.cumsum(x, 0, dtype=t.float64)),
    "cumprod": ([name for name in ALL if not name.startswith("WITH")] + ["EMPTY"], lambda t, x: t.cumprod(x, -1)),
    "cumprod 0": (["ZEROS", "MATRIX"], lambda t, x: t.cumprod(x, 0)),
    "cumprod dtype": (["INTEGERS", "TIES"], lambda t, x: t.cumprod(x, 0, dtype=t.float64)),
    "cummax": (ORDERED, lambda t, x: t.cummax(x, -1)),
    "cummin": (ORDERED, lambda t, x: t.cummin(x, 0)),
    "logcumsumexp": (["MATRIX", "CUBE", "TIES", "WITH_NAN", "NUMBER"], lambda t, x: t.logcumsumexp(x, -1)),
    "diff": (ALL[:-5] + ["INTEGERS", "BOOLS"], lambda t, x: t.diff(x)),
    "diff 2": (["MATRIX", "CUBE"], lambda t, x: t.diff(x, 2, 1)),
    "diff ends": (["MATRIX"], lambda t, x: t.diff(x, dim=0, prepend=x[:1], append=x[1:])),
    "diff too often": (["MATRIX"], lambda t, x: t.diff(x, 9)),
    "quantile": (["MATRIX", "CUBE", "TIES", "WITH_NAN", "NUMBER"], lambda t, x: t.quantile(x, 0.3)),
    "quantile dim": (["MATRIX", "CUBE", "TIES", "WITH_NAN"], lambda t, x: t.quantile(x, 0.6, 0, True)),
    "quantiles": (
        ["MATRIX", "TIES", "WITH_NAN"],
        lambda t, x: t.quantile(x, t.tensor([0.0, 0.25, 0.9, 1.0]), dim=1, keepdim=True),
    ),
    "cov": (["MATRIX", "TIES", "INTEGERS", "WITH_NAN"], lambda t, x: t.cov(x)),
    "cov of a row": (["MATRIX"], lambda t, x: (t.cov(x[0]), t.cov(x[:1], correction=0), t.cov(x[:, :1].T))),
    "cov weights": (
        ["MATRIX"],
        lambda t, x: t.cov(x, fweights=t.arange(x.shape[1]), aweights=t.linspace(0.1, 2, x.shape[1])),
    ),
    "corrcoef": (["MATRIX", "TIES"], lambda t, x: (t.corrcoef(x), x[0].corrcoef())),
    "nanquantile": (["MATRIX", "WITH_NAN"], lambda t, x: t.nanquantile(x, 0.4, 1)),
    "nanquantiles": (["WITH_NAN"], lambda t, x: t.nanquantile(x, t.tensor([0.4, 0.5]))),
    **{
        f"quantile {kind}": (["MATRIX", "TIES"], lambda t, x, kind=kind: t.quantile(x, 0.37, 1, interpolation=kind))
        for kind in ("lower", "higher", "midpoint", "nearest")
    },
    "methods": (["MATRIX"], lambda t, x: x.softmax(1).max(1)[0] + x.std(1) + x.norm(dim=1) + x.logsumexp(1)),
}
TABLE = [(call, name) for call, (names, _) in CALLS.items() for name in names]


def results(found):
    return list(found) if isinstance(found, tuple) else [found]


@pytest.mark.parametrize(("call", "name"), TABLE, ids=[f"{call}-{name}" for call, name in TABLE])
def test_values_dtypes_and_gradients(call, name):
    function, array = CALLS[call][1], INPUTS[name]
    ours, theirs = ag.tensor(array), torch.tensor(array)
    if array.dtype.kind == "f":
        ours.requires_grad_()
        theirs.requires_grad_()
    found, expected = results(function(ag, ours)), results(function(torch, theirs))
    assert len(found) == len(expected)
    tol = 2e-3 if array.dtype == np.float16 else 3e-6
    ours_sum, theirs_sum = 0, 0
    for got, want in zip(found, expected, strict=True):
        assert str(got.dtype).split(".")[1] == str(want.dtype).split(".")[1]
        assert tuple(got.shape) == tuple(want.shape)
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=tol, atol=tol)
        assert got.requires_grad == want.requires_grad
        if got.requires_grad:
            weights = np.cos(np.arange(got.numel())).reshape(got.shape).astype(got.detach().numpy().dtype)
            ours_sum = ours_sum + (got * ag.tensor(weights)).sum()
            theirs_sum = theirs_sum + (want * torch.tensor(weights)).sum()
    if found[0].requires_grad:
        ours_sum.backward()
        theirs_sum.backward()
        assert ours.grad.dtype == ours.dtype
        wanted = np.zeros(array.shape) if theirs.grad is None else theirs.grad.numpy()
        np.testing.assert_allclose(ours.grad.numpy(), wanted, rtol=5 * tol, atol=5 * tol)


@pytest.mark.parametrize("name", ["cumsum_", "cumprod_"])
def test_in_place_twins(name):
    ours, theirs = ag.tensor(CUBE, requires_grad=True), torch.tensor(CUBE, requires_grad=True)
    mine, other = ours * 2, theirs * 2
    assert getattr(mine, name)(1) is mine
    getattr(other, name)(1)
    np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy())
    (mine * mine).sum().backward()
    (other * other).sum().backward()
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy())


@pytest.mark.parametrize("zeros", [0, 1, 2])
@pytest.mark.parametrize("function", ["prod", "cumprod"])
def test_second_order_of_products_with_zeros(function, zeros):
    array = np.array([0.5, -2.0, 3.0, 1.5])
    array[1 : 1 + zeros] = 0
    hessians = []
    for lib in (ag, torch):
        x = lib.tensor(array, requires_grad=True)
        y = getattr(lib, function)(x, 0).sum()
        (g,) = (ag.grad if lib is ag else torch.autograd.grad)(y, (x,), create_graph=True)
        rows = [
            (ag.grad if lib is ag else torch.autograd.grad)(g[i], (x,), retain_graph=True)[0].numpy() for i in range(4)
        ]
        hessians.append(np.stack(rows))
    np.testing.assert_allclose(*hessians, atol=1e-12)


@pytest.mark.parametrize("shape", [(1 << 16, 3), (3, 1 << 16), (70_000,), (40, 1000, 7)])
def test_float32_sums_are_as_accurate_as_theirs(shape):
    array = np.random.default_rng(3).uniform(size=shape).astype(np.float32)
    for dim in range(len(shape)):
        exact = array.sum(dim, dtype=np.float64)
        ours = np.abs(ag.tensor(array).sum(dim).numpy() - exact).max() / exact.max()
        theirs = np.abs(torch.tensor(array).sum(dim).numpy() - exact).max() / exact.max()
        assert ours < max(4 * theirs, 2e-7)
