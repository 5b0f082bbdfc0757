"""Shapes, joins, indices and scatters: values, gradients and dtypes as PyTorch's."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(0)
A = SOURCE.normal(size=(3, 4)).astype(np.float32)
B = SOURCE.normal(size=(3, 4)).astype(np.float32)
C = SOURCE.normal(size=(2, 3, 4)).astype(np.float32)
V = SOURCE.normal(size=4).astype(np.float32)
I = np.array([[0, 2, 1, 1], [2, 0, 0, 1], [0, 0, 1, 1]])

# Each a call f(m, x): m the module, ours or PyTorch's; x the inputs as its tensors.
CALLS = {
    "view": ([A], lambda m, x: x.view(2, -1)),
    "reshape of a transpose": ([A], lambda m, x: x.t().reshape(2, 6)),
    "permute": ([C], lambda m, x: x.permute(2, 0, 1)),
    "movedim": ([C], lambda m, x: x.movedim((0, 1), (2, 0))),
    "squeeze": ([C[:1]], lambda m, x: x.squeeze(0).unsqueeze(-1)),
    "flatten": ([C], lambda m, x: x.flatten(1)),
    "unflatten": ([A], lambda m, x: x.unflatten(1, (2, 2))),
    "expand": ([V], lambda m, x: x.expand(3, -1)),
    "expand_as": ([V, A], lambda m, x, y: x.expand_as(y)),
    "broadcast_tensors": ([V, A], lambda m, x, y: m.stack(m.broadcast_tensors(x, y))),
    "repeat": ([A], lambda m, x: x.repeat(2, 1, 3)),
    "tile": ([A], lambda m, x: m.tile(x, (2,))),
    "repeat_interleave": ([A], lambda m, x: x.repeat_interleave(2, dim=1)),
    "repeat_interleave by counts": ([A], lambda m, x: m.repeat_interleave(x, m.tensor([1, 0, 2]), dim=0)),
    "repeat_interleave flat": ([A], lambda m, x: m.repeat_interleave(x, 3)),
    "cat": ([A, B], lambda m, x, y: m.cat([x, y], dim=-1)),
    "cat with an empty one": ([A], lambda m, x: m.cat([m.zeros(0), x], 1)),
    "stack": ([A, B], lambda m, x, y: m.stack((x, y), dim=1)),
    "hstack": ([V, V], lambda m, x, y: m.hstack((x, y))),
    "vstack": ([V, A], lambda m, x, y: m.vstack((x, y))),
    "dstack": ([A, B], lambda m, x, y: m.dstack((x, y))),
    "column_stack": ([V[:3], A], lambda m, x, y: m.column_stack((x, y))),
    "split": ([A], lambda m, x: m.cat([p * (i + 1) for i, p in enumerate(x.split(3, dim=1))], 1)),
    "chunk": ([A], lambda m, x: x.chunk(3, dim=1)[-1]),
    "tensor_split": ([A], lambda m, x: x.tensor_split(3, dim=1)[0]),
    "unbind": ([A], lambda m, x: x.unbind(1)[2]),
    "narrow": ([A], lambda m, x: x.narrow(1, -2, 2)),
    "select": ([A], lambda m, x: x.select(1, -1)),
    "diagonal": ([C], lambda m, x: x.diagonal(1, 0, 2)),
    "diag": ([V], lambda m, x: x.diag(-1)),
    "diag of a matrix": ([A], lambda m, x: m.diag(x, 1)),
    "diag_embed": ([A], lambda m, x: m.diag_embed(x, offset=1)),
    "tril": ([A], lambda m, x: x.tril(1)),
    "triu": ([C], lambda m, x: m.triu(x, diagonal=-1)),
    "flip": ([C], lambda m, x: x.flip(0, 2)),
    "rot90": ([C], lambda m, x: m.rot90(x, 3, [0, 2])),
    "roll": ([A], lambda m, x: m.roll(x, (1, -2), (0, 1))),
    "roll flat": ([A], lambda m, x: x.roll(5)),
    "meshgrid": ([V, V[:2]], lambda m, x, y: m.stack(m.meshgrid(x, y, indexing="xy"))),
    "unfold": ([A], lambda m, x: x.unfold(1, 3, 1)),
    "as_strided": ([A], lambda m, x: x.as_strided((2, 3), (1, 4), 1)),
    "block_diag": ([A, V], lambda m, x, y: m.block_diag(x, y)),
    "atleast_3d": ([V], lambda m, x: m.atleast_3d(x)),
    "cartesian_prod": ([V, V[:2]], lambda m, x, y: m.cartesian_prod(x, y)),
    "index int": ([A], lambda m, x: x[1, -1]),
    "index slice": ([A], lambda m, x: x[::2, 1:]),
    "index None": ([A], lambda m, x: x[None, :, None, 2]),
    "index Ellipsis": ([C], lambda m, x: x[..., 1]),
    "index list": ([A], lambda m, x: x[[0, 0, 2]]),
    "index column list": ([A], lambda m, x: x[:, [-1]]),
    "index range": ([A], lambda m, x: x[range(3), m.tensor([1, 0, 1])]),
    "index apart": ([C], lambda m, x: x[[0, 1], :, [1, 1]]),
    "index int and list": ([C], lambda m, x: x[0, :, [1, 1]]),
    "index list and None": ([C], lambda m, x: x[:, [0, 1], None]),
    "index list None list": ([C], lambda m, x: x[[0, 1], None, [0, 2]]),
    "index 2-d": ([A], lambda m, x: x[m.tensor([[0, 1], [2, 2]])]),
    "index two 2-d": ([A], lambda m, x: x[m.tensor([[0], [2]]), m.tensor([[1, 3]])]),
    "index mask": ([A], lambda m, x: x[x.detach() > 0]),
    "index mask of rows": ([A], lambda m, x: x[m.tensor([True, False, True]), 1:]),
    "index mask and list": ([C], lambda m, x: x[m.tensor([True, True]), :, m.tensor([0, 3])]),
    "index 2-d mask": ([C], lambda m, x: x[:, x[0].detach() > 0]),
    "index True": ([A], lambda m, x: x[True]),
    "index False": ([A], lambda m, x: x[:, None, False]),
    "index 0-d": ([A], lambda m, x: x[m.tensor(1), m.tensor([0, 3])]),
    "index empty": ([A], lambda m, x: x[[]]),
    "index_select": ([A], lambda m, x: x.index_select(0, m.tensor([2, 0, 2]))),
    "gather": ([A], lambda m, x: x.gather(0, m.tensor([[0, 2, 1], [2, 0, 0]]))),
    "take": ([A], lambda m, x: m.take(x, m.tensor([[0, -1], [5, 5]]))),
    "take_along_dim": ([A], lambda m, x: m.take_along_dim(x, m.tensor([[1], [0], [3]]), 1)),
    "masked_fill": ([A], lambda m, x: x.masked_fill(m.tensor([True, False, True, False]), 7.0)),
    "masked_select": ([A], lambda m, x: x.masked_select(m.tensor([True, False, True, False]))),
    "masked_scatter": ([A, B], lambda m, x, y: x.masked_scatter(m.tensor([True, False, True, False]), y)),
    "scatter": ([A, B], lambda m, x, y: x.scatter(0, m.tensor([[0, 2, 1, 0], [2, 0, 0, 1], [1, 1, 2, 2]]), y)),
    "scatter value": ([A], lambda m, x: x.scatter(1, m.tensor([[0], [2], [1]]), 5.0)),
    "scatter add": ([A, B], lambda m, x, y: x.scatter_add(0, m.tensor([[0, 2, 1, 0], [2, 2, 1, 0], [0, 1, 1, 0]]), y)),
    "index_add": ([A, B], lambda m, x, y: x.index_add(0, m.tensor([2, 0, 2]), y, alpha=2)),
    "index_copy": ([A, B], lambda m, x, y: x.index_copy(0, m.tensor([2, 0, 1]), y)),
    "index_fill": ([A], lambda m, x: x.index_fill(1, m.tensor([2, 0]), -1.0)),
    "index_put": ([A, V], lambda m, x, y: x.index_put((m.tensor([0, 2]),), y)),
    "index_put accumulate": ([A, V], lambda m, x, y: x.index_put((m.tensor([0, 0]),), y, accumulate=True)),
    "select_scatter": ([A, V], lambda m, x, y: m.select_scatter(x, y, 0, 1)),
    "slice_scatter": ([A, B], lambda m, x, y: m.slice_scatter(x, y[:, :2], 1, 1, 4, 2)),
    "diagonal_scatter": ([A, V], lambda m, x, y: m.diagonal_scatter(x, y[:3])),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(name):
    inputs, call = CALLS[name]
    ours = [ag.tensor(x, requires_grad=True) for x in inputs]
    theirs = [torch.tensor(x, requires_grad=True) for x in inputs]
    found, expected = call(ag, *ours), call(torch, *theirs)
    assert tuple(found.shape) == tuple(expected.shape)
    np.testing.assert_array_equal(found.detach().numpy(), expected.detach().numpy())
    weights = np.cos(np.arange(expected.numel(), dtype=np.float32)).reshape(expected.shape)
    found.backward(ag.tensor(weights))
    expected.backward(torch.tensor(weights))
    for x, y in zip(ours, theirs, strict=True):
        wanted = np.zeros(y.shape) if y.grad is None else y.grad.numpy()
        gradient = np.zeros(x.shape) if x.grad is None else x.grad.numpy()
        np.testing.assert_allclose(gradient, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("values", ["distinct", "ties", "zeros"])
def test_scatter_reduce(reduce, include_self, values):
    if reduce in ("amax", "amin") and not include_self and values != "distinct":
        pytest.skip("PyTorch takes a share of the gradient for a value that does not count, where it ties")
    x = {"distinct": A, "ties": np.round(A), "zeros": A * (np.abs(A) > 0.5)}[values]
    s = {"distinct": B, "ties": np.round(B), "zeros": B * (np.abs(B) > 0.5)}[values]
    results = []
    for m in (ag, torch):
        a, b = m.tensor(x, requires_grad=True), m.tensor(s, requires_grad=True)
        out = a.scatter_reduce(0, m.tensor(I), b, reduce, include_self=include_self)
        (out * m.tensor(B)).sum().backward()
        results.append([t.detach().numpy() for t in (out, a.grad, b.grad)])
    for got, want in zip(*results, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


DTYPES = ["bool", "uint8", "int32", "int64", "float16", "float32", "float64"]


@pytest.mark.parametrize("first", DTYPES)
@pytest.mark.parametrize("second", DTYPES)
def test_joining_promotes_dtypes(first, second):
    for join in ("cat", "stack", "hstack"):
        found, expected = (
            getattr(m, join)([m.ones(2, dtype=getattr(m, first)), m.ones(2, dtype=getattr(m, second))])
            for m in (ag, torch)
        )
        assert repr(found.dtype).split(".")[1] == repr(expected.dtype).split(".")[1]


WRITES = {
    "scalar to int": lambda m, y, v: y.__setitem__(0, 5.0),
    "row": lambda m, y, v: y.__setitem__(1, v),
    "column": lambda m, y, v: y.__setitem__((slice(None), 0), v[:3]),
    "block": lambda m, y, v: y.__setitem__((slice(1, None), slice(0, 2)), v[:2]),
    "mask": lambda m, y, v: y.__setitem__(y.detach() > 0, 0.0),
    "mask with values": lambda m, y, v: y.__setitem__(m.tensor([True, False, True]), v),
    "list": lambda m, y, v: y.__setitem__([0, 2], v),
    "range and tensor": lambda m, y, v: y.__setitem__((range(3), m.tensor([1, 0, 1])), v[0]),
    "times": lambda m, y, v: y[:, :2].mul_(v[1]),
    "chained": lambda m, y, v: y[0].__setitem__(1, v[2]),
    "transposed": lambda m, y, v: y.t()[1:3].add_(v[:3]),
    "diagonal": lambda m, y, v: y.diagonal().copy_(v[:3]),
    "fill": lambda m, y, v: y[1].fill_(v[3]),
    "zero": lambda m, y, v: y[:, 1].zero_(),
    "expand_as": lambda m, y, v: y.copy_(v.expand_as(y)),
    "masked_fill_": lambda m, y, v: y.masked_fill_(y.detach() < 0, v[0].detach()),
    "index_add_": lambda m, y, v: y.index_add_(0, m.tensor([1]), v[None]),
    "index_put_": lambda m, y, v: y.index_put_((m.tensor([1, 1]),), v, accumulate=True),
    "scatter_": lambda m, y, v: y.scatter_(1, m.tensor([[0], [2]]), v[:2, None]),
    "leading ones": lambda m, y, v: y.__setitem__(0, v[None, None]),
    "sibling": lambda m, y, v: (y[0].mul_(2), y[:, 0].mul_(v[0])),
    "view first": lambda m, y, v: (lambda row: (y.mul_(3), row.add_(v)))(y[1]),
    "itself": lambda m, y, v: y.mul_(y.clone()),
}


@pytest.mark.parametrize("name", WRITES)
def test_writes_through_views(name):
    results = []
    for m in (ag, torch):
        x, v = m.tensor(A, requires_grad=True), m.tensor(V, requires_grad=True)
        y = x.clone()
        early = y[1:]
        WRITES[name](m, y, v)
        total = (y * m.tensor(B)).sum() + (early * early).sum()
        total.backward()
        gradients = [x.grad, m.zeros(4) if v.grad is None else v.grad]
        results.append([t.detach().numpy() for t in (y, early, *gradients)])
    for got, want in zip(*results, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_printed_sizes():
    assert str(ag.zeros(2, 3).shape) == str(torch.zeros(2, 3).shape)
    assert f"{ag.zeros(4).size()}" == f"{torch.zeros(4).size()}"
    assert repr(ag.zeros(2, 3).shape[1:]) == repr(torch.zeros(2, 3).shape[1:])


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.zeros(3)[3], lambda m: m.zeros(3)[0, 0], lambda m: m.zeros(3)[m.tensor([3])],
        lambda m: m.zeros(3)[m.tensor([True, False])], lambda m: m.zeros(3)[::-1], lambda m: m.zeros(3)[1.5],
        lambda m: m.zeros(3)[m.tensor([0.5])], lambda m: m.zeros(2, 3).view(4), lambda m: m.zeros(2, 3).t().view(6),
        lambda m: m.zeros(2, 3).transpose(0, 2), lambda m: m.zeros(2).squeeze(3), lambda m: m.zeros(2, 3).expand(2, 4),
        lambda m: m.cat([m.zeros(2), m.zeros(2, 2)]), lambda m: m.stack([m.zeros(2), m.zeros(3)]), lambda m: m.cat([]),
        lambda m: m.zeros(3).gather(0, m.tensor([3])), lambda m: m.zeros(3).index_select(0, m.tensor([3])),
        lambda m: m.zeros(3).__setitem__(0, m.zeros(2)), lambda m: m.zeros(3).split([1, 1]),
        lambda m: m.zeros(3).masked_fill(m.zeros(3), 0), lambda m: m.tensor([[1], [2, 3]]),
        lambda m: m.zeros(2).repeat(),
        lambda m: m.zeros(1).expand(2).add_(1), lambda m: m.zeros(2, requires_grad=True).add_(1),
        lambda m: m.zeros(2, requires_grad=True)[0].fill_(1), lambda m: m.zeros(-1), lambda m: m.tensor("a"),
    ],
)  # fmt: skip
def test_what_pytorch_refuses_is_refused(call):
    with pytest.raises((RuntimeError, IndexError, TypeError, ValueError)) as theirs:
        call(torch)
    with pytest.raises((RuntimeError, IndexError, TypeError, ValueError)) as ours:
        call(ag)
    kinds = (IndexError, TypeError, ValueError)
    wanted = next((k for k in kinds if isinstance(theirs.value, k)), RuntimeError)
    assert isinstance(ours.value, (wanted, RuntimeError))
