import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

PLACES = np.array([[0, 2, 2], [1, 0, 0]])  # for a tensor (2, 3) along dimension 1, or (3, 3) along 0
TIES = np.array([[1.0, 2.0, 2.0], [0.5, -1.0, 3.0]])
SOURCE = np.array([[1.5, 2.0, 2.5], [4.0, -1.0, 0.25]])
WITH_ZEROS = np.array([[0.0, 2.0, 0.5], [3.0, 0.0, 0.0]])


def _gather(x, index, dim):
    out = np.zeros(index.shape, x.dtype)
    for place in itertools.product(*map(range, index.shape)):
        source = list(place)
        source[dim] = index[place]
        out[place] = x[tuple(source)]
    return out


def _scatter(x, index, src, dim, combine=lambda old, new: new):
    out = x.copy()
    for place in itertools.product(*map(range, index.shape)):
        target = list(place)
        target[dim] = index[place]
        out[tuple(target)] = combine(out[tuple(target)], src[place] if np.ndim(src) else src)
    return out


def _reduce(x, index, src, dim, reduce, include_self=True):
    met = [[[] for _ in row] for row in x]
    for place in itertools.product(*map(range, index.shape)):
        target = list(place)
        target[dim] = index[place]
        met[target[0]][target[1]].append(src[place])
    function = {"sum": np.sum, "prod": np.prod, "mean": np.mean, "amax": np.max, "amin": np.min}[reduce]
    out = x.copy()
    for i, j in itertools.product(*map(range, x.shape)):
        if met[i][j]:
            out[i, j] = function([x[i, j], *met[i][j]] if include_self else met[i][j])
    return out


def _sliced(combine):
    def oracle(x, index, source, dim, **kwargs):
        out = np.moveaxis(x.copy(), dim, 0)
        for i, place in enumerate(np.atleast_1d(index)):
            new = np.moveaxis(source, dim, 0)[i] if np.ndim(source) else source
            out[place] = combine(out[place], new, **kwargs)
        return np.moveaxis(out, 0, dim)

    return oracle


def _case(op, oracle, inputs, name=None, **kwargs):
    """Operands by position as PyTorch orders them, `dim` second."""
    dim = kwargs.pop("dim")
    return OpCase(
        lambda x, *rest, **kw: op(x, dim, *rest, **kw),
        lambda x, *rest, **kw: oracle(x, *rest, dim=dim, **kw),
        inputs,
        kwargs,
        name=f"{name or op.__name__} along {dim}",
    )


CASES = [
    _case(ag.gather, _gather, [(2, 3), PLACES], dim=1),
    _case(ag.gather, _gather, [(3, 4), PLACES], dim=0),
    _case(ag.gather, _gather, [(4, 3), PLACES[:1, :2]], dim=-1),
    _case(ag.gather, _gather, [(4,), np.array([3, 3, 0])], dim=0),
    _case(ag.gather, lambda x, index, dim: x, [(), np.array(0)], dim=0),
    _case(ag.gather, _gather, [(2, 3), np.zeros((2, 0), int)], dim=1),
    _case(ag.scatter, _scatter, [(2, 3), np.array([[2, 0], [1, 0]]), (2, 3)], dim=1),
    _case(ag.scatter, _scatter, [(3, 3), PLACES[:1], (2, 3)], dim=0),
    _case(lambda x, dim, i: ag.scatter(x, dim, i, 5.0), lambda x, i, dim: _scatter(x, i, 5.0, dim),
          [(2, 3), PLACES], name="scatter of a number", dim=1),
    _case(ag.scatter, lambda x, i, s, dim, reduce: _scatter(x, i, s, dim, np.add), [(2, 3), PLACES, (2, 3)],
          name="scatter add", dim=1, reduce="add"),
    _case(ag.scatter, lambda x, i, s, dim, reduce: _scatter(x, i, s, dim, np.multiply), [(2, 3), PLACES, (2, 3)],
          name="scatter multiply", dim=1, reduce="multiply"),
    _case(ag.scatter_add, lambda x, i, s, dim: _scatter(x, i, s, dim, np.add), [(2, 3), PLACES, (2, 4)], dim=1),
    _case(ag.scatter_add, lambda x, i, s, dim: _scatter(x, i, s, dim, np.add), [(3, 3), PLACES, (2, 3)], dim=0),
    *[_case(ag.scatter_reduce, _reduce, [(3, 3), PLACES, (2, 3)], name=f"{reduce}, self {own}", dim=0, reduce=reduce,
            include_self=own)
      for reduce in ("sum", "prod", "mean", "amax", "amin") for own in (True, False)],
    _case(ag.index_add, _sliced(lambda old, new: old + new), [(3, 4), np.array([2, 0, 2]), (3, 4)], dim=0),
    _case(ag.index_add, _sliced(lambda old, new, alpha: old + alpha * new), [(3, 4), np.array([2, 2]), (3, 2)],
          dim=-1, alpha=-1.5),
    _case(ag.index_copy, _sliced(lambda old, new: new), [(3, 4), np.array([2, 0]), (3, 2)], dim=1),
    _case(ag.index_fill, _sliced(lambda old, new: new), [(3, 4), np.array([2, 0]), ()], dim=1),
    _case(lambda x, dim, i: ag.index_fill(x, dim, i, 3), lambda x, i, dim: _sliced(lambda old, new: new)(x, i, 3, dim),
          [(3, 4), np.array([1])], name="index_fill with a number", dim=0),
    OpCase(lambda x, i: ag.take_along_dim(x, i, 1), lambda x, i: np.take_along_axis(x, i, 1),
                [(3, 4), np.array([[1, 3]])], name="take_along_dim"),
    OpCase(ag.take_along_dim, lambda x, i: x.ravel()[i.ravel()], [(3, 4), np.array([[11, 0]])]),
]  # fmt: skip

X, I = ag.zeros(2, 3), ag.tensor(PLACES)
ERRORS = [
    ErrorCase(ag.gather, [X, 1, ag.tensor([[3]])], DimensionError, "from 0 to 2, got 3"),
    ErrorCase(ag.gather, [X, 1, ag.tensor([[-1]])], DimensionError, "got -1"),
    ErrorCase(ag.gather, [X, 2, I], DimensionError, r"\[-2, 1\], got 2"),
    ErrorCase(ag.gather, [X, 1, ag.tensor([0])], ShapeError, "2 dimensions"),
    ErrorCase(ag.gather, [X, 1, ag.zeros(3, 1, dtype=ag.int64)], ShapeError, "at most as large"),
    ErrorCase(ag.gather, [X, 1, ag.zeros(2, 3)], DTypeError, "integers"),
    ErrorCase(ag.scatter, [X, 1, I, ag.zeros(2, 2)], ShapeError, "at least as large as the index"),
    ErrorCase(ag.scatter, [X, 1, I, X], ArgumentError, "'add' or 'multiply'", {"reduce": "max"}),
    ErrorCase(ag.scatter_add, [X, 1, I, X.double()], DTypeError, "source of dtype float32"),
    ErrorCase(ag.scatter_reduce, [X, 1, I, X, "max"], ArgumentError, "amax"),
    ErrorCase(ag.index_add, [X, 0, ag.tensor([0]), X], ShapeError, r"source of shape \(1, 3\)"),
    ErrorCase(ag.index_copy, [X, 0, ag.tensor([2]), X[:1]], DimensionError, "from 0 to 1"),
    ErrorCase(ag.index_copy, [X, 0, ag.tensor([1]), X[:1].double()], DTypeError, "Cast"),
    ErrorCase(ag.index_fill, [X, 0, ag.tensor([1]), ag.zeros(2)], ShapeError, "0-d"),
    ErrorCase(ag.take_along_dim, [X, ag.tensor([0]), 1], ShapeError, "2 dimensions"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def _reduced_gradients(values, source, reduce, include_self=True):
    x, s = ag.tensor(values, requires_grad=True), ag.tensor(source, requires_grad=True)
    weights = ag.tensor(np.arange(1.0, 7).reshape(2, 3))
    (ag.scatter_reduce(x, 1, I, s, reduce, include_self=include_self) * weights).sum().backward()
    return x.grad.numpy(), s.grad.numpy()


def test_products_with_zeros_have_the_gradients_of_products():
    got_x, got_s = _reduced_gradients(WITH_ZEROS, WITH_ZEROS[::-1].copy(), "prod")
    step = 1e-6
    for got, which in ((got_x, 0), (got_s, 1)):
        for place in np.ndindex(2, 3):
            totals = []
            for sign in (1, -1):
                given = [WITH_ZEROS.copy(), WITH_ZEROS[::-1].copy()]
                given[which][place] += sign * step
                out = _reduce(given[0], PLACES, given[1], 1, "prod")
                totals.append((out * np.arange(1.0, 7).reshape(2, 3)).sum())
            assert got[place] == pytest.approx((totals[0] - totals[1]) / (2 * step), abs=1e-6)


def test_ties_share_the_gradient():
    got_x, got_s = _reduced_gradients(TIES, SOURCE, "amax")
    # at [0, 2] the tensor's 2 meets 2 and 2.5; at [1, 0] its 0.5 meets -1 and 0.25; at [1, 1] its -1 meets 4
    np.testing.assert_array_equal(got_x, [[0, 2, 0], [4, 0, 6]])
    np.testing.assert_array_equal(got_s, [[1, 0, 3], [5, 0, 0]])
    got_x, got_s = _reduced_gradients(np.full((2, 3), 2.0), np.full((2, 3), 2.0), "amin")
    np.testing.assert_allclose(got_x, [[0.5, 2, 1], [4 / 3, 2.5, 6]])
    np.testing.assert_allclose(got_s, [[0.5, 1, 1], [2.5, 4 / 3, 4 / 3]])


def test_integers():
    x = ag.tensor([5, 6, 7])
    i = ag.tensor([0, 0])
    s = ag.tensor([2, 2])
    assert x.scatter_reduce(0, i, s, "mean").tolist() == [3, 6, 7]
    assert x.scatter_reduce(0, i, s, "amin", include_self=False).tolist() == [2, 6, 7]
    assert x.index_add(0, i, s).tolist() == [9, 6, 7]


def test_many_places():
    source = np.random.default_rng(0)
    index = source.integers(0, 50, (300, 40))
    values = source.normal(size=(300, 40))
    found = ag.zeros(50, 40, dtype=ag.float64).scatter_add(0, ag.tensor(index), ag.tensor(values))
    np.testing.assert_allclose(found.numpy(), _scatter(np.zeros((50, 40)), index, values, 0, np.add), atol=1e-12)


IN_PLACE = [
    ("masked_fill_", "masked_fill", lambda s: (ag.tensor([[True, False, True]]), 2.0)),
    ("masked_scatter_", "masked_scatter", lambda s: (ag.tensor([[True, False, True]]), s)),
    ("index_add_", "index_add", lambda s: (0, ag.tensor([1, 1]), s)),
    ("index_copy_", "index_copy", lambda s: (0, ag.tensor([1, 0]), s)),
    ("index_fill_", "index_fill", lambda s: (1, ag.tensor([1]), 4.0)),
    ("index_put_", "index_put", lambda s: ((ag.tensor([0, 1]), ag.tensor([1, 1])), s[0, :2])),
    ("scatter_", "scatter", lambda s: (1, ag.tensor([[2, 0], [1, 0]]), s)),
    ("scatter_add_", "scatter_add", lambda s: (1, I, s)),
    ("scatter_reduce_", "scatter_reduce", lambda s: (1, I, s, "prod")),
    ("put_", "put", lambda s: (ag.tensor([0, 5]), s[0, :2])),
]


@pytest.mark.parametrize(
    ("in_place", "out_of_place", "arguments"), IN_PLACE, ids=lambda x: x if isinstance(x, str) else ""
)
def test_in_place_twins(in_place, out_of_place, arguments):
    results = []
    for name in (in_place, out_of_place):
        x, s = ag.tensor(TIES, requires_grad=True), ag.tensor(SOURCE, requires_grad=True)
        y = x * 1
        made = getattr(y, name)(*arguments(s))
        assert (made is y) == (name == in_place)
        (made * made).sum().backward()
        results.append((made.tolist(), x.grad.tolist(), None if s.grad is None else s.grad.tolist()))
    assert results[0] == results[1]
