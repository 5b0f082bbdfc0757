"""Sparse matrices against PyTorch: what they hold, products, gradients of values and dense operands."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:Sparse")

SOURCE = np.random.default_rng(0)
PLACES = SOURCE.integers(0, (30, 20), (90, 2)).T
NUMBERS = SOURCE.normal(size=90)
DENSE = SOURCE.normal(size=(20, 7))


def assert_both_agree(run):
    found = []
    for library in (ag, torch):
        values, dense = (library.tensor(x, requires_grad=True) for x in (NUMBERS, DENSE))
        result = run(library, library.sparse_coo_tensor(library.tensor(PLACES), values, (30, 20)), dense)
        (result**2).sum().backward()
        found.append([x for x in (result.detach(), values.grad, dense.grad) if x is not None])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "run",
    [
        lambda library, matrix, dense: library.sparse.mm(matrix, dense),
        lambda library, matrix, dense: library.sparse.mm(matrix.coalesce(), dense),
        lambda library, matrix, dense: matrix @ dense,
        lambda library, matrix, dense: library.spmm(matrix, dense),
        lambda library, matrix, dense: matrix.mm(dense),
        lambda library, matrix, dense: matrix.to_dense() * dense.sum(),
        lambda library, matrix, dense: matrix.coalesce().values(),
        lambda library, matrix, dense: matrix.t().coalesce().values(),
        lambda library, matrix, dense: (matrix * 3).to_dense(),
        lambda library, matrix, dense: matrix.sum(),
        lambda library, matrix, dense: library.sparse.sum(matrix),
        lambda library, matrix, dense: library.sparse.sum(matrix, dim=1).to_dense(),
        lambda library, matrix, dense: library.sparse.sum(matrix, dim=-2).to_dense() * dense.sum(),
        lambda library, matrix, dense: library.mm(matrix, dense),
        lambda library, matrix, dense: library.matmul(matrix, dense),
        lambda library, matrix, dense: library.mv(matrix, dense[:, 0]),
        lambda library, matrix, dense: matrix.matmul(dense),
        lambda library, matrix, dense: library.addmm(dense[:1], matrix, dense, beta=2, alpha=3),
        lambda library, matrix, dense: library.sparse.addmm(
            dense[:1].repeat(30, 1), matrix, dense, beta=2.0, alpha=0.5
        ),
        lambda library, matrix, dense: (matrix + matrix.coalesce() * 2).to_dense(),
        lambda library, matrix, dense: library.sub(matrix, matrix * matrix.sum().detach(), alpha=0.5).to_dense(),
        lambda library, matrix, dense: library.add(matrix, matrix).to_dense(),
        lambda library, matrix, dense: (dense @ dense[:5].mT).sum() * (matrix.to_dense() - matrix * 2),
        lambda library, matrix, dense: dense.sum() * (library.ones(30, 20).double() - matrix),
        lambda library, matrix, dense: (matrix.coalesce() * matrix.to_dense().detach()).to_dense(),
        lambda library, matrix, dense: matrix.clone().to_dense(),
    ],
)
def test_values_and_gradients(run):
    assert_both_agree(run)


def test_places():
    ours, theirs = (
        library.sparse_coo_tensor(library.tensor(PLACES), library.tensor(NUMBERS)) for library in (ag, torch)
    )
    for matrix in (ours, theirs):
        assert not matrix.is_coalesced() and not matrix.t().is_coalesced()
    assert tuple(ours.shape) == tuple(theirs.shape) and ours._nnz() == theirs._nnz()
    for got, want in ((ours, theirs), (ours.t(), theirs.t())):
        assert got.coalesce().indices().tolist() == want.coalesce().indices().tolist()
    dense = np.where(SOURCE.random((5, 6)) < 0.5, 0, SOURCE.normal(size=(5, 6)))
    ours, theirs = ag.tensor(dense).to_sparse(), torch.tensor(dense).to_sparse()
    assert ours.indices().tolist() == theirs.indices().tolist() and ours.values().tolist() == theirs.values().tolist()
    assert ours.is_coalesced() and theirs.is_coalesced()


def test_the_text_is_pytorchs():
    texts = []
    for library in (ag, torch):
        matrix = library.sparse_coo_tensor([[0, 2, 2], [1, 0, 0]], [1.0, 2, 3], (3, 2))
        texts.append([repr(x) for x in (matrix, matrix.coalesce(), matrix.requires_grad_())])
    assert texts[0] == [text.replace("torch.sparse_coo", "sparse_coo") for text in texts[1]]


def test_a_leaf_collects_a_sparse_gradient():
    found = []
    for library in (ag, torch):
        matrix = library.sparse_coo_tensor(PLACES.tolist(), NUMBERS, (30, 20), requires_grad=True)
        library.sparse.mm(matrix, library.tensor(DENSE)).sum().backward()
        found.append(matrix.grad.coalesce())
    assert found[0].indices().tolist() == found[1].indices().tolist()


def test_dense_by_sparse():
    x = SOURCE.normal(size=(4, 30))
    theirs = torch.tensor(x) @ torch.sparse_coo_tensor(PLACES, torch.tensor(NUMBERS), (30, 20))
    ours = ag.sparse.mm(ag.tensor(x), ag.sparse_coo_tensor(PLACES, NUMBERS, (30, 20)))
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-10)
