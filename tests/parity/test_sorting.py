"""Order, ranks and counts against PyTorch: values, indices, dtypes and gradients."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

RANDOM = np.random.default_rng(11)
MATRIX = RANDOM.permutation(40).reshape(5, 8).astype(np.float32)
CUBE = RANDOM.permutation(24).reshape(2, 3, 4).astype(np.float64)
TIES = RANDOM.integers(0, 4, (6, 9)).astype(np.float32)
WITH_NAN = np.array([[np.nan, 2.0, 1.0, np.inf], [3.0, 1.0, 2.0, -np.inf]], np.float32)
INTEGERS = RANDOM.integers(-5, 5, (4, 7))
BYTES = RANDOM.integers(0, 5, (4, 7)).astype(np.uint8)
BOOLS = RANDOM.integers(0, 2, (3, 6)).astype(bool)
NUMBER = np.array(2.5, np.float32)
TRANSPOSED = np.asfortranarray(MATRIX)
LARGE = RANDOM.integers(0, 500, 5000).astype(np.float32)
LARGE_ROWS = RANDOM.integers(-99, 99, (30, 200)).astype(np.int32)
INPUTS = {name: value for name, value in list(globals().items()) if isinstance(value, np.ndarray)}

DISTINCT = ["MATRIX", "CUBE", "WITH_NAN", "NUMBER", "TRANSPOSED"]
SORTABLE = [*DISTINCT, "TIES", "INTEGERS", "BYTES", "BOOLS", "LARGE", "LARGE_ROWS"]

CALLS = {
    "sort": (SORTABLE, lambda t, x: t.sort(x, stable=True)),
    "sort descending": (SORTABLE, lambda t, x: t.sort(x, dim=0, descending=True, stable=True)),
    "argsort": (SORTABLE, lambda t, x: t.argsort(x, dim=-1, stable=True)),
    "argsort descending": (SORTABLE, lambda t, x: t.argsort(x, dim=0, descending=True, stable=True)),
    "msort": (["MATRIX", "CUBE", "TIES"], lambda t, x: t.msort(x)),
    "topk": (["MATRIX", "CUBE", "WITH_NAN"], lambda t, x: t.topk(x, 3)),
    "topk smallest": (["MATRIX", "CUBE", "TRANSPOSED"], lambda t, x: t.topk(x, 2, dim=0, largest=False)),
    "topk values": (["TIES", "INTEGERS", "LARGE"], lambda t, x: t.topk(x, 4)[0]),
    "topk number": (["NUMBER"], lambda t, x: t.topk(x, 1)),
    "topk all": (["MATRIX", "WITH_NAN"], lambda t, x: t.topk(x, 4, -1, False)),
    "topk none": (["MATRIX"], lambda t, x: t.topk(x, 0)),
    "kthvalue": (DISTINCT, lambda t, x: t.kthvalue(x, 1)),
    "kthvalue dim": (["MATRIX", "CUBE", "WITH_NAN"], lambda t, x: t.kthvalue(x, 2, 0, True)),
    "kthvalue ties": (["TIES", "INTEGERS"], lambda t, x: t.kthvalue(x, 3)[0]),
    "median": ([*DISTINCT, "TIES", "INTEGERS"], lambda t, x: t.median(x)),
    "median dim": (["MATRIX", "CUBE", "NUMBER"], lambda t, x: t.median(x, -1)),
    "median values": (["TIES", "INTEGERS", "WITH_NAN"], lambda t, x: t.median(x, 0, True)[0]),
    "nanmedian": ([*DISTINCT, "TIES"], lambda t, x: t.nanmedian(x)),
    "nanmedian dim": (["MATRIX", "CUBE", "WITH_NAN"], lambda t, x: t.nanmedian(x, -1)),
    "mode": (["MATRIX", "TIES", "INTEGERS", "NUMBER", "BYTES"], lambda t, x: t.mode(x)),
    "mode dim": (["TIES", "INTEGERS"], lambda t, x: t.mode(x, 0, True)),
    "unique": (SORTABLE, lambda t, x: t.unique(x)),
    "unique all": (SORTABLE, lambda t, x: t.unique(x, return_inverse=True, return_counts=True)),
    "unique dim": (
        ["INTEGERS", "TIES", "BOOLS"],
        lambda t, x: t.unique(x[:, :2], dim=0, return_inverse=True, return_counts=True),
    ),
    "unique_consecutive": (SORTABLE, lambda t, x: t.unique_consecutive(x, True, True)),
    "unique_consecutive dim": (
        ["BOOLS", "INTEGERS"],
        lambda t, x: t.unique_consecutive(x[:2], return_inverse=True, return_counts=True, dim=1),
    ),
    "bincount": (["BYTES"], lambda t, x: t.bincount(x.flatten())),
    "bincount minlength": (["BYTES"], lambda t, x: t.bincount(x.flatten(), minlength=20)),
    "bincount weights": (
        ["BYTES"],
        lambda t, x: (
            t.bincount(x[0], t.ones(7)),
            t.bincount(x[0], t.ones(7, dtype=t.float64)),
            t.bincount(x[0], t.ones(7, dtype=t.int64)),
        ),
    ),
    "histc": (["MATRIX", "TIES"], lambda t, x: t.histc(x, 7)),
    "histc range": (["MATRIX", "TIES"], lambda t, x: t.histc(x, bins=5, min=1, max=3)),
    "histc one value": (["NUMBER"], lambda t, x: t.histc(x, 4)),
    "isin": (["MATRIX", "INTEGERS"], lambda t, x: t.isin(x, t.tensor([1, 2, 3]))),
    "isin number": (["INTEGERS"], lambda t, x: (t.isin(x, 2), t.isin(2, x), t.isin(x, x[0], invert=True))),
    "searchsorted": (["MATRIX", "INTEGERS"], lambda t, x: t.searchsorted(t.tensor([0, 3, 3, 7]).to(x.dtype), x)),
    "searchsorted rows": (
        ["MATRIX", "INTEGERS", "TIES"],
        lambda t, x: (
            t.searchsorted(t.sort(x, 1)[0], x),
            t.searchsorted(t.sort(x, 1)[0], x, right=True),
            t.searchsorted(t.sort(x, 1)[0], x, side="left", out_int32=True),
            t.searchsorted(x, x, sorter=t.argsort(x, dim=1, stable=True), side="right"),
        ),
    ),
    "searchsorted number": (["MATRIX"], lambda t, x: t.searchsorted(t.sort(x[0])[0], 7.5)),
    "bucketize": (["MATRIX", "TIES"], lambda t, x: t.bucketize(x, t.tensor([1.0, 2.0, 3.0]))),
    "bucketize right": (["TIES"], lambda t, x: t.bucketize(x, t.tensor([1.0, 2.0]), right=True, out_int32=True)),
    "methods": (["MATRIX"], lambda t, x: x.sort(0).values + x.topk(8)[0] + x.kthvalue(2, 1, True).values + x.median()),
}
TABLE = [(call, name) for call, (names, _) in CALLS.items() for name in names]


def results(found):
    return list(found) if isinstance(found, tuple) else [found]


@pytest.mark.parametrize(("call", "name"), TABLE, ids=[f"{call}-{name}" for call, name in TABLE])
def test_values_dtypes_and_gradients(call, name):
    function, array = CALLS[call][1], INPUTS[name]
    ours, theirs = ag.tensor(array), torch.tensor(array)
    counts = call.split()[0] in ("unique", "unique_consecutive", "histc", "isin", "searchsorted", "bucketize")
    if array.dtype.kind == "f" and not counts:
        ours.requires_grad_()
        theirs.requires_grad_()
    found, expected = results(function(ag, ours)), results(function(torch, theirs))
    assert len(found) == len(expected)
    for got, want in zip(found, expected, strict=True):
        assert str(got.dtype).split(".")[1] == str(want.dtype).split(".")[1]
        assert tuple(got.shape) == tuple(want.shape)
        np.testing.assert_array_equal(got.detach().numpy(), want.detach().numpy())
    # Which of equal elements is chosen, where the call lets it open, is the only freedom.
    if found[0].requires_grad and not (
        call in ("topk values", "kthvalue ties", "median values") and name != "WITH_NAN"
    ):
        weights = np.cos(np.arange(found[0].numel())).reshape(found[0].shape).astype(array.dtype)
        (found[0] * ag.tensor(weights)).sum().backward()
        (expected[0] * torch.tensor(weights)).sum().backward()
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-6, atol=1e-6)


def test_results_are_named():
    x = ag.tensor([3.0, 1.0, 2.0])
    assert x.sort().values.tolist() == [1.0, 2.0, 3.0]
    assert x.max(0).indices.item() == 0
    assert ag.aminmax(x).min.item() == 1.0
