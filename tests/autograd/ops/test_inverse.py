import numpy as np
import pytest

import autograd as ag
from autograd import gradgradcheck
from autograd.errors import DTypeError, LinAlgError, ShapeError
from autograd.ops.inverse import cofactors
from tests.conformance import ErrorCase, OpCase, conforms, refuses

linalg = ag.linalg
SOURCE = np.random.default_rng(4)
SQUARE = SOURCE.uniform(-0.5, 0.5, (3, 3)) + 1.5 * np.eye(3)
BATCH = SOURCE.uniform(-0.5, 0.5, (2, 3, 3)) - 1.5 * np.eye(3)
TALL, WIDE = SOURCE.normal(size=(4, 2)), SOURCE.normal(size=(2, 2, 3))


def by_elimination(a, right=None):
    """The inverse, or the solution of a system, by Gauss and Jordan."""
    size = a.shape[-1]
    out = np.empty(a.shape[:-2] + (size, size if right is None else right.shape[-1]))
    for place in np.ndindex(*a.shape[:-2]):
        table = np.hstack([a[place], np.eye(size) if right is None else right[place]]).astype(np.float64)
        for i in range(size):
            pivot = i + int(np.argmax(np.abs(table[i:, i])))
            table[[i, pivot]] = table[[pivot, i]]
            table[i] /= table[i, i]
            for j in range(size):
                if j != i:
                    table[j] -= table[j, i] * table[i]
        out[place] = table[:, size:]
    return out.astype(a.dtype)


def by_minors(a):
    """The determinant by expansion along the first row."""
    if a.shape[-1] == 0:
        return np.ones(a.shape[:-2], a.dtype)
    signs = [(-1) ** j for j in range(a.shape[-1])]
    return sum(s * a[..., 0, j] * by_minors(np.delete(a[..., 1:, :], j, -1)) for j, s in enumerate(signs))


def minors(a):
    size = a.shape[-1]
    return np.array([[(-1) ** (i + j) * by_minors(np.delete(np.delete(a, i, 0), j, 1)) for j in range(size)]
                     for i in range(size)])  # fmt: skip


def left_inverse(a):
    return by_elimination(a.swapaxes(-1, -2) @ a) @ a.swapaxes(-1, -2)


def right_inverse(a):
    return a.swapaxes(-1, -2) @ by_elimination(a @ a.swapaxes(-1, -2))


def sign_and_log(a):
    return np.sign(by_minors(a)), np.log(np.abs(by_minors(a)))


CASES = [
    OpCase(linalg.inv, by_elimination, [SQUARE], tol32=1e-4),
    OpCase(linalg.inv, by_elimination, [BATCH], tol32=1e-4),
    OpCase(linalg.inv, lambda x: 1 / x, [np.array([[4.0]])]),
    OpCase(linalg.inv, lambda x: x, [(0, 0)]),
    OpCase(ag.inverse, by_elimination, [SQUARE], name="inverse"),
    OpCase(linalg.det, by_minors, [SQUARE]),
    OpCase(linalg.det, by_minors, [BATCH]),
    OpCase(linalg.det, by_minors, [(0, 0)]),
    OpCase(linalg.det, by_minors, [np.array([[1.0, 2.0], [2.0, 4.0]])], second_order=False),
    OpCase(cofactors, minors, [SQUARE]),
    OpCase(cofactors, minors, [np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 1.0, 1.0]])], differentiable=False),
    OpCase(linalg.slogdet, sign_and_log, [SQUARE]),
    OpCase(linalg.slogdet, sign_and_log, [BATCH]),
    OpCase(ag.logdet, lambda x: np.log(by_minors(x)), [SQUARE]),
    OpCase(ag.logdet, lambda x: np.array([np.nan, -np.inf]), [np.array([[[-1.0]], [[0.0]]])], differentiable=False),
    OpCase(linalg.pinv, left_inverse, [TALL], tol32=1e-4),
    OpCase(linalg.pinv, right_inverse, [WIDE], tol32=1e-4),
    OpCase(linalg.pinv, lambda x: np.array([[1.0, 0.0], [0.0, 0.0]]), [np.array([[1.0, 0.0], [0.0, 0.0]])],
           differentiable=False),
    *[
        OpCase(linalg.pinv, lambda x, **_: np.diag([0.5, 0.0]), [np.diag([2.0, 0.1])], limits, differentiable=False)
        for limits in ({"atol": 0.2}, {"rtol": 0.1})
    ],
    OpCase(linalg.pinv, lambda x: x.T, [(0, 3)]),
    OpCase(ag.pinverse, left_inverse, [TALL], tol32=1e-4),
]  # fmt: skip

ERRORS = [
    ErrorCase(linalg.inv, [ag.zeros(2, 3)], ShapeError, r"inv: expected square matrices.*\(2, 3\)"),
    ErrorCase(linalg.inv, [ag.zeros(3)], ShapeError, "square"),
    ErrorCase(linalg.inv, [ag.zeros(2, 2)], LinAlgError, r"invertible.*\(2, 2\).*linalg.pinv"),
    ErrorCase(linalg.inv, [ag.ones(2, 2).long()], DTypeError, "float32 or float64.*int64"),
    ErrorCase(linalg.det, [ag.zeros(2, 3)], ShapeError, "det: expected square"),
    ErrorCase(linalg.slogdet, [ag.zeros(2, 3)], ShapeError, "slogdet: expected square"),
    ErrorCase(linalg.pinv, [ag.zeros(3)], ShapeError, "pinv: expected matrices"),
    ErrorCase(linalg.pinv, [ag.full((2, 2), float("nan"))], LinAlgError, "converges.*NaN"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_results_have_names():
    result = linalg.slogdet(ag.tensor([[-2.0]]))
    assert result.sign.item() == -1
    assert result.logabsdet.item() == pytest.approx(np.log(2))


def test_a_rank_of_one_has_a_pseudo_inverse_with_derivatives():
    column = ag.tensor([[1.0], [2.0], [0.5]], dtype=ag.float64, requires_grad=True)
    row = ag.tensor([[1.0, -1.0]], dtype=ag.float64, requires_grad=True)
    found = linalg.pinv(column @ row)
    expected = (column @ row).mT / ((column * column).sum() * (row * row).sum())
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy())
    weights = ag.tensor(SOURCE.normal(size=(2, 3)))
    for got, want in zip(
        ag.grad((found * weights).sum(), [column, row]), ag.grad((expected * weights).sum(), [column, row]), strict=True
    ):
        np.testing.assert_allclose(got.numpy(), want.numpy(), atol=1e-12)


def test_the_logarithm_of_a_singular_determinant_has_no_gradient():
    x = ag.ones(2, 2, requires_grad=True)
    logarithm = linalg.slogdet(x).logabsdet
    assert logarithm.item() == -np.inf
    with pytest.raises(LinAlgError, match="invertible"):
        logarithm.backward()


def test_third_derivatives_of_the_inverse():
    x = ag.tensor(SQUARE, requires_grad=True)
    (g,) = ag.grad(linalg.inv(x).sum(), [x], create_graph=True)
    assert gradgradcheck(lambda y: ag.grad(linalg.inv(y).sum(), [y], create_graph=True)[0], [x], atol=1e-3)
    assert g.shape == (3, 3)
