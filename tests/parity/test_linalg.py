"""Linear algebra against PyTorch: values, gradients, dtypes, errors alike."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.ops.linear import linear

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(12)


def normal(*shape):
    return SOURCE.normal(size=shape)


def regular(*shape):
    """Matrices far from singular."""
    return SOURCE.uniform(-0.4, 0.4, shape) + 2 * np.eye(shape[-1])


def positive(*shape):
    x = normal(*shape)
    return x @ x.swapaxes(-1, -2) + np.eye(shape[-1])


def linalg(name):
    return lambda library: getattr(library.linalg, name)


def free(name):
    return lambda library: getattr(library, name)


CALLS = [
    (free("matmul"), [normal(2, 3), normal(3, 4)], {}),
    (free("matmul"), [normal(3), normal(5, 3, 4)], {}),
    (free("matmul"), [normal(5, 1, 2, 3), normal(4, 3, 2)], {}),
    (free("matmul"), [normal(5, 2, 3), normal(3)], {}),
    (free("mm"), [normal(2, 3), normal(3, 4)], {}),
    (free("bmm"), [normal(2, 3, 2), normal(2, 2, 4)], {}),
    (free("mv"), [normal(2, 3), normal(3)], {}),
    (free("dot"), [normal(3), normal(3)], {}),
    (free("vdot"), [normal(3), normal(3)], {}),
    (free("outer"), [normal(3), normal(2)], {}),
    (free("ger"), [normal(3), normal(2)], {}),
    (free("inner"), [normal(2, 3), normal(4, 3)], {}),
    (free("kron"), [normal(2, 3), normal(2)], {}),
    (free("tensordot"), [normal(2, 3, 4), normal(4, 3)], {"dims": ([1, 2], [1, 0])}),
    (free("cross"), [normal(2, 3), normal(2, 3)], {"dim": 1}),
    (linalg("cross"), [normal(2, 3), normal(1, 3)], {}),
    (linalg("vecdot"), [normal(2, 3), normal(3)], {}),
    (free("addmm"), [normal(4), normal(2, 3), normal(3, 4)], {"beta": 0.5, "alpha": 2.0}),
    (free("addmv"), [normal(2), normal(2, 3), normal(3)], {"beta": 0}),
    (free("addr"), [normal(2, 3), normal(2), normal(3)], {"alpha": -1.0}),
    (free("addbmm"), [normal(2, 4), normal(5, 2, 3), normal(5, 3, 4)], {"beta": 2.0}),
    (free("baddbmm"), [normal(5, 1, 4), normal(5, 2, 3), normal(5, 3, 4)], {"alpha": 2.0}),
    (free("matrix_power"), [regular(2, 3, 3)], {"n": -3}),
    (free("cdist"), [normal(2, 3, 2), normal(2, 4, 2)], {}),
    (free("cdist"), [normal(30, 2), normal(4, 2)], {}),
    (free("cdist"), [normal(3, 2), normal(4, 2)], {"p": 1.0}),
    (free("cdist"), [normal(3, 2), normal(4, 2)], {"p": math.inf}),
    (free("pdist"), [normal(5, 2)], {"p": 3.0}),
    (free("det"), [regular(2, 3, 3)], {}),
    (free("logdet"), [positive(2, 3, 3)], {}),
    (free("slogdet"), [regular(2, 3, 3)], {}),
    (free("inverse"), [regular(2, 3, 3)], {}),
    (free("pinverse"), [normal(3, 2)], {}),
    (linalg("inv"), [regular(3, 3)], {}),
    (linalg("pinv"), [normal(2, 4)], {}),
    (linalg("solve"), [regular(2, 3, 3), normal(2, 3)], {}),
    (linalg("solve"), [regular(2, 3, 3), normal(2, 2, 3)], {"left": False}),
    (linalg("solve_triangular"), [regular(3, 3), normal(3, 2)], {"upper": True, "unitriangular": True}),
    (linalg("solve_triangular"), [regular(3, 3), normal(2, 3)], {"upper": False, "left": False}),
    (linalg("cholesky"), [positive(3, 3)], {}),
    (linalg("cholesky"), [positive(2, 3, 3)], {"upper": True}),
    (linalg("qr"), [normal(2, 4, 3)], {}),
    (linalg("qr"), [normal(3, 4)], {"mode": "complete"}),
    (linalg("eigh"), [positive(3, 3)], {}),
    (linalg("eigvalsh"), [positive(2, 3, 3)], {}),
    (linalg("svd"), [normal(3, 2)], {"full_matrices": False}),
    (linalg("svdvals"), [normal(2, 2, 3)], {}),
    (linalg("lstsq"), [normal(4, 2), normal(4, 3)], {}),
    (linalg("lstsq"), [normal(4, 2), normal(4, 3)], {"driver": "gels"}),
    (linalg("norm"), [normal(2, 3)], {"ord": "nuc"}),
    (linalg("norm"), [normal(2, 3, 2)], {"ord": -1, "dim": (0, 2), "keepdim": True}),
    (linalg("norm"), [normal(2, 3, 2)], {"ord": 3, "dim": 1}),
    (linalg("matrix_norm"), [normal(2, 3, 2)], {"ord": -2}),
    (linalg("matrix_norm"), [np.ones((3, 3))], {"ord": 1}),
    (linalg("matrix_power"), [regular(3, 3)], {"n": 5}),
    (linalg("cond"), [regular(3, 3)], {}),
    (linalg("matrix_rank"), [normal(3, 2)], {}),
]  # fmt: skip


def call_name(call):
    find, arrays, kwargs = call
    return f"{find(torch).__name__}-{'-'.join(str(x.shape) for x in arrays)}-{kwargs}".replace(" ", "")


def unsigned(name, results):
    """What does not depend on the signs of eigenvectors and singular vectors."""
    if name in ("linalg_eigh", "eigh"):
        return [results[0], results[1] * results[1]]
    if name in ("linalg_svd", "svd"):
        return [results[0] * results[0], results[1], results[2] * results[2]]
    return results


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("call", CALLS, ids=call_name)
def test_values_gradients_and_dtypes(call, dtype):
    find, arrays, kwargs = call
    ours = [ag.tensor(x.astype(dtype), requires_grad=True) for x in arrays]
    theirs = [torch.tensor(x.astype(dtype), requires_grad=True) for x in arrays]
    got, want = find(ag)(*ours, **kwargs), find(torch)(*theirs, **kwargs)
    got, want = (unsigned(find(torch).__name__, x if isinstance(x, tuple) else [x]) for x in (got, want))
    tol = 1e-9 if dtype == "float64" else 2e-4
    for a, b in zip(got, want, strict=True):
        assert str(a.dtype).split(".")[-1] == str(b.dtype).split(".")[-1]
        assert tuple(a.shape) == tuple(b.shape)
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=tol, atol=tol)
    pairs = [(a, b) for a, b in zip(got, want, strict=True) if b.requires_grad]
    assert [a.requires_grad for a in got] == [b.requires_grad for b in want]
    if not pairs:
        return
    weights = [np.cos(np.arange(b.numel())).reshape(b.shape).astype(dtype) for _, b in pairs]
    ag.backward([(a * ag.tensor(w)).sum() for (a, _), w in zip(pairs, weights, strict=True)])
    torch.autograd.backward([(b * torch.tensor(w)).sum() for (_, b), w in zip(pairs, weights, strict=True)])
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=10 * tol, atol=10 * tol)


EQUATIONS = [
    ("ij,jk", (2, 3), (3, 4)), ("zB,Ba", (2, 3), (3, 2)), ("ii->i", (3, 3)), ("...ij->...ji", (2, 3, 4)),
    ("...ij,...jk", (2, 1, 2, 3), (3, 3, 2)), ("ij,jk->ik", (2, 1), (3, 4)), ("i...,i...->...", (3, 2), (3, 1)),
    ("...i->i", (2, 3, 4)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "shapes"), [(e, s) for e, *s in EQUATIONS])
def test_einsum(equation, shapes):
    arrays = [normal(*shape) for shape in shapes]
    ours = [ag.tensor(x, requires_grad=True) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    got, want = ag.einsum(equation, *ours), torch.einsum(equation, *theirs)
    np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), atol=1e-12)
    got.sum().backward()
    want.sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 2), (2,), (2, 3, 2), (0, 2)])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_linear(shape, dtype):
    arrays = [normal(*shape).astype(dtype), normal(4, 2).astype(dtype), normal(4).astype(dtype)]
    ours = [ag.tensor(x, requires_grad=True) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    got, want = linear(*ours), torch.nn.functional.linear(*theirs)
    np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=1e-5)
    got.sum().backward()
    want.sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-5, atol=1e-6)


METHODS = {
    "matmul": [(3, 3), (3, 3)], "mm": [(3, 3), (3, 3)], "bmm": [(2, 3, 3), (2, 3, 3)], "mv": [(3, 3), (3,)],
    "dot": [(3,), (3,)], "vdot": [(3,), (3,)], "outer": [(3,), (3,)], "ger": [(3,), (3,)], "inner": [(3,), (3,)],
    "kron": [(3, 3), (3,)], "addmm": [(3, 3), (3, 3), (3, 3)], "addmv": [(3,), (3, 3), (3,)],
    "addr": [(3, 3), (3,), (3,)], "addbmm": [(3, 3), (2, 3, 3), (2, 3, 3)],
    "baddbmm": [(2, 3, 3), (2, 3, 3), (2, 3, 3)], "addmm_": [(3, 3), (3, 3), (3, 3)],
    "addmv_": [(3,), (3, 3), (3,)], "addr_": [(3, 3), (3,), (3,)], "addbmm_": [(3, 3), (2, 3, 3), (2, 3, 3)],
    "baddbmm_": [(2, 3, 3), (2, 3, 3), (2, 3, 3)], "det": [(3, 3)], "logdet": [(3, 3)], "inverse": [(3, 3)],
    "pinverse": [(3, 3)], "__matmul__": [(3, 3), (3, 3)], "__rmatmul__": [(3, 3), (3, 3)],
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    arrays = [positive(*shape) if len(shape) > 1 else normal(*shape) for shape in METHODS[name]]
    got = getattr(ag.tensor(arrays[0]), name)(*map(ag.tensor, arrays[1:]))
    want = getattr(torch.tensor(arrays[0]), name)(*map(torch.tensor, arrays[1:]))
    np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "float16"])
@pytest.mark.parametrize("name", ["matmul", "outer", "kron", "inner", "tensordot"])
def test_other_dtypes(name, dtype):
    shapes = [(2,), (3,)] if name == "outer" else [(2, 2), (2, 2)]
    arrays = [SOURCE.integers(0, 9, shape).astype(dtype) for shape in shapes]
    got = getattr(ag, name)(*map(ag.tensor, arrays))
    want = getattr(torch, name)(*map(torch.tensor, arrays))
    assert str(got.dtype).split(".")[-1] == str(want.dtype).split(".")[-1]
    np.testing.assert_array_equal(got.numpy(), want.numpy())


REFUSED = [
    (free("matmul"), [np.ones((2, 3)), np.ones((4, 5))]),
    (free("matmul"), [np.ones((2, 2)), np.ones((2, 2), np.float32)]),
    (free("matmul"), [np.ones(()), np.ones((2, 2))]),
    (free("mm"), [np.ones(3), np.ones((3, 2))]),
    (free("dot"), [np.ones(3), np.ones(4)]),
    (free("addmm"), [np.ones((3, 3)), np.ones((2, 3)), np.ones((3, 4))]),
    (linalg("inv"), [np.zeros((2, 2))]),
    (linalg("inv"), [np.ones((2, 2), np.int64)]),
    (linalg("cholesky"), [-np.eye(2)]),
    (linalg("solve"), [np.eye(2), np.ones((3, 1))]),
    (linalg("det"), [np.ones((2, 3))]),
    (linalg("svd"), [np.ones(2)]),
]


@pytest.mark.parametrize("call", REFUSED, ids=lambda call: f"{call[0](torch).__name__}-{call[1][0].shape}")
def test_both_refuse(call):
    find, arrays = call
    for library in (ag, torch):
        with pytest.raises(RuntimeError):
            find(library)(*[library.tensor(x) for x in arrays])
