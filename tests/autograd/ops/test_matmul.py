import numpy as np
import pytest

import autograd as ag
from autograd.errors import DTypeError, ShapeError
from autograd.ops.linear import linear
from autograd.ops.matmul import product
from tests.conformance import ErrorCase, OpCase, conforms, refuses

INTEGERS = np.arange(6).reshape(2, 3)


def loops(a, b):
    """The product by its definition."""
    rows = a[None] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    rows = np.broadcast_to(rows, batch + rows.shape[-2:])
    columns = np.broadcast_to(columns, batch + columns.shape[-2:])
    out = np.zeros((*batch, rows.shape[-2], columns.shape[-1]), a.dtype)
    for place in np.ndindex(*out.shape):
        for k in range(a.shape[-1]):
            out[place] += rows[(*place[:-1], k)] * columns[(*place[:-2], k, place[-1])]
    out = out[..., 0, :] if a.ndim == 1 else out
    return out[..., 0] if b.ndim == 1 else out


def affine(input, weight, bias=None):
    out = np.zeros((*input.shape[:-1], len(weight)), input.dtype)
    for place in np.ndindex(*out.shape):
        out[place] = sum(input[place[:-1]] * weight[place[-1]]) + (0 if bias is None else bias[place[-1]])
    return out


SHAPES = [
    [(2, 3), (3, 4)], [(3,), (3,)], [(3,), (3, 2)], [(2, 3), (3,)], [(2, 3, 4), (4, 2)], [(2, 3), (2, 3, 4)],
    [(2, 2, 3), (3,)], [(3,), (2, 3, 2)], [(2, 2, 3), (2, 3, 2)], [(1, 2, 3), (2, 3, 2)], [(2, 1, 1, 2), (3, 2, 1)],
    [(1, 1), (1, 1)], [(0, 3), (3, 2)], [(2, 0), (0, 3)], [(0, 2, 3), (3, 2)], [(0,), (0,)],
]  # fmt: skip

CASES = [
    *[OpCase(ag.matmul, loops, shapes) for shapes in SHAPES],
    OpCase(ag.matmul, loops, [INTEGERS, INTEGERS.T]),
    OpCase(ag.mm, loops, [(2, 3), (3, 4)]),
    OpCase(ag.bmm, loops, [(2, 2, 3), (2, 3, 2)]),
    OpCase(ag.mv, loops, [(2, 3), (3,)]),
    OpCase(ag.dot, loops, [(4,), (4,)]),
    OpCase(ag.vdot, loops, [(4,), (4,)]),
    OpCase(linear, affine, [(3, 2), (4, 2), (4,)]),
    OpCase(linear, affine, [(3, 2), (4, 2)]),
    OpCase(linear, affine, [(2,), (3, 2), (3,)]),
    OpCase(linear, affine, [(2, 3, 2), (4, 2), (4,)]),
    OpCase(linear, affine, [(0, 2), (3, 2), (3,)]),
    OpCase(linear, affine, [(2, 0), (3, 0), (3,)]),
]

ERRORS = [
    ErrorCase(ag.matmul, [ag.zeros(2, 3), ag.zeros(4, 5)], ShapeError, r"cannot be multiplied \(2x3 and 4x5\).*\.mT"),
    ErrorCase(ag.matmul, [ag.zeros(7, 2, 3), ag.zeros(4, 5)], ShapeError, r"\(2x3 and 4x5\)"),
    ErrorCase(ag.matmul, [ag.zeros(2, 3), ag.zeros(4)], ShapeError, r"\(2x3 and 4\)"),
    ErrorCase(ag.matmul, [ag.tensor(1.0), ag.zeros(3)], ShapeError, "at least 1 dimension"),
    ErrorCase(ag.matmul, [ag.zeros(2, 2, 3), ag.zeros(3, 3, 2)], ShapeError, "batch dimensions that broadcast"),
    ErrorCase(ag.matmul, [ag.zeros(2, 2), ag.zeros(2, 2).double()], DTypeError, "float32 and float64"),
    ErrorCase(ag.mm, [ag.zeros(2, 2, 3), ag.zeros(3, 2)], ShapeError, "input with 2 dimensions"),
    ErrorCase(ag.bmm, [ag.zeros(2, 2, 3), ag.zeros(3, 3, 2)], ShapeError, "batches of one size"),
    ErrorCase(ag.mv, [ag.zeros(2, 3), ag.zeros(3, 1)], ShapeError, "vec with 1 dimension"),
    ErrorCase(ag.dot, [ag.zeros(2, 3), ag.zeros(3)], ShapeError, "input with 1 dimension"),
    ErrorCase(linear, [ag.zeros(2, 3), ag.zeros(5, 4)], ShapeError, "4 features.*in_features=3"),
    ErrorCase(linear, [ag.zeros(2, 3), ag.zeros(5, 3), ag.zeros(4)], ShapeError, r"bias of shape \(5,\)"),
    ErrorCase(linear, [ag.zeros(2, 3), ag.zeros(3)], ShapeError, r"weight \(out, in\)"),
    ErrorCase(linear, [ag.zeros(2, 3), ag.zeros(5, 3).double()], DTypeError, "one dtype"),
    ErrorCase(linear, [ag.zeros(2, 3), ag.zeros(5, 3), ag.zeros(5).double()], DTypeError, "one dtype"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_operators_and_arrays_on_either_side():
    a, b = np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)
    for result in (ag.tensor(a) @ ag.tensor(b), ag.tensor(a) @ b, a @ ag.tensor(b)):
        assert isinstance(result, ag.Tensor)
        assert result.tolist() == [[3.0, 3.0], [3.0, 3.0]]


def test_rules_pass_transposed_views_on(monkeypatch):
    shared = []

    def spy(a, b):
        shared.append((a.base is not None, b.base is not None))
        return original(a, b)

    original = np.matmul
    x, y = ag.ones(3, 4, requires_grad=True), ag.ones(4, 5, requires_grad=True)
    out = x @ y
    monkeypatch.setattr(np, "matmul", spy)
    out.backward(ag.ones(3, 5))
    assert shared == [(False, True), (True, False)]


def test_linear_keeps_only_what_the_rules_need():
    x, weight = ag.ones(3, 2), ag.ones(4, 2, requires_grad=True)
    out = linear(x, weight, ag.ones(4, requires_grad=True))
    kept = [item for item in out.grad_fn.kept if item is not None]
    assert [item.shape for item in kept] == [(3, 2)]


@pytest.mark.parametrize("shape", [(2, 3, 4), (4, 2, 3), (4, 40, 80)])
@pytest.mark.parametrize("added", ["a row", "rows", "a number"])
def test_product_adds_to_an_initial_value_that_broadcasts(shape, added):
    source = np.random.default_rng(0)
    columns = 2 if shape[-1] < 80 else 81  # the last shape is one for our kernel
    a, b = source.normal(size=shape), source.normal(size=(shape[-1], columns))
    initial = source.normal(size={"a row": (columns,), "rows": (shape[1], columns), "a number": ()}[added])
    before = initial.copy()
    np.testing.assert_allclose(product(a, b, initial), np.einsum("nij,jk->nik", a, b) + initial, atol=1e-12)
    np.testing.assert_array_equal(initial, before)
