import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, GraphError, LinAlgError, ShapeError
from autograd.ops.decomposition import lower_factor
from tests.conformance import ErrorCase, OpCase, conforms, refuses

linalg = ag.linalg
SOURCE = np.random.default_rng(8)
TALL, WIDE, SQUARE = SOURCE.normal(size=(2, 4, 3)), SOURCE.normal(size=(2, 3, 4)), SOURCE.normal(size=(3, 3))


def transposed(x):
    return x.swapaxes(-1, -2)


def positive(x):
    """A positive-definite matrix that depends on x."""
    return x @ transposed(x) + ag.tensor(np.eye(x.shape[-2]), dtype=x.dtype)


def cholesky_of_positive(x, upper=False):
    return linalg.cholesky(positive(x), upper=upper)


def by_columns(x, upper=False):
    """Cholesky's factor of x @ x.T + 1, column by column."""
    a = x @ transposed(x) + np.eye(x.shape[-2], dtype=x.dtype)
    lower = np.zeros_like(a)
    for j in range(a.shape[-1]):
        rest = a[..., j:, j] - (lower[..., j:, :j] * lower[..., j : j + 1, :j]).sum(-1)
        lower[..., j:, j] = rest / np.sqrt(rest[..., :1])
    return transposed(lower) if upper else lower


def qr_with_positive_diagonal(x, mode="reduced"):
    q, r = linalg.qr(x, mode)
    signs = ag.sign(ag.diagonal(r, 0, -2, -1)).detach()
    return q * signs[..., None, :], r * signs[..., :, None]


def gram_schmidt(x, mode="reduced"):
    size = min(x.shape[-2:])
    q = np.zeros((*x.shape[:-1], size), x.dtype)
    for j in range(size):
        rest = x[..., j]
        for i in range(j):
            rest = rest - (q[..., i] * rest).sum(-1, keepdims=True) * q[..., i]
        q[..., j] = rest / np.sqrt((rest**2).sum(-1, keepdims=True))
    return q, transposed(q) @ x


def triangle_of_qr(x):
    r = linalg.qr(x, "r").R
    return transposed(r) @ r


def symmetric(x):
    return x + transposed(x)


def cube_by_eigenvalues(x, UPLO="L"):
    values, vectors = linalg.eigh(symmetric(x), UPLO)
    return (vectors * (values**3)[..., None, :]) @ vectors.mT


def eigenvalues(x, UPLO="L"):
    return linalg.eigvalsh(symmetric(x), UPLO)


def general_eigenvalues(x, UPLO="L"):
    return np.sort(np.linalg.eigvals(symmetric(x)).real, -1)


def odd_power_by_svd(x, full_matrices=False):
    u, s, vh = linalg.svd(x, full_matrices)
    size = s.shape[-1]
    return (u[..., :size] * (s**3)[..., None, :]) @ vh[..., :size, :]


def odd_power(x, full_matrices=False):
    return x @ transposed(x) @ x


def roots_of_gram(x):
    gram = x @ transposed(x) if x.shape[-2] < x.shape[-1] else transposed(x) @ x
    return np.sqrt(np.sort(np.linalg.eigvals(gram.astype(np.float64)).real, -1)[..., ::-1])


def singular_values_from_svd(x):
    return linalg.svd(x).S


CASES = [
    OpCase(cholesky_of_positive, by_columns, [SQUARE], tol32=1e-4),
    OpCase(cholesky_of_positive, by_columns, [WIDE], {"upper": True}, tol32=1e-4),
    OpCase(lower_factor, by_columns, [(0, 0)]),
    OpCase(linalg.cholesky, lambda a: np.diag([2.0, 3.0]), [np.diag([4.0, 9.0])], differentiable=False),
    OpCase(linalg.qr, lambda x: (np.eye(2), x), [np.diag([4.0, 9.0])], differentiable=False),
    OpCase(qr_with_positive_diagonal, gram_schmidt, [SQUARE], tol32=1e-4),
    OpCase(qr_with_positive_diagonal, gram_schmidt, [TALL], tol32=1e-4),
    OpCase(qr_with_positive_diagonal, gram_schmidt, [WIDE], tol32=1e-4),
    OpCase(qr_with_positive_diagonal, gram_schmidt, [WIDE], {"mode": "complete"}, tol32=1e-4),
    OpCase(triangle_of_qr, lambda x: transposed(x) @ x, [TALL], differentiable=False, tol32=1e-4),
    OpCase(linalg.eigh, lambda x: (np.array([1.0, 5.0]), np.array([[0.0, 1.0], [1.0, 0.0]])), [np.diag([5.0, 1.0])],
           differentiable=False),
    OpCase(cube_by_eigenvalues, lambda x: symmetric(x) @ symmetric(x) @ symmetric(x), [SQUARE], tol32=1e-3),
    OpCase(cube_by_eigenvalues, lambda x, UPLO: symmetric(x) @ symmetric(x) @ symmetric(x), [(2, 3, 3)], {"UPLO": "U"},
           tol32=1e-3),
    OpCase(eigenvalues, general_eigenvalues, [(2, 3, 3)], tol32=1e-4),
    OpCase(linalg.eigvalsh, lambda x: np.array([1.0, 5.0]), [np.diag([5.0, 1.0])], differentiable=False),
    OpCase(odd_power_by_svd, odd_power, [SQUARE], tol32=1e-3),
    OpCase(odd_power_by_svd, odd_power, [TALL], tol32=1e-3),
    OpCase(odd_power_by_svd, odd_power, [WIDE], tol32=1e-3),
    OpCase(odd_power_by_svd, odd_power, [TALL], {"full_matrices": True}, tol32=1e-3),
    OpCase(odd_power_by_svd, odd_power, [WIDE], {"full_matrices": True}, tol32=1e-3),
    OpCase(singular_values_from_svd, roots_of_gram, [TALL], tol32=1e-3),
    OpCase(linalg.svdvals, roots_of_gram, [TALL], tol32=1e-3),
    OpCase(linalg.svdvals, roots_of_gram, [WIDE], tol32=1e-3),
    OpCase(linalg.svd, lambda x: (np.eye(2), np.array([9.0, 4.0]), np.eye(2)), [np.diag([9.0, 4.0])],
           differentiable=False),
]  # fmt: skip

ERRORS = [
    ErrorCase(linalg.cholesky, [ag.zeros(2, 3)], ShapeError, "square"),
    ErrorCase(linalg.cholesky, [-ag.eye(2)], LinAlgError, "positive-definite.*multiple of the identity"),
    ErrorCase(linalg.qr, [ag.zeros(3)], ShapeError, "matrices"),
    ErrorCase(linalg.qr, [ag.zeros(3, 2), "full"], ArgumentError, "mode"),
    ErrorCase(linalg.eigh, [ag.zeros(2, 3)], ShapeError, "square"),
    ErrorCase(linalg.eigh, [ag.zeros(2, 2), "X"], ArgumentError, "UPLO"),
    ErrorCase(linalg.eigvalsh, [ag.zeros(2, 3)], ShapeError, "square"),
    ErrorCase(linalg.svd, [ag.zeros(3)], ShapeError, "matrices"),
    ErrorCase(linalg.svdvals, [ag.zeros(3)], ShapeError, "matrices"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("mode", ["complete", "r"])
def test_qr_refuses_gradients_that_it_has_not(mode):
    x = ag.tensor(TALL, requires_grad=True)
    with pytest.raises(GraphError, match="mode='reduced'"):
        linalg.qr(x, mode).R.sum().backward()


def test_results_have_names():
    x = ag.tensor(SQUARE)
    np.testing.assert_allclose((linalg.qr(x).Q @ linalg.qr(x).R).numpy(), SQUARE)
    np.testing.assert_array_equal(linalg.svd(x).S.numpy(), linalg.svd(x)[1].numpy())
    np.testing.assert_array_equal(linalg.eigh(symmetric(x)).eigenvalues.numpy(), linalg.eigh(symmetric(x))[0].numpy())


def test_the_gradient_of_cholesky_is_symmetric():
    a = positive(ag.tensor(SQUARE)).requires_grad_()
    linalg.cholesky(a).sum().backward()
    np.testing.assert_allclose(a.grad.numpy(), a.grad.numpy().T)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (2, 0, 3), (0, 2, 2)])
def test_empty_matrices(shape):
    x = ag.zeros(*shape)
    u, s, vh = linalg.svd(x)
    assert (u.shape[-1], vh.shape[-1]) == shape[-2:]
    assert s.shape[-1] == min(shape[-2:])
    q, r = linalg.qr(x)
    assert (q @ r).shape == shape
