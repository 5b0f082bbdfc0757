"""Sparse matrices as objects: made, brought together, multiplied, differentiated, printed."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError, GraphError, OperandError, ShapeError
from tests.conformance import ErrorCase, refuses

PLACES = [[2, 0, 2, 0, 2], [1, 3, 1, 0, 2]]  # (2, 1) twice
NUMBERS = np.array([1.0, -2.0, 0.5, 3.0, 4.0])
DENSE = np.array([[3.0, 0, 0, -2.0], [0, 0, 0, 0], [0, 1.5, 4.0, 0]])


def sparse(requires_grad=False):
    return ag.sparse_coo_tensor(PLACES, NUMBERS, (3, 4), requires_grad=requires_grad)


def test_what_it_says_of_itself():
    matrix = sparse()
    assert matrix.shape == matrix.size() == (3, 4) and matrix.size(-1) == 4 and matrix.dim() == matrix.ndim == 2
    assert matrix.dtype is ag.float64 and matrix.float().dtype is matrix.to(ag.float32).dtype is ag.float32
    assert matrix.is_sparse and not ag.ones(1).is_sparse and matrix._nnz() == 5 and str(matrix.device) == "cpu"
    assert matrix.numel() == 12 and matrix.is_leaf and not (matrix.requires_grad_() * 2).is_leaf
    assert matrix.to_sparse() is matrix.cpu() is matrix
    assert not matrix.is_coalesced() and matrix.sum().item() == NUMBERS.sum()
    assert matrix._indices().tolist() == PLACES and matrix._values().tolist() == NUMBERS.tolist()


def test_to_dense_adds_what_stands_in_one_place():
    np.testing.assert_array_equal(sparse().to_dense().numpy(), DENSE)
    np.testing.assert_array_equal(sparse().t().to_dense().numpy(), DENSE.T)
    np.testing.assert_array_equal(sparse().transpose(0, 1).T.transpose(1, 1).to_dense().numpy(), DENSE)
    np.testing.assert_array_equal((2 * -sparse() / 4).to_dense().numpy(), -DENSE / 2)


def test_coalesce():
    matrix = sparse().coalesce()
    assert matrix.is_coalesced() and matrix.coalesce() is matrix
    assert matrix.indices().tolist() == [[0, 0, 2, 2], [0, 3, 1, 2]] and matrix.values().tolist() == [3, -2, 1.5, 4]
    assert ag.sparse_coo_tensor([[0], [1]], [1.0], is_coalesced=True).values().tolist() == [1]
    ag.gradcheck(lambda v: ag.sparse_coo_tensor(PLACES, v, (3, 4)).coalesce().values() ** 2, leaves(NUMBERS))


def test_from_dense_and_back():
    matrix = ag.tensor(DENSE).to_sparse()
    assert matrix.is_coalesced() and matrix._nnz() == 4 and matrix.to_dense().to_dense().tolist() == DENSE.tolist()
    x = ag.tensor(DENSE, requires_grad=True)
    (x.to_sparse().to_dense() ** 2).sum().backward()
    assert x.grad.tolist() == (2 * DENSE).tolist()


def test_sizes_are_found_and_nothing_is_a_matrix():
    assert ag.sparse_coo_tensor(PLACES, NUMBERS).shape == (3, 4)
    empty = ag.sparse_coo_tensor(size=(2, 3))
    assert empty._nnz() == 0 and empty.coalesce().to_dense().tolist() == [[0.0] * 3] * 2
    assert (empty @ ag.ones(3, 2)).tolist() == [[0.0] * 2] * 2
    nowhere = ag.sparse_coo_tensor(ag.zeros(2, 0, dtype=ag.int64), ag.zeros(0), (0, 3))
    assert nowhere.mm(ag.ones(3, 2)).shape == (0, 2) and nowhere.t().mm(ag.ones(0, 2)).tolist() == [[0.0] * 2] * 3


def leaves(*arrays):
    return [ag.tensor(array, requires_grad=True) for array in arrays]


PRODUCTS = {
    "mm": lambda a, x: ag.sparse.mm(a, x),
    "spmm": lambda a, x: ag.spmm(a, x),
    "@": lambda a, x: a @ x,
    "vector": lambda a, x: a @ x[:, 0],
    "transposed": lambda a, x: a.t() @ x[:3],
    "from the right": lambda a, x: ag.sparse.mm(x.t()[:, :3], a),
}
ORACLES = {
    "vector": lambda x: DENSE @ x[:, 0],
    "transposed": lambda x: DENSE.T @ x[:3],
    "from the right": lambda x: x.T[:, :3] @ DENSE,
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_products(name):
    x = np.random.default_rng(0).normal(size=(4, 2))
    expected = ORACLES.get(name, lambda x: DENSE @ x)(x)
    np.testing.assert_allclose(PRODUCTS[name](sparse(), ag.tensor(x)).numpy(), expected, rtol=1e-12)
    operands = leaves(NUMBERS, x)

    def product(values, x):
        return PRODUCTS[name](ag.sparse_coo_tensor(PLACES, values, (3, 4)), x)

    assert ag.gradcheck(product, operands) and ag.gradgradcheck(product, operands)


def test_the_matrix_as_a_leaf():
    matrix = sparse(requires_grad=True)
    (matrix @ ag.ones(4, 1, dtype=ag.float64)).sum().backward()
    assert (
        matrix.requires_grad and matrix.grad._values().tolist() == [1] * 5 and matrix.grad._indices().tolist() == PLACES
    )
    assert not matrix.detach().requires_grad and sparse().grad is None and sparse().requires_grad_().requires_grad


def test_other_values_at_the_same_places():
    assert sparse().with_values(ag.ones(5)).to_dense()[2].tolist() == [0, 2, 1, 0]


def test_a_sparse_tensor_prints_as_pytorchs():
    assert repr(sparse(requires_grad=True).float().detach()) == (
        "tensor(indices=tensor([[2, 0, 2, 0, 2],\n"
        "                       [1, 3, 1, 0, 2]]),\n"
        "       values=tensor([ 1.0000, -2.0000,  0.5000,  3.0000,  4.0000]),\n"
        "       size=(3, 4), nnz=5, layout=sparse_coo)"
    )
    assert "dtype=autograd.float64, layout=sparse_coo, requires_grad=True)" in repr(sparse(requires_grad=True))
    values = ag.ones(1, requires_grad=True) * 2
    assert "grad_fn=<" in repr(ag.sparse_coo_tensor([[0], [0]], values))


make, matrix = ag.sparse_coo_tensor, sparse()
ERRORS = [
    ErrorCase(make, [[[0, 3], [0, 0]], [1.0, 2.0], (3, 3)], DimensionError, "row indices from 0 to 2, got 0 to 3"),
    ErrorCase(make, [[[0, 0], [0, -1]], [1.0, 2.0], (3, 3)], DimensionError, "column indices .* got -1"),
    ErrorCase(make, [[[0, 0]], [1.0, 2.0]], ShapeError, r"indices of shape \(2, 2\)"),
    ErrorCase(make, [[[0], [0]], [1.0, 2.0]], ShapeError, "2 values"),
    ErrorCase(make, [[[0], [0]], [[1.0]]], ShapeError, "one dimension"),
    ErrorCase(make, [[[0.0], [0.0]], [1.0]], DTypeError, r"long\(\)"),
    ErrorCase(make, [[[0], [0]], [1.0], (2, 2, 2)], ArgumentError, "two dimensions"),
    ErrorCase(ag.Tensor.to_sparse, [ag.ones(3)], ShapeError, "a matrix"),
    ErrorCase(matrix.indices, [], GraphError, r"coalesce\(\)"),
    ErrorCase(matrix.values, [], GraphError, r"coalesce\(\)"),
    ErrorCase(matrix.with_values, [ag.ones(4)], ShapeError, r"\(5,\)"),
    ErrorCase(ag.sparse.mm, [matrix, ag.ones(3, 2)], ShapeError, r"4 rows, got shapes \(3, 4\) and \(3, 2\)"),
    ErrorCase(ag.sparse.mm, [matrix, ag.ones(4, 2, dtype=ag.float32)], DTypeError, r"\.to\(dtype\)"),
    ErrorCase(ag.sparse.mm, [ag.ones(2, 2), ag.ones(2, 2)], OperandError, "Tensor and Tensor"),
    ErrorCase(ag.sparse.mm, [matrix, matrix], OperandError, "dense Tensor"),
    ErrorCase(ag.exp, [matrix], OperandError, r"got SparseTensor. Use autograd.sparse.mm, or to_dense\(\)"),
    ErrorCase(ag.mul, [ag.ones(4, 3), matrix], OperandError, r"a number, or a dense matrix \(3, 4\)"),
    ErrorCase(matrix.__mul__, [matrix], OperandError, r"to_dense\(\)"),
    ErrorCase(matrix.__add__, [matrix.t()], ShapeError, "one shape"),
    ErrorCase(matrix.sum, [2], DimensionError, "2"),
]
test_errors = refuses(ERRORS)
