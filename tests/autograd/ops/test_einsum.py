import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError
from autograd.ops.contraction import contract, gather_labels, spread
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def by_equation(equation, *shapes):
    """A case for `einsum`, which takes the equation first."""

    def call(*operands):
        return ag.einsum(equation, *operands)

    return OpCase(call, lambda *arrays: np.einsum(equation, *arrays), list(shapes), name=f"einsum {equation}")


CASES = [
    by_equation("ij->ji", (2, 3)),
    by_equation("ii->i", (3, 3)),
    by_equation("ii", (3, 3)),
    by_equation("iij->ji", (3, 3, 2)),
    by_equation("ij->", (2, 3)),
    by_equation("ij->j", (2, 3)),
    by_equation("...i->...", (2, 3, 4)),
    by_equation("i...->...i", (2, 3, 4)),
    by_equation("->", ()),
    by_equation("ij,jk", (2, 3), (3, 4)),
    by_equation("zB,Ba", (2, 3), (3, 2)),
    by_equation("ji,jk->ki", (3, 2), (3, 4)),
    by_equation("i,i->", (3,), (3,)),
    by_equation("i,j->ij", (2,), (3,)),
    by_equation("ij,ij->ij", (2, 3), (2, 3)),
    by_equation("bi,bi->b", (3, 2), (3, 2)),
    by_equation("bhid,bhjd->bhij", (2, 1, 3, 2), (2, 1, 2, 2)),
    by_equation("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
    by_equation("...,...->...", (2, 3), (3,)),
    by_equation("ij,k->k", (2, 3), (2,)),
    by_equation("ii,jj->ij", (2, 2), (3, 3)),
    by_equation("iji,jk->ki", (2, 3, 2), (3, 2)),
    by_equation("ij,ij->ij", (1, 3), (2, 3)),
    by_equation("ij,jk->ik", (2, 1), (3, 4)),
    by_equation(",ij->ij", (), (2, 2)),
    by_equation("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    by_equation("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)),
    by_equation("a,b,c->", (2,), (3,), (2,)),
    by_equation("ij,jk,kl,lm->mi", (2, 3), (3, 2), (2, 3), (3, 2)),
    by_equation("ij,jk->ik", (0, 3), (3, 2)),
    by_equation("ij,jk->ik", (2, 0), (0, 2)),
    OpCase(contract, lambda a, b, first, second, target: np.einsum("bij,kjb->kib", a, b), [(2, 3, 4), (5, 4, 2)],
           {"first": (0, 1, 2), "second": (3, 2, 0), "target": (3, 1, 0)}),
    OpCase(gather_labels, lambda x, source, target: np.einsum("iji->j", x), [(2, 3, 2)],
           {"source": (0, 1, 0), "target": (1,)}),
    OpCase(spread, lambda x, shape, source, target: np.einsum("j,ik->ijk", x, np.eye(2, dtype=x.dtype)), [(3,)],
           {"shape": (2, 3, 2), "source": (1,), "target": (0, 1, 0)}),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.einsum, ["ij,jk->il", ag.zeros(2, 3), ag.zeros(3, 2)], ArgumentError, "'l' in"),
    ErrorCase(ag.einsum, ["ij,jk->ii", ag.zeros(2, 3), ag.zeros(3, 2)], ArgumentError, "each once, after ->"),
    ErrorCase(ag.einsum, ["i,j", ag.zeros(2)], ArgumentError, "2 tensors"),
    ErrorCase(ag.einsum, ["i1", ag.zeros(2, 3)], ArgumentError, "letters, commas"),
    ErrorCase(
        ag.einsum, ["ij,jk", ag.zeros(2, 3), ag.zeros(4, 4)], ShapeError, r"one size for 'j'.*\(2, 3\), \(4, 4\)"
    ),
    ErrorCase(ag.einsum, ["ii", ag.zeros(2, 3)], ShapeError, "one size for 'i'"),
    ErrorCase(ag.einsum, ["ij", ag.zeros(2, 3, 4)], ShapeError, "Write"),
    ErrorCase(ag.einsum, ["ijk", ag.zeros(2, 3)], ShapeError, "as many dimensions"),
    ErrorCase(ag.einsum, ["i,i", ag.zeros(2), ag.zeros(2).double()], DTypeError, "one dtype"),
    ErrorCase(ag.einsum, ["i", [1.0]], OperandError, "tensors"),
    ErrorCase(ag.einsum, [ag.zeros(2, 3), "ij"], ArgumentError, "list of numbers"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_labels_as_lists():
    x, y = np.random.default_rng(0).normal(size=(2, 3, 3))
    a, b = ag.tensor(x), ag.tensor(y)
    np.testing.assert_allclose(ag.einsum(a, [0, 1], b, [1, 2], [2, 0]).numpy(), np.einsum("ij,jk->ki", x, y))
    np.testing.assert_allclose(ag.einsum(a, [0, 1], b, [1, 51]).numpy(), np.einsum("ij,jz", x, y))
    np.testing.assert_allclose(ag.einsum(a, [..., 1], b, [1, 2], [..., 2]).numpy(), x @ y)


def test_tensors_in_a_list():
    assert ag.einsum("i,i->", [ag.ones(3), ag.ones(3)]).item() == 3


def test_rearrangements_are_views():
    x = ag.zeros(3, 3)
    ag.einsum("ii->i", x).add_(1)
    assert x.tolist() == np.eye(3).tolist()


@st.composite
def equations(draw):
    sizes = {letter: draw(st.integers(1, 3)) for letter in "abcd"}
    terms = draw(st.lists(st.text("abcd", max_size=3), min_size=1, max_size=4))
    used = sorted(set("".join(terms)))
    target = draw(st.permutations(used)) if used else []
    kept = draw(st.integers(0, len(target)))
    return ",".join(terms) + "->" + "".join(target[:kept]), [[sizes[letter] for letter in term] for term in terms]


@given(equations(), st.integers(0, 99))
def test_any_equation(drawn, seed):
    equation, shapes = drawn
    source = np.random.default_rng(seed)
    arrays = [source.normal(size=shape) for shape in shapes]
    found = ag.einsum(equation, *map(ag.tensor, arrays))
    np.testing.assert_allclose(found.numpy(), np.einsum(equation, *arrays), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_of_any_order(order):
    x = ag.tensor(np.array([0.5, -1.0]), requires_grad=True)
    g = ag.einsum("i,i,i,i->", x, x, x, x)
    for _ in range(order):
        (g,) = ag.grad(g.sum(), [x], create_graph=True)
    factor = {1: 4, 2: 12, 3: 24}[order]
    np.testing.assert_allclose(g.detach().numpy(), factor * np.array([0.5, -1.0]) ** (4 - order))
