import numpy as np
import pytest

import autograd as ag
from autograd.errors import DTypeError, ShapeError
from autograd.ops.addmm import add_product
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def summed(subscripts):
    def oracle(input, a, b, where="", beta=1, alpha=1):
        out = alpha * np.einsum(subscripts, a, b)
        return out + beta * input if beta else out

    return oracle


MM, MV, R, BMM, SUM = (summed(s) for s in ("ij,jk->ik", "ij,j->i", "i,j->ij", "bij,bjk->bik", "bij,bjk->ik"))
SCALED = {"beta": 0.5, "alpha": -2.0}

CASES = [
    OpCase(add_product, MM, [(2, 4), (2, 3), (3, 4)], {"where": "addmm", **SCALED}),
    OpCase(add_product, summed("bij,jk->bik"), [(4,), (2, 2, 3), (3, 4)], {"where": "baddbmm"}),
    OpCase(ag.addmm, MM, [(2, 4), (2, 3), (3, 4)]),
    OpCase(ag.addmm, MM, [(2, 1), (2, 3), (3, 4)], SCALED),
    OpCase(ag.addmm, MM, [(), (2, 3), (3, 4)], {"beta": 3}),
    OpCase(ag.addmm, MM, [(4,), (2, 3), (3, 4)], {"beta": 0}),
    OpCase(ag.addmm, MM, [np.arange(4), np.arange(6).reshape(2, 3), np.arange(12).reshape(3, 4)], {"alpha": 2}),
    OpCase(ag.addmv, MV, [(2,), (2, 3), (3,)], SCALED),
    OpCase(ag.addmv, MV, [(1,), (2, 3), (3,)]),
    OpCase(ag.addr, R, [(2, 3), (2,), (3,)], SCALED),
    OpCase(ag.addr, R, [(3,), (2,), (3,)]),
    OpCase(ag.baddbmm, BMM, [(2, 2, 4), (2, 2, 3), (2, 3, 4)], SCALED),
    OpCase(ag.baddbmm, BMM, [(2, 1), (2, 2, 3), (2, 3, 4)]),
    OpCase(ag.addbmm, SUM, [(2, 4), (3, 2, 3), (3, 3, 4)], SCALED),
    OpCase(ag.addbmm, SUM, [(4,), (3, 2, 3), (3, 3, 4)]),
]

ERRORS = [
    ErrorCase(ag.addmm, [ag.zeros(3, 3), ag.zeros(2, 3), ag.zeros(3, 4)], ShapeError, r"shape \(2, 4\), got \(3, 3\)"),
    ErrorCase(ag.addmm, [ag.zeros(2, 4), ag.zeros(2, 3), ag.zeros(2, 4)], ShapeError, r"addmm.*\(2x3 and 2x4\)"),
    ErrorCase(ag.addmm, [ag.zeros(2), ag.zeros(3), ag.zeros(3, 2)], ShapeError, "mat1 with 2 dimensions"),
    ErrorCase(ag.addmm, [ag.zeros(2, 2), ag.zeros(2, 2).double(), ag.zeros(2, 2)], DTypeError, "one dtype"),
    ErrorCase(ag.addmm, [ag.ones(2, 2).long()] * 3, DTypeError, "integer alpha and beta", {"beta": 0.5}),
    ErrorCase(ag.baddbmm, [ag.zeros(1), ag.zeros(2, 2, 3), ag.zeros(3, 3, 2)], ShapeError, "batches of one size"),
    ErrorCase(ag.addbmm, [ag.zeros(1), ag.zeros(2, 2, 3), ag.zeros(2, 2, 3)], ShapeError, "cannot be multiplied"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("alpha", [1, 2])
def test_beta_zero_ignores_what_the_input_holds(alpha):
    broken = ag.full((2, 2), float("nan"))
    x = ag.ones(2, 2, requires_grad=True)
    out = ag.addmm(broken, x, ag.ones(2, 2), beta=0, alpha=alpha)
    out.sum().backward()
    assert out.tolist() == [[2.0 * alpha] * 2] * 2
    assert x.grad.tolist() == [[2.0 * alpha] * 2] * 2


@pytest.mark.parametrize("name", ["addmm_", "addmv_", "addr_", "baddbmm_", "addbmm_"])
def test_in_place_twins_write_into_the_tensor(name):
    shapes = {
        "addmm_": [(2, 4), (2, 3), (3, 4)],
        "addmv_": [(2,), (2, 3), (3,)],
        "addr_": [(2, 3), (2,), (3,)],
        "baddbmm_": [(2, 2, 4), (2, 2, 3), (2, 3, 4)],
        "addbmm_": [(2, 4), (2, 2, 3), (2, 3, 4)],
    }[name]
    source = np.random.default_rng(0)
    first, a, b = (ag.tensor(source.normal(size=shape), requires_grad=True) for shape in shapes)
    target = first.clone()
    memory = target.detach().numpy()
    result = getattr(target, name)(a, b, beta=2, alpha=3)
    expected = getattr(ag, name[:-1])(first, a, b, beta=2, alpha=3)
    assert result is target
    np.testing.assert_array_equal(memory, expected.detach().numpy())
    for got, want in zip(ag.grad(target.sum(), [first, a, b]), ag.grad(expected.sum(), [first, a, b]), strict=True):
        np.testing.assert_array_equal(got.numpy(), want.numpy())
