import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, DTypeError, GraphError, ShapeError
from autograd.ops.indexing import read
from tests.conformance import ErrorCase, OpCase, conforms, refuses

MASK = np.array([[True, False, True], [False, False, True]])


def _filled(x, mask, value):
    return np.where(mask, value, x)


def _scattered(x, mask, source):
    x, mask = np.broadcast_arrays(x, mask)
    out, rest = x.copy(), iter(source.ravel())
    for place in np.argwhere(mask):
        out[tuple(place)] = next(rest)
    return out


def _keyed(shape, key, oracle_key=None):
    expected = key if oracle_key is None else oracle_key
    return OpCase(lambda x: read(x, key), lambda x: x[expected], [shape], name=f"x[{key}]")


CASES = [
    *[_keyed((3, 4), key) for key in (0, -1, slice(1, None), slice(None, None, 2), (0, 1), None, Ellipsis, (),
                                      (Ellipsis, 1), (slice(0, 0),), (None, 0, None), (slice(1, 9), -2))],
    *[_keyed((3, 4), key) for key in ([0, 2, 0], np.array([[0, 1], [-1, 1]]), ([0, 1], [1, 1]), range(2), [],
                                      ([True, False, True],), (slice(None), [0, 0, 3]), ([[0], [2]], [1, 1, 2]),
                                      np.zeros((3, 4), bool), (slice(1, None), [1, 0]), (None, [1, 1]), True, False)],
    OpCase(lambda x: read(x, (0, slice(None), [1, 1])), lambda x: x[0][:, [1, 1]], [(2, 3, 4)],
                name="int and list apart"),
    _keyed((2, 3, 4), ([0, 1], slice(None), [1, 1])),
    _keyed((2, 3, 4), (slice(None), [0, 1], [1, 1])),
    _keyed((2, 3, 4), (MASK, slice(1, 3))),
    _keyed((4, 2, 3), (slice(1, None), MASK)),
    _keyed((2, 3, 2, 2), ([1, 0], slice(None), MASK[0, :2])),
    OpCase(ag.select, lambda x, dim, index: x[:, -1], [(3, 4)], {"dim": 1, "index": -1}),
    OpCase(ag.narrow, lambda x, dim, start, length: x[:, 1:3], [(3, 4)], {"dim": -1, "start": 1, "length": 2}),
    OpCase(ag.narrow, lambda x, dim, start, length: x[2:], [(4,)], {"dim": 0, "start": -2, "length": 2}),
    OpCase(lambda x, i: ag.index_select(x, 0, i), lambda x, i: x[i], [(3, 4), np.array([2, 0, 2])],
                name="index_select"),
    OpCase(lambda x, i: ag.index_select(x, -1, i), lambda x, i: x[:, i], [(3, 4), np.array([1, 1])],
           name="index_select"),
    OpCase(ag.take, lambda x, i: x.ravel()[i], [(3, 4), np.array([[0, -1], [5, 5]])]),
    OpCase(ag.masked_select, lambda x, m: x[m], [(2, 3), MASK]),
    OpCase(ag.masked_select, lambda x, m: np.broadcast_to(x, (2, 3))[m], [(3,), MASK]),
    OpCase(ag.masked_fill, _filled, [(2, 3), MASK], {"value": 7.5}),
    OpCase(ag.masked_fill, _filled, [(2, 3), MASK, ()]),
    OpCase(ag.masked_fill, _filled, [(4, 2, 1), MASK, ()]),
    OpCase(ag.masked_fill, _filled, [(2, 3), MASK[0]], {"value": -2}),
    OpCase(ag.masked_scatter, _scattered, [(2, 3), MASK, (5,)]),
    OpCase(ag.masked_scatter, _scattered, [(3,), MASK, (2, 2)]),
    OpCase(ag.argwhere, np.argwhere, [MASK], differentiable=False),
    OpCase(ag.argwhere, lambda x: np.zeros((1, 0)), [np.array(3)], differentiable=False, name="argwhere of a number"),
    OpCase(ag.nonzero, np.argwhere, [MASK], differentiable=False),
    OpCase(lambda x: ag.nonzero(x, as_tuple=True), np.nonzero, [MASK], differentiable=False, name="nonzero as tuple"),
]  # fmt: skip

X = ag.zeros(3, 4)
ERRORS = [
    ErrorCase(read, [X, 3], DimensionError, "index 3 is out of bounds"),
    ErrorCase(read, [X, (0, -5)], DimensionError, "out of bounds"),
    ErrorCase(read, [X, (0, 0, 0)], DimensionError, r"at most 2 indices for shape \(3, 4\), got 3"),
    ErrorCase(read, [ag.tensor(1.0), 0], DimensionError, "at most 0 indices"),
    ErrorCase(read, [X, [0, 3]], DimensionError, "index 3 is out of bounds"),
    ErrorCase(read, [X, ([0, 1], [0, 1, 2])], DimensionError, "broadcast"),
    ErrorCase(read, [X, [True, False]], DimensionError, r"a mask of the shape that it covers, \(3,\), .*shape \(2,\)"),
    ErrorCase(read, [X, (slice(None), np.ones(3, bool))], DimensionError, "at dimension 1"),
    ErrorCase(read, [X, np.ones((3, 4, 1), bool)], DimensionError, "at most 2"),
    ErrorCase(read, [X, slice(None, None, -1)], ArgumentError, "positive step.*flip"),
    ErrorCase(read, [X, slice(None, None, 0)], ArgumentError, "positive step"),
    ErrorCase(read, [X, 1.5], DimensionError, "got float"),
    ErrorCase(read, [X, "a"], DimensionError, "got str"),
    ErrorCase(read, [X, ag.zeros(2)], DimensionError, "integers or booleans, got dtype float32"),
    ErrorCase(read, [X, slice(0, 2.5)], TypeError, "integer"),
    ErrorCase(ag.select, [X, 0, 3], DimensionError, r"select: expected an index in \[-3, 2\], got 3"),
    ErrorCase(ag.narrow, [X, 0, 2, 2], DimensionError, "start 2, length 2"),
    ErrorCase(ag.index_select, [X, 0, ag.tensor([3])], DimensionError, "from 0 to 2, got 3"),
    ErrorCase(ag.index_select, [X, 0, ag.tensor([-1])], DimensionError, "from 0 to 2, got -1"),
    ErrorCase(ag.index_select, [X, 0, ag.zeros(1)], DTypeError, "integers"),
    ErrorCase(ag.index_select, [X, 0, ag.tensor([[0]])], ShapeError, "one dimension"),
    ErrorCase(ag.take, [X, ag.tensor([12])], DimensionError, "out of bounds"),
    ErrorCase(ag.masked_fill, [X, ag.zeros(3, 4), 0], DTypeError, "mask of booleans"),
    ErrorCase(ag.masked_fill, [X, X > 0, ag.zeros(3)], ShapeError, "0-d tensor"),
    ErrorCase(ag.masked_select, [X, ag.zeros(3, 4)], DTypeError, "mask of booleans"),
    ErrorCase(ag.masked_scatter, [X, X == 0, ag.zeros(3)], ShapeError, "at least 12 elements"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def _part(size):
    """Index parts for a dimension: ours, and NumPy's for the same."""
    bounds = st.one_of(st.none(), st.integers(-size - 1, size + 1))
    slices = st.builds(slice, bounds, bounds, st.one_of(st.none(), st.integers(1, 3)))
    return slices if size == 0 else st.one_of(slices, st.integers(-size, size - 1))


@st.composite
def _basic_keys(draw, shape):
    parts = [draw(_part(size)) for size in shape[: draw(st.integers(0, len(shape)))]]
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), None)
    if draw(st.booleans()) and len([p for p in parts if p is not None]) <= len(shape):
        parts.append(Ellipsis)
    return tuple(parts)


@given(array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4), st.data())
def test_basic_keys_match_numpy(shape, data):
    key = data.draw(_basic_keys(shape))
    array = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)
    x = ag.tensor(array, requires_grad=True)
    expected = array[key]
    found = x[key]
    np.testing.assert_array_equal(found.detach().numpy(), expected)
    assert found._array.size == 0 or np.shares_memory(found._array, x._array)
    found.sum().backward()
    places = np.zeros(shape)
    places[key] = 1
    np.testing.assert_array_equal(x.grad.numpy(), places)
    copy = array.copy()
    copy[key] = -1.0
    y = ag.tensor(array)
    y[key] = -1
    np.testing.assert_array_equal(y.numpy(), copy)


@st.composite
def _advanced_keys(draw, shape):
    """Slices, index arrays that broadcast, and masks; no integers, which NumPy takes for index arrays."""
    common = draw(array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=3))
    parts, i = [], 0
    while i < len(shape):
        kind = draw(st.sampled_from(["slice", "slice", "array", "mask"]))
        if kind == "mask" and not any(isinstance(p, np.ndarray) for p in parts):
            n = draw(st.integers(1, min(2, len(shape) - i)))
            bits = draw(st.lists(st.booleans(), min_size=int(np.prod(shape[i : i + n])), max_size=64))
            parts.append(np.array(bits[: int(np.prod(shape[i : i + n]))], bool).reshape(shape[i : i + n]))
            return tuple(parts)
        if kind == "array":
            values = st.integers(-shape[i], shape[i] - 1)
            n = int(np.prod(common))
            parts.append(np.array(draw(st.lists(values, min_size=n, max_size=n)), np.int64).reshape(common))
        else:
            parts.append(slice(draw(st.integers(0, 1)), None, draw(st.integers(1, 2))))
        i += 1
    return tuple(parts)


@given(array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4), st.data(), st.sampled_from(["tensor", "list", ""]))
def test_index_arrays_and_masks_match_numpy(shape, data, form):
    key = data.draw(_advanced_keys(shape))
    array = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)
    x = ag.tensor(array, requires_grad=True)
    convert = {"tensor": ag.tensor, "list": lambda a: a.tolist(), "": lambda a: a}[form]
    if form == "list" and any(isinstance(p, np.ndarray) and not p.size for p in key):
        convert = ag.tensor  # an empty nested list says nothing of its dtype
    ours = tuple(convert(p) if isinstance(p, np.ndarray) else p for p in key)
    expected = array[key]
    found = x[ours]
    np.testing.assert_array_equal(found.detach().numpy(), expected)
    assert found.is_contiguous() or not any(isinstance(p, np.ndarray) for p in key)
    weights = np.cos(np.arange(expected.size)).reshape(expected.shape)
    found.backward(ag.tensor(weights))
    places = np.zeros(shape)
    np.add.at(places, key, weights)
    np.testing.assert_allclose(x.grad.numpy(), places, atol=1e-12)
    copy = array.copy()
    copy[key] = 9.0
    y = ag.tensor(array)
    y[ours] = 9.0
    np.testing.assert_array_equal(y.numpy(), copy)


def test_kinds_of_integers():
    x = ag.arange(5)
    for two in (2, np.int64(2), np.int32(2), np.array(2), ag.tensor(2), ag.tensor(2, dtype=ag.int16)):
        assert x[two].item() == 2
        assert x[two].shape == ()
    assert x[ag.tensor(1) : ag.tensor(4) : 2].tolist() == [1, 3]


def test_lists_that_stand_for_tuples():
    x = ag.arange(12).reshape(3, 4)
    assert x[[[0, 1], [1, 2]]].tolist() == [1, 6]
    assert x[[0, slice(None)]].tolist() == [0, 1, 2, 3]
    assert x[[ag.tensor(0), ag.tensor(1)]].item() == 1
    assert x[[0, 1]].shape == (2, 4)


def test_masks_of_bytes_are_masks():
    assert ag.arange(3)[ag.tensor([0, 1, 1], dtype=ag.uint8)].tolist() == [1, 2]


def test_masks_without_dimensions():
    x = ag.arange(3)
    for yes, no in ((True, False), (ag.tensor(True), ag.tensor(False)), (np.bool_(True), np.bool_(False))):
        assert x[yes].shape == (1, 3)
        assert x[no].shape == (0, 3)


@pytest.mark.parametrize("shape", [(200, 40), (40,)])
def test_many_repeated_places_add_up(shape):
    source = np.random.default_rng(0)
    places = source.integers(0, shape[0], 500)
    x = ag.tensor(source.normal(size=shape), requires_grad=True)
    weights = source.normal(size=(500, *shape[1:]))
    x[places].backward(ag.tensor(weights))
    expected = np.zeros(shape)
    for place, weight in zip(places, weights, strict=True):
        expected[place] += weight
    np.testing.assert_allclose(x.grad.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("key", ["x[:, i]", "x[i, :, j]", "x[:, i, j]", "x[m]", "x[:, :, i]"])
def test_many_places_in_any_dimension_add_up(key):
    source = np.random.default_rng(0)
    x = source.normal(size=(20, 30, 40))
    names = {"i": source.integers(-20, 20, (50, 4)), "j": source.integers(0, 30, 4), "m": x[..., 0] > 0}
    t = ag.tensor(x, requires_grad=True)
    found = eval(key, {**names, "x": t})
    weights = source.normal(size=found.shape)
    found.backward(ag.tensor(weights))
    flat = eval(key, {**names, "x": np.arange(x.size).reshape(x.shape)})
    np.testing.assert_allclose(
        t.grad.numpy().ravel(), np.bincount(flat.ravel(), weights.ravel(), minlength=x.size), atol=1e-11
    )


def test_overwritten_index_is_noticed():
    x = ag.ones(3, requires_grad=True)
    i = ag.tensor([0, 1])
    y = x[i]
    i[0] = 2
    with pytest.raises(GraphError, match="backward of index"):
        y.sum().backward()
